import type {
  ArrivalRow,
  ImportedCpuRow,
  ImportedResultRow,
  ObservationRow,
  Partly,
  RoundRow,
  SweepKey,
} from '../run-document/columns.js';
import { meanOf, percentile, ratio, roundRatio } from '../run-document/statistics.js';
import type { CpuTally, Instant, Spread, SweepTally } from './sweep-tally.js';

/** What names the rows of a sweep, and the host as far as the trace and the user say. */
export interface SweepNames extends Omit<SweepKey, 'seed'> {
  readonly memoryBytes: number | null;
  readonly hostCpus: number | null;
}

/** How ticks of the trace become time. */
export interface TickClock {
  /** `null` where the rate of the clock is not known. */
  readonly nsPerTick: number | null;
  /** Whether the kernel itself trusts it. */
  readonly isTrusted: boolean;
}

/** The rows of one sweep. */
export interface SweepRows {
  readonly results: readonly ImportedResultRow[];
  readonly cpus: readonly ImportedCpuRow[];
  readonly rounds: readonly Partly<RoundRow>[];
  readonly arrivals: readonly Partly<ArrivalRow>[];
  readonly observations: readonly ObservationRow[];
}

/** What of a sweep can be relied on. */
export interface SweepFaults {
  /** Whether the trace has the worker's start and end and no other sweep's between. */
  readonly isWhole: boolean;
  /** Whether the number of rounds is certain. */
  readonly hasRounds: boolean;
  /** Whether it has the start of every round; that of the first alone ends the local phase. */
  readonly hasStarts: boolean;
  /** Whether it has entry and exit of every call; a capture of totals has none. */
  readonly hasCalls: boolean;
}

/**
 * What of a sweep can be relied on. Rounds are counted by who asks for them, and by each CPU that is called in them.
 * @param isLossless whether the trace says of no lost events
 * @param isCounted whether the trace has as many sweeps as the capture has counted
 */
export function faultsOf(sweep: SweepTally, isLossless: boolean, isCounted: boolean): SweepFaults {
  const { rounds, startedRounds, cpus, end } = sweep;
  // Where a CPU left more calls than it entered, entries are missing.
  const areEntered = cpus.every(({ calls, exits }) => calls === rounds && exits <= calls);
  const hasStarts = startedRounds === rounds;
  const areConfirmed = cpus.length > 0 && areEntered && (hasStarts || (cpus.length > 1 && isLossless));
  return {
    isWhole: end !== null && isCounted,
    hasRounds: isCounted && (areConfirmed || (cpus.length === 0 && isLossless)),
    hasStarts,
    hasCalls: cpus.every((cpu) => isCalledIn(cpu, rounds)),
  };
}

/** Whether a CPU entered and left a call in every round. */
function isCalledIn({ calls, timedCalls, exits }: CpuTally, rounds: number): boolean {
  return calls === rounds && timedCalls === calls && exits === calls;
}

/** Whether nothing of a sweep is missing. */
export function isComplete({ isWhole, hasRounds, hasStarts, hasCalls }: SweepFaults): boolean {
  return isWhole && hasRounds && hasStarts && hasCalls;
}

/**
 * What a sweep comes to as rows. Figures that rest on events which the trace lacks are `null`.
 */
export function sweepRows(
  sweep: SweepTally,
  names: SweepNames,
  faults: SweepFaults,
  { nsPerTick, isTrusted }: TickClock,
): SweepRows {
  const time: Time = (ticks) => {
    const ns = ticks === null || nsPerTick === null ? null : Math.round(ticks * nsPerTick);
    return ns === null || !Number.isSafeInteger(ns) ? null : ns;
  };
  return {
    results: resultRows(sweep, names, faults, time).map((row) => named(row, isTrusted)),
    cpus: faults.hasRounds && faults.isWhole ? cpuRows(sweep, names, time) : [],
    rounds: [roundRow(sweep, names, faults, time)],
    arrivals: sweep.cpus.map((cpu) => arrivalRow(cpu, sweep, names, time)),
    observations: observationRows(sweep, names),
  };
}

type Time = (ticks: number | null) => number | null;

function keyOf({ memoryBytes: _, hostCpus: __, ...key }: SweepNames) {
  return key;
}

