// A second, slow telling of the simulated machine. It shares no line with the product, so that a mistake
// would have to be made twice, in two different shapes, before the two could agree on it. Every page is a
// map entry, every instruction is executed, every time is absolute: there is nothing clever to get wrong.

const PAGES_PER_BLOCK = 512;
const BLOCKS_PER_REGION = 512;
const PAGES_PER_REGION = PAGES_PER_BLOCK * BLOCKS_PER_REGION;
const WINDOW_REGIONS = 2048;
const LOCAL_CPU = 0;

export interface ReferenceValues {
  readonly rmpoptFixedNs: number;
  readonly entryScanLocalNs: number;
  readonly entryScanRemoteNs: number;
  readonly entryScanWarmNs: number;
  readonly resultHitNs: number;
  readonly resultServiceNs: number;
  readonly groupServiceNs: number;
  readonly ipiBaseNs: number;
  readonly ipiPerTargetNs: number;
  readonly ipiBurstNs: number;
  readonly guestExitNs: number;
  readonly disturbance: number;
  readonly serialCallNs: number;
  readonly condReschedNs: number;
  readonly clockReadNs: number;
  readonly earlyExit: boolean;
  readonly failureShared: boolean;
  readonly scan: '2m' | '4k';
  readonly resultShared: 'machine' | 'l3' | 'none';
  readonly resultQueueScope: 'region' | 'machine';
  readonly arrivalOrder: 'cpu' | 'rotate';
}

export interface ReferenceConfig {
  readonly topology: {
    readonly sockets: number;
    readonly l3GroupsPerSocket: number;
    readonly coresPerL3Group: number;
    readonly threadsPerCore: number;
  };
  /** The whole memory in GiB; what lies above the window of 2048 is never swept. */
  readonly regions: number;
  /** Global page numbers, held as immutable 2M entries. */
  readonly preassigned: readonly { readonly startPage: number; readonly pages: number }[];
  readonly values: ReferenceValues;
}

export type RmpResult = 'SUCCESS' | 'FAIL_INPUT' | 'FAIL_PERMISSION' | 'FAIL_INUSE' | 'FAIL_OVERLAP';
export type EntrySize = '4k' | '2m';
export type ReferenceStrategy = 'local-first' | 'broadcast' | 'serial';
export type ReferenceThreads = 'primary' | 'all';

export interface ReferenceInstruction {
  readonly cpu: number;
  readonly region: number;
  readonly issuePs: number;
  readonly endPs: number;
  readonly carry: 0 | 1;
}

export interface ReferencePhase {
  readonly phase: 'local' | 'remote';
  readonly elapsedPs: number;
  /** In the order in which the queues served them; times count from the start of the sweep. */
  readonly instructions: readonly ReferenceInstruction[];
}

interface Entry {
  readonly size: EntrySize;
  readonly owner: string;
  readonly immutable: boolean;
}

/** Region, then scope (the whole machine or one L3 group), to the time from which the result is visible. */
type Results = Map<number, Map<number, number>>;

/** What lives for one sweep: who has fetched what, and the two queues. */
interface Sweep {
  readonly guestsRunning: boolean;
  /** "Region/L3 group" to the end of that group's fetch. */
  readonly fetched: Map<string, number>;
  /** Core to the end of its success in the current round. */
  readonly served: Map<number, number>;
  fetchFree: number;
  resultFree: number;
}

function picoseconds(ns: number): number {
  return Math.round(ns * 1000);
}

function regionOf(page: number): number {
  return Math.floor(page / PAGES_PER_REGION);
}

function pageNumbers(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}

function publish(results: Results, region: number, scope: number | null, at: number): void {
  if (scope === null) return;
  const scopes = results.get(region) ?? new Map<number, number>();
  scopes.set(scope, Math.min(at, scopes.get(scope) ?? at));
  results.set(region, scopes);
}

function isVisible(results: Results, region: number, scope: number | null, at: number): boolean {
  if (scope === null) return false;
  const published = results.get(region)?.get(scope);
  return published !== undefined && published <= at;
}

/** Each sweep counts its time from 0, so what an earlier sweep published has to be there at 0. */
function age(results: Results): void {
  for (const scopes of results.values()) for (const scope of scopes.keys()) scopes.set(scope, 0);
}

