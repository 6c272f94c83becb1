import { InputError, type Problem } from '../errors.js';
import { PAGES_PER_BLOCK, PAGES_PER_REGION } from '../machine/memory.js';
import type { EntrySize } from '../machine/rmp.js';
import { formatBytes, PAGE_BYTES } from '../units.js';
import { problemAtSource, type Source } from './source.js';

/** How private memory is mapped: the RMP entries it takes and the unit in which it is placed. There is no 1G RMP entry. */
export const MAPPINGS = {
  '4k': { pages: 1, entrySize: '4k' },
  '2m': { pages: PAGES_PER_BLOCK, entrySize: '2m' },
  '1g': { pages: PAGES_PER_REGION, entrySize: '2m' },
} as const satisfies Record<string, { pages: number; entrySize: EntrySize }>;

export type Mapping = keyof typeof MAPPINGS;
export const MAPPING_NAMES = Object.keys(MAPPINGS) as readonly Mapping[];

/** Where the pages of an `each` entry lie in a region. */
export const POSITIONS = ['first', 'last', 'random'] as const;
export type Position = (typeof POSITIONS)[number];

/** How a guest's memory lies: in one piece, dealt over all regions in equal shares, or in small pieces here and there. */
export const PLACEMENTS = ['contiguous', 'scattered', 'fragmented'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** Private pages in every region, belonging to no guest. */
export interface EachRegion {
  readonly kind: 'each-region';
  /** How many pages of `mapping` in each region, or every page of it. */
  readonly pages: number | 'all';
  readonly at: Position;
  readonly mapping: Mapping;
  /** Where it was written, for what turns out wrong with it. */
  readonly source: Source;
}

/** A guest and its private memory. */
export interface Guest {
  readonly kind: 'guest';
  readonly name: string;
  readonly sizeBytes: number;
  readonly mapping: Mapping;
  readonly placement: Placement;
  readonly source: Source;
}

export type PrivateMemory = EachRegion | Guest;

export type Step =
  /** A sweep that is executed and not timed. */
  | { readonly kind: 'sweep' }
  /** A sweep that is timed, under a name of its own. */
  | { readonly kind: 'measure'; readonly state: string }
  | { readonly kind: 'launch'; readonly guest: Guest }
  | { readonly kind: 'terminate'; readonly name: string }
  /** Everything private is given back to the hypervisor, and no guest runs any more. */
  | { readonly kind: 'free-all' };

/** What happens to a host before and between measured sweeps. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** `null`: as much as the machine has. */
  readonly memoryBytes: number | null;
  readonly privateMemory: readonly PrivateMemory[];
  readonly steps: readonly Step[];
}

/** How many pages of a mapping a region holds. */
function pagesPerRegion(mapping: Mapping): number {
  return PAGES_PER_REGION / MAPPINGS[mapping].pages;
}

/** The names of the timed sweeps, in their order. */
export function stateNames({ steps }: Scenario): string[] {
  return steps.flatMap((step) => (step.kind === 'measure' ? [step.state] : []));
}

/** All private memory a scenario speaks of, that of later launches included. */
function allPrivateMemory({ privateMemory, steps }: Scenario): PrivateMemory[] {
  return [...privateMemory, ...steps.flatMap((step) => (step.kind === 'launch' ? [step.guest] : []))];
}

/**
 * The scenario with every mapping replaced.
 * @throws InputError when pages no longer fit into a region, or a guest's size is no multiple of the mapping
 */
export function withMapping(scenario: Scenario, mapping: Mapping): Scenario {
  checkMapping(allPrivateMemory(scenario), mapping);
  return {
    ...scenario,
    privateMemory: scenario.privateMemory.map((entry) => ({ ...entry, mapping })),
    steps: scenario.steps.map((step) =>
      step.kind === 'launch' ? { ...step, guest: { ...step.guest, mapping } } : step,
    ),
  };
}

/** @throws InputError when some entry cannot have a mapping that the command line asks for */
export function checkMapping(entries: readonly PrivateMemory[], mapping: Mapping): void {
  const problems = entries.flatMap((entry) => mappingProblem({ ...entry, mapping }) ?? []);
  if (problems.length === 0) return;
  throw new InputError(
    problems.map((problem) => ({ ...problem, where: `${problem.where} under --mapping` })),
  );
}

/** What is wrong with the mapping of an entry; `null` if it suits. */
export function mappingProblem(entry: PrivateMemory): Problem | null {
  const { mapping, source } = entry;
  if (entry.kind === 'guest') {
    const pageBytes = MAPPINGS[mapping].pages * PAGE_BYTES;
    if (entry.sizeBytes % pageBytes === 0) return null;
    const [expected, found] = [
      `a multiple of ${formatBytes(pageBytes)} for mapping ${mapping}`,
      formatBytes(entry.sizeBytes),
    ];
    return problemAtSource(source.keys.size, expected, found);
  }
  const most = pagesPerRegion(mapping);
  if (entry.pages === 'all' || entry.pages <= most) return null;
  const expected = `at most ${most} ${most === 1 ? 'page' : 'pages'} of ${mapping} in a region`;
  return problemAtSource(source.keys.pages, expected, String(entry.pages));
}

/** The mapping of a scenario's private memory. */
export function mappingOf(scenario: Scenario): MappingName {
  return nameMappings(allPrivateMemory(scenario).map((entry) => entry.mapping));
}

/** What mappings are called together: `mixed` where there are several, `none` where there is none. */
export type MappingName = Mapping | 'mixed' | 'none';

export function nameMappings(mappings: readonly Mapping[]): MappingName {
  const [mapping, ...others] = new Set(mappings);
  return others.length > 0 ? 'mixed' : (mapping ?? 'none');
}
