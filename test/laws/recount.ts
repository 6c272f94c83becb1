// The figures of a sweep, counted once more from the list of its instructions: plain sums over plain lists, as the
// descriptions of the columns have them, and no line in common with the product.

import { expect } from 'vitest';
import type { ReferenceInstruction, ReferencePhase, ReferenceThreads } from './reference.js';
import type { ToldSweeps } from './told-scenarios.js';

export const PHASES = ['local', 'remote', 'total'] as const;
type PhaseName = (typeof PHASES)[number];

export interface Shape {
  readonly sockets: number;
  readonly l3GroupsPerSocket: number;
  readonly coresPerL3Group: number;
  readonly threadsPerCore: number;
}

/** What one CPU did in one callback, or on its own between two of them. */
interface Stretch {
  readonly cpu: number;
  readonly round: string;
  readonly inRmpoptPs: number;
}

/** The least of some values that at least such a share of them does not exceed; 0 of none. */
export function nearestRank(values: readonly number[], share: number): number {
  const atMost = (limit: number) => values.filter((value) => value <= limit).length;
  const candidates = values.filter((value) => atMost(value) >= share * values.length);
  return candidates.length === 0 ? 0 : Math.min(...candidates);
}

export function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Half up. */
export function rounded(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : Math.floor(numerator / denominator + 0.5);
}

/** Half up; exact where both are whole numbers. */
export function sixDecimals(numerator: number, denominator: number): number {
  if (denominator === 0) return 0;
  if (!Number.isInteger(numerator)) return rounded(1e6 * numerator, denominator) / 1e6;
  // Of halves of the last decimal neither numbers nor their texts tell which way they go.
  const halves = (2_000_000n * BigInt(numerator)) / BigInt(denominator);
  return Number((halves + 1n) / 2n) / 1e6;
}

const toNs = (ps: number) => rounded(ps, 1000);

/** How long the phases of a sweep took; one that did not take place, no time. */
export function nsOf(phases: readonly ReferencePhase[]) {
  const elapsedNs = (name: string) => toNs(phases.find(({ phase }) => phase === name)?.elapsedPs ?? 0);
  const [local, remote] = [elapsedNs('local'), elapsedNs('remote')];
  return { local, remote, total: local + remote };
}

/** Whether an instruction was issued in one callback with others of its CPU. */
function roundOf({ strategy, batch }: ToldSweeps, phase: string, { region, cpu }: ReferenceInstruction) {
  if (strategy === 'single-ipi' && phase === 'remote') return 'all';
  if (strategy === 'split-local' && phase === 'local') return 'all';
  if (strategy === 'batched' && phase === 'remote') return `batch ${Math.floor(region / batch)}`;
  // Calls are to one CPU each, so their regions tell them apart, too.
  return strategy === 'serial' ? `${region} on ${cpu}` : `${region}`;
}

function stretchesOf(how: ToldSweeps, { phase, issued }: ReferencePhase): Stretch[] {
  const sums = new Map<string, Stretch>();
  for (const one of issued) {
    const round = roundOf(how, phase, one);
    const key = `${one.cpu} in ${round}`;
    const inRmpoptPs = (sums.get(key)?.inRmpoptPs ?? 0) + one.endPs - one.issuePs;
    sums.set(key, { cpu: one.cpu, round, inRmpoptPs });
  }
  return [...sums.values()];
}

/** CPUs besides the one that runs the loop. */
function others(
  { sockets, l3GroupsPerSocket, coresPerL3Group, threadsPerCore }: Shape,
  threads: ReferenceThreads,
) {
  const cores = sockets * l3GroupsPerSocket * coresPerL3Group;
  const cpus = threads === 'all' ? cores * threadsPerCore : cores;
  return Array.from({ length: cpus - 1 }, (_, i) => i + 1);
}

interface CpuFigures {
  readonly cpu: number;
  readonly issued: number;
  readonly optimized: number;
  readonly inRmpoptNs: number;
  readonly interrupts: number;
  readonly longestNs: number;
}

interface PhaseFigures {
  readonly elapsedNs: number;
  readonly cpus: readonly CpuFigures[];
  readonly ipis: number;
  readonly times: { readonly min: number; readonly mean: number; readonly max: number };
}

function figuresOf(
  how: ToldSweeps,
  topology: Shape,
  name: 'local' | 'remote',
  phases: readonly ReferencePhase[],
): PhaseFigures {
  const phase = phases.find((one) => one.phase === name) ?? { phase: name, elapsedPs: 0, issued: [] };
  const stretches = stretchesOf(how, phase);
  const elapsedNs = toNs(phase.elapsedPs);
  const cpus = [0, ...others(topology, how.threads)].map((cpu): CpuFigures => {
    const own = phase.issued.filter((one) => one.cpu === cpu);
    const busy = stretches.filter((one) => one.cpu === cpu).map(({ inRmpoptPs }) => inRmpoptPs);
    return {
      cpu,
      issued: own.length,
      optimized: own.filter(({ carry }) => carry === 1).length,
      // It spins while others work.
      inRmpoptNs: cpu === 0 ? elapsedNs : toNs(total(busy)),
      interrupts: cpu === 0 ? 0 : busy.length,
      longestNs: toNs(Math.max(0, ...busy)),
    };
  });
  const timed = phase.issued.filter(({ cpu }) => (name === 'local' ? cpu === 0 : cpu !== 0));
  return {
    elapsedNs,
    cpus,
    ipis: stretches.filter(({ cpu }) => cpu !== 0).length,
    times: timesOf([timed]),
  };
}

