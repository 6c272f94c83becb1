import type { MachineConfig } from '../machine/config.js';
import { Machine } from '../machine/machine.js';
import type { RoundOutcome } from '../machine/round.js';
import { placeWindows, type WindowName } from '../machine/window.js';
import type { HistogramSum, RegionHistogram } from '../sweep/predict.js';
import type { ExecutedRound, PhaseTimeline } from '../sweep/run-sweep.js';
import type { SweepChoice } from '../sweep/strategies.js';
import { Sweeper } from '../sweep/sweeper.js';
import { nanoseconds } from '../units.js';
import { Exposure, type ExposureTotals, type WaitingPoint } from './exposure.js';
import { RoundTally, type RoundTotals } from './round-tally.js';
import type { SharedMemory } from './shared-memory.js';
import type { PendingSweep, SweepDelay, SweepPolicy } from './sweep-policy.js';

/** How a host is swept, and when. */
export interface SweepRegime {
  readonly policy: SweepPolicy;
  readonly delay: SweepDelay;
  readonly window: WindowName;
  readonly sweep: SweepChoice;
  /** Whether to keep what sweeps meet, so that they can be predicted with other costs. */
  readonly keepsHistograms: boolean;
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
  /** Regions that some core has gained by it. */
  readonly newRegions: number;
  /** Regions it has missed: they belong to guests that had ended before it, but came back too late for some core. */
  readonly missedRegions: number;
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
  readonly rounds: Generator<number, PhaseTimeline[], void>;
  readonly pending: Pending;
  readonly startNs: number;
  readonly waitingRegions: number;
  readonly newRegions: Set<number>;
  /** When it goes on, from its start. */
  nextPs: number;
}

/**
 * A host that is swept some time after guests have left, as the kernel does it from a delayed work item: one sweep at a time, and
 * one more if guests leave meanwhile. Guests come and go on an RMP that other hosts may share, and their pages come back one by
 * one; what happens during a round takes effect at its end.
 */
export class SweepingHost {
  readonly machine: Machine;
  readonly #memory: SharedMemory;
  readonly #regime: SweepRegime;
  readonly #sweeper: Sweeper;
  readonly #exposure: Exposure;
  readonly #tally = new RoundTally();
  readonly #met: HistogramSum | null;
  readonly #sweeps: RecordedSweep[] = [];
  /** How often each region had been changed when a round last looked at it. */
  readonly #changesNoted: Float64Array;
  /** Exits that ask for a sweep only when they have been converted, by time: how many. */
  readonly #unasked = new Map<number, number>();
  #pending: Pending | null = null;
  #running: RunningSweep | null = null;
  /** When the last sweep has ended, or the last round of the one that runs. */
  #sweepingUntilNs = 0;
  /** When a round or a sweep looks at the memory. */
  #lookNs = 0;
  /** Where a sweep halts for others. */
  #haltNs = 0;

