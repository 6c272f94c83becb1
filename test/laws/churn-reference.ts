// A slow telling of a host on which guests come and go. It has neither a queue of events nor a sum that is kept up to
// date: time goes on tick by tick, and at every tick somebody walks over all regions and all cores and looks.

import {
  type EntrySize,
  LOCAL_CPU,
  picoseconds,
  type ReferenceConfig,
  ReferenceHost,
  type ReferenceInstruction,
  type ReferenceThreads,
  type Sweep,
  WINDOW_REGIONS,
} from './reference.js';

export type ChurnStrategy = 'local-first' | 'broadcast';
export type ChurnWindow = 'low' | 'node';

export interface ChurnPolicy {
  readonly name: 'immediate' | 'first-exit' | 'last-exit' | 'max-wait';
  /** Not asked for under immediate. */
  readonly delayNs: number;
  /** Asked for under max-wait only. */
  readonly maxWaitNs: number | null;
}

/** Global page numbers; a 2m run is made of whole blocks. */
export interface PageRun {
  readonly startPage: number;
  readonly pages: number;
  readonly entrySize: EntrySize;
}

export interface ChurnEvent {
  readonly atNs: number;
  readonly kind: 'assign' | 'give-back';
  readonly pages: readonly PageRun[];
  /** Guests that leave with it; 0 asks for no sweep. */
  readonly exits: number;
  /** Whether a guest runs from here on. */
  readonly guestsRunning: boolean;
}

export interface ChurnHistory {
  readonly host: ReferenceConfig;
  readonly strategy: ChurnStrategy;
  readonly threads: ReferenceThreads;
  readonly window: ChurnWindow;
  readonly policy: ChurnPolicy;
  /** A whole number of ticks. Events from then on do not happen. */
  readonly durationNs: number;
  /** Whatever happens has to happen at a whole number of ticks, the starts and ends of rounds included. */
  readonly tickNs: number;
  /** By time, and at one time in the order in which they are to happen. What is there from the start comes at 0. */
  readonly events: readonly ChurnEvent[];
}

export interface ReferenceChurnSweep {
  readonly startNs: number;
  readonly elapsedNs: number;
  readonly firstExitNs: number;
  readonly exits: number;
  readonly postponements: number;
  /** Before its first round. */
  readonly waitingRegions: number;
}

export interface ChurnAccount {
  readonly sweeps: readonly ReferenceChurnSweep[];
  /** Rounds that reach other CPUs. */
  readonly rounds: number;
  readonly ipis: number;
  readonly instructions: number;
  /** Instructions with CF = 1. */
  readonly optimized: number;
  /** Of rounds that began while a guest ran. */
  readonly guestIpis: number;
  /** Inside RMPOPT in these rounds, without the CPU that runs the sweep. */
  readonly guestBusyNs: number;
  /** Those of exits that no sweep has followed included. */
  readonly postponements: number;
  readonly exitsUnswept: number;
  /** When the first of them left. */
  readonly unsweptSinceNs: number | null;
  readonly freeRegionS: number;
  readonly waitingRegionS: number;
  /** Free, and in the window of no core. */
  readonly outsideRegionS: number;
}

/**
 * Boots the host, takes it through its events, sweeps it when the policy says so, and tells what became of it.
 * @throws Error where the history cannot be told in ticks, an RMPUPDATE fails, or the one unforgivable thing happens: a core
 * has a region optimized that holds an assigned page.
 */
export function liveThrough(history: ChurnHistory): ChurnAccount {
  return new Watch(history).account();
}

/** What exits ask for, until it starts. */
interface PendingSweep {
  readonly firstExitNs: number;
  lastExitNs: number;
  exits: number;
  postponements: number;
}

interface PlannedRound {
  readonly cpus: number[];
  readonly region: number;
  /** The sweep's own CPU does its local loop without being called. */
  readonly byIpi: boolean;
  /** From the end of the round to whatever the sweep does next. */
  readonly pausePs: number;
}