export class ReferenceHost {
  private readonly config: ReferenceConfig;
  private readonly cores: number;
  /** Assigned pages only, by global page number; one map per region keeps the search for the first short. */
  private readonly assigned: Map<number, Entry>[];
  /** The table of each core, as the set of regions whose bit is 1. */
  private readonly bits: Set<number>[];
  private readonly clean: Results = new Map();
  private readonly failed: Results = new Map();

  constructor(config: ReferenceConfig) {
    const { sockets, l3GroupsPerSocket, coresPerL3Group } = config.topology;
    this.config = config;
    this.cores = sockets * l3GroupsPerSocket * coresPerL3Group;
    this.assigned = Array.from({ length: config.regions }, () => new Map<number, Entry>());
    this.bits = Array.from({ length: this.cores }, () => new Set<number>());
    for (const run of config.preassigned) {
      for (let page = run.startPage; page < run.startPage + run.pages; page++) {
        this.setEntry(page, { size: '2m', owner: 'preassigned', immutable: true });
      }
    }
  }

  rmpupdate(
    startPage: number,
    pages: number,
    size: EntrySize,
    owner: string | null,
  ): { result: RmpResult; updated: number } {
    const step = size === '2m' ? PAGES_PER_BLOCK : 1;
    const aligned = startPage % step === 0 && pages % step === 0;
    const valid = pages > 0 && aligned && this.inMemory(startPage, pages);
    if (!valid) return { result: 'FAIL_INPUT', updated: 0 };
    let updated = 0;
    for (let page = startPage; page < startPage + pages; page += step) {
      const result = this.updateEntry(pageNumbers(page, step), size, owner);
      if (result !== 'SUCCESS') return { result, updated };
      updated++;
    }
    return { result: 'SUCCESS', updated };
  }

  psmash(page: number): RmpResult {
    return this.convert(page, '2m', '4k');
  }

  collapse(page: number): RmpResult {
    return this.convert(page, '4k', '2m');
  }

  probe(cpu: number, region: number): 0 | 1 {
    return this.bits[this.coreOf(cpu)].has(region) ? 1 : 0;
  }

  firstAssignedPage(region: number): number | null {
    let first: number | null = null;
    for (const page of this.assigned[region].keys()) {
      if (first === null || page < first) first = page;
    }
    return first === null ? null : first - region * PAGES_PER_REGION;
  }

  sweep(strategy: ReferenceStrategy, threads: ReferenceThreads, guestsRunning: boolean): ReferencePhase[] {
    age(this.clean);
    age(this.failed);
    const sweep: Sweep = {
      guestsRunning,
      fetched: new Map(),
      served: new Map(),
      fetchFree: 0,
      resultFree: 0,
    };
    const others = this.otherCpus(threads);
    if (strategy === 'serial') return [this.oneByOne(sweep, 'remote', [LOCAL_CPU, ...others], 0)];
    if (strategy === 'broadcast') return [this.roundLoop(sweep, [LOCAL_CPU, ...others], 0)];
    const local = this.oneByOne(sweep, 'local', [LOCAL_CPU], picoseconds(this.config.values.condReschedNs));
    return others.length === 0 ? [local] : [local, this.roundLoop(sweep, others, local.elapsedPs)];
  }

  private roundLoop(sweep: Sweep, mask: number[], start: number): ReferencePhase {
    const { condReschedNs, clockReadNs } = this.config.values;
    const instructions: ReferenceInstruction[] = [];
    let now = start;
    for (let region = 0; region < this.sweptRegions(); region++) {
      const round = this.ipiRound(sweep, mask, region, now);
      // Each region is a barrier: the sender goes on only when the slowest target is done.
      for (const done of round) now = Math.max(now, done.endPs);
      now += picoseconds(condReschedNs);
      instructions.push(...round);
    }
    return { phase: 'remote', elapsedPs: now + picoseconds(clockReadNs) - start, instructions };
  }