function resultRows(
  sweep: SweepTally,
  names: SweepNames,
  { isWhole, hasRounds, hasCalls }: SweepFaults,
  time: Time,
): ImportedResultRow[] {
  const { start, firstRound, end, rounds } = sweep;
  const remoteCpus = sweep.cpus.filter(({ isSender }) => !isSender);
  const localNs = time(hasRounds && firstRound !== null ? firstRound.ticks - start.ticks : null);
  const remoteNs = time(
    isWhole && hasRounds && end !== null && firstRound !== null ? end.ticks - firstRound.ticks : null,
  );
  const totalNs = time(isWhole && end !== null ? end.ticks - start.ticks : null);
  const blank = { ...blankRow(names), regions: hasRounds ? rounds : null };
  const hasCpus = hasRounds && hasCalls && remoteCpus.length > 0;
  return [
    { ...blank, phase: 'local', elapsedNs: localNs, perCpuNs: localNs },
    {
      ...{ ...blank, phase: 'remote', elapsedNs: remoteNs },
      perCpuNs: remoteNs === null || !hasCpus ? null : meanOf(remoteNs, remoteCpus.length),
      ...(hasCpus ? inRmpoptFigures(remoteCpus, remoteNs, time) : {}),
    },
    { ...blank, phase: 'total', elapsedNs: totalNs },
  ];
}

/** A trace prints instants: whatever a row has is computed from them, and is as doubtful as the clock. */
function named(row: ImportedResultRow, isTrusted: boolean): ImportedResultRow {
  const given = ['run', 'cpus', 'memoryBytes'];
  const figures = Object.entries(row)
    .filter(([name, value]) => typeof value === 'number' && !given.includes(name))
    .map(([name]) => name);
  const times = isTrusted ? [] : figures.filter((name) => name.endsWith('Ns'));
  return { ...row, derived: figures.join(';'), doubtful: times.join(';') };
}

function inRmpoptFigures(
  cpus: readonly CpuTally[],
  elapsedNs: number | null,
  time: Time,
): Partial<ImportedResultRow> {
  const ranked = [...cpus].sort((a, b) => a.inCalls - b.inCalls || a.cpu - b.cpu);
  const slowest = ranked.find(({ inCalls }) => inCalls === ranked.at(-1)?.inCalls);
  const ticks = ranked.map(({ inCalls }) => inCalls);
  const cpuTimeNs = time(ticks.reduce((sum, one) => sum + one, 0));
  const longest = Math.max(...cpus.map(({ longestCall }) => longestCall));
  const isTimed = cpuTimeNs !== null;
  return {
    ipis: cpus.reduce((sum, { calls }) => sum + calls, 0),
    cpuTimeNs,
    peggedCpus: isTimed && elapsedNs !== null ? roundRatio(ratio(cpuTimeNs, elapsedNs)) : null,
    inRmpoptMeanNs: cpuTimeNs === null ? null : meanOf(cpuTimeNs, cpus.length),
    fastestCpu: isTimed ? (ranked[0]?.cpu ?? null) : null,
    fastestNs: time(ranked[0]?.inCalls ?? null),
    medianNs: time(percentile(ticks, 0.5)),
    p99Ns: time(percentile(ticks, 0.99)),
    slowestCpu: isTimed ? (slowest?.cpu ?? null) : null,
    slowestNs: time(slowest?.inCalls ?? null),
    longestInterruptNs: time(longest),
  };
}

/** What each CPU did in the remote phase; one of which calls are missing has no figures. */
function cpuRows(sweep: SweepTally, names: SweepNames, time: Time): ImportedCpuRow[] {
  const { firstRound, end } = sweep;
  const elapsedNs = time(end === null || firstRound === null ? null : end.ticks - firstRound.ticks);
  return sweep.cpus.map((tally) => {
    const { cpu, isSender, calls, inCalls, longestCall } = tally;
    const isKnown = isCalledIn(tally, sweep.rounds);
    const inRmpoptNs = isKnown ? time(inCalls) : null;
    return {
      ...keyOf(names),
      ...{ seed: null, phase: 'remote', cpu, core: null, l3: null, node: null },
      ...{ role: isSender ? 'local' : 'remote', issued: null, optimized: null, failed: null },
      ...{ inRmpoptNs, interrupts: isKnown && !isSender ? calls : null },
      longestNs: isKnown ? time(longestCall) : null,
      peggedShare:
        inRmpoptNs === null || elapsedNs === null ? null : roundRatio(ratio(inRmpoptNs, elapsedNs)),
    };
  });
}

