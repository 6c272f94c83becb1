// A second, slow telling of the simulated machine. It shares no line with the product, so that a mistake
// would have to be made twice, in two different shapes, before the two could agree on it. Every RMP entry is
// in a map, every instruction is executed, every time is absolute: there is nothing clever to get wrong.

const PAGES_PER_BLOCK = 512;
const BLOCKS_PER_REGION = 512;
const PAGES_PER_REGION = PAGES_PER_BLOCK * BLOCKS_PER_REGION;
export const WINDOW_REGIONS = 2048;
export const LOCAL_CPU = 0;
/** Where the one queue of the whole machine is kept among the queues of the regions. */
const MACHINE = -1;

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
  readonly ipiShorthand: boolean;
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
  /** By region, the socket on which its RMP entries lie; unless given, its own. */
  readonly entriesOnSocket?: readonly number[];
  readonly draws?: ReferenceDraws;
}

/** Random costs, told one by one; of a host whose costs are not random nothing is drawn. */
export interface ReferenceDraws {
  /** What the costs of one RMPOPT are multiplied by, and the extra time before it looks at anything. */
  instruction(
    sweep: number,
    region: number,
    cpu: number,
  ): { readonly factor: number; readonly extraNs: number };
  /** What the costs of reaching the CPUs of a round are multiplied by. */
  sending(sweep: number, kind: 'one region' | 'lists', region: number, cpu: number): number;
}

const NO_DRAWS: ReferenceDraws = {
  instruction: () => ({ factor: 1, extraNs: 0 }),
  sending: () => 1,
};

export type RmpResult = 'SUCCESS' | 'FAIL_INPUT' | 'FAIL_PERMISSION' | 'FAIL_INUSE' | 'FAIL_OVERLAP';
export type EntrySize = '4k' | '2m';
export type ReferenceStrategy =
  | 'local-first'
  | 'broadcast'
  | 'serial'
  | 'skip-failed'
  | 'dirty-only'
  | 'batched'
  | 'single-ipi'
  | 'split-local';
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
  readonly issued: readonly ReferenceInstruction[];
}

interface Entry {
  readonly size: EntrySize;
  readonly immutable: boolean;
}

/** Region, then scope (the whole machine or one L3 group), to the time from which the result is visible. */
type Results = Map<number, Map<number, number>>;

/** What lives for one sweep: who has fetched what, and the two queues. */
export interface Sweep {
  /** From 1 for the first of the host. */
  readonly number: number;
  readonly guestsRunning: boolean;
  /** "Region/L3 group" to the end of that group's fetch. */
  readonly fetched: Map<string, number>;
  /** "Region/core" to the end of that core's success in the current round. */
  readonly served: Map<string, number>;
  /** Region to the time from which its queue is free; a queue that is not there is empty. */
  readonly fetchFree: Map<number, number>;
  /** The same, by region or for MACHINE. */
  readonly resultFree: Map<number, number>;
}

/** One IPI round, begun at the given time. */
type Round = (start: number) => ReferenceInstruction[];

/** A CPU on its way through its regions. */
interface Walker {
  readonly cpu: number;
  readonly position: number;
  /** What it has still to do, in order. */
  readonly left: number[];
  /** When it issues the first of them. */
  at: number;
  done: number;
}

export function picoseconds(ns: number): number {
  return Math.round(ns * 1000);
}

