import type { MachineConfig } from '../machine/config.js';
import { Machine } from '../machine/machine.js';
import type { Rmp } from '../machine/rmp.js';
import type { RoundOutcome } from '../machine/round.js';
import { placeWindows, type WindowName } from '../machine/window.js';
import type { HistogramSum, RegionHistogram } from '../sweep/predict.js';
import type { ExecutedRound, PhaseTimeline, SweepHalt } from '../sweep/run-sweep.js';
import type { SweepChoice } from '../sweep/strategies.js';
import { Sweeper } from '../sweep/sweeper.js';
import { nanoseconds } from '../units.js';
import { Exposure, type ExposureTotals, type WaitingPoint } from './exposure.js';
import type { MemoryChange } from './private-memory.js';
import { RoundTally, type RoundTotals } from './round-tally.js';
import type { PendingSweep, SweepDelay, SweepPolicy } from './sweep-policy.js';

/** How a host is swept, and when. */
export interface SweepRegime {
  readonly policy: SweepPolicy;
  readonly delay: SweepDelay;
  readonly window: WindowName;
  readonly sweep: SweepChoice;
  /** Whether to keep what sweeps meet, so that they can be priced with other costs. */
  readonly keepsCensus: boolean;
}

/** A sweep that has run. Times count from the start of the account. */
export interface RecordedSweep {
  readonly startNs: number;
  readonly elapsedNs: number;
  /** The exit that had asked for it first, and how many had asked in all. */
  readonly firstExitNs: number;
  readonly exits: number;
  /** How often later exits had put it off. */
  readonly postponements: number;
  /** Free regions not optimized on every core, before it. */
  readonly waitingRegions: number;
}

/** A sweep that was still to come when the account ended. */
export type UnsweptExits = Pick<RecordedSweep, 'firstExitNs' | 'exits' | 'postponements'>;

/** What became of a host while it was watched. */
export interface SweepingRecord {
  readonly sweeps: readonly RecordedSweep[];
  /** `null`: every exit was followed by a sweep. */
  readonly unswept: UnsweptExits | null;
  readonly rounds: RoundTotals;
  readonly exposure: ExposureTotals;
  readonly curve: readonly WaitingPoint[];
  /** What the sweeps met when they started; `null` where that was not kept. */
  readonly met: readonly RegionHistogram[] | null;
}

interface Pending extends PendingSweep {
  readonly exits: number;
  readonly postponements: number;
}

interface RunningSweep {
  readonly rounds: Generator<SweepHalt, PhaseTimeline[], void>;
  readonly pending: Pending;
  readonly startNs: number;
  readonly waitingRegions: number;
  /** When it goes on, from its start. */
  nextPs: number;
}

/**
 * A host that is swept some time after guests have left, as the kernel does it from a delayed work item: one sweep at a time, and
 * one more if guests leave meanwhile. Guests come and go on an RMP that other hosts may share; what happens during a round takes
 * effect at its end.
 */
export class SweepingHost {
  readonly machine: Machine;
  readonly #regime: SweepRegime;
  readonly #sweeper: Sweeper;
  readonly #exposure: Exposure;
  readonly #tally = new RoundTally();
  readonly #met: HistogramSum | null;
  readonly #sweeps: RecordedSweep[] = [];
  #pending: Pending | null = null;
  #running: RunningSweep | null = null;
  /** When the last sweep has ended, or the last round of the one that runs. */
  #busyUntilNs = 0;

  /**
   * Boots: a sweep of the whole host, which belongs to no account, has just ended at time 0.
   * @param rmp shared by whoever looks at the same memory
   * @param durationNs what happens later is not counted
   * @throws InputError when a sweep would take longer than can be counted
   */
  constructor(config: MachineConfig, rmp: Rmp, regime: SweepRegime, durationNs: number) {
    this.machine = new Machine(config, { rmp });
    placeWindows(this.machine, regime.window);
    this.#regime = regime;
    this.#sweeper = new Sweeper(this.machine);
    this.#sweeper.sweep(regime.sweep);
    this.#met = regime.keepsCensus ? this.#sweeper.histogramSum(regime.sweep) : null;
    const { tables, regions } = this.machine;
    const covering = Int32Array.from({ length: regions }, (_, region) => tables.coveringCores(region));
    this.#exposure = new Exposure(covering, durationNs);
    for (let region = 0; region < regions; region++) this.#look(region, 0);
    this.#exposure.mark(0);
  }

  /** How many regions a sweep covers. */
  get regionsSwept(): number {
    return this.#sweeper.regions.length;
  }

