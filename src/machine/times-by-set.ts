import type { GroupSet, RegionClasses } from './region-class.js';

/** Not there yet, as a time. */
export const NEVER = Number.POSITIVE_INFINITY;

/** A time for each member of a set: 0 for those in it when the round starts, NEVER for the others until they join. */
export class TimesBySet {
  readonly #before: GroupSet;
  /** Made when the first member joins: most rounds on most sets have none. */
  #timesPs: Float64Array | null = null;
  readonly #joined: number[] = [];

  constructor(before: GroupSet) {
    this.#before = before;
  }

  get(member: number): number {
    if (this.#timesPs !== null) return this.#timesPs[member] ?? NEVER;
    return this.#before.members[member] === 1 ? 0 : NEVER;
  }

  set(member: number, timePs: number): void {
    this.#timesPs ??= timesOf(this.#before);
    if (this.#timesPs[member] === NEVER) this.#joined.push(member);
    this.#timesPs[member] = timePs;
  }

  /** The set with those who have joined. */
  asSet(classes: RegionClasses): GroupSet {
    return this.#joined.reduce((set, member) => classes.with(set, member), this.#before);
  }
}

function timesOf({ members }: GroupSet): Float64Array {
  const timesPs = new Float64Array(members.length).fill(NEVER);
  for (let member = members.indexOf(1); member >= 0; member = members.indexOf(1, member + 1))
    timesPs[member] = 0;
  return timesPs;
}
