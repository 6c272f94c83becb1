import { assertNever, InputError } from '../errors.js';
import { drawBelow, drawExponential } from '../random.js';
import type { Arrivals, ChurnScenario, TimedStep } from '../scenario/churn-scenario.js';
import type { Guest } from '../scenario/scenario.js';
import { problemAtSource, type Source } from '../scenario/source.js';
import { durationText } from '../units.js';

/** Something that happens to private memory, at a time from the start. */
export type HostEvent = { readonly atNs: number } & (
  | {
      readonly kind: 'launch';
      readonly guest: Guest;
      /** Whether the guest came by itself: then it is turned away where there is no room, and else that is a mistake. */
      readonly isArrival: boolean;
      readonly source: Source;
    }
  | { readonly kind: 'exit'; readonly name: string }
  | { readonly kind: 'free-all' }
);

/** How many guests may come in all: what a simulation gets through in minutes. */
const GUESTS_MAX = 100_000;

/**
 * Everything that happens on a host while it is watched, in order; of what happens at once, exits come first.
 * @throws InputError when more guests would come than can be simulated
 */
export function hostEvents(
  { timeline, arrivals }: ChurnScenario,
  durationNs: number,
  seed: number,
): HostEvent[] {
  checkNumber(arrivals, durationNs);
  const ofTimeline = timeline.map(toEvent);
  const ofArrivals = arrivals.flatMap((entry, number) => [...eventsOf(entry, number, durationNs, seed)]);
  const exitsFirst = ({ kind }: HostEvent) => (kind === 'launch' ? 1 : 0);
  return [...ofTimeline, ...ofArrivals]
    .filter(({ atNs }) => atNs < durationNs)
    .sort((a, b) => a.atNs - b.atNs || exitsFirst(a) - exitsFirst(b));
}

function toEvent(step: TimedStep): HostEvent {
  const { atNs, kind, source } = step;
  switch (kind) {
    case 'launch':
      return { atNs, kind, guest: step.guest, isArrival: false, source };
    case 'terminate':
      return { atNs, kind: 'exit', name: step.name };
    case 'free-all':
      return { atNs, kind };
    default:
      return assertNever(kind);
  }
}

/** @param number tells the draws of streams apart */
function* eventsOf(entry: Arrivals, number: number, durationNs: number, seed: number): Generator<HostEvent> {
  const { name, timing, everyNs, lifetimeNs, fromNs, count, placement, source } = entry;
  const endNs = endOf(entry, durationNs);
  const isRandom = timing === 'random';
  let atNs = fromNs;
  for (let i = 0; i < (count ?? Number.POSITIVE_INFINITY); i++) {
    if (isRandom) atNs += Math.round(everyNs * drawExponential(seed, 'arrivalInterval', number, i));
    else if (i > 0) atNs += everyNs;
    if (atNs >= endNs) return;
    const choose = <T>(from: readonly T[], purpose: 'arrivalSize' | 'arrivalMapping', otherwise: T): T =>
      from[drawBelow(from.length, seed, purpose, number, i)] ?? otherwise;
    const guest: Guest = {
      kind: 'guest',
      name: `${name}-${i + 1}`,
      sizeBytes: choose(entry.sizesBytes, 'arrivalSize', 0),
      mapping: choose(entry.mappings, 'arrivalMapping', '4k'),
      placement,
      source,
    };
    const lifetime = isRandom ? lifetimeNs * drawExponential(seed, 'arrivalLifetime', number, i) : lifetimeNs;
    yield { atNs, kind: 'launch', guest, isArrival: true, source };
    yield { atNs: atNs + Math.max(1, Math.round(lifetime)), kind: 'exit', name: guest.name };
  }
}

/** When the last guest of a stream may come. */
function endOf({ untilNs }: Arrivals, durationNs: number): number {
  return Math.min(untilNs ?? durationNs, durationNs);
}

/** Counts the guests of all streams before any is made. */
function checkNumber(arrivals: readonly Arrivals[], durationNs: number): void {
  let sum = 0;
  for (const entry of arrivals) {
    const { everyNs, fromNs, count, source } = entry;
    const spanNs = Math.max(0, endOf(entry, durationNs) - fromNs);
    const own = Math.min(count ?? Number.POSITIVE_INFINITY, spanNs === 0 ? 0 : spanNs / everyNs);
    sum += own;
    if (sum <= GUESTS_MAX) continue;
    const before = sum > own ? ` beside ${Math.round(sum - own)} of other streams` : '';
    const found = `${Math.round(own)}, one every ${durationText(everyNs)}${before}`;
    const expected = `at most ${GUESTS_MAX} guests in ${durationText(spanNs)}`;
    throw new InputError([problemAtSource(source.keys.every, expected, found)]);
  }
}
