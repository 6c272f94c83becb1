import type { Mapping } from './scenario.js';
import {
  checkMapping,
  type Guest,
  type MappingName,
  nameMappings,
  type Placement,
  type PrivateMemory,
} from './scenario.js';
import type { Source } from './source.js';

/** What happens to private memory at a time of its own, in nanoseconds from the start. */
export type TimedStep = { readonly atNs: number; readonly source: Source } & (
  | { readonly kind: 'launch'; readonly guest: Guest }
  | { readonly kind: 'terminate'; readonly name: string }
  /** All guests leave at once, and all private pages are given back. */
  | { readonly kind: 'free-all' }
);

/** Whether guests come and stay at random, by exponential distributions, or like clockwork. */
export const TIMINGS = ['random', 'regular'] as const;
export type Timing = (typeof TIMINGS)[number];

/** A stream of guests alike: they come one after another, stay, and leave. */
export interface Arrivals {
  /** Guests are called `<name>-1`, `<name>-2` and so on. */
  readonly name: string;
  readonly timing: Timing;
  /** From one launch to the next; the mean of it under `random`. */
  readonly everyNs: number;
  /** From launch to exit; the mean of it under `random`. */
  readonly lifetimeNs: number;
  /** Launches happen from here on, and before `untilNs`; `null`: as long as the account runs. */
  readonly fromNs: number;
  readonly untilNs: number | null;
  /** How many guests come at most; `null`: no bound. */
  readonly count: number | null;
  /** Each guest has one of these, equally likely; a size is a multiple of every mapping. */
  readonly sizesBytes: readonly number[];
  readonly mappings: readonly Mapping[];
  readonly placement: Placement;
  readonly source: Source;
}

/** The longest a host is watched: a day. */
export const DURATION_MAX_NS = 86_400_000_000_000;

/** A host on which guests come and go over time. */
export interface ChurnScenario {
  readonly name: string;
  readonly title: string;
  /** `null`: as much as the machine has. */
  readonly memoryBytes: number | null;
  /** How long it is watched; `null`: what suits the steps. */
  readonly durationNs: number | null;
  /** What is private from the start. */
  readonly privateMemory: readonly PrivateMemory[];
  /** In the order of the file; those at the same time: exits first. */
  readonly timeline: readonly TimedStep[];
  readonly arrivals: readonly Arrivals[];
}

/** The mapping of everything that is or becomes private. */
export function mappingOfChurn({ privateMemory, timeline, arrivals }: ChurnScenario): MappingName {
  const launched = timeline.flatMap((step) => (step.kind === 'launch' ? [step.guest] : []));
  const ofEntries = [...privateMemory, ...launched].map(({ mapping }) => mapping);
  return nameMappings([...ofEntries, ...arrivals.flatMap(({ mappings }) => mappings)]);
}

/**
 * The scenario with every mapping replaced.
 * @throws InputError when pages no longer fit into a region, or a guest's size is no multiple of the mapping
 */
export function churnWithMapping(scenario: ChurnScenario, mapping: Mapping): ChurnScenario {
  const { privateMemory, timeline, arrivals } = scenario;
  const launched = timeline.flatMap((step) => (step.kind === 'launch' ? [step.guest] : []));
  checkMapping([...privateMemory, ...launched, ...arrivals.flatMap(guestsOf)], mapping);
  return {
    ...scenario,
    privateMemory: privateMemory.map((entry) => ({ ...entry, mapping })),
    timeline: timeline.map((step) =>
      step.kind === 'launch' ? { ...step, guest: { ...step.guest, mapping } } : step,
    ),
    arrivals: arrivals.map((entry) => ({ ...entry, mappings: [mapping] })),
  };
}

/** A guest of every size of a stream. */
function guestsOf({ name, sizesBytes, placement, source }: Arrivals): Guest[] {
  return sizesBytes.map((sizeBytes) => {
    return { kind: 'guest', name, sizeBytes, mapping: '4k', placement, source };
  });
}