function roundRow(sweep: SweepTally, names: SweepNames, faults: SweepFaults, time: Time): Partly<RoundRow> {
  const { worker, callee, senderCpu, rounds, startedRounds, steps, cpus } = sweep;
  const { round, firstEntry, lastEntry, lastExit, next } = steps;
  const mean = (spread: Spread | null) => time(spread?.mean ?? null);
  return {
    ...{
      ...keyOf(names),
      worker,
      callback: callee,
      senderCpu,
      isComplete: isComplete(faults) ? 'yes' : 'no',
    },
    ...{ rounds, startedRounds, calls: cpus.reduce((sum, { calls }) => sum + calls, 0) },
    ...{ roundMinNs: time(round?.min ?? null), roundMedianNs: time(round?.median ?? null) },
    ...{
      roundMeanNs: mean(round),
      roundP99Ns: time(round?.p99 ?? null),
      roundMaxNs: time(round?.max ?? null),
    },
    ...{ firstEntryMeanNs: mean(firstEntry), lastEntryMeanNs: mean(lastEntry) },
    ...{ lastExitMeanNs: mean(lastExit), nextMeanNs: mean(next) },
  };
}

function arrivalRow(
  cpu: CpuTally,
  { rounds }: SweepTally,
  names: SweepNames,
  time: Time,
): Partly<ArrivalRow> {
  const { calls, timedCalls, delay } = cpu;
  return {
    ...{ ...keyOf(names), cpu: cpu.cpu, calls, timedCalls },
    isComplete: isCalledIn(cpu, rounds) ? 'yes' : 'no',
    ...{ delayMinNs: time(delay?.min ?? null), delayMedianNs: time(delay?.median ?? null) },
    ...{ delayMeanNs: time(delay?.mean ?? null), delayP99Ns: time(delay?.p99 ?? null) },
    ...{ delayMaxNs: time(delay?.max ?? null), positionMin: cpu.positionMin, positionMax: cpu.positionMax },
    ...{ positionMean: roundRatio(cpu.positionMean), firstRounds: cpu.firsts, lastRounds: cpu.lasts },
  };
}

/** The instants that a sweep's times are the differences of, as printed. */
function observationRows({ start, firstRound, end }: SweepTally, { run }: SweepNames): ObservationRow[] {
  const instants: readonly (readonly [string, Instant | null])[] = [
    ['start of the sweep', start],
    ['start of the first round', firstRound],
    ['end of the sweep', end],
  ];
  return instants.flatMap(([figure, instant]): ObservationRow[] => {
    if (instant === null) return [];
    const { line, printed } = instant;
    const unit = printed.includes('.') ? 's' : 'cycles';
    return [
      {
        ...{ line, stamp: printed, host: '', kind: 'trace', run, cpu: null, address: '', addressEnd: '' },
        ...{ figure, printed, unit, ns: null, derived: 'no' },
      },
    ];
  });
}

function blankRow(names: SweepNames): ImportedResultRow {
  return {
    ...{ ...keyOf(names), topology: '', memoryBytes: names.memoryBytes, cpus: names.hostCpus },
    ...{
      regions: null,
      seed: null,
      phase: 'total',
      elapsedNs: null,
      elapsedLowNs: null,
      elapsedHighNs: null,
    },
    ...{ rangeOver: '', optimizedRegions: null },
    ...{ perCpuNs: null, issued: null, optimized: null, failed: null },
    ...{ instructionMinNs: null, instructionMeanNs: null, instructionMaxNs: null },
    ...{ ipis: null, cpuTimeNs: null, peggedCpus: null, inRmpoptMeanNs: null },
    ...{ fastestCpu: null, fastestNs: null },
    ...{ medianNs: null, p99Ns: null, slowestCpu: null, slowestNs: null },
    ...{ longestInterruptNs: null, origin: 'imported', derived: '', doubtful: '' },
  };
}
