/**
 * CPUs about to issue their next RMPOPT, by position of the mask, the soonest first. A CPU mostly comes back behind all others;
 * otherwise a binary search finds its place.
 */
export class IssueOrder {
  readonly #atPs: Float64Array;
  /** How many each has issued before. */
  readonly #done: Int32Array;
  /** The place of each among those who issue on its region at once. */
  readonly #rank: Int32Array;
  /** Those who wait stand from `head` to before `tail`. */
  readonly #waiting: Int32Array;
  #head = 0;
  #tail = 0;

  constructor(size: number) {
    this.#atPs = new Float64Array(size);
    this.#done = new Int32Array(size);
    this.#rank = new Int32Array(size);
    // Room for as many more to be taken out before the rest has to move.
    this.#waiting = new Int32Array(2 * size);
  }

  push(position: number, atPs: number, done: number, rank: number): void {
    this.#atPs[position] = atPs;
    this.#done[position] = done;
    this.#rank[position] = rank;
    const waiting = this.#waiting;
    if (this.#tail === waiting.length) {
      waiting.copyWithin(0, this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
    }
    let place = this.#tail;
    if (place > this.#head && !this.#isBefore(waiting[place - 1], position)) {
      place = this.#placeOf(position);
      waiting.copyWithin(place + 1, place, this.#tail);
    }
    waiting[place] = position;
    this.#tail++;
  }

  /** The next position; -1 where nobody is left. */
  pop(): number {
    return this.#head === this.#tail ? -1 : this.#waiting[this.#head++];
  }

  /** Behind all who are before it. */
  #placeOf(position: number): number {
    let [from, to] = [this.#head, this.#tail - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#isBefore(this.#waiting[middle], position)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Of two that issue at once, the one that has issued fewer goes first: an RMPOPT that takes no time may bring it to where the other is. */
  #isBefore(a: number, b: number): boolean {
    const byTime = this.#atPs[a] - this.#atPs[b];
    if (byTime !== 0) return byTime < 0;
    const byDone = this.#done[a] - this.#done[b];
    return (byDone || this.#rank[a] - this.#rank[b] || a - b) < 0;
  }
}
