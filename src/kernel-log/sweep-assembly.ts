import { timeNs } from './clock-rates.js';
import type { Era } from './era.js';
import type { Entry, ImportedSweep } from './imported-sweep.js';
import { isTotal, type LineKind } from './line-kinds.js';
import type { Moment } from './log-prefix.js';

/** Printed while a sweep runs, so before its total. */
const DURING: readonly LineKind[] = ['instruction-cycles', 'max-cycle-on-cpu'];
/** What is printed at one time follows within this; a line on a serial console takes some 10 ms. */
const MOMENT_SECONDS = 1;
/** A sweep that prints what it does is not silent for so long. */
const PAUSE_SECONDS = 10;

/** Tells which lines of one host, since one boot, are of one sweep: by their order and the moments they were printed at. */
export class SweepAssembly {
  readonly #era: Era;
  readonly #create: (era: Era) => ImportedSweep | null;
  /** The last sweep whose total was printed, and when a line of it last was. */
  #last: ImportedSweep | null = null;
  #lastMoment: Moment | null = null;
  /** A sweep whose total has yet to come. */
  #next: ImportedSweep | null = null;
  #nextMoments: { readonly first: Moment | null; readonly last: Moment | null } = { first: null, last: null };
  /** Lines that are of the last sweep or of the next. */
  #loose: Entry[] = [];
  /** Whether this host prints averages and extremes before their total. */
  #printsBefore = false;

  constructor(era: Era, create: (era: Era) => ImportedSweep | null) {
    this.#era = era;
    this.#create = create;
  }

  add(entry: Entry): void {
    if (isTotal(entry.kind)) this.#addTotal(entry);
    else if (DURING.includes(entry.kind)) this.#addDuring(entry);
    else this.#addOther(entry);
  }

  /** Counts what is left to the sweep it is of. */
  finish(): void {
    this.#settle(this.#areLooseOfLast() && !this.#printsBefore ? this.#last : null);
  }

  #addTotal(entry: Entry): void {
    const isNear = isWithin(this.#latest, entry.moment, MOMENT_SECONDS);
    if (this.#next === null && isNear && this.#last?.accepts(entry) === true) {
      this.#settle(this.#last);
      this.#attach(entry, this.#last);
      this.#lastMoment = entry.moment;
      return;
    }
    const hadNone = this.#last === null && this.#loose.length > 0;
    const owner = this.#ownerOfLoose(entry);
    if (owner === 'last') this.#settle(this.#last);
    if (owner === 'neither') this.#settle(null);
    if (this.#isNextTooEarly(entry)) this.#next = null;
    const sweep = this.#next ?? this.#create(this.#era);
    this.#printsBefore ||= hadNone && owner === 'next';
    if (owner === 'next') this.#settle(sweep);
    this.#attach(entry, sweep);
    [this.#last, this.#lastMoment, this.#next] = [sweep, entry.moment, null];
  }

  #addDuring(entry: Entry): void {
    this.finish();
    const { facts, moment } = entry;
    const isNew = !isWithin(this.#nextMoments.last, moment, PAUSE_SECONDS) && !this.#next?.goesOnWith(facts);
    if (this.#next !== null && isNew) this.#next = null;
    if (this.#next === null) this.#nextMoments = { first: moment, last: moment };
    this.#next ??= this.#create(this.#era);
    this.#nextMoments = { first: this.#nextMoments.first, last: moment };
    this.#attach(entry, this.#next);
  }

  #addOther(entry: Entry): void {
    if (!isWithin(this.#nextMoments.last, entry.moment, PAUSE_SECONDS)) this.#next = null;
    if (this.#next?.accepts(entry)) {
      this.#attach(entry, this.#next);
      return;
    }
    const isRepeated = this.#loose.some(
      ({ kind, facts }) => kind === entry.kind && (kind !== 'cpu' || facts.cpu === entry.facts.cpu),
    );
    if (isRepeated || !isWithin(this.#latest, entry.moment, MOMENT_SECONDS)) this.finish();
    const isOrderAll = entry.moment === null || this.#lastMoment === null;
    if (isOrderAll && this.#loose.length === 0 && !this.#printsBefore && this.#last?.accepts(entry))
      this.#attach(entry, this.#last);
    else this.#loose.push(entry);
  }

  get #latest(): Moment | null {
    return this.#loose.at(-1)?.moment ?? this.#lastMoment;
  }

  #areLooseOfLast(): boolean {
    const [first] = this.#loose;
    return (
      first !== undefined &&
      isWithin(this.#lastMoment, first.moment, MOMENT_SECONDS) &&
      this.#last !== null &&
      this.#loose.every((entry) => this.#last?.accepts(entry))
    );
  }

  /** Whose the loose lines are when a total follows them: of the sweep that is nearer in time. */
  #ownerOfLoose(total: Entry): 'last' | 'next' | 'neither' {
    const [first, final] = [this.#loose[0], this.#loose.at(-1)];
    if (first === undefined || final === undefined) return 'neither';
    const isOfNext = isWithin(final.moment, total.moment, MOMENT_SECONDS);
    if (!this.#areLooseOfLast()) return isOfNext ? 'next' : 'neither';
    if (!isOfNext) return 'last';
    const before = secondsBetween(this.#lastMoment, first.moment);
    const after = secondsBetween(final.moment, total.moment);
    if (before === null || after === null || before === after) return this.#printsBefore ? 'next' : 'last';
    return before < after ? 'last' : 'next';
  }

  /** Whether the lines of a sweep without a total were printed before this one began. */
  #isNextTooEarly({ facts, moment }: Entry): boolean {
    const ns = timeNs(facts, this.#era.clock);
    const seconds = secondsBetween(this.#nextMoments.first, moment);
    return ns !== null && seconds !== null && seconds > ns / 1e9 + MOMENT_SECONDS;
  }

  /** @param sweep `null`: one of their own */
  #settle(sweep: ImportedSweep | null): void {
    const loose = this.#loose;
    this.#loose = [];
    let owner = sweep;
    for (const entry of loose) {
      if (owner?.accepts(entry) !== true) owner = this.#create(this.#era);
      this.#attach(entry, owner);
      if (owner === this.#last) this.#lastMoment = entry.moment;
    }
  }

  #attach(entry: Entry, sweep: ImportedSweep | null): void {
    sweep?.add(entry);
    entry.owner.sweep = sweep;
  }
}

/** Seconds from one moment to another; `null` where that cannot be told. */
function secondsBetween(from: Moment | null, to: Moment | null): number | null {
  if (from === null || to === null || from.clock !== to.clock) return null;
  return Math.abs(to.seconds - from.seconds);
}

/** Whether it may be that one moment follows another within some seconds. */
function isWithin(from: Moment | null, to: Moment | null, seconds: number): boolean {
  const between = secondsBetween(from, to);
  return between === null || between <= seconds + (to?.resolutionSeconds ?? 0);
}
