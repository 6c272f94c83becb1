import type { RoundShape } from './round.js';

/** Neighbours in a mask that pay the same; `to` is behind the last. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Whether they are the first of their cores in the order of service. */
  readonly isQueued: boolean;
}

/** The cells of one series. An enum, since the bundler turns it into plain numbers. */
enum Cell {
  From,
  Count,
  /** When the first issues, and how much later each further one. */
  Issue,
  IssueStep,
  /** What the first spends, and how much more each further one, unless it pays more itself. */
  First,
  Step,
  /** What each pays itself. */
  Own,
  IsSibling,
  Cells,
}

/** What CPUs spend that are not the sender. */
export interface RemoteTimes {
  sumPs: number;
  leastPs: number;
  mostPs: number;
}

/**
 * The mask of rounds on one region that are told as series: neighbours in the mask of which each ends some time after the one before.
 * Holds what CPUs spent in the last of these rounds.
 */
export class Series {
  /** By position, where its neighbours of the same L3 group end. */
  readonly groupEnds: Int32Array;
  readonly #shape: RoundShape;
  /** By position, how many places before it in the order of service another CPU of its core is served, wherever that begins. */
  readonly #siblingDistance: Int32Array;
  readonly #runs: (readonly Run[] | undefined)[] = [];
  readonly #cells: Float64Array;
  readonly #spentPs: Float64Array;
  /** By core, when the first of its CPUs has ended. */
  readonly #servedPs: Float64Array;
  /** Behind the cells of the last series. */
  #end = 0;
  #lastLookedUp = 0;
  /** Up to four lines: where each begins and how much it rises. */
  readonly #lines = new Float64Array(8);

  /** @param cores how many the host has */
  constructor(shape: RoundShape, cores: number) {
    const size = shape.cpus.length;
    this.#shape = shape;
    this.#cells = new Float64Array(size * Cell.Cells);
    this.#spentPs = new Float64Array(size);
    this.#servedPs = new Float64Array(cores);
    this.groupEnds = new Int32Array(size);
    for (let position = size - 1; position >= 0; position--) {
      const isLast = shape.l3Groups[position] !== shape.l3Groups[position + 1];
      this.groupEnds[position] = isLast ? position + 1 : this.groupEnds[position + 1];
    }
    this.#siblingDistance = siblingDistances(shape, cores);
  }

  /** The mask cut into runs in the order of service, where the CPU at `start` is served first and those before it last. */
  runsFrom(start: number): readonly Run[] {
    this.#runs[start] ??= this.#cut(start);
    return this.#runs[start];
  }