interface RunningSweep {
  readonly startNs: number;
  readonly askedBy: PendingSweep;
  readonly waitingRegions: number;
  readonly memory: Sweep;
  readonly roundsLeft: PlannedRound[];
  /** When its next round begins, or, after the last one, when it is over. */
  nextNs: number;
}

/** A host with windows, on which something may happen between one round of a sweep and the next. */
class LivingHost extends ReferenceHost {
  private readonly bases: number[];

  constructor(config: ReferenceConfig, window: ChurnWindow) {
    super(config);
    this.bases = Array.from({ length: this.cores }, (_, core) =>
      window === 'low' ? 0 : this.firstRegionOfNode(core),
    );
  }

  get coreCount(): number {
    return this.cores;
  }

  get regionCount(): number {
    return this.config.regions;
  }

  isFree(region: number): boolean {
    return this.assigned[region].size === 0;
  }

  windowHolds(core: number, region: number): boolean {
    return region >= this.bases[core] && region < this.bases[core] + WINDOW_REGIONS;
  }

  /** A sweep about to begin, and the rounds it is going to make. */
  plan(strategy: ChurnStrategy, threads: ReferenceThreads): { memory: Sweep; rounds: PlannedRound[] } {
    const memory = this.begin(false);
    const others = this.otherCpus(threads);
    if (strategy === 'broadcast') return { memory, rounds: this.loop([LOCAL_CPU, ...others], true) };
    const local = this.loop([LOCAL_CPU], false);
    const remote = others.length === 0 ? [] : this.loop(others, true);
    return { memory, rounds: [...local, ...remote] };
  }

  /** Times count from the start of the sweep. */
  executeRound(
    memory: Sweep,
    { cpus, region, byIpi }: PlannedRound,
    startPs: number,
    guestsRunning: boolean,
  ): ReferenceInstruction[] {
    const sweep = { ...memory, guestsRunning };
    if (byIpi) return this.ipiRound(sweep, cpus, region, startPs);
    this.startQueues(sweep);
    return cpus.map((cpu) => this.issue(sweep, cpu, region, startPs));
  }

  protected override sweptRegions(): number[] {
    const regions = Array.from({ length: this.config.regions }, (_, region) => region);
    return regions.filter((region) => this.bases.some((_, core) => this.windowHolds(core, region)));
  }

  protected override issue(sweep: Sweep, cpu: number, region: number, at: number): ReferenceInstruction {
    if (this.windowHolds(this.coreOf(cpu), region)) return super.issue(sweep, cpu, region, at);
    const fixed = picoseconds(this.slowdown(sweep, cpu, region) * this.config.values.rmpoptFixedNs);
    return { cpu, region, issuePs: at, endPs: at + fixed, carry: 0 };
  }

  private loop(cpus: number[], byIpi: boolean): PlannedRound[] {
    const { condReschedNs, clockReadNs } = this.config.values;
    const regions = this.sweptRegions();
    return regions.map((region, index) => {
      // The clock is read when a loop is done.
      const reading = index === regions.length - 1 ? picoseconds(clockReadNs) : 0;
      return { cpus, region, byIpi, pausePs: picoseconds(condReschedNs) + reading };
    });
  }

  private firstRegionOfNode(core: number): number {
    for (let region = 0; region < this.config.regions; region++) {
      if (this.isLocal(core, region)) return region;
    }
    // A node without memory: its cores look beyond all there is.
    return this.config.regions;
  }
}

class Watch {
  private readonly history: ChurnHistory;
  private readonly host: LivingHost;
  private readonly eventsLeft: ChurnEvent[];
  /** Per core, the regions it was seen to have optimized when last no round ran. */
  private seen: Set<number>[] = [];
  private guestsRunning = false;
  private pending: PendingSweep | null = null;
  private sweep: RunningSweep | null = null;
  private roundEndNs: number | null = null;
  private readonly sweeps: ReferenceChurnSweep[] = [];
  private rounds = 0;
  private ipis = 0;
  private instructions = 0;
  private optimized = 0;
  private guestIpis = 0;
  private guestBusyPs = 0;
  private postponements = 0;
  private freeTicks = 0;
  private waitingTicks = 0;
  private outsideTicks = 0;

