/** The facts that make a class. Sets of L3 groups are arrays with a 1 for every group in them. */
export interface RegionFacts {
  /** The socket whose memory the region is; 0 where nothing is read of it. */
  readonly socket: number;
  /** Entries a scan reads before it stops: the index of the first assigned one, or all of them. */
  readonly entries: number;
  /** Whether some page is assigned, so that RMPOPT fails. */
  readonly assigned: boolean;
  /** Which cores' 2 TiB windows hold the region, see RmpoptTables.coverage. */
  readonly coverage: string;
  /** L3 groups that have fetched the region's entries in this pass. */
  readonly fetched: Uint8Array;
  /** L3 groups to which a clean result is visible; a result that the whole machine sees is kept as that of group 0. */
  readonly clean: Uint8Array;
  /** The same for a failed result. */
  readonly failed: Uint8Array;
}

/**
 * All that one RMPOPT, and so one round, can see of a region. Regions of one class cost the same and change alike, whatever
 * their number: a sweep executes a class once and counts the regions.
 */
export interface RegionClass extends RegionFacts {
  readonly id: number;
  /** The classes that rounds have left of it so far, and what it is at the start of a pass if that is known. */
  readonly next: { readonly after: RegionClass[]; cold: RegionClass | null };
}

/** Makes region classes, each once, so that they compare by identity and can key a memory of outcomes. */
export class RegionClasses {
  /** The set without members, which is always this. */
  readonly noGroups: Uint8Array;
  readonly #classes = new Map<string, RegionClass>();

  constructor(l3Groups: number) {
    this.noGroups = new Uint8Array(l3Groups);
  }

  get(facts: RegionFacts): RegionClass {
    const { socket, entries, assigned, coverage, fetched, clean, failed } = facts;
    const keyOf = (set: Uint8Array) => (set === this.noGroups ? '' : set.join(''));
    const sets = `${keyOf(fetched)},${keyOf(clean)},${keyOf(failed)}`;
    const key = `${socket},${entries},${assigned},${coverage},${sets}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const next = { after: [], cold: null };
    // Spelt out, so that all classes have one form: loops that read objects of several forms are slower.
    const id = this.#classes.size;
    const made = { id, socket, entries, assigned, coverage, fetched, clean, failed, next };
    this.#classes.set(key, made);
    return made;
  }

  /**
   * The class that a round has left of another one.
   * @param fetchedPs,cleanPs,failedPs by L3 group, from `base` on, since when it is in the set; infinite where it is not
   */
  after(
    before: RegionClass,
    fetchedPs: Float64Array,
    cleanPs: Float64Array,
    failedPs: Float64Array,
    base: number,
  ): RegionClass {
    for (const known of before.next.after) {
      if (
        isSetOf(fetchedPs, base, known.fetched) &&
        isSetOf(cleanPs, base, known.clean) &&
        isSetOf(failedPs, base, known.failed)
      )
        return known;
    }
    const [fetched, clean, failed] = [fetchedPs, cleanPs, failedPs].map((sincePs) => {
      const set = this.noGroups.map((_, i) => (Number.isFinite(sincePs[base + i]) ? 1 : 0));
      return set.includes(1) ? set : this.noGroups;
    });
    const after = this.get({ ...before, fetched, clean, failed });
    before.next.after.push(after);
    return after;
  }

  /** The same class at the start of a pass: no L3 group has fetched the region yet. */
  cold(regionClass: RegionClass): RegionClass {
    const { next } = regionClass;
    next.cold ??= this.get({ ...regionClass, fetched: this.noGroups });
    return next.cold;
  }
}

function isSetOf(sincePs: Float64Array, base: number, set: Uint8Array): boolean {
  for (let i = 0; i < set.length; i++) {
    if (sincePs[base + i] < Number.POSITIVE_INFINITY !== (set[i] === 1)) return false;
  }
  return true;
}
