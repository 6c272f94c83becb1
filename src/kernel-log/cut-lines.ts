/** How a line ends that ends within its message or with a figure of it. */
export interface LineEnding {
  /** How many bytes the line has; `null` where it ends with no figure. */
  readonly width: number | null;
  /** How many characters of the message stand in the line; infinite where it was put together of several lines. */
  readonly reach: number;
  /** The width of a line before it that ends with a figure; `null` without one. */
  readonly breakWidth: number | null;
}

/** One message alone may be cut off by chance. */
const ALIKE_MIN = 2;

/** Tells which lines may have been cut off by what cut off others. */
export class CutLines {
  /** Widths at which messages were cut off, and those at which lines were broken, whether they go on or not. */
  readonly #cutWidths = new Set<number>();
  readonly #widths = new Set<number>();
  readonly #reaches = new Map<number, number>();
  #longest = 0;

  /** Notes a message that was seen to be cut off. */
  see({ width, reach }: LineEnding): void {
    if (width === null) return;
    this.#cutWidths.add(width);
    this.#widths.add(width);
    this.#reaches.set(reach, (this.#reaches.get(reach) ?? 0) + 1);
  }

  /** Notes how long a message is that is whole. */
  seeWhole(reach: number): void {
    this.#longest = Math.max(this.#longest, reach);
  }

  /** Notes a width at which lines were broken. */
  seeWidth(width: number): void {
    this.#widths.add(width);
  }

  /**
   * Tells, when all are noted, whether a line that ends like this may be cut off: where others were, or, where several messages were
   * cut after as many characters, or one and none is longer, after as many or more. What got into a line later makes it longer,
   * or breaks it.
   */
  judge(): (ending: LineEnding) => boolean {
    let least: number | null = null;
    for (const [reach, count] of this.#reaches)
      if (count >= ALIKE_MIN || reach >= this.#longest) least = Math.min(least ?? reach, reach);
    const endsThere = (width: number, reach: number) =>
      this.#widths.has(width) || (least !== null && reach >= least);
    return ({ width, reach, breakWidth }) =>
      (breakWidth !== null && this.#cutWidths.has(breakWidth)) || (width !== null && endsThere(width, reach));
  }
}