  /** Executes everything that starts before a moment. */
  advanceTo(untilNs: number): void {
    for (;;) {
      if (this.#running !== null && !this.#runUntil(this.#running, untilNs)) return;
      if (this.#pending === null) return;
      const startNs = Math.max(this.#pending.dueNs, this.#busyUntilNs);
      if (startNs >= untilNs) return;
      this.#start(this.#pending, startNs);
    }
  }

  /** Private memory has changed, or guests have started or ceased to run. */
  notice(
    { regions, rmpUpdates }: MemoryChange,
    atNs: number,
    what: { readonly isAssigning: boolean; readonly guestsRunning: boolean },
  ): void {
    this.machine.noticeRmpupdates(regions, what.isAssigning, rmpUpdates);
    this.machine.guestsRunning = what.guestsRunning;
    const fromNs = Math.max(atNs, this.#busyUntilNs);
    for (const region of regions) this.#look(region, fromNs);
    this.#exposure.mark(fromNs);
  }

  /** Guests have left. */
  noticeExits(exits: number, atNs: number): void {
    const { policy, delay } = this.#regime;
    const before = this.#pending;
    const dueNs = policy.dueNs(atNs, before, delay);
    this.#pending = {
      firstExitNs: before?.firstExitNs ?? atNs,
      dueNs,
      exits: (before?.exits ?? 0) + exits,
      postponements: (before?.postponements ?? 0) + (before !== null && dueNs > before.dueNs ? 1 : 0),
    };
  }

  /** Ends the account; a sweep that runs is run to its end. */
  close(): SweepingRecord {
    if (this.#running !== null) this.#runUntil(this.#running, Number.POSITIVE_INFINITY);
    const { totals, curve } = this.#exposure.close();
    const rounds = this.#tally.totals;
    const met = this.#met?.histograms() ?? null;
    return { sweeps: this.#sweeps, unswept: this.#pending, rounds, exposure: totals, curve, met };
  }

  #start(pending: Pending, startNs: number): void {
    this.#pending = null;
    this.#met?.add(this.#sweeper.histogram(this.#regime.sweep));
    const rounds = this.#sweeper.sweepByRounds(this.#regime.sweep);
    const { waitingRegions } = this.#exposure;
    this.#running = { rounds, pending, startNs, waitingRegions, nextPs: 0 };
    this.#busyUntilNs = startNs;
  }

  /** @returns whether the sweep has come to its end */
  #runUntil(running: RunningSweep, untilNs: number): boolean {
    while (running.startNs + running.nextPs / 1000 < untilNs) {
      const guestsRun = this.machine.guestsRunning;
      const next = running.rounds.next();
      if (next.done === true) {
        this.#end(running, next.value);
        return true;
      }
      running.nextPs = next.value.nextPs;
      if (next.value.round !== null) this.#account(running, next.value.round, guestsRun);
    }
    return false;
  }

  #account(
    { startNs }: RunningSweep,
    { planned, startPs, outcome }: ExecutedRound,
    guestsRun: boolean,
  ): void {
    this.#busyUntilNs = startNs + nanoseconds(startPs + untilLastEndPs(outcome));
    this.#tally.add(outcome, guestsRun);
    if ('region' in planned) this.#lookAfterRound(planned.region);
    else for (const list of planned.lists) for (const region of list) this.#lookAfterRound(region);
  }

  #end({ startNs, pending, waitingRegions }: RunningSweep, phases: readonly PhaseTimeline[]): void {
    const elapsedNs = nanoseconds(phases.reduce((sum, { elapsedPs }) => sum + elapsedPs, 0));
    const { firstExitNs, exits, postponements } = pending;
    this.#sweeps.push({ startNs, elapsedNs, firstExitNs, exits, postponements, waitingRegions });
    this.#tally.endSweep();
    this.#running = null;
    this.#busyUntilNs = startNs + elapsedNs;
    this.#exposure.mark(this.#busyUntilNs);
  }

  /** RMPOPT takes no bit away, so only a region that waits can have changed. */
  #lookAfterRound(region: number): void {
    if (this.#exposure.isWaiting(region)) this.#look(region, this.#busyUntilNs);
  }

  #look(region: number, atNs: number): void {
    const { rmp, tables, topology } = this.machine;
    const coresPerNode = topology.cores / topology.sockets;
    const firstCore = this.machine.socketOf(region) * coresPerNode;
    this.#exposure.set(region, atNs, {
      isFree: rmp.firstAssignedPage(region) === null,
      cores: tables.optimizedCores(region, 0, topology.cores),
      ownNodeCores: tables.optimizedCores(region, firstCore, firstCore + coresPerNode),
    });
  }
}

/** From the start of a round to the end of its last RMPOPT; cond_resched comes after that. */
function untilLastEndPs({ critical: { sendingPs, scanningPs, waitingPs } }: RoundOutcome): number {
  return sendingPs + scanningPs + waitingPs;
}
