import type { GroupSet, RegionClasses } from './region-class.js';

/** Not there yet, as a time. */
export const NEVER = Number.POSITIVE_INFINITY;

/** A time for each member of a set: 0 for those in it when the round starts, NEVER for the others until they join. */
export class TimesBySet {
  readonly #before: GroupSet;
  /** Made when the first member joins: most rounds on most sets have none. A plain array, since typed ones are dear to make. */
  #timesPs: number[] | null = null;
  #joined: number[] | null = null;

  constructor(before: GroupSet) {
    this.#before = before;
  }

  get(member: number): number {
    if (this.#timesPs !== null) return this.#timesPs[member] ?? NEVER;
    return this.#before.members[member] === 1 ? 0 : NEVER;
  }

  set(member: number, timePs: number): void {
    this.#timesPs ??= timesOf(this.#before);
    this.#joined ??= [];
    if (this.#timesPs[member] === NEVER) this.#joined.push(member);
    this.#timesPs[member] = timePs;
  }

  /** The set with those who have joined. */
  asSet(classes: RegionClasses): GroupSet {
    return (this.#joined ?? []).reduce((set, member) => classes.with(set, member), this.#before);
  }
}

function timesOf({ members }: GroupSet): number[] {
  const timesPs: number[] = [];
  for (const isIn of members) timesPs.push(isIn === 1 ? 0 : NEVER);
  return timesPs;
}