  /** One instruction after another; `pausePs` follows each of them. */
  private oneByOne(sweep: Sweep, phase: 'local' | 'remote', cpus: number[], pausePs: number): ReferencePhase {
    const { serialCallNs, clockReadNs } = this.config.values;
    const instructions: ReferenceInstruction[] = [];
    let now = 0;
    for (let region = 0; region < this.sweptRegions(); region++) {
      for (const cpu of cpus) {
        this.startQueues(sweep);
        const call = cpu === LOCAL_CPU ? 0 : picoseconds(serialCallNs);
        const done = this.issue(sweep, cpu, region, now + call);
        instructions.push(done);
        now = done.endPs + pausePs;
      }
    }
    return { phase, elapsedPs: now + picoseconds(clockReadNs), instructions };
  }

  private ipiRound(sweep: Sweep, mask: number[], region: number, start: number): ReferenceInstruction[] {
    const { ipiBaseNs, ipiPerTargetNs, ipiBurstNs, guestExitNs, arrivalOrder } = this.config.values;
    const targets = mask.filter((cpu) => cpu !== LOCAL_CPU).length;
    const exit = sweep.guestsRunning ? picoseconds(guestExitNs) : 0;
    const queued = start + picoseconds(ipiBaseNs) + picoseconds(ipiPerTargetNs) * targets + exit;
    const issues = mask.map((cpu, index) => ({ cpu, at: queued + index * picoseconds(ipiBurstNs) }));
    const first = arrivalOrder === 'rotate' && targets > 0 ? region % targets : 0;
    const turned = [...issues.slice(first), ...issues.slice(0, first)];
    // The sort is stable, so calls issued at the same moment keep the order they had before it.
    turned.sort((a, b) => a.at - b.at);
    this.startQueues(sweep);
    return turned.map(({ cpu, at }) => this.issue(sweep, cpu, region, at));
  }

  private startQueues(sweep: Sweep): void {
    sweep.served.clear();
    sweep.fetchFree = 0;
    if (this.config.values.resultQueueScope === 'region') sweep.resultFree = 0;
  }

  private issue(sweep: Sweep, cpu: number, region: number, at: number): ReferenceInstruction {
    const { rmpoptFixedNs, resultHitNs, failureShared } = this.config.values;
    const d = this.slowdown(sweep, cpu);
    const scope = this.scopeOf(cpu);
    const begun = at + picoseconds(d * rmpoptFixedNs);
    const hit = begun + picoseconds(d * resultHitNs);
    if (isVisible(this.failed, region, scope, at)) return { cpu, region, issuePs: at, endPs: hit, carry: 0 };
    if (isVisible(this.clean, region, scope, at)) {
      return { cpu, region, issuePs: at, endPs: this.succeed(sweep, cpu, region, hit), carry: 1 };
    }
    const first = this.firstAssignedPage(region);
    const scanned = this.scan(sweep, cpu, region, begun, first);
    if (first !== null) {
      if (failureShared) publish(this.failed, region, scope, scanned);
      return { cpu, region, issuePs: at, endPs: scanned, carry: 0 };
    }
    const end = this.succeed(sweep, cpu, region, scanned);
    publish(this.clean, region, scope, end);
    return { cpu, region, issuePs: at, endPs: end, carry: 1 };
  }

  /** The time at which this core has read what it needs of the region. */
  private scan(sweep: Sweep, cpu: number, region: number, begun: number, first: number | null): number {
    const { entryScanLocalNs, entryScanRemoteNs, entryScanWarmNs, groupServiceNs } = this.config.values;
    const d = this.slowdown(sweep, cpu);
    const entries = this.entriesToScan(first);
    const fetch = `${region}/${this.groupOf(cpu)}`;
    const fetchEnd = sweep.fetched.get(fetch);
    if (fetchEnd !== undefined) {
      // A neighbour may still be fetching, and nobody overtakes it.
      return Math.max(begun + entries * picoseconds(d * entryScanWarmNs), fetchEnd);
    }
    const slot = Math.max(begun, sweep.fetchFree);
    sweep.fetchFree = slot + picoseconds((d * groupServiceNs * entries) / this.entriesOfRegion());
    const entryScanNs = this.isLocal(cpu, region) ? entryScanLocalNs : entryScanRemoteNs;
    const ready = slot + entries * picoseconds(d * entryScanNs);
    sweep.fetched.set(fetch, ready);
    return ready;
  }

