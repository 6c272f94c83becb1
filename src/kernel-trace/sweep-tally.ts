import { meanOf, percentile, ratio } from '../run-document/statistics.js';
import type { TraceEvent } from './trace-event.js';

/** A time in the ticks of the trace, with the line it stands in and as printed there. */
export interface Instant {
  readonly ticks: number;
  readonly line: number;
  readonly printed: string;
}

/** How a few thousand durations are spread. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

/** What one CPU did in the rounds of a sweep; times in ticks. */
export interface CpuTally {
  readonly cpu: number;
  /** Whether it ran the calls as the sender, which takes part in rounds to all CPUs. */
  readonly isSender: boolean;
  readonly calls: number;
  /** Calls of which both entry and exit are known. */
  readonly timedCalls: number;
  readonly exits: number;
  readonly inCalls: number;
  readonly longestCall: number;
  /** From the start of a round to its entry; `null` where no round has a start. */
  readonly delay: Spread | null;
  /** Its place in the order in which CPUs entered a round, from 1. */
  readonly positionMin: number;
  readonly positionMean: number;
  readonly positionMax: number;
  readonly firsts: number;
  readonly lasts: number;
}

/** The parts of a round, from one step to the next, each over the rounds of which it is known; `null` where of none. */
export interface RoundSteps {
  readonly round: Spread | null;
  readonly firstEntry: Spread | null;
  readonly lastEntry: Spread | null;
  readonly lastExit: Spread | null;
  readonly next: Spread | null;
}

/** What a trace tells of one sweep. */
export interface SweepTally {
  readonly worker: string;
  readonly callee: string;
  readonly senderCpu: number;
  readonly start: Instant;
  /** `null` where the trace ends before. */
  readonly end: Instant | null;
  /** `null` where the trace does not have the start of the first round. */
  readonly firstRound: Instant | null;
  readonly rounds: number;
  /** Rounds of which the trace has the start. */
  readonly startedRounds: number;
  readonly steps: RoundSteps;
  readonly cpus: readonly CpuTally[];
  /** Calls of other functions in its time. */
  readonly otherCalls: number;
}

/** What is known of one round: ticks, NaN for what the trace does not have. */
interface Round {
  start: number;
  firstEntry: number;
  lastEntry: number;
  lastExit: number;
  entries: number;
  lastCpu: number;
}

class CpuCalls {
  calls = 0;
  ownCalls = 0;
  timedCalls = 0;
  exits = 0;
  inCalls = 0;
  longestCall = 0;
  enteredAt = Number.NaN;
  /** Number of the round that it was called in last, or queued for; the first is 1. */
  calledIn = 0;
  queuedIn = 0;
  positionMin = 0;
  positionMax = 0;
  positionSum = 0;
  firsts = 0;
  lasts = 0;
  readonly delays: number[] = [];

  tally(cpu: number): CpuTally {
    const { calls, timedCalls, exits, inCalls, longestCall, positionMin, positionMax, firsts, lasts } = this;
    return {
      ...{
        cpu,
        isSender: calls > 0 && this.ownCalls === calls,
        calls,
        timedCalls,
        exits,
        inCalls,
        longestCall,
      },
      ...{ delay: spreadOf(this.delays), positionMin, positionMax, firsts, lasts },
      positionMean: ratio(this.positionSum, calls),
    };
  }
}

/** The rounds in which one function is called. Each of them waits for all its calls before the next begins. */
export class Rounds {
  readonly #cpus = new Map<number, CpuCalls>();
  readonly #rounds: Round[] = [];
  #current: Round | null = null;
  #firstStart: Instant | null = null;
  readonly #isOneQueuedPerRound: boolean;
  calls = 0;

  /** @param isOneQueuedPerRound whether the trace has one queued call of each round, and not all of them */
  constructor(isOneQueuedPerRound: boolean) {
    this.#isOneQueuedPerRound = isOneQueuedPerRound;
  }