/** How long instructions took; each CPU's in one phase are rounded together. */
function timesOf(timedByPhase: readonly (readonly ReferenceInstruction[])[]): PhaseFigures['times'] {
  const timesPs = timedByPhase.flat().map(({ issuePs, endPs }) => endPs - issuePs);
  let inRmpoptNs = 0;
  for (const timed of timedByPhase) {
    for (const cpu of new Set(timed.map((one) => one.cpu))) {
      const own = timed.filter((one) => one.cpu === cpu);
      inRmpoptNs += toNs(total(own.map(({ issuePs, endPs }) => endPs - issuePs)));
    }
  }
  return {
    min: timesPs.length === 0 ? 0 : toNs(Math.min(...timesPs)),
    mean: rounded(inRmpoptNs, timesPs.length),
    max: toNs(Math.max(0, ...timesPs)),
  };
}

function both(local: PhaseFigures, remote: PhaseFigures, times: PhaseFigures['times']): PhaseFigures {
  return {
    elapsedNs: local.elapsedNs + remote.elapsedNs,
    ipis: local.ipis + remote.ipis,
    times,
    cpus: local.cpus.map((one, i) => {
      const other = remote.cpus[i];
      return {
        cpu: one.cpu,
        issued: one.issued + other.issued,
        optimized: one.optimized + other.optimized,
        inRmpoptNs: one.inRmpoptNs + other.inRmpoptNs,
        interrupts: one.interrupts + other.interrupts,
        longestNs: Math.max(one.longestNs, other.longestNs),
      };
    }),
  };
}

/** The least and the most of figures that CPUs have in two orders of service. */
function extremesOf(
  cpus: readonly CpuFigures[],
  others: readonly CpuFigures[],
  what: 'inRmpoptNs' | 'longestNs',
) {
  const all = [...cpus, ...others].map((one) => one[what]);
  return all.length === 0 ? [0, 0] : [Math.min(...all), Math.max(...all)];
}

const remoteIn = (cpus: readonly CpuFigures[]) => cpus.filter(({ cpu }) => cpu !== 0);

function resultFigures(
  phase: PhaseName,
  { elapsedNs, cpus, ipis, times }: PhaseFigures,
  other: PhaseFigures,
) {
  const issued = total(cpus.map((one) => one.issued));
  const optimized = total(cpus.map((one) => one.optimized));
  const cpuTimeNs = total(cpus.map(({ inRmpoptNs }) => inRmpoptNs));
  const remote = remoteIn(cpus);
  const timedIn = (all: readonly CpuFigures[]) => {
    if (issued === 0) return [];
    return phase === 'local' ? all.filter(({ cpu }) => cpu === 0) : remoteIn(all);
  };
  const timed = timedIn(cpus);
  const [inRmpoptLowNs, inRmpoptHighNs] = extremesOf(timed, timedIn(other.cpus), 'inRmpoptNs');
  return {
    phase,
    elapsedNs,
    perCpuNs: { local: elapsedNs, remote: rounded(elapsedNs, remote.length), total: null }[phase],
    ...{ issued, optimized, failed: issued - optimized },
    ...{ instructionMinNs: times.min, instructionMeanNs: times.mean, instructionMaxNs: times.max },
    ...{ ipis, cpuTimeNs, peggedCpus: sixDecimals(cpuTimeNs, elapsedNs) },
    inRmpoptMeanNs: rounded(total(timed.map(({ inRmpoptNs }) => inRmpoptNs)), timed.length),
    ...{ inRmpoptLowNs, inRmpoptHighNs },
    longestInterruptNs: Math.max(0, ...remote.map(({ longestNs }) => longestNs)),
  };
}

function cpuFigures(
  phase: PhaseName,
  topology: Shape,
  { elapsedNs, cpus }: PhaseFigures,
  other: PhaseFigures,
) {
  const { sockets, l3GroupsPerSocket, coresPerL3Group } = topology;
  return cpus.map((one, i) => {
    const { cpu, issued, optimized, inRmpoptNs, interrupts, longestNs } = one;
    const core = cpu % (sockets * l3GroupsPerSocket * coresPerL3Group);
    const inBoth = other.cpus.slice(i, i + 1);
    const [inRmpoptLowNs, inRmpoptHighNs] = extremesOf([one], inBoth, 'inRmpoptNs');
    const [longestLowNs, longestHighNs] = extremesOf([one], inBoth, 'longestNs');
    return {
      ...{ phase, cpu, core, l3: Math.floor(core / coresPerL3Group) },
      node: Math.floor(core / (coresPerL3Group * l3GroupsPerSocket)),
      role: cpu === 0 ? 'local' : 'remote',
      ...{ issued, optimized, failed: issued - optimized },
      ...{ inRmpoptNs, inRmpoptLowNs, inRmpoptHighNs, interrupts, longestNs, longestLowNs, longestHighNs },
      peggedShare: sixDecimals(inRmpoptNs, elapsedNs),
    };
  });
}

