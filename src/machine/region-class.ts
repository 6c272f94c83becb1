/** An interned set of small numbers (L3 groups, or scopes of a result): equal sets are the same object. */
export interface GroupSet {
  readonly id: number;
  /** One byte per member that may be in the set, 1 if it is. */
  readonly members: Uint8Array;
}

/**
 * All that one RMPOPT, and so one round, can see of a region. Regions of one class cost the same and change alike, whatever
 * their number: a sweep executes a class once and counts the regions.
 */
export interface RegionClass {
  readonly id: number;
  /** The socket whose memory the region is; 0 where nothing is read of it. */
  readonly socket: number;
  /** Entries a scan reads before it stops: the index of the first assigned one, or all of them. */
  readonly entries: number;
  /** Whether some page is assigned, so that RMPOPT fails. */
  readonly assigned: boolean;
  /** Which cores' 2 TiB windows hold the region, see RmpoptTables.coverage. */
  readonly coverage: string;
  /** L3 groups that have fetched the region's entries in this pass. */
  readonly fetched: GroupSet;
  /** Scopes in which a clean result is visible, see `scopeOfL3Group`. */
  readonly clean: GroupSet;
  /** Scopes in which a failed result is visible. */
  readonly failed: GroupSet;
}

/** Interns region classes and the sets in them, so that classes compare by identity and can key a memory of outcomes. */
export class RegionClasses {
  readonly emptySet: GroupSet;
  readonly #sets = new Map<string, GroupSet>();
  readonly #larger = new Map<GroupSet, Map<number, GroupSet>>();
  readonly #classes = new Map<string, RegionClass>();
  readonly #coldOf = new Map<RegionClass, RegionClass>();
  /** Asked for last. */
  #last: RegionClass | null = null;

  constructor(l3Groups: number) {
    this.emptySet = this.set(new Uint8Array(l3Groups));
  }

  /** A set with one more member. */
  with(set: GroupSet, member: number): GroupSet {
    const known = this.#larger.get(set)?.get(member);
    if (known !== undefined) return known;
    const members = set.members.slice();
    members[member] = 1;
    const larger = this.set(members);
    this.#larger.set(set, (this.#larger.get(set) ?? new Map<number, GroupSet>()).set(member, larger));
    return larger;
  }

  /** Interns a set; the bytes are kept, not copied. */
  set(members: Uint8Array): GroupSet {
    const key = Buffer.from(members.buffer, members.byteOffset, members.length).toString('latin1');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = { id: this.#sets.size, members };
    this.#sets.set(key, set);
    return set;
  }

  /** Interns a class. */
  get(parts: Omit<RegionClass, 'id'>): RegionClass {
    // Regions of a class follow each other, and a key takes longer than looking at the last one.
    if (isOfParts(this.#last, parts)) return this.#last;
    this.#last = this.#intern(parts);
    return this.#last;
  }

  #intern({
    socket,
    entries,
    assigned,
    coverage,
    fetched,
    clean,
    failed,
  }: Omit<RegionClass, 'id'>): RegionClass {
    const key = `${socket},${entries},${assigned},${coverage},${fetched.id},${clean.id},${failed.id}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    // One form for all: loops that read classes of two forms are slower.
    const id = this.#classes.size;
    const regionClass = { id, socket, entries, assigned, coverage, fetched, clean, failed };
    this.#classes.set(key, regionClass);
    return regionClass;
  }

  /** The same class at the start of a pass: no L3 group has fetched the region yet. */
  cold(regionClass: RegionClass): RegionClass {
    const known = this.#coldOf.get(regionClass);
    if (known !== undefined) return known;
    const { id: _, ...parts } = regionClass;
    const cold = this.get({ ...parts, fetched: this.emptySet });
    this.#coldOf.set(regionClass, cold);
    return cold;
  }
}

function isOfParts(known: RegionClass | null, parts: Omit<RegionClass, 'id'>): known is RegionClass {
  return (
    known !== null &&
    known.socket === parts.socket &&
    known.entries === parts.entries &&
    known.assigned === parts.assigned &&
    known.coverage === parts.coverage &&
    known.fetched === parts.fetched &&
    known.clean === parts.clean &&
    known.failed === parts.failed
  );
}
