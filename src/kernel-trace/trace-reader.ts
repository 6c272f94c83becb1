import { type Instant, Rounds, type SweepTally } from './sweep-tally.js';
import { TraceClock } from './trace-clock.js';
import { eventIn, mayBeEvent, type TraceEvent } from './trace-event.js';

/** Events that a trace says it has lost. */
export interface Loss {
  readonly line: number;
  /** `null` where it does not say on which. */
  readonly cpu: number | null;
  /** `null` where it does not say how many. */
  readonly events: string | null;
}

/** A line that should be an event and could not be used. */
export interface UnusedLine {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** What a trace tells. */
export interface ReadTrace {
  readonly sweeps: readonly SweepTally[];
  /** Sweeps beyond those that are kept. */
  readonly sweepsLeftOut: number;
  readonly losses: readonly Loss[];
  readonly unused: readonly UnusedLine[];
  readonly unusedCount: number;
  readonly unit: TraceClock['unit'];
  /** Nanoseconds of one cycle by the clock that the capture compared with it; `null` where it did not. */
  readonly measured: { readonly nsPerCycle: number; readonly overNs: number } | null;
  /** Lines `# name: value` of the capture. */
  readonly header: ReadonlyMap<string, string>;
  readonly hostCpus: number | null;
  /** Calls outside of sweeps, runs of a worker that made no rounds, and events of functions that are not looked for. */
  readonly outside: ReadonlyMap<string, number>;
  readonly idleRuns: ReadonlyMap<string, number>;
  readonly otherCallees: ReadonlySet<string>;
}

/** A worker that has started and not ended. */
interface OpenSweep {
  readonly worker: string;
  readonly thread: number;
  readonly cpu: number;
  readonly start: Instant;
  readonly rounds: Map<string, Rounds>;
}

/** So much is kept one by one; what a trace has beyond is counted. */
const SWEEPS_MAX = 1000;
const LOSSES_MAX = 1000;
const UNUSED_MAX = 1000;
const OTHERS_MAX = 20;
/** Far above what a kernel has: workers that sweep at once, and functions that are called in one sweep, or outside of all. */
const OPEN_MAX = 100;
const FUNCTIONS_MAX = 100;
const HEADER_MAX = 100;
const OTHER_FUNCTIONS = 'other functions';
/** Above any line of a trace. */
const LINE_MAX_LENGTH = 4096;
const UNUSED_TEXT_MAX_LENGTH = 200;

/** What the names of functions have in common that are looked for. */
const NAMED = /rmpopt/i;
const LOSS = [
  /^CPU:(?<cpu>\d{1,6}) \[(?:LOST )?(?:(?<events>\d{1,15}) )?EVENTS(?: DROPPED)?\]/,
  /^# lost on cpu (?<cpu>\d{1,6}): (?<events>\d{1,15}) events/,
  /\bPERF_RECORD_LOST(?:_SAMPLES)?:? +(?:lost )?(?<events>\d{1,15})/,
];
const BUFFERS = /^# entries-in-buffer\/entries-written: (\d{1,15})\/(\d{1,15}) +#P:(\d{1,6})/;
const HOST_CPUS = /^(?:cpus=|# nrcpus online : )(\d{1,6})\s*$/;
const HEADER = /^# ([a-z_ -]{1,30}): (.*)$/;

/** Reads the lines of a trace, in memory that does not grow with the rounds of sweeps that are over. */
export class TraceReader {
  readonly #clock = new TraceClock();
  readonly #sweeps: SweepTally[] = [];
  readonly #losses: Loss[] = [];
  readonly #unused: UnusedLine[] = [];
  readonly #header = new Map<string, string>();
  readonly #open = new Map<number, OpenSweep>();
  readonly #outside = new Map<string, number>();
  readonly #idleRuns = new Map<string, number>();
  readonly #otherCallees = new Set<string>();
  /** Starts and ends of workers by the trace's clock and by the one that the capture compared with it. */
  readonly #ownStamps = new StampSpan();
  readonly #otherStamps = new StampSpan();
  readonly #otherClock = new TraceClock();
  #named = new Set<string>();
  #latestCallee: string | null = null;
  /** By function, the sweep that has queued the latest call of it; `null` where that was somebody else. */
  readonly #callers = new Map<string, OpenSweep | null>();
  #sweepsLeftOut = 0;
  #unusedCount = 0;
  #hostCpus: number | null = null;
  #lines = 0;

  read(line: string): void {
    this.#lines++;
    if (line.startsWith('#') || !mayBeEvent(line)) {
      this.#readRemark(line);
      return;
    }
    const event = eventIn(line.length > LINE_MAX_LENGTH ? '' : line);
    if (event === null) this.#leave(line, 'not understood');
    else if (this.#isLookedFor(event.callee)) this.#take(event, line);
    else if (this.#otherCallees.size < OTHERS_MAX) this.#otherCallees.add(event.callee);
  }

  finish(): ReadTrace {
    for (const sweep of this.#open.values()) this.#finishSweep(sweep, null);
    this.#sweeps.sort((a, b) => a.start.line - b.start.line);
    return {
      ...{
        sweeps: this.#sweeps,
        sweepsLeftOut: this.#sweepsLeftOut,
        losses: this.#losses,
        unused: this.#unused,
        unusedCount: this.#unusedCount,
      },
      ...{ unit: this.#clock.unit, measured: this.#rate(), header: this.#header, hostCpus: this.#hostCpus },
      ...{ outside: this.#outside, idleRuns: this.#idleRuns, otherCallees: this.#otherCallees },
    };
  }

  /** Nearly all events are of one function. */
  #isLookedFor(callee: string): boolean {
    if (callee === this.#latestCallee) return true;
    const isLookedFor = this.#named.has(callee) || NAMED.test(callee);
    if (isLookedFor) this.#latestCallee = callee;
    return isLookedFor;
  }

  #take(event: TraceEvent, line: string): void {
    const ticks = this.#clock.ticks(event.stamp);
    if (ticks === null) this.#leave(line, 'its time is by another clock than those before');
    else if (event.kind === 'start') this.#start(event, this.#instant(event, ticks));
    else if (event.kind === 'end') this.#end(event, this.#instant(event, ticks));
    else this.#call(event, ticks);
  }

  #instant({ stamp: { whole, fraction } }: TraceEvent, ticks: number): Instant {
    return { ticks, line: this.#lines, printed: fraction === undefined ? whole : `${whole}.${fraction}` };
  }

  #start({ callee, thread, cpu }: TraceEvent, start: Instant): void {
    this.#ownStamps.add(start.ticks);
    for (const sweep of this.#open.values()) {
      // A thread does one thing at a time, and a work item is run by one at a time: the end of this one is missing.
      const isOver = sweep.thread === thread || sweep.worker === callee || this.#open.size >= OPEN_MAX;
      if (isOver) this.#finishSweep(sweep, null);
    }
    this.#open.set(thread, { worker: callee, thread, cpu, start, rounds: new Map() });
  }

  #end({ callee, thread }: TraceEvent, end: Instant): void {
    this.#ownStamps.add(end.ticks);
    const sweep = this.#open.get(thread);
    // Without its start, or with the start of another, it is the end of nothing that is known.
    if (sweep !== undefined) this.#finishSweep(sweep, sweep.worker === callee ? end : null);
  }

  #call(event: TraceEvent, ticks: number): void {
    const { callee, kind } = event;
    const sweep = this.#callerOf(event);
    if (sweep === null) {
      if (kind !== 'exit') count(this.#outside, callee);
      return;
    }
    const rounds = sweep.rounds.get(callee) ?? this.#newRounds(sweep, callee);
    if (kind === 'entry') rounds.entry(event, ticks, sweep.thread);
    else if (kind === 'exit') rounds.exit(event, ticks);
    else rounds.queue(event.target ?? 0, this.#instant(event, ticks));
  }

  #newRounds({ rounds }: OpenSweep, callee: string): Rounds {
    const name = rounds.size < FUNCTIONS_MAX ? callee : OTHER_FUNCTIONS;
    const made = rounds.get(name) ?? new Rounds(this.#header.has('rmpopt-capture'));
    rounds.set(name, made);
    return made;
  }

  /** The sweep that a call belongs to: that of the thread which queued it or, where no such event is there, the one under way. */
  #callerOf({ kind, callee, thread }: TraceEvent): OpenSweep | null {
    if (kind === 'queue') {
      const caller = this.#open.get(thread) ?? null;
      if (this.#callers.has(callee) || this.#callers.size < FUNCTIONS_MAX) this.#callers.set(callee, caller);
      return caller;
    }
    const caller = this.#callers.get(callee);
    if (caller !== undefined) return caller;
    const [underWay = null] = this.#open.values();
    return underWay;
  }

  #finishSweep(sweep: OpenSweep, end: Instant | null): void {
    const { worker, thread, cpu, start, rounds } = sweep;
    this.#open.delete(thread);
    for (const [callee, caller] of this.#callers) if (caller === sweep) this.#callers.delete(callee);
    const tallies = [...rounds].map(([callee, one]) => {
      return { callee, calls: one.calls, ...one.tally(end?.ticks ?? Number.NaN) };
    });
    const [most, ...others] = tallies.sort((a, b) => b.calls - a.calls || b.rounds - a.rounds);
    if (most === undefined || most.rounds === 0) {
      count(this.#idleRuns, worker);
      return;
    }
    if (this.#sweeps.length === SWEEPS_MAX) {
      this.#sweepsLeftOut++;
      return;
    }
    const { calls: _, ...tally } = most;
    const otherCalls = others.reduce((sum, { calls }) => sum + calls, 0);
    this.#sweeps.push({ ...tally, worker, senderCpu: cpu, start, end, otherCalls });
  }

  #readRemark(line: string): void {
    const loss = LOSS.map((pattern) => pattern.exec(line)?.groups).find((groups) => groups !== undefined);
    if (loss !== undefined) {
      const cpu = loss.cpu === undefined ? null : Number(loss.cpu);
      this.#lose({ line: this.#lines, cpu, events: loss.events ?? null });
      return;
    }
    const [, kept, written, buffers] = BUFFERS.exec(line) ?? [];
    if (kept !== undefined && Number(written) > Number(kept)) {
      this.#lose({ line: this.#lines, cpu: null, events: String(Number(written) - Number(kept)) });
    }
    const hostCpus = buffers ?? HOST_CPUS.exec(line)?.[1];
    if (hostCpus !== undefined) this.#hostCpus = Number(hostCpus);
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (name === 'mono_raw') this.#readOtherClock(value);
    else if (name !== '') this.#readHeader(name, value);
  }

  #lose(loss: Loss): void {
    if (this.#losses.length < LOSSES_MAX) this.#losses.push(loss);
  }

  #readHeader(name: string, value: string): void {
    // Only the head of a capture has such lines; where there are more, they are something else.
    if (this.#header.size < HEADER_MAX) this.#header.set(name, value.trim());
    if (name === 'functions') this.#named = new Set(value.trim().split(' '));
  }

  #readOtherClock(line: string): void {
    const event = eventIn(line);
    const ns =
      event === null || event.stamp.fraction === undefined ? null : this.#otherClock.ticks(event.stamp);
    if (ns !== null) this.#otherStamps.add(ns);
  }

  /** By the first and the last start or end of a worker; `null` where one of the clocks has not seen them all. */
  #rate(): ReadTrace['measured'] {
    const [own, other] = [this.#ownStamps, this.#otherStamps];
    const isKnown =
      this.#clock.unit === 'cycles' && own.count === other.count && own.length > 0 && other.length > 0;
    return isKnown ? { nsPerCycle: other.length / own.length, overNs: other.length } : null;
  }

  #leave(text: string, reason: string): void {
    this.#unusedCount++;
    if (this.#unused.length >= UNUSED_MAX) return;
    this.#unused.push({ line: this.#lines, reason, text: text.slice(0, UNUSED_TEXT_MAX_LENGTH) });
  }
}

/** From the first stamp to the last. */
class StampSpan {
  count = 0;
  #first = 0;
  #last = 0;

  get length(): number {
    return this.#last - this.#first;
  }

  add(ticks: number): void {
    if (this.count++ === 0) this.#first = ticks;
    this.#last = ticks;
  }
}

function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < FUNCTIONS_MAX ? name : OTHER_FUNCTIONS;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