  #cut(start: number): Run[] {
    const { cpus, sender } = this.#shape;
    const size = cpus.length;
    const runs: { from: number; to: number; isQueued: boolean }[] = [];
    for (let place = 0; place < size; place++) {
      const position = (start + place) % size;
      const isQueued = this.#siblingDistance[position] > place;
      const run = runs.at(-1);
      // Siblings stand as far behind the first CPUs of their cores as their neighbours do.
      const isAlike = isQueued || this.#siblingDistance[position] === this.#siblingDistance[position - 1];
      const continues = run?.to === position && run.isQueued === isQueued && isAlike;
      if (continues && cpus[position] !== sender && cpus[position - 1] !== sender) run.to++;
      else runs.push({ from: position, to: position + 1, isQueued });
    }
    return runs;
  }

  clear(): void {
    this.#end = 0;
  }

  /**
   * Adds a series of the round.
   * @param issuePs,issueStepPs when the first issues, and how much later each further one
   * @param firstPs,stepPs what the first spends, and how much more each further one
   * @param ownPs what each pays itself, and so spends at least
   * @param isSibling whether they wait for the record of their core
   */
  add(
    from: number,
    count: number,
    issuePs: number,
    issueStepPs: number,
    firstPs: number,
    stepPs: number,
    ownPs: number,
    isSibling: boolean,
  ): void {
    const cells = this.#cells;
    const at = this.#end;
    this.#end += Cell.Cells;
    cells[at + Cell.From] = from;
    cells[at + Cell.Count] = count;
    cells[at + Cell.Issue] = issuePs;
    cells[at + Cell.IssueStep] = issueStepPs;
    cells[at + Cell.First] = firstPs;
    cells[at + Cell.Step] = stepPs;
    cells[at + Cell.Own] = ownPs;
    cells[at + Cell.IsSibling] = isSibling ? 1 : 0;
  }

  /** What all but the sender spent. */
  remoteTimes(): RemoteTimes {
    const times = { sumPs: 0, leastPs: Number.POSITIVE_INFINITY, mostPs: 0 };
    const cells = this.#cells;
    const lines = this.#lines;
    for (let at = 0; at < this.#end; at += Cell.Cells) {
      const count = cells[at + Cell.Count];
      if (cells[at + Cell.From] === this.#shape.senderPosition) continue;
      const isSibling = cells[at + Cell.IsSibling] === 1;
      for (let place = 0; place < count; ) {
        lines[0] = cells[at + Cell.Own];
        lines[1] = 0;
        lines[2] = cells[at + Cell.First] + place * cells[at + Cell.Step];
        lines[3] = cells[at + Cell.Step];
        const alike = isSibling ? this.#lookAtServed(at, place) : count;
        addHighest(times, lines, isSibling ? 4 : 2, alike);
        place += alike;
      }
    }
    return times;
  }

  /**
   * Sets the lines of how long a sibling waits until the first CPU of its core has ended, and its neighbours likewise.
   * @param place which one of a series it is
   * @returns how many of them there are, itself included, whose first CPUs are neighbours in a series, too
   */
  #lookAtServed(at: number, place: number): number {
    const cells = this.#cells;
    const lines = this.#lines;
    const size = this.#spentPs.length;
    let position = cells[at + Cell.From] + place;
    let alike = cells[at + Cell.Count] - place;
    let first = at;
    let firstPlace = place;
    while (cells[first + Cell.IsSibling] === 1) {
      position -= this.#siblingDistance[position];
      if (position < 0) position += size;
      first = this.#seriesWith(position);
      firstPlace = position - cells[first + Cell.From];
      alike = Math.min(alike, cells[first + Cell.Count] - firstPlace);
    }
    const issueStepPs = cells[first + Cell.IssueStep];
    const issuePs = cells[at + Cell.Issue] + place * cells[at + Cell.IssueStep];
    const firstIssuePs = cells[first + Cell.Issue] + firstPlace * issueStepPs;
    lines[4] = firstIssuePs + cells[first + Cell.Own] - issuePs;
    lines[5] = issueStepPs - cells[at + Cell.IssueStep];
    lines[6] = firstIssuePs + cells[first + Cell.First] + firstPlace * cells[first + Cell.Step] - issuePs;
    lines[7] = lines[5] + cells[first + Cell.Step];
    return alike;
  }

  /** The series that holds a position: mostly the one that was looked up last, or the next. */
  #seriesWith(position: number): number {
    const cells = this.#cells;
    let at = this.#lastLookedUp < this.#end ? this.#lastLookedUp : 0;
    while (position < cells[at + Cell.From] || position >= cells[at + Cell.From] + cells[at + Cell.Count]) {
      at = at + Cell.Cells === this.#end ? 0 : at + Cell.Cells;
    }
    this.#lastLookedUp = at;
    return at;
  }

  /** What each CPU spent, by position. */
  spentPs(): Float64Array {
    for (let at = 0; at < this.#end; at += Cell.Cells) this.#spend(at);
    return this.#spentPs;
  }

  /** Goes through a series, CPU by CPU. */
  #spend(at: number): void {
    const { cores } = this.#shape;
    const spentPs = this.#spentPs;
    const servedPs = this.#servedPs;
    const cells = this.#cells;
    const from = cells[at + Cell.From] | 0;
    const end = (from + cells[at + Cell.Count]) | 0;
    const issueStepPs = cells[at + Cell.IssueStep];
    const stepPs = cells[at + Cell.Step];
    const ownPs = cells[at + Cell.Own];
    const isSibling = cells[at + Cell.IsSibling] === 1;
    let issuePs = cells[at + Cell.Issue];
    let turnPs = cells[at + Cell.First];
    for (let position = from; position < end; position++) {
      let ps = turnPs > ownPs ? turnPs : ownPs;
      if (!isSibling) servedPs[cores[position]] = issuePs + ps;
      else if (servedPs[cores[position]] - issuePs > ps) ps = servedPs[cores[position]] - issuePs;
      spentPs[position] = ps;
      issuePs += issueStepPs;
      turnPs += stepPs;
    }
  }
}

/** Adds up the highest of some lines at 0, 1 and so on: line after line, each as far as no steeper one is higher. */
function addHighest(times: RemoteTimes, lines: Float64Array, lineCount: number, count: number): void {
  for (let place = 0; place < count; ) {
    let startPs = Number.NEGATIVE_INFINITY;
    let stepPs = 0;
    for (let line = 0; line < lineCount; line++) {
      const ps = lines[2 * line] + place * lines[2 * line + 1];
      if (ps < startPs || (ps === startPs && lines[2 * line + 1] < stepPs)) continue;
      startPs = ps;
      stepPs = lines[2 * line + 1];
    }
    let end = count;
    for (let line = 0; line < lineCount; line++) {
      const risePs = lines[2 * line + 1] - stepPs;
      const belowPs = startPs - lines[2 * line] - place * lines[2 * line + 1];
      if (risePs > 0) end = Math.min(end, place + Math.ceil(belowPs / risePs));
    }
    const lastPs = startPs + (end - place - 1) * stepPs;
    times.sumPs += ((end - place) * (startPs + lastPs)) / 2;
    times.leastPs = Math.min(times.leastPs, startPs, lastPs);
    times.mostPs = Math.max(times.mostPs, startPs, lastPs);
    place = end;
  }
}

/** A core's only CPU in the mask has one of its core as many places before it as there are. */
function siblingDistances({ cores, hasSiblings }: RoundShape, allCores: number): Int32Array {
  const size = cores.length;
  const distances = new Int32Array(size).fill(size);
  if (!hasSiblings) return distances;
  const lastPlace = new Int32Array(allCores);
  // Twice around, so that the first ones, too, have seen those before them.
  for (let place = 0; place < 2 * size; place++) {
    const core = cores[place % size];
    if (place >= size) distances[place % size] = place - lastPlace[core];
    lastPlace[core] = place;
  }
  return distances;
}
