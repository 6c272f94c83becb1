import type { GroupSet, RegionClass, RegionClasses } from './region-class.js';
import { NEVER } from './times-by-set.js';
import type { Topology } from './topology.js';

/** The times in a round on one region, for a loop over flat arrays; from one round to the next the arrays stay. */
export class RegionTimes {
  /** From when a result is visible, for each scope of a clean and then of a failed one; NEVER where none is. */
  readonly byScope: Float64Array;
  /** When the fetch of each L3 group ends; NEVER where none has begun. */
  readonly byGroup: Float64Array;
  #fetchFreePs = 0;
  #last: Passage | null = null;

  constructor({ l3Groups }: Topology) {
    this.byScope = new Float64Array(2 * l3Groups);
    this.byGroup = new Float64Array(l3Groups);
  }

  /** Starts a round: what has been published or fetched before is there at 0. */
  begin({ clean, failed, fetched }: RegionClass): void {
    for (let i = 0; i < this.byGroup.length; i++) {
      this.byScope[2 * i] = clean.members[i] === 1 ? 0 : NEVER;
      this.byScope[2 * i + 1] = failed.members[i] === 1 ? 0 : NEVER;
      this.byGroup[i] = fetched.members[i] === 1 ? 0 : NEVER;
    }
    this.#fetchFreePs = 0;
  }

  /**
   * The first core of an L3 group reads the entries, in the turn of the group.
   * @param lookedPs when it would begin if nobody were before it
   * @param scanPs how long it reads
   * @param servicePs how long until the next group's turn
   */
  fetch(l3Group: number, lookedPs: number, scanPs: number, servicePs: number): void {
    const startPs = Math.max(lookedPs, this.#fetchFreePs);
    this.#fetchFreePs = startPs + servicePs;
    this.byGroup[l3Group] = startPs + scanPs;
  }

  /** The region's class after the round. */
  next(regionClass: RegionClass, classes: RegionClasses): RegionClass {
    // Regions of a class follow each other, and what is left of them is mostly the same.
    if (this.#last?.before === regionClass && this.#isLike(this.#last)) return this.#last.after;
    const { clean, failed, fetched } = regionClass;
    const after = classes.get({
      ...regionClass,
      fetched: withJoined(fetched, this.byGroup, GROUPS, classes),
      clean: withJoined(clean, this.byScope, CLEAN, classes),
      failed: withJoined(failed, this.byScope, FAILED, classes),
    });
    this.#last = { before: regionClass, byScope: this.byScope.slice(), byGroup: this.byGroup.slice(), after };
    return after;
  }

  #isLike({ byScope, byGroup }: Passage): boolean {
    return haveSameMembers(byScope, this.byScope) && haveSameMembers(byGroup, this.byGroup);
  }
}

/** What the last round that was asked for left of a region. */
interface Passage {
  readonly before: RegionClass;
  readonly byScope: Float64Array;
  readonly byGroup: Float64Array;
  readonly after: RegionClass;
}

/** Whether the same members have got a time, whichever. */
function haveSameMembers(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i] === NEVER) !== (b[i] === NEVER)) return false;
  return true;
}

const GROUPS = { first: 0, step: 1 } as const;
const CLEAN = { first: 0, step: 2 } as const;
const FAILED = { first: 1, step: 2 } as const;

/** The set with those who have got a time. */
function withJoined(
  before: GroupSet,
  timesPs: Float64Array,
  { first, step }: { readonly first: number; readonly step: number },
  classes: RegionClasses,
): GroupSet {
  let set = before;
  for (let member = 0; member < before.members.length; member++) {
    if (timesPs[first + step * member] === NEVER || before.members[member] === 1) continue;
    set = classes.with(set, member);
  }
  return set;
}
