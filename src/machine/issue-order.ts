/**
 * CPUs about to issue their next RMPOPT, by position of the mask, the soonest first. A CPU comes back later than it left and
 * mostly behind all others, so it is put in from behind.
 */
export class IssueOrder {
  readonly #atPs: Float64Array;
  /** How many each has issued before. */
  readonly #done: Int32Array;
  /** The place of each among those who issue on its region at once. */
  readonly #rank: Int32Array;
  readonly #ring: Int32Array;
  #head = 0;
  #length = 0;

  constructor(size: number) {
    this.#atPs = new Float64Array(size);
    this.#done = new Int32Array(size);
    this.#rank = new Int32Array(size);
    this.#ring = new Int32Array(size);
  }

  push(position: number, atPs: number, done: number, rank: number): void {
    this.#atPs[position] = atPs;
    this.#done[position] = done;
    this.#rank[position] = rank;
    let place = this.#length++;
    for (; place > 0; place--) {
      const before = this.#ring[this.#slot(place - 1)] ?? 0;
      if (this.#isBefore(before, position)) break;
      this.#ring[this.#slot(place)] = before;
    }
    this.#ring[this.#slot(place)] = position;
  }

  /** The next position; -1 where nobody is left. */
  pop(): number {
    if (this.#length === 0) return -1;
    const position = this.#ring[this.#head] ?? 0;
    this.#head = this.#slot(1);
    this.#length--;
    return position;
  }

  /** At once, who lags behind goes first: an RMPOPT of no length may bring it to where the other one is. */
  #isBefore(a: number, b: number): boolean {
    const byTime = (this.#atPs[a] ?? 0) - (this.#atPs[b] ?? 0);
    if (byTime !== 0) return byTime < 0;
    const byDone = (this.#done[a] ?? 0) - (this.#done[b] ?? 0);
    const byRank = (this.#rank[a] ?? 0) - (this.#rank[b] ?? 0);
    return (byDone || byRank || a - b) < 0;
  }

  #slot(place: number): number {
    const slot = this.#head + place;
    return slot < this.#ring.length ? slot : slot - this.#ring.length;
  }
}
