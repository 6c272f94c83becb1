import { coreOfCpu, formatTopology, l3GroupOfCore, socketOfL3Group } from '../machine/topology.js';
import type {
  BandRow,
  BreakdownRow,
  CpuRow,
  DisturbanceRow,
  ResultRow,
  SweepKey,
} from '../run-document/columns.js';
import { meanOf, percentile, ratio, roundRatio } from '../run-document/statistics.js';
import type { Band } from '../scenario/known-ranges.js';
import { tooLongToCount } from '../sweep/run-sweep.js';
import { nanoseconds } from '../units.js';
import type { PhaseAccount } from './phase-account.js';
import type { SweepResult } from './sweep-result.js';

type PhaseName = 'local' | 'remote' | 'total';

/** What one CPU did in one phase, in whole nanoseconds. */
interface CpuShare {
  readonly cpu: number;
  readonly role: 'local' | 'remote';
  readonly issued: number;
  readonly optimized: number;
  readonly inRmpoptNs: number;
  readonly interrupts: number;
  readonly longestNs: number;
  /** The same in the other order of service; `null` where that is not known. */
  readonly other: Pick<CpuShare, 'inRmpoptNs' | 'longestNs'> | null;
}

/** A phase in whole nanoseconds; rounding happens here and nowhere else, so that sums of rows agree exactly. */
interface PhaseShare {
  readonly phase: PhaseName;
  readonly elapsedNs: number;
  readonly perCpuNs: number | null;
  readonly ipis: number;
  /** The local CPU first, then the remote ones, ascending. */
  readonly cpus: readonly CpuShare[];
  readonly instruction: InstructionTimes;
}

interface InstructionTimes {
  readonly minNs: number;
  readonly meanNs: number;
  readonly maxNs: number;
}

export interface SweepRows {
  readonly results: ResultRow[];
  readonly cpus: CpuRow[];
  readonly breakdowns: BreakdownRow[];
  readonly disturbance: DisturbanceRow;
}

/**
 * The rows of one measured sweep.
 * @param withCpus whether rows per CPU are wanted
 */
export function sweepRows(sweep: SweepResult, withCpus: boolean): SweepRows {
  const local = phaseShare(sweep, 'local', sweep.local);
  const remote = phaseShare(sweep, 'remote', sweep.remote);
  const instruction = instructionTimes([sweep.local, sweep.remote], sweep.remoteCpus);
  const total = totalShare(local, remote, instruction);
  const phases = [local, remote, total];
  return {
    results: phases.map((phase) => resultRow(sweep, phase)),
    cpus: withCpus ? phases.flatMap((phase) => phase.cpus.map((cpu) => cpuRow(sweep, phase, cpu))) : [],
    breakdowns: [breakdownRow(sweep, 'local', sweep.local), breakdownRow(sweep, 'remote', sweep.remote)],
    disturbance: disturbanceRow(sweep, total),
  };
}

function phaseShare(sweep: SweepResult, phase: 'local' | 'remote', account: PhaseAccount): PhaseShare {
  const { localCpu, remoteCpus } = sweep;
  const elapsedNs = nanoseconds(account.elapsedPs);
  const other = sweep.otherOrder?.get(phase);
  const otherOf = (cpu: number) => ({
    inRmpoptNs: nanoseconds((cpu === localCpu ? other?.elapsedPs : other?.inRmpoptPs[cpu]) ?? 0),
    longestNs: nanoseconds(other?.longestStretchPs[cpu] ?? 0),
  });
  const share = (cpu: number): CpuShare => ({
    cpu,
    role: cpu === localCpu ? 'local' : 'remote',
    issued: account.issued[cpu] ?? 0,
    optimized: account.optimized[cpu] ?? 0,
    inRmpoptNs: cpu === localCpu ? elapsedNs : nanoseconds(account.inRmpoptPs[cpu] ?? 0),
    interrupts: account.interrupts[cpu] ?? 0,
    longestNs: nanoseconds(account.longestStretchPs[cpu] ?? 0),
    other: sweep.otherOrder === null ? null : otherOf(cpu),
  });
  const timedCpus = phase === 'local' ? [localCpu] : remoteCpus;
  return {
    phase,
    elapsedNs,
    perCpuNs: phase === 'local' ? elapsedNs : meanOf(elapsedNs, remoteCpus.length),
    ipis: account.ipis,
    cpus: [localCpu, ...remoteCpus].map(share),
    instruction: instructionTimes([account], timedCpus),
  };
}