  /** A call is queued: the first one of a round starts it. */
  queue(target: number, at: Instant): void {
    const cpu = this.#cpu(target);
    const number = this.#rounds.length;
    const isStarted = this.#isOneQueuedPerRound && !Number.isNaN(this.#current?.start);
    if (number === 0 || isStarted || cpu.queuedIn === number || cpu.calledIn === number) this.#begin();
    cpu.queuedIn = this.#rounds.length;
    const round = this.#current;
    if (round === null || !Number.isNaN(round.start)) return;
    round.start = at.ticks;
    if (this.#rounds.length === 1 && round.entries === 0) this.#firstStart = at;
  }

  entry({ cpu: number, thread }: TraceEvent, ticks: number, sender: number): void {
    const cpu = this.#cpu(number);
    if (this.#rounds.length === 0 || cpu.calledIn === this.#rounds.length) this.#begin();
    const round = this.#current;
    if (round === null) return;
    cpu.calledIn = this.#rounds.length;
    cpu.enteredAt = ticks;
    cpu.calls++;
    this.calls++;
    if (thread === sender) cpu.ownCalls++;
    if (round.entries++ === 0) {
      round.firstEntry = ticks;
      cpu.firsts++;
    }
    [round.lastEntry, round.lastCpu] = [ticks, number];
    cpu.positionSum += round.entries;
    cpu.positionMin = Math.min(cpu.positionMin || round.entries, round.entries);
    cpu.positionMax = Math.max(cpu.positionMax, round.entries);
    if (ticks >= round.start) cpu.delays.push(ticks - round.start);
  }

  exit({ cpu: number }: TraceEvent, ticks: number): void {
    const cpu = this.#cpu(number);
    const took = ticks - cpu.enteredAt;
    cpu.exits++;
    cpu.enteredAt = Number.NaN;
    // Without its entry, or from before it, it ends nothing.
    if (!(took >= 0)) return;
    cpu.timedCalls++;
    cpu.inCalls += took;
    cpu.longestCall = Math.max(cpu.longestCall, took);
    if (this.#current !== null) this.#current.lastExit = ticks;
  }

  /** @param end when the worker ended, NaN where that is not known */
  tally(end: number): Pick<SweepTally, 'firstRound' | 'rounds' | 'startedRounds' | 'steps' | 'cpus'> {
    this.#close();
    const called = [...this.#cpus]
      .filter(([, { calls, exits }]) => calls + exits > 0)
      .sort(([a], [b]) => a - b);
    return {
      firstRound: this.#firstStart,
      rounds: this.#rounds.length,
      startedRounds: this.#rounds.filter(({ start }) => !Number.isNaN(start)).length,
      steps: stepsOf(this.#rounds, end),
      cpus: called.map(([cpu, calls]) => calls.tally(cpu)),
    };
  }

  #cpu(number: number): CpuCalls {
    const known = this.#cpus.get(number);
    if (known !== undefined) return known;
    const cpu = new CpuCalls();
    this.#cpus.set(number, cpu);
    return cpu;
  }

  #begin(): void {
    this.#close();
    const unknown = Number.NaN;
    this.#current = {
      ...{ start: unknown, firstEntry: unknown, lastEntry: unknown, lastExit: unknown },
      ...{ entries: 0, lastCpu: 0 },
    };
    this.#rounds.push(this.#current);
  }

  /** A call that has not ended by now has lost its exit. */
  #close(): void {
    if (this.#current === null || this.#current.entries === 0) return;
    this.#cpu(this.#current.lastCpu).lasts++;
    for (const cpu of this.#cpus.values()) cpu.enteredAt = Number.NaN;
  }
}

function stepsOf(rounds: readonly Round[], end: number): RoundSteps {
  const between = (from: keyof Round, to: keyof Round) =>
    spreadOf(rounds.map((round) => round[to] - round[from]));
  const next = rounds.map(({ lastExit }, i) => (rounds[i + 1]?.start ?? end) - lastExit);
  return {
    round: between('start', 'lastExit'),
    firstEntry: between('start', 'firstEntry'),
    lastEntry: between('firstEntry', 'lastEntry'),
    lastExit: between('lastEntry', 'lastExit'),
    next: spreadOf(next),
  };
}

/** Of the durations that are known. */
function spreadOf(durations: readonly number[]): Spread | null {
  const sorted = Float64Array.from(durations.filter((ticks) => ticks >= 0)).sort();
  if (sorted.length === 0) return null;
  const sum = sorted.reduce((total, ticks) => total + ticks, 0);
  return {
    min: percentile(sorted, 0),
    median: percentile(sorted, 0.5),
    mean: meanOf(sum, sorted.length),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
}
