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

const PAGES_PER_REGION = 512 * 512;

function holds({ startPage, pages }: PageRun, region: number): boolean {
  return startPage < (region + 1) * PAGES_PER_REGION && startPage + pages > region * PAGES_PER_REGION;
}

export type ChurnStrategy = 'local-first' | 'broadcast';
export type ChurnWindow = 'low' | 'node';

export interface ChurnPolicy {
  readonly name: 'immediate' | 'after-conversion' | 'first-exit' | 'last-exit' | 'max-wait';
  /** Not asked for under immediate and after-conversion. */
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

/** What one thread gives back, entry after entry, in this order. */
export interface Conversion {
  readonly pages: readonly PageRun[];
  /** Guests that leave with it: 1, or 0 for pages of no guest. */
  readonly exits: number;
}

export interface ChurnEvent {
  readonly atNs: number;
  /** `give-back` takes no time. Of `leave` nothing comes back at once unless entries cost nothing. */
  readonly kind: 'assign' | 'give-back' | 'leave';
  readonly pages: readonly PageRun[];
  /** Of `leave` only; `pages` is empty then. */
  readonly conversions?: readonly Conversion[];
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
  /** What it takes to give an entry back: an RMPUPDATE, and a flush of each of its pages. Nothing unless given. */
  readonly rmpupdateNs?: number;
  readonly flushPerPageNs?: number;
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
  /** That some core has gained in it. */
  readonly newRegions: number;
  /** Left behind at its end because of guests that had left before it began. */
  readonly missedRegions: number;
}

export interface ChurnAccount {
  readonly sweeps: readonly ReferenceChurnSweep[];
  /** Rounds that reach other CPUs. */
  readonly rounds: number;
  readonly ipis: number;
  readonly issued: number;
  /** Instructions with CF = 1. */
  readonly optimized: number;
  /** Of rounds that began while a guest ran. */
  readonly guestIpis: number;
  /** Inside RMPOPT in these rounds, without the CPU that runs the sweep. */
  readonly guestInRmpoptNs: number;
  /** Those of exits that no sweep has followed included. */
  readonly postponements: number;
  readonly exitsUnswept: number;
  /** When the first of them left. */
  readonly unsweptSinceNs: number | null;
  readonly freeRegionS: number;
  readonly waitingRegionS: number;
  /** Waiting, and left behind by a sweep. */
  readonly missedRegionS: number;
  /** Of the threads that give pages back, to their ends. */
  readonly conversionNs: number;
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

/** A thread at work. */
interface RunningConversion extends Conversion {
  readonly exitNs: number;
  readonly entriesLeft: { readonly page: number; readonly size: EntrySize; readonly dueNs: number }[];
  readonly endNs: number;
}

/** What exits ask for, until it starts. */
interface PendingSweep {
  firstExitNs: number;
  /** When it was asked for first and last. */
  readonly firstAskNs: number;
  lastAskNs: number;
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
  readonly gained: Set<number>;
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

  entriesIn(region: number): number {
    return this.assigned[region].size;
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
  private converting: RunningConversion[] = [];
  /** Per region, when a guest left that held pages of it. */
  private readonly lastExitNs = new Map<number, number>();
  private readonly missed = new Set<number>();
  private missedTicks = 0;
  private conversionNs = 0;
  private pending: PendingSweep | null = null;
  private sweep: RunningSweep | null = null;
  private roundEndNs: number | null = null;
  private readonly sweeps: ReferenceChurnSweep[] = [];
  private rounds = 0;
  private ipis = 0;
  private issued = 0;
  private optimized = 0;
  private guestIpis = 0;
  private guestInRmpoptPs = 0;
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
      issued: this.issued,
      optimized: this.optimized,
      guestIpis: this.guestIpis,
      guestInRmpoptNs: this.guestInRmpoptPs / 1000,
      postponements: this.postponements,
      ...this.unswept(),
      missedRegionS: (this.missedTicks * tickNs) / 1e9,
      conversionNs: this.conversionNs,
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
        this.giveBackEntry(nowNs) ||
        this.endConversion(nowNs) ||
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
    const before = this.seen;
    this.look();
    for (const core of this.cores()) {
      for (const region of this.seen[core]) if (!before[core].has(region)) this.sweep?.gained.add(region);
    }
    return true;
  }