/**
 * Both phases together.
 * @param instruction times inside RMPOPT over the remote CPUs, of which some may take part in the local phase
 */
function totalShare(local: PhaseShare, remote: PhaseShare, instruction: InstructionTimes): PhaseShare {
  const cpus = local.cpus.map((one, i): CpuShare => {
    const other = remote.cpus[i];
    if (other?.cpu !== one.cpu) throw new Error('the phases of a sweep list different CPUs');
    return {
      cpu: one.cpu,
      role: one.role,
      issued: one.issued + other.issued,
      optimized: one.optimized + other.optimized,
      ...bothPhases(one, other),
      interrupts: one.interrupts + other.interrupts,
      other: one.other === null || other.other === null ? null : bothPhases(one.other, other.other),
    };
  });
  return {
    phase: 'total',
    elapsedNs: local.elapsedNs + remote.elapsedNs,
    perCpuNs: null,
    ipis: local.ipis + remote.ipis,
    cpus,
    instruction,
  };
}

function bothPhases(
  local: Pick<CpuShare, 'inRmpoptNs' | 'longestNs'>,
  remote: Pick<CpuShare, 'inRmpoptNs' | 'longestNs'>,
): Pick<CpuShare, 'inRmpoptNs' | 'longestNs'> {
  return {
    inRmpoptNs: local.inRmpoptNs + remote.inRmpoptNs,
    longestNs: Math.max(local.longestNs, remote.longestNs),
  };
}

/** A time of a CPU in both orders of service, the less first; the same twice where only one is known. */
function inBothOrders(
  { other, ...own }: CpuShare,
  what: 'inRmpoptNs' | 'longestNs',
): [low: number, high: number] {
  const otherNs = other?.[what] ?? own[what];
  return [Math.min(own[what], otherNs), Math.max(own[what], otherNs)];
}

/** The least and the most of CPUs in both orders of service; `null` where only one is known, 0 of none. */
function extremesOf(
  cpus: readonly CpuShare[],
  what: 'inRmpoptNs' | 'longestNs',
): { readonly lowNs: number | null; readonly highNs: number | null } {
  if (cpus.length === 0) return { lowNs: 0, highNs: 0 };
  if (cpus.some(({ other }) => other === null)) return { lowNs: null, highNs: null };
  let [lowNs, highNs] = [Number.POSITIVE_INFINITY, 0];
  for (const cpu of cpus) {
    const [low, high] = inBothOrders(cpu, what);
    lowNs = Math.min(lowNs, low);
    highNs = Math.max(highNs, high);
  }
  return { lowNs, highNs };
}

function instructionTimes(accounts: readonly PhaseAccount[], cpus: readonly number[]): InstructionTimes {
  let [count, inRmpoptNs, shortestPs, longestPs] = [0, 0, Number.POSITIVE_INFINITY, 0];
  for (const account of accounts) {
    for (const cpu of cpus) {
      count += account.issued[cpu] ?? 0;
      inRmpoptNs += nanoseconds(account.inRmpoptPs[cpu] ?? 0);
      shortestPs = Math.min(shortestPs, account.shortestPs[cpu] ?? shortestPs);
      longestPs = Math.max(longestPs, account.longestPs[cpu] ?? 0);
    }
  }
  return {
    minNs: count === 0 ? 0 : nanoseconds(shortestPs),
    meanNs: meanOf(inRmpoptNs, count),
    maxNs: nanoseconds(longestPs),
  };
}

