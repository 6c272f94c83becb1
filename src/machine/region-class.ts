/** Sets of L3 groups that a region has, each an array with a 1 for every group in it. */
type GroupSetName = 'fetched' | 'clean' | 'failed';
type Next = Readonly<Record<GroupSetName | 'cold', (RegionClass | undefined)[]>>;

/** The facts that make a class. */
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
  /** The classes that it has become so far. */
  readonly next: Next;
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
    const sets = [fetched, clean, failed].map((set) => (set === this.noGroups ? '' : set.join('')));
    const key = `${socket},${entries},${assigned},${coverage},${sets.join()}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const next: Next = { fetched: [], clean: [], failed: [], cold: [] };
    // Spelt out, so that all classes have one form: loops that read objects of several forms are slower.
    const id = this.#classes.size;
    const made = { id, socket, entries, assigned, coverage, fetched, clean, failed, next };
    this.#classes.set(key, made);
    return made;
  }

  /** The class with one more L3 group in a set. */
  with(regionClass: RegionClass, name: GroupSetName, l3Group: number): RegionClass {
    if (regionClass[name][l3Group] === 1) return regionClass;
    const known = regionClass.next[name][l3Group];
    if (known !== undefined) return known;
    const larger = this.get({ ...regionClass, [name]: regionClass[name].with(l3Group, 1) });
    regionClass.next[name][l3Group] = larger;
    return larger;
  }

  /** The same class at the start of a pass: no L3 group has fetched the region yet. */
  cold(regionClass: RegionClass): RegionClass {
    const [known] = regionClass.next.cold;
    if (known !== undefined) return known;
    const cold = this.get({ ...regionClass, fetched: this.noGroups });
    regionClass.next.cold[0] = cold;
    return cold;
  }
}