  /** Sets the bit and returns the end; a core whose other thread was served in this round takes no slot. */
  private succeed(sweep: Sweep, cpu: number, region: number, ready: number): number {
    const core = this.coreOf(cpu);
    this.bits[core].add(region);
    const siblingEnd = sweep.served.get(core);
    if (siblingEnd !== undefined) return Math.max(ready, siblingEnd);
    const service = picoseconds(this.slowdown(sweep, cpu) * this.config.values.resultServiceNs);
    const end = Math.max(ready, sweep.resultFree) + service;
    sweep.resultFree = end;
    sweep.served.set(core, end);
    return end;
  }

  private updateEntry(pages: readonly number[], size: EntrySize, owner: string | null): RmpResult {
    for (const page of pages) {
      const entry = this.entryAt(page);
      if (entry?.immutable) return 'FAIL_PERMISSION';
      if (entry !== undefined && entry.size !== size) return 'FAIL_OVERLAP';
    }
    const region = regionOf(pages[0]);
    for (const page of pages) {
      if (owner === null) this.assigned[region].delete(page);
      else this.setEntry(page, { size, owner, immutable: false });
    }
    this.failed.delete(region);
    if (owner !== null) this.clearRegion(region);
    return 'SUCCESS';
  }

  private convert(page: number, from: EntrySize, to: EntrySize): RmpResult {
    if (page % PAGES_PER_BLOCK !== 0 || !this.inMemory(page, PAGES_PER_BLOCK)) return 'FAIL_INPUT';
    const pages = pageNumbers(page, PAGES_PER_BLOCK);
    const first = this.entryAt(page);
    if (first === undefined) return 'FAIL_INPUT';
    const entries = pages.map((each) => this.entryAt(each));
    const alike = entries.every((entry) => entry?.size === from && entry.owner === first.owner);
    if (!alike) return 'FAIL_INPUT';
    if (entries.some((entry) => entry?.immutable)) return 'FAIL_PERMISSION';
    for (const each of pages) this.setEntry(each, { size: to, owner: first.owner, immutable: false });
    this.clearRegion(regionOf(page));
    return 'SUCCESS';
  }

  private clearRegion(region: number): void {
    for (const table of this.bits) table.delete(region);
    this.clean.delete(region);
  }

  private entryAt(page: number): Entry | undefined {
    return this.assigned[regionOf(page)].get(page);
  }

  private setEntry(page: number, entry: Entry): void {
    this.assigned[regionOf(page)].set(page, entry);
  }

  private inMemory(startPage: number, pages: number): boolean {
    return startPage >= 0 && startPage + pages <= this.config.regions * PAGES_PER_REGION;
  }

  private sweptRegions(): number {
    return Math.min(this.config.regions, WINDOW_REGIONS);
  }

  private entriesOfRegion(): number {
    return this.config.values.scan === '2m' ? BLOCKS_PER_REGION : PAGES_PER_REGION;
  }

  private entriesToScan(first: number | null): number {
    if (first === null || !this.config.values.earlyExit) return this.entriesOfRegion();
    return this.config.values.scan === '2m' ? Math.floor(first / PAGES_PER_BLOCK) : first;
  }

  /** A running guest disturbs the CPUs it runs on; the CPU that sweeps runs none. */
  private slowdown(sweep: Sweep, cpu: number): number {
    return sweep.guestsRunning && cpu !== LOCAL_CPU ? this.config.values.disturbance : 1;
  }

  private otherCpus(threads: ReferenceThreads): number[] {
    const count = threads === 'all' ? this.cores * this.config.topology.threadsPerCore : this.cores;
    return Array.from({ length: count }, (_, cpu) => cpu).filter((cpu) => cpu !== LOCAL_CPU);
  }

  private scopeOf(cpu: number): number | null {
    const { resultShared } = this.config.values;
    if (resultShared === 'none') return null;
    return resultShared === 'machine' ? 0 : this.groupOf(cpu);
  }

  private coreOf(cpu: number): number {
    return cpu % this.cores;
  }

  private groupOf(cpu: number): number {
    return Math.floor(this.coreOf(cpu) / this.config.topology.coresPerL3Group);
  }

  private isLocal(cpu: number, region: number): boolean {
    const { sockets, l3GroupsPerSocket } = this.config.topology;
    const socketOfRegion = Math.floor((region * sockets) / this.config.regions);
    return Math.floor(this.groupOf(cpu) / l3GroupsPerSocket) === socketOfRegion;
  }
}