function resultRow(sweep: SweepResult, share: PhaseShare): ResultRow {
  const { phase, elapsedNs, perCpuNs, ipis, cpus, instruction } = share;
  const issued = sum(cpus, 'issued');
  const optimized = sum(cpus, 'optimized');
  const cpuTimeNs = exactSum(sum(cpus, 'inRmpoptNs'));
  const timed = cpus.filter(({ role }) => issued > 0 && (role === 'local') === (phase === 'local'));
  const inRmpopt = extremesOf(timed, 'inRmpoptNs');
  return {
    ...namesOf(sweep.key),
    topology: formatTopology(sweep.topology),
    memoryBytes: sweep.memoryBytes,
    regions: sweep.regions,
    cpus: sweep.topology.cpus,
    seed: sweep.key.seed,
    run: sweep.key.run,
    phase,
    elapsedNs,
    ...rangeAround(elapsedNs, sweep.bands?.[phase] ?? null),
    rangeOver: sweep.rangeOver,
    perCpuNs,
    issued,
    optimized,
    optimizedRegions: cpus.find(({ role }) => role === 'local')?.optimized ?? 0,
    failed: issued - optimized,
    instructionMinNs: instruction.minNs,
    instructionMeanNs: instruction.meanNs,
    instructionMaxNs: instruction.maxNs,
    ipis,
    cpuTimeNs,
    peggedCpus: roundRatio(ratio(cpuTimeNs, elapsedNs)),
    inRmpoptMeanNs: meanOf(sum(timed, 'inRmpoptNs'), timed.length),
    inRmpoptLowNs: inRmpopt.lowNs,
    inRmpoptHighNs: inRmpopt.highNs,
    longestInterruptNs: cpus.reduce(
      (most, cpu) => Math.max(most, cpu.role === 'remote' ? cpu.longestNs : 0),
      0,
    ),
    origin: 'simulated',
    derived: '',
  };
}

/** A range that holds what was simulated, too, should that lie at its edge. */
function rangeAround(
  elapsedNs: number,
  band: Band | null,
): Pick<ResultRow, 'elapsedLowNs' | 'elapsedHighNs'> {
  if (band === null) return { elapsedLowNs: null, elapsedHighNs: null };
  return {
    elapsedLowNs: Math.min(elapsedNs, band.lowNs),
    elapsedHighNs: Math.max(elapsedNs, band.highNs),
  };
}

function cpuRow({ key, topology }: SweepResult, { phase, elapsedNs }: PhaseShare, share: CpuShare): CpuRow {
  const core = coreOfCpu(topology, share.cpu);
  const l3 = l3GroupOfCore(topology, core);
  const { scenario, state, variation, mapping, strategy, threads, hypothesis, machine, seed, run } = key;
  const [inRmpoptLowNs, inRmpoptHighNs] = inBothOrders(share, 'inRmpoptNs');
  const [longestLowNs, longestHighNs] = inBothOrders(share, 'longestNs');
  // There are thousands of these, and V8 takes a hundred times as long where a literal begins with a spread.
  return {
    scenario,
    state,
    variation,
    mapping,
    strategy,
    threads,
    hypothesis,
    machine,
    seed,
    run,
    phase,
    cpu: share.cpu,
    core,
    l3,
    node: socketOfL3Group(topology, l3),
    role: share.role,
    issued: share.issued,
    optimized: share.optimized,
    failed: share.issued - share.optimized,
    inRmpoptNs: share.inRmpoptNs,
    inRmpoptLowNs,
    inRmpoptHighNs,
    interrupts: share.interrupts,
    longestNs: share.longestNs,
    longestLowNs,
    longestHighNs,
    peggedShare: roundRatio(ratio(share.inRmpoptNs, elapsedNs)),
  };
}

function breakdownRow(
  { key, remoteCpus }: SweepResult,
  phase: 'local' | 'remote',
  account: PhaseAccount,
): BreakdownRow {
  const names = { ...namesOf(key), seed: key.seed, run: key.run, phase, remoteCpus: remoteCpus.length };
  return { ...names, ...breakdownOf(account) };
}

/** How long a phase took, and where the time went. */
export type PhaseTimes = Pick<PhaseAccount, 'elapsedPs' | 'sendingPs' | 'executingPs' | 'queuedPs'>;