  /**
   * Boots: a sweep of the whole host, which belongs to no account, has just ended at time 0.
   * @param memory shared by whoever looks at the same
   * @param durationNs what happens later is not counted
   * @throws InputError when a sweep would take longer than can be counted
   */
  constructor(config: MachineConfig, memory: SharedMemory, regime: SweepRegime, durationNs: number) {
    const changingMemory = {
      hasChanged: (region: number) => this.#notesChanges(region),
      firstAssignedPage: (region: number) => memory.conversions.firstAssignedPage(region, this.#lookNs),
    };
    this.#memory = memory;
    this.#changesNoted = new Float64Array(memory.rmp.regions);
    this.machine = new Machine(config, { rmp: memory.rmp, changingMemory });
    placeWindows(this.machine, regime.window);
    this.#regime = regime;
    this.#sweeper = new Sweeper(this.machine);
    this.#sweeper.sweep(regime.sweep);
    this.#met = regime.keepsHistograms ? this.#sweeper.histogramSum(regime.sweep) : null;
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
      const startNs = Math.max(this.#pending.dueNs, this.#sweepingUntilNs);
      if (startNs >= untilNs) return;
      this.#start(this.#pending, startNs);
    }
  }

  /** Goes on with a sweep that runs, without starting another. */
  finishUntil(untilNs: number): void {
    if (this.#running !== null) this.#runUntil(this.#running, untilNs);
  }

  get isSweeping(): boolean {
    return this.#running !== null;
  }

  /** The first pages of regions have been assigned, or the last ones have come back. */
  notice(regions: ReadonlySet<number>, atNs: number, isAssigning: boolean): void {
    const fromNs = Math.max(atNs, this.#sweepingUntilNs);
    if (isAssigning) this.machine.noticeRmpupdates(regions, true, 0);
    for (const region of regions) this.#look(region, fromNs);
    this.#exposure.mark(fromNs);
  }

  /** Regions have been assigned, of which a sweep may have missed some: that is no matter any more. */
  forgetMisses(regions: Iterable<number>): void {
    for (const region of regions) this.#exposure.forgetMiss(region);
  }

  /** Guests have ended. */
  noticeExits(exits: number, atNs: number): void {
    if (this.#regime.policy.asksAt === 'exit') this.#ask(exits, atNs, atNs);
    else this.#unasked.set(atNs, (this.#unasked.get(atNs) ?? 0) + exits);
  }

  /** All memory of a guest has come back. */
  noticeConversion(exitNs: number, endNs: number): void {
    if (this.#regime.policy.asksAt === 'exit') return;
    const others = (this.#unasked.get(exitNs) ?? 0) - 1;
    if (others > 0) this.#unasked.set(exitNs, others);
    else this.#unasked.delete(exitNs);
    this.#ask(1, exitNs, endNs);
  }

  #ask(exits: number, exitNs: number, askedNs: number): void {
    const { policy, delay } = this.#regime;
    const before = this.#pending;
    const dueNs = policy.dueNs(askedNs, before, delay);
    this.#pending = {
      firstExitNs: Math.min(before?.firstExitNs ?? exitNs, exitNs),
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
    return { sweeps: this.#sweeps, unswept: this.#unswept(), rounds, exposure: totals, curve, met };
  }

  #unswept(): UnsweptExits | null {
    const pending = this.#pending;
    if (pending === null && this.#unasked.size === 0) return null;
    const exits = [...this.#unasked.values()].reduce((sum, count) => sum + count, pending?.exits ?? 0);
    const [firstUnaskedNs = Number.POSITIVE_INFINITY] = this.#unasked.keys();
    const firstExitNs = Math.min(pending?.firstExitNs ?? Number.POSITIVE_INFINITY, firstUnaskedNs);
    return { firstExitNs, exits, postponements: pending?.postponements ?? 0 };
  }

  #start(pending: Pending, startNs: number): void {
    this.#pending = null;
    this.#lookNs = startNs;
    this.machine.guestsRunning = this.#memory.guestsRunning;
    for (const region of this.#sweeper.regions) this.machine.noteOthersChanges(region);
    this.#met?.add(this.#sweeper.histogram(this.#regime.sweep));
    const newRegions = new Set<number>();
    const rounds = this.#sweeper.sweepByRounds(this.#regime.sweep, {
      observe: (round) => this.#account(startNs, round, newRegions),
      haltsBefore: (nextPs) => {
        this.#lookNs = startNs + nextPs / 1000;
        return this.#lookNs >= this.#haltNs;
      },
    });
    const { waitingRegions } = this.#exposure;
    this.#running = { rounds, pending, startNs, waitingRegions, newRegions, nextPs: 0 };
    this.#sweepingUntilNs = startNs;
  }

  /** @returns whether the sweep has come to its end */
  #runUntil(running: RunningSweep, untilNs: number): boolean {
    this.machine.guestsRunning = this.#memory.guestsRunning;
    this.#haltNs = untilNs;
    while (running.startNs + running.nextPs / 1000 < untilNs) {
      const next = running.rounds.next();
      if (next.done === true) {
        this.#end(running, next.value);
        return true;
      }
      running.nextPs = next.value;
    }
    return false;
  }

  #account(startNs: number, { planned, startPs, outcome }: ExecutedRound, newRegions: Set<number>): void {
    this.#sweepingUntilNs = startNs + nanoseconds(startPs + untilLastEndPs(outcome));
    this.#tally.add(outcome, this.machine.guestsRunning);
    if ('region' in planned) this.#lookAfterRound(planned.region, newRegions);
    else
      for (const list of planned.lists) for (const region of list) this.#lookAfterRound(region, newRegions);
  }

  #end(
    { startNs, pending, waitingRegions, newRegions }: RunningSweep,
    phases: readonly PhaseTimeline[],
  ): void {
    const elapsedNs = phases.reduce((sum, { elapsedPs }) => sum + nanoseconds(elapsedPs), 0);
    const { firstExitNs, exits, postponements } = pending;
    this.#sweepingUntilNs = startNs + elapsedNs;
    this.#sweeps.push({
      ...{ startNs, elapsedNs, firstExitNs, exits, postponements, waitingRegions },
      newRegions: newRegions.size,
      missedRegions: this.#countMissed(startNs),
    });
    this.#tally.endSweep();
    this.#running = null;
    this.#exposure.mark(this.#sweepingUntilNs);
  }

  /** RMPOPT takes no bit away, so only a region that waits can have changed. */
  #lookAfterRound(region: number, newRegions: Set<number>): void {
    if (!this.#exposure.isWaiting(region)) return;
    const before = this.#exposure.coresOf(region);
    this.#look(region, this.#sweepingUntilNs);
    if (this.#exposure.coresOf(region) > before) newRegions.add(region);
  }

  /** Regions that a sweep which ends now has not optimized on every core, since guests that had ended before still held them. */
  #countMissed(startNs: number): number {
    const { tables, topology } = this.machine;
    let missed = 0;
    for (const region of this.#sweeper.regions) {
      const mayBeMissed = this.#exposure.isWaiting(region) || this.#memory.conversions.isAnyIn(region);
      if (!mayBeMissed || !this.#memory.conversions.isLeftTo(region, startNs)) continue;
      if (tables.optimizedCores(region, 0, topology.cores) === tables.coveringCores(region)) continue;
      this.#exposure.miss(region, this.#sweepingUntilNs);
      missed++;
    }
    return missed;
  }

  /** @returns whether there were any */
  #notesChanges(region: number): boolean {
    const changes = this.#memory.conversions.changes(region, this.#lookNs);
    if (changes === this.#changesNoted[region]) return false;
    this.#changesNoted[region] = changes;
    return true;
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
function untilLastEndPs({ critical: { sendingPs, executingPs, queuedPs } }: RoundOutcome): number {
  return sendingPs + executingPs + queuedPs;
}