  /** What comes later than the next event has to wait for it, should both have been held back by a round. */
  private isDue(dueNs: number, nowNs: number): boolean {
    return dueNs <= Math.min(nowNs, this.eventsLeft[0]?.atNs ?? nowNs);
  }

  private giveBackEntry(nowNs: number): boolean {
    if (this.roundEndNs !== null) return false;
    for (const { entriesLeft } of this.converting) {
      const [entry] = entriesLeft;
      if (entry === undefined || !this.isDue(entry.dueNs, nowNs)) continue;
      entriesLeft.shift();
      const { result } = this.host.rmpupdate(entry.page, entry.size === '2m' ? 512 : 1, entry.size, null);
      if (result !== 'SUCCESS') throw new Error(`page ${entry.page} does not come back: ${result}`);
      return true;
    }
    return false;
  }

  /** The one that ended first goes first. */
  private endConversion(nowNs: number): boolean {
    if (this.roundEndNs !== null) return false;
    const ended = this.converting.filter(({ endNs }) => this.isDue(endNs, nowNs));
    const [first] = ended.toSorted((a, b) => a.endNs - b.endNs);
    if (first === undefined) return false;
    this.converting = this.converting.filter((one) => one !== first);
    if (this.history.policy.name === 'after-conversion' && first.exits > 0) {
      this.ask(first.endNs, first.exits, first.exitNs);
    }
    return true;
  }

  private startConversion(atNs: number, conversion: Conversion): void {
    const { rmpupdateNs = 0, flushPerPageNs = 0 } = this.history;
    const entriesLeft: RunningConversion['entriesLeft'] = [];
    let dueNs = atNs;
    for (const { startPage, pages, entrySize } of conversion.pages) {
      const entryPages = entrySize === '2m' ? 512 : 1;
      for (let page = startPage; page < startPage + pages; page += entryPages) {
        dueNs = this.onTick(dueNs + rmpupdateNs + entryPages * flushPerPageNs);
        entriesLeft.push({ page, size: entrySize, dueNs });
        this.lastExitNs.set(Math.floor(page / PAGES_PER_REGION), atNs);
      }
    }
    this.conversionNs += dueNs - atNs;
    this.converting.push({ ...conversion, exitNs: atNs, entriesLeft, endNs: dueNs });
  }

  /** Memory of a guest that has left can be placed again, region by region, when its last page of the region has come back. */
  private checkPlacement(atNs: number, runs: readonly PageRun[]): void {
    for (const { pages, entriesLeft } of this.converting) {
      const unfinished = new Set(entriesLeft.map(({ page }) => Math.floor(page / PAGES_PER_REGION)));
      for (const held of pages) {
        for (const { startPage, pages: count } of runs) {
          const from = Math.max(held.startPage, startPage);
          const until = Math.min(held.startPage + held.pages, startPage + count);
          for (let page = from; page < until; page++) {
            if (unfinished.has(Math.floor(page / PAGES_PER_REGION))) {
              throw new Error(
                `page ${page} is placed again at ${atNs} ns, in a region that has not come back`,
              );
            }
          }
        }
      }
    }
  }

  /** While a round runs, events are held back. */
  private takeEvent(nowNs: number): boolean {
    const [event] = this.eventsLeft;
    if (this.roundEndNs !== null || event === undefined || event.atNs > nowNs) return false;
    this.eventsLeft.shift();
    if (event.kind === 'assign') {
      this.checkPlacement(event.atNs, event.pages);
      for (const region of this.regions()) {
        if (event.pages.some((run) => holds(run, region))) this.missed.delete(region);
      }
    }
    for (const conversion of event.conversions ?? []) this.startConversion(event.atNs, conversion);
    for (const { startPage, pages, entrySize } of event.pages) {
      const owner = event.kind === 'assign' ? 'somebody' : null;
      const { result } = this.host.rmpupdate(startPage, pages, entrySize, owner);
      if (result !== 'SUCCESS') throw new Error(`${event.kind} at ${event.atNs} ns: ${result}`);
    }
    this.guestsRunning = event.guestsRunning;
    const asksNow = this.history.policy.name !== 'after-conversion' || event.kind === 'give-back';
    if (event.exits > 0 && asksNow) this.ask(event.atNs, event.exits, event.atNs);
    return true;
  }