/** The bounds between the parts are rounded, not the parts, so that none is lost and none comes out below 0. */
export function breakdownOf({
  sendingPs,
  executingPs,
  queuedPs,
  elapsedPs,
}: PhaseTimes): Pick<BreakdownRow, 'sendingNs' | 'executingNs' | 'queuedNs' | 'loopNs'> {
  const sentNs = nanoseconds(sendingPs);
  const scannedNs = nanoseconds(sendingPs + executingPs);
  const waitedNs = nanoseconds(sendingPs + executingPs + queuedPs);
  return {
    sendingNs: sentNs,
    executingNs: scannedNs - sentNs,
    queuedNs: waitedNs - scannedNs,
    loopNs: nanoseconds(elapsedPs) - waitedNs,
  };
}

/** What the remote CPUs notice of a sweep. */
function disturbanceRow({ key, remoteCpus }: SweepResult, { elapsedNs, cpus }: PhaseShare): DisturbanceRow {
  const [local, ...remote] = cpus;
  const interrupts = Float64Array.from(remote, (cpu) => cpu.interrupts).sort();
  const longest = extremesOf(remote, 'longestNs');
  // The local CPU spins for the whole sweep, in whichever order.
  const otherElapsedNs = local?.other?.inRmpoptNs ?? 0;
  const taken = remote.map(({ inRmpoptNs, other }) => ({
    ownShare: ratio(inRmpoptNs, elapsedNs),
    otherShare: other === null ? null : ratio(other.inRmpoptNs, otherElapsedNs),
  }));
  const isKnown = taken.every(({ otherShare }) => otherShare !== null);
  const shares = Float64Array.from(taken.flatMap(({ ownShare, otherShare }) => [ownShare, otherShare ?? 0]));
  shares.sort();
  return {
    ...namesOf(key),
    seed: key.seed,
    run: key.run,
    elapsedNs,
    remoteCpus: remoteCpus.length,
    interruptsMin: percentile(interrupts, 0),
    interruptsMedian: percentile(interrupts, 0.5),
    interruptsMax: percentile(interrupts, 1),
    interruptsPerSecond: roundRatio(ratio(percentile(interrupts, 0.5), elapsedNs / 1e9)),
    longestInterruptNs: remote.reduce((most, { longestNs }) => Math.max(most, longestNs), 0),
    longestInterruptLowNs: longest.lowNs,
    longestInterruptHighNs: longest.highNs,
    takenMeanShare: roundRatio(ratio(ratio(sum(remote, 'inRmpoptNs'), remote.length), elapsedNs)),
    takenLowShare: isKnown ? roundRatio(percentile(shares, 0)) : null,
    takenHighShare: isKnown ? roundRatio(percentile(shares, 1)) : null,
  };
}

/** Rows of the ranges under each hypothesis. */
export function bandRows({ key, bands, topology, memoryBytes, machineFile }: SweepResult): BandRow[] {
  const { scenario, state, variation, mapping, strategy, threads, seed } = key;
  return (bands?.byHypothesis ?? []).map(({ hypothesis, switches, assumed, sets, total }) => ({
    ...{ scenario, state, variation, mapping, strategy, threads, hypothesis, seed, sets },
    totalLowNs: total.lowNs,
    totalMedianNs: total.medianNs,
    totalHighNs: total.highNs,
    basis: '',
    topology: formatTopology(topology),
    memoryBytes,
    switches,
    assumed,
    machineFile,
  }));
}

/** The naming columns alone, in their order: a row starts with them, seed and run have places of their own. */
function namesOf({ seed: _seed, run: _run, ...names }: SweepKey): Omit<SweepKey, 'seed' | 'run'> {
  return names;
}

function sum(cpus: readonly CpuShare[], what: 'issued' | 'optimized' | 'inRmpoptNs'): number {
  return cpus.reduce((total, cpu) => total + cpu[what], 0);
}

function exactSum(ns: number): number {
  if (!Number.isSafeInteger(ns)) throw tooLongToCount();
  return ns;
}