  constructor(history: ChurnHistory) {
    this.history = history;
    this.host = new LivingHost(history.host, history.window);
    this.eventsLeft = history.events.filter(({ atNs }) => atNs < history.durationNs);
    this.onTick(history.durationNs);
    let beforeNs = 0;
    for (const { atNs } of this.eventsLeft) {
      if (this.onTick(atNs) < beforeNs) throw new Error(`an event at ${atNs} ns comes after a later one`);
      beforeNs = atNs;
    }
  }

  account(): ChurnAccount {
    const { strategy, threads, durationNs, tickNs } = this.history;
    // The boot; no account holds it.
    this.host.sweep(strategy, threads, false);
    for (let nowNs = 0; nowNs < durationNs || this.sweep !== null; nowNs += tickNs) {
      this.settle(nowNs);
      this.checkTables(nowNs);
      if (nowNs < durationNs) this.addTick();
    }
    return {
      sweeps: this.sweeps,
      rounds: this.rounds,
      ipis: this.ipis,
      instructions: this.instructions,
      optimized: this.optimized,
      guestIpis: this.guestIpis,
      guestBusyNs: this.guestBusyPs / 1000,
      postponements: this.postponements,
      exitsUnswept: this.pending?.exits ?? 0,
      unsweptSinceNs: this.pending?.firstExitNs ?? null,
      freeRegionS: (this.freeTicks * tickNs) / 1e9,
      waitingRegionS: (this.waitingTicks * tickNs) / 1e9,
      outsideRegionS: (this.outsideTicks * tickNs) / 1e9,
    };
  }

  /** All that happens at this moment: one thing after another, and always the first of these that can. */
  private settle(nowNs: number): void {
    let happened = true;
    while (happened) {
      happened =
        this.endRound(nowNs) ||
        this.takeEvent(nowNs) ||
        this.endSweep(nowNs) ||
        this.startSweep(nowNs) ||
        this.startRound(nowNs);
    }
    if (this.roundEndNs === null) this.look();
  }

  private endRound(nowNs: number): boolean {
    if (this.roundEndNs !== nowNs) return false;
    this.roundEndNs = null;
    return true;
  }

  /** While a round runs, events are held back. */
  private takeEvent(nowNs: number): boolean {
    const [event] = this.eventsLeft;
    if (this.roundEndNs !== null || event === undefined || event.atNs > nowNs) return false;
    this.eventsLeft.shift();
    for (const { startPage, pages, entrySize } of event.pages) {
      const owner = event.kind === 'assign' ? 'somebody' : null;
      const { result } = this.host.rmpupdate(startPage, pages, entrySize, owner);
      if (result !== 'SUCCESS') throw new Error(`${event.kind} at ${event.atNs} ns: ${result}`);
    }
    this.guestsRunning = event.guestsRunning;
    if (event.exits > 0) this.ask(event.atNs, event.exits);
    return true;
  }

  /** Guests left at this time, though what they held may have come back only at the end of a round. */
  private ask(atNs: number, exits: number): void {
    if (this.pending === null) {
      this.pending = { firstExitNs: atNs, lastExitNs: atNs, exits, postponements: 0 };
      return;
    }
    const dueBeforeNs = this.dueNs(this.pending);
    this.pending.lastExitNs = atNs;
    this.pending.exits += exits;
    if (this.dueNs(this.pending) > dueBeforeNs) {
      this.pending.postponements += 1;
      this.postponements += 1;
    }
  }

  private dueNs({ firstExitNs, lastExitNs }: PendingSweep): number {
    const { name, delayNs, maxWaitNs } = this.history.policy;
    switch (name) {
      case 'immediate':
        return firstExitNs;
      case 'first-exit':
        return firstExitNs + delayNs;
      case 'last-exit':
        return lastExitNs + delayNs;
      case 'max-wait':
        if (maxWaitNs === null) throw new Error('max-wait without a bound');
        return Math.min(lastExitNs + delayNs, firstExitNs + maxWaitNs);
    }
  }