function regionOf(page: number): number {
  return Math.floor(page / PAGES_PER_REGION);
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
  protected readonly config: ReferenceConfig;
  protected readonly cores: number;
  /** Entries of assigned pages, by the global number of their first page; one map per region. */
  protected readonly assigned: Map<number, Entry>[];
  /** What a search for the first of them has found; gone with the next change of the region. */
  private readonly firstPages = new Map<number, number | null>();
  /** The table of each core, as the set of regions whose bit is 1. */
  private readonly bits: Set<number>[];
  private readonly clean: Results = new Map();
  private readonly failed: Results = new Map();
  private sweeps = 0;
  /** Never covered by a sweep, or touched since the end of the last one. */
  private readonly dirty = new Set<number>();

  constructor(config: ReferenceConfig) {
    const { sockets, l3GroupsPerSocket, coresPerL3Group } = config.topology;
    this.config = config;
    this.cores = sockets * l3GroupsPerSocket * coresPerL3Group;
    this.assigned = Array.from({ length: config.regions }, () => new Map<number, Entry>());
    this.bits = Array.from({ length: this.cores }, () => new Set<number>());
    for (let region = 0; region < config.regions; region++) this.dirty.add(region);
    for (const run of config.preassigned) {
      for (let page = run.startPage; page < run.startPage + run.pages; page += PAGES_PER_BLOCK) {
        this.assigned[regionOf(page)].set(page, { size: '2m', immutable: true });
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
      const result = this.updateEntry(page, size, owner);
      if (result !== 'SUCCESS') return { result, updated };
      updated++;
    }
    return { result: 'SUCCESS', updated };
  }

  probe(cpu: number, region: number): 0 | 1 {
    return this.bits[this.coreOf(cpu)].has(region) ? 1 : 0;
  }

  firstAssignedPage(region: number): number | null {
    const known = this.firstPages.get(region);
    if (known !== undefined) return known;
    let first: number | null = null;
    for (const page of this.assigned[region].keys()) {
      if (first === null || page < first) first = page;
    }
    const found = first === null ? null : first - region * PAGES_PER_REGION;
    this.firstPages.set(region, found);
    return found;
  }

  /** `batch` is the number of regions in a round of 'batched'; the others do not ask for it. */
  sweep(
    strategy: ReferenceStrategy,
    threads: ReferenceThreads,
    guestsRunning: boolean,
    batch = 16,
  ): ReferencePhase[] {
    const sweep = this.begin(guestsRunning);
    const phases = this.phasesOf(sweep, strategy, this.otherCpus(threads), batch);
    // Whatever the strategy left out was left out knowingly: every region counts as covered.
    this.dirty.clear();
    return phases;
  }

  /** A sweep that has done nothing yet. */
  protected begin(guestsRunning: boolean): Sweep {
    age(this.clean);
    age(this.failed);
    this.sweeps += 1;
    return {
      number: this.sweeps,
      guestsRunning,
      fetched: new Map(),
      served: new Map(),
      fetchFree: new Map(),
      resultFree: new Map(),
    };
  }

  private phasesOf(
    sweep: Sweep,
    strategy: ReferenceStrategy,
    others: number[],
    batch: number,
  ): ReferencePhase[] {
    const everyone = [LOCAL_CPU, ...others];
    const all = this.sweptRegions();
    if (strategy === 'serial') return [this.oneByOne(sweep, 'remote', everyone, all, 0)];
    if (strategy === 'broadcast') {
      return [this.roundLoop('remote', this.roundPerRegion(sweep, everyone, all), 0)];
    }
    if (strategy === 'split-local') return this.splitLocal(sweep, everyone, all);
    const regions = strategy === 'dirty-only' ? all.filter((region) => this.dirty.has(region)) : all;
    const pause = picoseconds(this.config.values.condReschedNs);
    const local = this.oneByOne(sweep, 'local', [LOCAL_CPU], regions, pause);
    if (others.length === 0) return [local];
    let rounds = this.roundPerRegion(sweep, others, regions);
    if (strategy === 'skip-failed') {
      const succeeded = local.issued.filter((done) => done.carry === 1).map((done) => done.region);
      rounds = this.roundPerRegion(sweep, others, succeeded);
    }
    if (strategy === 'batched') rounds = this.roundPerChunk(sweep, others, regions, batch);
    if (strategy === 'single-ipi') rounds = this.roundPerChunk(sweep, others, regions, regions.length);
    return [local, this.roundLoop('remote', rounds, local.elapsedPs)];
  }

  /** One helper per L3 group scans a share of the regions; then everybody else follows, region by region. */
  private splitLocal(sweep: Sweep, everyone: number[], regions: number[]): ReferencePhase[] {
    const helperOf = this.deal(this.firstCpusOfGroups(), regions);
    // Who has nothing to do is not called.
    const helpers = this.firstCpusOfGroups().filter((cpu) => [...helperOf.values()].includes(cpu));
    const shares = helpers.map((cpu) => regions.filter((region) => helperOf.get(region) === cpu));
    const split: Round[] = [];
    if (regions.length > 0) split.push((start) => this.walkRound(sweep, helpers, shares, start));
    const local = this.roundLoop('local', split, 0);
    if (everyone.length === 1) return [local];
    const rounds = regions.map((region): Round => {
      const mask = everyone.filter((cpu) => cpu !== helperOf.get(region));
      return (start) => this.ipiRound(sweep, mask, region, start);
    });
    return [local, this.roundLoop('remote', rounds, local.elapsedPs)];
  }

  private firstCpusOfGroups(): number[] {
    const { sockets, l3GroupsPerSocket, coresPerL3Group } = this.config.topology;
    return Array.from({ length: sockets * l3GroupsPerSocket }, (_, group) => group * coresPerL3Group);
  }

  /** Region to helper: the helpers of a socket take the regions of that socket in turn. */
  private deal(helpers: number[], regions: number[]): Map<number, number> {
    const helperOf = new Map<number, number>();
    for (let socket = 0; socket < this.config.topology.sockets; socket++) {
      const hands = helpers.filter((cpu) => this.socketOfCpu(cpu) === socket);
      const cards = regions.filter((region) => this.socketOfRegion(region) === socket);
      for (const [index, region] of cards.entries()) helperOf.set(region, hands[index % hands.length]);
    }
    return helperOf;
  }

  private roundPerRegion(sweep: Sweep, mask: number[], regions: number[]): Round[] {
    return regions.map((region) => (start) => this.ipiRound(sweep, mask, region, start));
  }

  private roundPerChunk(sweep: Sweep, mask: number[], regions: number[], size: number): Round[] {
    const rounds: Round[] = [];
    for (let first = 0; first < regions.length; first += size) {
      const chunk = regions.slice(first, first + size);
      const shares = mask.map(() => chunk);
      rounds.push((start) => this.walkRound(sweep, mask, shares, start));
    }
    return rounds;
  }

  private roundLoop(phase: 'local' | 'remote', rounds: Round[], start: number): ReferencePhase {
    const { condReschedNs, clockReadNs } = this.config.values;
    const issued: ReferenceInstruction[] = [];
    let now = start;
    for (const round of rounds) {
      const served = round(now);
      // Each round is a barrier: the sender goes on only when the slowest target is done.
      for (const done of served) now = Math.max(now, done.endPs);
      now += picoseconds(condReschedNs);
      for (const done of served) issued.push(done);
    }
    return { phase, elapsedPs: now + picoseconds(clockReadNs) - start, issued };
  }

  /** One instruction after another; `pausePs` follows each of them. */
  private oneByOne(
    sweep: Sweep,
    phase: 'local' | 'remote',
    cpus: number[],
    regions: number[],
    pausePs: number,
  ): ReferencePhase {
    const { serialCallNs, clockReadNs } = this.config.values;
    const issued: ReferenceInstruction[] = [];
    let now = 0;
    for (const region of regions) {
      for (const cpu of cpus) {
        this.startQueues(sweep);
        const factor = this.draws.sending(sweep.number, 'one region', region, cpu);
        const call = cpu === LOCAL_CPU ? 0 : picoseconds(factor * serialCallNs);
        const done = this.issue(sweep, cpu, region, now + call);
        issued.push(done);
        now = done.endPs + pausePs;
      }
    }
    return { phase, elapsedPs: now + picoseconds(clockReadNs), issued };
  }

  protected ipiRound(sweep: Sweep, mask: number[], region: number, start: number): ReferenceInstruction[] {
    const factor = this.draws.sending(sweep.number, 'one region', region, LOCAL_CPU);
    const calls = this.callTimes(sweep, mask, start, factor);
    const issues = mask.map((cpu, index) => ({ cpu, at: calls[index] }));
    const first = this.rotation(mask, region);
    const turned = [...issues.slice(first), ...issues.slice(0, first)];
    // The sort is stable, so calls issued at the same moment keep the order they had before it.
    turned.sort((a, b) => a.at - b.at);
    this.startQueues(sweep);
    return turned.map(({ cpu, at }) => this.issue(sweep, cpu, region, at));
  }

  /** One call to each CPU of the mask, and each goes through its own share without waiting for the others. */
  private walkRound(sweep: Sweep, mask: number[], shares: number[][], start: number): ReferenceInstruction[] {
    const factor = this.draws.sending(sweep.number, 'lists', shares[0]?.[0] ?? 0, LOCAL_CPU);
    const calls = this.callTimes(sweep, mask, start, factor);
    const walkers = mask.map((cpu, position): Walker => {
      return { cpu, position, left: [...shares[position]], at: calls[position], done: 0 };
    });
    const issued: ReferenceInstruction[] = [];
    this.startQueues(sweep);
    let busy = walkers.filter((walker) => walker.left.length > 0);
    while (busy.length > 0) {
      // All CPUs share one time: whoever issues next in the whole machine goes next.
      let next = busy[0];
      for (const walker of busy) if (this.isBefore(mask, walker, next)) next = walker;
      const done = this.issue(sweep, next.cpu, next.left[0], next.at);
      issued.push(done);
      next.left.shift();
      next.at = done.endPs;
      next.done += 1;
      busy = busy.filter((walker) => walker.left.length > 0);
    }
    return issued;
  }

  private isBefore(mask: number[], a: Walker, b: Walker): boolean {
    if (a.at !== b.at) return a.at < b.at;
    // Who has done less goes first: an instruction of no length may bring it to where the other is.
    if (a.done !== b.done) return a.done < b.done;
    const rankOfA = this.rank(mask, a);
    const rankOfB = this.rank(mask, b);
    return rankOfA === rankOfB ? a.position < b.position : rankOfA < rankOfB;
  }

  /** How far the CPU stands behind the one its region begins with. */
  private rank(mask: number[], walker: Walker): number {
    return (walker.position - this.rotation(mask, walker.left[0]) + mask.length) % mask.length;
  }

  /** The position in the mask with which the service of a region begins. */
  private rotation(mask: number[], region: number): number {
    const targets = this.targetsOf(mask);
    return this.config.values.arrivalOrder === 'rotate' && targets > 0 ? region % targets : 0;
  }

  /** When the call starts on each CPU of the mask. */
  private callTimes(sweep: Sweep, mask: number[], start: number, factor: number): number[] {
    const { ipiBaseNs, ipiPerTargetNs, ipiBurstNs, ipiShorthand, guestExitNs } = this.config.values;
    const exit = sweep.guestsRunning ? picoseconds(factor * guestExitNs) : 0;
    const perTarget = picoseconds(factor * ipiPerTargetNs);
    const sending = picoseconds(factor * ipiBaseNs) + perTarget * this.targetsOf(mask);
    const everybody = this.cores * this.config.topology.threadsPerCore;
    // One IPI that goes to all CPUs but its sender gets to them at once.
    const isOneIpi = ipiShorthand && new Set([LOCAL_CPU, ...mask]).size === everybody;
    const apart = isOneIpi ? 0 : picoseconds(factor * ipiBurstNs);
    return mask.map((_, index) => start + sending + exit + index * apart);
  }

  /** The sender needs no IPI for its own copy. */
  private targetsOf(mask: number[]): number {
    return mask.includes(LOCAL_CPU) ? mask.length - 1 : mask.length;
  }

  protected startQueues(sweep: Sweep): void {
    sweep.served.clear();
    sweep.fetchFree.clear();
    if (this.config.values.resultQueueScope === 'region') sweep.resultFree.clear();
  }

  protected issue(sweep: Sweep, cpu: number, region: number, at: number): ReferenceInstruction {
    const { rmpoptFixedNs, resultHitNs, failureShared } = this.config.values;
    const d = this.slowdown(sweep, cpu, region);
    const scope = this.scopeOf(cpu);
    const { extraNs } = this.draws.instruction(sweep.number, region, cpu);
    const begun = at + picoseconds(d * rmpoptFixedNs) + picoseconds(extraNs);
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
    const d = this.slowdown(sweep, cpu, region);
    const entries = this.entriesToScan(first);
    // The look at the first entry was enough: there is nothing to fetch, no turn to wait for, nobody to overtake.
    if (entries === 0) return begun;
    const fetch = `${region}/${this.groupOf(cpu)}`;
    const fetchEnd = sweep.fetched.get(fetch);
    if (fetchEnd !== undefined) {
      // A neighbour may still be fetching, and nobody overtakes it.
      return Math.max(begun + entries * picoseconds(d * entryScanWarmNs), fetchEnd);
    }
    const slot = Math.max(begun, sweep.fetchFree.get(region) ?? 0);
    const service = picoseconds((d * groupServiceNs * entries) / this.entriesOfRegion());
    sweep.fetchFree.set(region, slot + service);
    const entryScanNs = this.isLocal(cpu, region) ? entryScanLocalNs : entryScanRemoteNs;
    const ready = slot + entries * picoseconds(d * entryScanNs);
    sweep.fetched.set(fetch, ready);
    return ready;
  }

  /** Sets the bit and returns the end; a core whose other thread was served in this round takes no slot. */
  private succeed(sweep: Sweep, cpu: number, region: number, ready: number): number {
    const core = this.coreOf(cpu);
    this.bits[core].add(region);
    const siblingEnd = sweep.served.get(`${region}/${core}`);
    if (siblingEnd !== undefined) return Math.max(ready, siblingEnd);
    const { resultServiceNs, resultQueueScope } = this.config.values;
    const service = picoseconds(this.slowdown(sweep, cpu, region) * resultServiceNs);
    const queue = resultQueueScope === 'machine' ? MACHINE : region;
    const end = Math.max(ready, sweep.resultFree.get(queue) ?? 0) + service;
    sweep.resultFree.set(queue, end);
    sweep.served.set(`${region}/${core}`, end);
    return end;
  }

  private updateEntry(page: number, size: EntrySize, owner: string | null): RmpResult {
    for (const entry of this.entriesWithin(page, size)) {
      if (entry.immutable) return 'FAIL_PERMISSION';
      if (entry.size !== size) return 'FAIL_OVERLAP';
    }
    const region = regionOf(page);
    if (owner === null) this.assigned[region].delete(page);
    else this.assigned[region].set(page, { size, immutable: false });
    this.firstPages.delete(region);
    this.dirty.add(region);
    this.failed.delete(region);
    if (owner !== null) this.clearRegion(region);
    return 'SUCCESS';
  }

  /** The entries that share a page with an entry of some size: the one around it, or all inside it. */
  private entriesWithin(page: number, size: EntrySize): Entry[] {
    const entries = this.assigned[regionOf(page)];
    const around = entries.get(page - (page % PAGES_PER_BLOCK));
    if (around?.size === '2m') return [around];
    const found: Entry[] = [];
    for (let one = page; one < page + (size === '2m' ? PAGES_PER_BLOCK : 1); one++) {
      const entry = entries.get(one);
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }

  private clearRegion(region: number): void {
    for (const table of this.bits) table.delete(region);
    this.clean.delete(region);
  }

  private inMemory(startPage: number, pages: number): boolean {
    return startPage >= 0 && startPage + pages <= this.config.regions * PAGES_PER_REGION;
  }

  protected sweptRegions(): number[] {
    return Array.from({ length: Math.min(this.config.regions, WINDOW_REGIONS) }, (_, region) => region);
  }

  private entriesOfRegion(): number {
    return this.config.values.scan === '2m' ? BLOCKS_PER_REGION : PAGES_PER_REGION;
  }

  private entriesToScan(first: number | null): number {
    if (first === null || !this.config.values.earlyExit) return this.entriesOfRegion();
    return this.config.values.scan === '2m' ? Math.floor(first / PAGES_PER_BLOCK) : first;
  }

  /** A running guest disturbs the CPUs it runs on; the CPU that sweeps runs none. */
  protected slowdown(sweep: Sweep, cpu: number, region: number): number {
    const disturbance = sweep.guestsRunning && cpu !== LOCAL_CPU ? this.config.values.disturbance : 1;
    return disturbance * this.draws.instruction(sweep.number, region, cpu).factor;
  }

  private get draws(): ReferenceDraws {
    return this.config.draws ?? NO_DRAWS;
  }

  protected otherCpus(threads: ReferenceThreads): number[] {
    const count = threads === 'all' ? this.cores * this.config.topology.threadsPerCore : this.cores;
    return Array.from({ length: count }, (_, cpu) => cpu).filter((cpu) => cpu !== LOCAL_CPU);
  }

  private scopeOf(cpu: number): number | null {
    const { resultShared } = this.config.values;
    if (resultShared === 'none') return null;
    return resultShared === 'machine' ? 0 : this.groupOf(cpu);
  }

  protected coreOf(cpu: number): number {
    return cpu % this.cores;
  }

  private groupOf(cpu: number): number {
    return Math.floor(this.coreOf(cpu) / this.config.topology.coresPerL3Group);
  }

  private socketOfCpu(cpu: number): number {
    return Math.floor(this.groupOf(cpu) / this.config.topology.l3GroupsPerSocket);
  }

  private socketOfRegion(region: number): number {
    return Math.floor((region * this.config.topology.sockets) / this.config.regions);
  }

  protected isLocal(cpu: number, region: number): boolean {
    const socket = this.config.entriesOnSocket?.[region] ?? this.socketOfRegion(region);
    return this.socketOfCpu(cpu) === socket;
  }
}
