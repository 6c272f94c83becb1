/** CPUs about to issue their next RMPOPT, by position of the mask, the soonest first: a binary heap. */
export class IssueOrder {
  readonly #atPs: Float64Array;
  /** How many each has issued before. */
  readonly #done: Int32Array;
  /** The place of each among those who issue on its region at once. */
  readonly #rank: Int32Array;
  readonly #heap: Int32Array;
  #length = 0;

  constructor(size: number) {
    this.#atPs = new Float64Array(size);
    this.#done = new Int32Array(size);
    this.#rank = new Int32Array(size);
    this.#heap = new Int32Array(size);
  }

  push(position: number, atPs: number, done: number, rank: number): void {
    this.#atPs[position] = atPs;
    this.#done[position] = done;
    this.#rank[position] = rank;
    let place = this.#length++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (this.#isBefore(above, position)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = position;
  }

  /** The next position; -1 where nobody is left. */
  pop(): number {
    if (this.#length === 0) return -1;
    const next = this.#heap[0];
    this.#sink(this.#heap[--this.#length]);
    return next;
  }

  /** Puts a position in at the top, and lets it sink below those who are before it. */
  #sink(position: number): void {
    let place = 0;
    for (let child = 1; child < this.#length; child = 2 * place + 1) {
      const other = child + 1;
      if (other < this.#length && this.#isBefore(this.#heap[other], this.#heap[child])) child = other;
      const below = this.#heap[child];
      if (this.#isBefore(position, below)) break;
      this.#heap[place] = below;
      place = child;
    }
    this.#heap[place] = position;
  }

  /** At once, who lags behind goes first: an RMPOPT of no length may bring it to where the other one is. */
  #isBefore(a: number, b: number): boolean {
    const byTime = this.#atPs[a] - this.#atPs[b];
    if (byTime !== 0) return byTime < 0;
    const byDone = this.#done[a] - this.#done[b];
    return (byDone || this.#rank[a] - this.#rank[b] || a - b) < 0;
  }
}