  private endSweep(nowNs: number): boolean {
    const { sweep } = this;
    if (sweep === null || this.roundEndNs !== null) return false;
    if (sweep.roundsLeft.length > 0 || sweep.nextNs !== nowNs) return false;
    const { startNs, waitingRegions, askedBy } = sweep;
    const { firstExitNs, exits, postponements } = askedBy;
    const elapsedNs = nowNs - startNs;
    this.sweeps.push({ startNs, elapsedNs, firstExitNs, exits, postponements, waitingRegions });
    this.sweep = null;
    return true;
  }

  private startSweep(nowNs: number): boolean {
    const { durationNs, strategy, threads } = this.history;
    if (this.sweep !== null || this.pending === null) return false;
    if (nowNs >= durationNs || this.dueNs(this.pending) > nowNs) return false;
    this.look();
    const waitingRegions = this.regions().filter((region) => this.isWaiting(region)).length;
    const { memory, rounds } = this.host.plan(strategy, threads);
    const askedBy = this.pending;
    this.pending = null;
    this.sweep = { startNs: nowNs, askedBy, waitingRegions, memory, roundsLeft: rounds, nextNs: nowNs };
    return true;
  }

  private startRound(nowNs: number): boolean {
    const { sweep } = this;
    if (sweep === null || this.roundEndNs !== null || sweep.nextNs !== nowNs) return false;
    const round = sweep.roundsLeft.shift();
    if (round === undefined) return false;
    // The host knows at once what the round will come to; the watch sees it when the round is over.
    this.look();
    const startPs = picoseconds(nowNs - sweep.startNs);
    const done = this.host.executeRound(sweep.memory, round, startPs, this.guestsRunning);
    const endPs = Math.max(startPs, ...done.map((instruction) => instruction.endPs));
    this.roundEndNs = this.onTick(sweep.startNs + endPs / 1000);
    sweep.nextNs = this.onTick(sweep.startNs + (endPs + round.pausePs) / 1000);
    this.count(done);
    return true;
  }

  private count(done: readonly ReferenceInstruction[]): void {
    const called = done.filter(({ cpu }) => cpu !== LOCAL_CPU);
    if (called.length > 0) this.rounds += 1;
    this.ipis += called.length;
    this.instructions += done.length;
    this.optimized += done.filter(({ carry }) => carry === 1).length;
    if (!this.guestsRunning) return;
    this.guestIpis += called.length;
    for (const { issuePs, endPs } of called) this.guestBusyPs += endPs - issuePs;
  }

  private look(): void {
    this.seen = this.cores().map((core) => {
      return new Set(this.regions().filter((region) => this.host.probe(core, region) === 1));
    });
  }

  private checkTables(nowNs: number): void {
    for (const region of this.regions()) {
      if (this.host.isFree(region)) continue;
      for (const core of this.cores()) {
        if (this.seen[core].has(region) || this.host.probe(core, region) === 1) {
          throw new Error(`at ${nowNs} ns core ${core} has region ${region} optimized, which is not free`);
        }
      }
    }
  }

  /** Accounts for the time from now to the next tick. */
  private addTick(): void {
    for (const region of this.regions()) {
      if (!this.host.isFree(region)) continue;
      this.freeTicks += 1;
      if (this.isWaiting(region)) this.waitingTicks += 1;
      if (!this.cores().some((core) => this.host.windowHolds(core, region))) this.outsideTicks += 1;
    }
  }

  private isWaiting(region: number): boolean {
    if (!this.host.isFree(region)) return false;
    return this.cores().some((core) => this.host.windowHolds(core, region) && !this.seen[core].has(region));
  }

  private cores(): number[] {
    return Array.from({ length: this.host.coreCount }, (_, core) => core);
  }

  private regions(): number[] {
    return Array.from({ length: this.host.regionCount }, (_, region) => region);
  }

  private onTick(ns: number): number {
    if (ns % this.history.tickNs !== 0) throw new Error(`${ns} ns is not a whole number of ticks`);
    return ns;
  }
}
