/** Items by a key of theirs, keys and items in the order in which they come. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** What a column holds. */
export type Field = string | number | boolean | null | undefined;

interface Branch<T> {
  readonly branches: Map<Field, Branch<T>>;
  readonly items: T[];
}

/** Items by several fields together, groups and items in the order in which they come. */
export class Groups<T> {
  readonly #root: Branch<T> = newBranch();
  readonly #all: T[][] = [];

  constructor(items: Iterable<T> = [], fieldsOf: (item: T) => readonly Field[] = () => []) {
    for (const item of items) this.add(fieldsOf(item), item);
  }

  add(fields: readonly Field[], item: T): void {
    const { items } = fields.reduce(branchOf<T>, this.#root);
    if (items.length === 0) this.#all.push(items);
    items.push(item);
  }

  /** The items of these fields; none where there is no such group. */
  of(fields: readonly Field[]): readonly T[] {
    let branch: Branch<T> | undefined = this.#root;
    for (const field of fields) branch = branch?.branches.get(field);
    return branch?.items ?? [];
  }

  get all(): readonly (readonly T[])[] {
    return this.#all;
  }
}

function branchOf<T>({ branches }: Branch<T>, field: Field): Branch<T> {
  const branch = branches.get(field) ?? newBranch<T>();
  branches.set(field, branch);
  return branch;
}

function newBranch<T>(): Branch<T> {
  return { branches: new Map(), items: [] };
}