  /** Asked for at this time, though what was held may have come back only at the end of a round. */
  private ask(atNs: number, exits: number, exitNs: number): void {
    if (this.pending === null) {
      this.pending = { firstExitNs: exitNs, firstAskNs: atNs, lastAskNs: atNs, exits, postponements: 0 };
      return;
    }
    const dueBeforeNs = this.dueNs(this.pending);
    this.pending.firstExitNs = Math.min(this.pending.firstExitNs, exitNs);
    this.pending.lastAskNs = atNs;
    this.pending.exits += exits;
    if (this.dueNs(this.pending) > dueBeforeNs) {
      this.pending.postponements += 1;
      this.postponements += 1;
    }
  }

  private dueNs({ firstAskNs, lastAskNs }: PendingSweep): number {
    const { name, delayNs, maxWaitNs } = this.history.policy;
    switch (name) {
      case 'immediate':
      case 'after-conversion':
        return firstAskNs;
      case 'first-exit':
        return firstAskNs + delayNs;
      case 'last-exit':
        return lastAskNs + delayNs;
      case 'max-wait':
        if (maxWaitNs === null) throw new Error('max-wait without a bound');
        return Math.min(lastAskNs + delayNs, firstAskNs + maxWaitNs);
    }
  }

  private endSweep(nowNs: number): boolean {
    const { sweep } = this;
    if (sweep === null || this.roundEndNs !== null) return false;
    if (sweep.roundsLeft.length > 0 || sweep.nextNs !== nowNs) return false;
    const { startNs, waitingRegions, askedBy } = sweep;
    const { firstExitNs, exits, postponements } = askedBy;
    const elapsedNs = nowNs - startNs;
    this.look();
    const missed = this.regions().filter((region) => this.isMissed(region, startNs));
    for (const region of missed) this.missed.add(region);
    this.sweeps.push({
      ...{ startNs, elapsedNs, firstExitNs, exits, postponements, waitingRegions },
      ...{ newRegions: sweep.gained.size, missedRegions: missed.length },
    });
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
    const gained = new Set<number>();
    this.sweep = {
      startNs: nowNs,
      askedBy,
      waitingRegions,
      gained,
      memory,
      roundsLeft: rounds,
      nextNs: nowNs,
    };
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
    this.issued += done.length;
    this.optimized += done.filter(({ carry }) => carry === 1).length;
    if (!this.guestsRunning) return;
    this.guestIpis += called.length;
    for (const { issuePs, endPs } of called) this.guestInRmpoptPs += endPs - issuePs;
  }

  private look(): void {
    this.seen = this.cores().map((core) => {
      return new Set(this.regions().filter((region) => this.host.probe(core, region) === 1));
    });
    for (const region of this.missed) {
      if (this.host.isFree(region) && !this.isWaiting(region)) this.missed.delete(region);
    }
  }

  /** Whether a sweep that is over has left a region behind only because pages of guests that had gone came back too late. */
  private isMissed(region: number, sweepStartNs: number): boolean {
    const exitNs = this.lastExitNs.get(region);
    if (exitNs === undefined || exitNs > sweepStartNs) return false;
    const comingBack = this.converting
      .flatMap(({ entriesLeft }) => entriesLeft)
      .filter(({ page }) => Math.floor(page / PAGES_PER_REGION) === region);
    return this.host.entriesIn(region) === comingBack.length && this.isLacking(region);
  }

  private unswept(): Pick<ChurnAccount, 'exitsUnswept' | 'unsweptSinceNs'> {
    const guests = this.converting.filter(({ exits }) => exits > 0);
    const open = this.history.policy.name === 'after-conversion' ? guests : [];
    const since = [...open.map(({ exitNs }) => exitNs), ...(this.pending ? [this.pending.firstExitNs] : [])];
    return {
      exitsUnswept: open.length + (this.pending?.exits ?? 0),
      unsweptSinceNs: since.length === 0 ? null : Math.min(...since),
    };
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
      if (this.isWaiting(region) && this.missed.has(region)) this.missedTicks += 1;
      if (!this.cores().some((core) => this.host.windowHolds(core, region))) this.outsideTicks += 1;
    }
  }

  private isWaiting(region: number): boolean {
    return this.host.isFree(region) && this.isLacking(region);
  }

  private isLacking(region: number): boolean {
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
