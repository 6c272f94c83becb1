import { coreOfCpu, l3GroupOfCore, socketOfL3Group } from '../machine/topology.js';
import type {
  RegionSpan,
  TracedBatch,
  TracedCpu,
  TracedPhase,
  TracedSlice,
  TracedSweep,
} from '../run-document/trace-data.js';
import type { Phase } from '../sweep/strategy.js';
import { nanoseconds } from '../units.js';
import type { RoundLog } from './round-log.js';
import type { SweepResult } from './sweep-result.js';
import { cutIntoBatches, joined, NO_REGIONS, type RoundBatch } from './trace-batches.js';
import { batchEvents, roundsPerBatch } from './trace-budget.js';

type LoggedSweep = Omit<SweepResult, 'bands' | 'rangeOver'>;

/**
 * A measured sweep as slices: those of a CPU last together as long as it was busy by the rows, to the nanosecond.
 * @param eventsMax what its batches may come to; where there are more rounds than that, several of them make a batch
 */
export function traceSweep(log: RoundLog, sweep: LoggedSweep, eventsMax: number): TracedSweep {
  // The loop on one CPU is drawn with little; the other one has what is left.
  const ofLocal = Math.max(eventsMax / 4, batchEvents(sweep.remoteCpus.length + 1));
  const local = tracePhase('local', log, sweep, { startNs: 0, eventsMax: ofLocal });
  const left = eventsMax - (batchEvents(0) * local.batches.length + local.slices.length);
  const remote = tracePhase('remote', log, sweep, { startNs: local.elapsedNs, eventsMax: left });
  const phases = [local, remote].filter(({ elapsedNs, rounds }) => elapsedNs > 0 || rounds > 0);
  return { key: sweep.key, cpus: tracedCpus(sweep), phases };
}

function tracedCpus({ topology, localCpu, remoteCpus }: LoggedSweep): TracedCpu[] {
  const cpus = [localCpu, ...remoteCpus].sort((a, b) => a - b);
  return cpus.map((cpu) => {
    const core = coreOfCpu(topology, cpu);
    const l3 = l3GroupOfCore(topology, core);
    const role = cpu === localCpu ? 'local' : 'remote';
    return { cpu, core, l3, node: socketOfL3Group(topology, l3), role };
  });
}

function tracePhase(
  phase: Phase,
  log: RoundLog,
  sweep: LoggedSweep,
  { startNs, eventsMax }: { readonly startNs: number; readonly eventsMax: number },
): TracedPhase {
  const { localCpu, remoteCpus } = sweep;
  const { elapsedPs } = sweep[phase];
  const size = roundsPerBatch(log[phase], localCpu, eventsMax);
  const batches = cutIntoBatches(log[phase], size, elapsedPs);
  const tracks = new Map([localCpu, ...remoteCpus].map((cpu) => [cpu, new CpuTrack()]));
  for (const [i, batch] of batches.entries()) addBatch(tracks, batch, i);
  const traced = tracedBatches(batches, tracks, localCpu, startNs);
  const elapsedNs = nanoseconds(elapsedPs);
  const slices = [...tracks].flatMap(([cpu, track]) =>
    cpu === localCpu ? localSlices(cpu, track, traced) : remoteSlices(cpu, track, startNs, elapsedNs),
  );
  const rounds = log[phase].outcomes.length;
  return { phase, startNs, elapsedNs, rounds, roundsPerBatch: size, batches: traced, slices };
}

/** What a CPU did in a batch; times in picoseconds, that of its first issue from the start of the phase. */
interface CpuWork {
  readonly batch: number;
  readonly issuePs: number;
  inRmpoptPs: number;
  rounds: number;
  issued: number;
  optimized: number;
  regions: RegionSpan;
}

/** The batches in which a CPU issued RMPOPT, in their order. */
class CpuTrack {
  readonly works: CpuWork[] = [];

  /** What was done in a batch, of several kinds of rounds first that which began first. */
  add(work: CpuWork): void {
    const last = this.works.at(-1);
    if (last?.batch !== work.batch) {
      this.works.push(work);
      return;
    }
    last.inRmpoptPs += work.inRmpoptPs;
    last.rounds += work.rounds;
    last.issued += work.issued;
    last.optimized += work.optimized;
    last.regions = joined(last.regions, work.regions);
  }
}