function disturbanceFigures({ elapsedNs, cpus }: PhaseFigures, other: PhaseFigures) {
  const [remote, inOther] = [remoteIn(cpus), remoteIn(other.cpus)];
  const interrupts = remote.map((one) => one.interrupts);
  const [longestInterruptLowNs, longestInterruptHighNs] = extremesOf(remote, inOther, 'longestNs');
  const shares = [
    ...remote.map(({ inRmpoptNs }) => sixDecimals(inRmpoptNs, elapsedNs)),
    ...inOther.map(({ inRmpoptNs }) => sixDecimals(inRmpoptNs, other.elapsedNs)),
    ...(remote.length === 0 ? [0] : []),
  ];
  return {
    elapsedNs,
    remoteCpus: remote.length,
    interruptsMin: Math.min(...interrupts, ...(remote.length === 0 ? [0] : [])),
    interruptsMedian: nearestRank(interrupts, 0.5),
    interruptsMax: Math.max(0, ...interrupts),
    interruptsPerSecond: sixDecimals(nearestRank(interrupts, 0.5) * 1e9, elapsedNs),
    longestInterruptNs: Math.max(0, ...remote.map(({ longestNs }) => longestNs)),
    ...{ longestInterruptLowNs, longestInterruptHighNs },
    takenMeanShare: sixDecimals(total(remote.map(({ inRmpoptNs }) => inRmpoptNs)), remote.length * elapsedNs),
    takenLowShare: Math.min(...shares),
    takenHighShare: Math.max(...shares),
  };
}

/** What the loop costs besides its rounds, in picoseconds. */
export interface LoopCosts {
  readonly pausePs: number;
  readonly clockReadPs: number;
}

/** What the sender waited for: until the CPU that ends a round last is reached, then until it ends. */
function waits(
  how: ToldSweeps,
  costs: LoopCosts,
  name: 'local' | 'remote',
  phases: readonly ReferencePhase[],
) {
  const phase = phases.find((one) => one.phase === name);
  if (phase === undefined) return { phase: name, sendingNs: 0, inRoundsNs: 0, loopNs: 0 };
  const rounds = new Map<string, ReferenceInstruction[]>();
  for (const one of phase.issued) {
    const round = roundOf(how, name, one);
    rounds.set(round, [...(rounds.get(round) ?? []), one]);
  }
  // Times count from the start of the sweep.
  let startPs = name === 'remote' && phases.length === 2 ? phases[0].elapsedPs : 0;
  let [sendingPs, inRoundsPs] = [0, 0];
  for (const round of rounds.values()) {
    const endPs = Math.max(...round.map((one) => one.endPs));
    const last = round.find((one) => one.endPs === endPs)?.cpu;
    const issuePs = Math.min(...round.filter(({ cpu }) => cpu === last).map((one) => one.issuePs));
    sendingPs += issuePs - startPs;
    inRoundsPs += endPs - issuePs;
    startPs = endPs + costs.pausePs;
  }
  const loopPs = rounds.size * costs.pausePs + costs.clockReadPs;
  expect(sendingPs + inRoundsPs + loopPs).toBe(phase.elapsedPs);
  const inRoundsNs = toNs(sendingPs + inRoundsPs) - toNs(sendingPs);
  const loopNs = toNs(phase.elapsedPs) - toNs(sendingPs + inRoundsPs);
  return { phase: name, sendingNs: toNs(sendingPs), inRoundsNs, loopNs };
}

/**
 * The figures that the rows of a measured sweep have to hold.
 * @param inOtherOrder the same sweep where those who issue at once are served in the other order
 */
export function recount(
  how: ToldSweeps,
  topology: Shape,
  costs: LoopCosts,
  phases: readonly ReferencePhase[],
  inOtherOrder: readonly ReferencePhase[],
) {
  const counted = (told: readonly ReferencePhase[]) => {
    const local = figuresOf(how, topology, 'local', told);
    const remote = figuresOf(how, topology, 'remote', told);
    // Some of the others may take part in the local phase.
    const times = timesOf(told.map((one) => one.issued.filter(({ cpu }) => cpu !== 0)));
    return { local, remote, total: both(local, remote, times) };
  };
  const [own, other] = [counted(phases), counted(inOtherOrder)];
  const regions = new Set(phases.flatMap(({ issued }) => issued.map(({ region }) => region))).size;
  return {
    results: PHASES.map((phase) => ({ ...resultFigures(phase, own[phase], other[phase]), regions })),
    cpus: PHASES.flatMap((phase) => cpuFigures(phase, topology, own[phase], other[phase])),
    disturbance: disturbanceFigures(own.total, other.total),
    breakdowns: (['local', 'remote'] as const).map((name) => waits(how, costs, name, phases)),
  };
}