function addBatch(tracks: ReadonlyMap<number, CpuTrack>, { kinds }: RoundBatch, batch: number): void {
  for (const { outcome, firstPs, count, regions } of kinds) {
    const { shape, byCpu, firstIssuePs, issueStepPs } = outcome;
    const [ofAll = NO_REGIONS] = regions;
    for (let position = 0; position < shape.cpus.length; position++) {
      const issued = byCpu.issued[position] ?? 0;
      if (issued === 0) continue;
      tracks.get(shape.cpus[position] ?? 0)?.add({
        batch,
        issuePs: firstPs + firstIssuePs + position * issueStepPs,
        inRmpoptPs: count * (byCpu.inRmpoptPs[position] ?? 0),
        rounds: count,
        issued: count * issued,
        optimized: count * (byCpu.optimized[position] ?? 0),
        regions: regions[position] ?? ofAll,
      });
    }
  }
}

function tracedBatches(
  batches: readonly RoundBatch[],
  tracks: ReadonlyMap<number, CpuTrack>,
  localCpu: number,
  phaseStartNs: number,
): TracedBatch[] {
  const sums = batches.map(() => ({ issued: 0, optimized: 0, remotePs: 0 }));
  for (const [cpu, { works }] of tracks) {
    for (const work of works) {
      const sum = sums[work.batch];
      if (sum === undefined) continue;
      sum.issued += work.issued;
      sum.optimized += work.optimized;
      if (cpu !== localCpu) sum.remotePs += work.inRmpoptPs;
    }
  }
  const [sending, scanning, waiting] = [new RoundedParts(), new RoundedParts(), new RoundedParts()];
  return batches.map(({ startPs, endPs, rounds, regions, kinds }, i) => {
    const { issued = 0, optimized = 0, remotePs = 0 } = sums[i] ?? {};
    const critical = (part: 'sendingPs' | 'executingPs' | 'queuedPs') =>
      kinds.reduce((total, { outcome, count }) => total + count * outcome.critical[part], 0);
    return {
      startNs: phaseStartNs + nanoseconds(startPs),
      durationNs: nanoseconds(endPs) - nanoseconds(startPs),
      ...{ rounds, regions, issued, optimized },
      sendingNs: sending.next(critical('sendingPs')),
      executingNs: scanning.next(critical('executingPs')),
      queuedNs: waiting.next(critical('queuedPs')),
      peggedCpus: endPs === startPs ? 0 : Math.round(1000 * (1 + remotePs / (endPs - startPs))) / 1000,
    };
  });
}

/** The local CPU runs the loop: it is busy throughout, whether it issues RMPOPT itself or waits for the others. */
function localSlices(cpu: number, { works }: CpuTrack, batches: readonly TracedBatch[]): TracedSlice[] {
  const own = new Map(works.map((work) => [work.batch, work]));
  return batches.map((batch, i) => {
    const { startNs, durationNs, rounds } = batch;
    const { issued = 0, optimized = 0, regions = batch.regions } = own.get(i) ?? {};
    return { cpu, startNs, durationNs, rounds, regions, issued, optimized };
  });
}

/**
 * What another CPU did, batch after batch. Its busy time is rounded as a sum, so a slice may come out a nanosecond too long for
 * where it starts; it then starts that much earlier. Made from the last to the first, each ending before the next.
 */
function remoteSlices(
  cpu: number,
  { works }: CpuTrack,
  phaseStartNs: number,
  elapsedNs: number,
): TracedSlice[] {
  const busy = new RoundedParts();
  const durationsNs = works.map(({ inRmpoptPs }) => busy.next(inRmpoptPs));
  const slices: TracedSlice[] = [];
  let nextNs = elapsedNs;
  for (let i = works.length - 1; i >= 0; i--) {
    const [work, durationNs = 0] = [works[i], durationsNs[i]];
    if (work === undefined) continue;
    nextNs = Math.min(nanoseconds(work.issuePs), nextNs - durationNs);
    const { rounds, regions, issued, optimized } = work;
    const startNs = phaseStartNs + nextNs;
    slices.push({ cpu, startNs, durationNs, rounds, regions, issued, optimized });
  }
  return slices.reverse();
}

/** Rounds the parts of a sum so that they add up to the rounded sum. */
class RoundedParts {
  #sumPs = 0;

  /** @returns whole nanoseconds */
  next(ps: number): number {
    const beforeNs = nanoseconds(this.#sumPs);
    this.#sumPs += ps;
    return nanoseconds(this.#sumPs) - beforeNs;
  }
}
