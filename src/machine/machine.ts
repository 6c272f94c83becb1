import { GIB_BYTES, picoseconds } from '../units.js';
import type { MachineConfig } from './config.js';
import { entriesToScan } from './costs.js';
import { Executor } from './executor.js';
import type { JitterSource } from './jitter.js';
import { socketOfRegion } from './memory.js';
import { type RegionClass, RegionClasses } from './region-class.js';
import { Rmp, type RmpUpdate, type RmpUpdateOutcome, regionsReached } from './rmp.js';
import { entrySockets } from './rmp-placement.js';
import { RmpoptTables } from './rmpopt-tables.js';
import { type PlannedRound, type RegionVisit, type RoundOutcome, regionsOf } from './round.js';
import type { RoundSums } from './round-sums.js';
import { coreOfCpu, type Topology } from './topology.js';

interface MachineOptions {
  /** Whether a round on a region class seen before is looked up instead of executed again. Changes no result. */
  readonly rememberRounds?: boolean;
  /**
   * An RMP that is not the machine's alone: whoever changes it tells the machine by `noticeRmpupdates`. So several machines, which
   * sweep each in its own way, go through one history of memory together.
   */
  readonly rmp?: Rmp;
  /** What such an RMP is from moment to moment, where pages come back one by one. */
  readonly changingMemory?: ChangingMemory;
  /** Where random costs come from; `null` unless given: every cost is what the machine says. */
  readonly jitter?: JitterSource | null;
}

/** Memory that others change while sweeps run, as it is when a round looks at a region. */
export interface ChangingMemory {
  /** Whether RMPUPDATEs have changed a region since this was last asked, other than by assigning the first page of it. */
  hasChanged(region: number): boolean;
  firstAssignedPage(region: number): number | null;
}

/** What of a region's class is outdated since instructions changed the RMP. */
const OUTDATED = { no: 0, pages: 1, cleanResult: 2, failedResult: 4 } as const;

/**
 * The simulated host: RMP, RMPOPT tables and scan results, changed only by the instructions that change them on hardware. It
 * knows what an instruction costs and does, not who should issue it when; it owns no clock, time is an argument.
 */
export class Machine {
  readonly config: MachineConfig;
  readonly regions: number;
  readonly rmp: Rmp;
  readonly tables: RmpoptTables;
  /** Where this machine's region classes are interned. */
  readonly classes: RegionClasses;
  /** RMPUPDATEs that changed an entry or confirmed it, since the machine was made. */
  rmpUpdates = 0;
  /** Whether any guest runs: remote RMPOPTs may then be slower, and interrupts make a vCPU leave guest mode. */
  guestsRunning = false;

  /** By region, the socket that its RMP entries lie on. */
  readonly #entrySockets: Int32Array;
  readonly #classOf: (RegionClass | undefined)[] = [];
  /** Per region, what of its class is outdated: a sum of OUTDATED. Looked at again when a round meets the region. */
  readonly #outdated: Uint8Array;
  readonly #quietFromPs: number[] = [];
  readonly #options: MachineOptions;
  readonly #quiet: Executor;
  /** The same while guests run; `null` as long as none has run during a round. */
  #disturbed: Executor | null = null;
  #passes = 0;
  /** How often each region was reached by an instruction that changes the RMP. */
  readonly #changesOf: number[] = [];

  constructor(config: MachineConfig, options: MachineOptions = {}) {
    const { rmp } = options;
    this.config = config;
    this.regions = config.memoryBytes / GIB_BYTES;
    this.rmp = rmp ?? new Rmp(this.regions, config.preassigned);
    this.#entrySockets = entrySockets(config.rmpSegments, {
      regions: this.regions,
      sockets: config.topology.sockets,
    });
    this.#outdated = new Uint8Array(this.regions);
    this.tables = new RmpoptTables(config.topology.cores);
    this.classes = new RegionClasses(config.topology.l3Groups);
    this.#options = options;
    this.#quiet = this.#createExecutor(false);
  }

  get topology(): Topology {
    return this.config.topology;
  }

  /** Whether some core's 2 TiB window holds a region. */
  isCovered(region: number): boolean {
    return this.tables.coveringCores(region) > 0;
  }

  /** Passes begun so far. */
  get passes(): number {
    return this.#passes;
  }

  get clockReadPs(): number {
    return picoseconds(this.config.values.clockReadNs);
  }

  /** The socket whose memory a region is. */
  socketOf(region: number): number {
    return socketOfRegion(region, this.regions, this.topology.sockets);
  }

  /** Writes RMPOPT_BASE of the core a CPU belongs to. */
  writeRmpoptBase(cpu: number, baseRegion: number): void {
    this.tables.writeBase(coreOfCpu(this.topology, cpu), baseRegion);
    for (const executor of this.#executors) executor.forget();
    for (const region of this.#classOf.keys()) this.#outdate(region, OUTDATED.pages);
  }

  /** RMPUPDATE on a page or a run of pages. Assigning clears the regions it reaches on every core, with their scan result. */
  rmpupdate(update: RmpUpdate): RmpUpdateOutcome {
    const outcome = this.rmp.update(update);
    this.noticeRmpupdates(regionsReached(update, outcome), update.owner !== null, outcome.updated);
    return outcome;
  }

  /**
   * Does what RMPUPDATEs do beside changing the RMP, for RMPUPDATEs on an RMP that several machines share.
   * @param regions the regions they have reached
   * @param areAssigning whether they gave pages away, not back
   * @param updates how many they were
   */
  noticeRmpupdates(regions: Iterable<number>, areAssigning: boolean, updates: number): void {
    this.rmpUpdates += updates;
    for (const region of regions) {
      this.#noteChange(region);
      if (areAssigning) this.#clear(region, OUTDATED.pages + OUTDATED.failedResult + OUTDATED.cleanResult);
      else this.#outdate(region, OUTDATED.pages + OUTDATED.failedResult);
    }
  }

  /** How often an instruction that changes the RMP has reached a region. */
  changesOf(region: number): number {
    return this.#changesOf[region] ?? 0;
  }

  /** The class a pass that starts now would meet a region in. */
  coldClassOf(region: number): RegionClass {
    return this.classes.cold(this.#regionClass(region));
  }

  /** Starts a pass: the L3 groups have fetched nothing yet, time is 0, and what was published before is visible. */
  beginPass(): void {
    this.#passes++;
    for (const executor of this.#executors) executor.beginPass(this.#passes);
    this.#classOf.forEach((regionClass, region) => {
      if (regionClass !== undefined) this.#classOf[region] = this.classes.cold(regionClass);
    });
    this.#quietFromPs.length = 0;
  }

  /**
   * Executes one round of RMPOPTs, function 0. Rounds on one region follow each other: each is a barrier.
   * @param startPs start of the round in the pass, in picoseconds
   */
  execute(planned: PlannedRound, startPs: number): RoundOutcome {
    const regions = regionsOf(planned);
    for (const region of regions) this.#checkQuiet(region, startPs);
    const outcome = this.#executor.execute(planned, this.#regionClass);
    const endPs = startPs + outcome.durationPs;
    // Not by entries(): a serial sweep has a million rounds.
    for (let i = 0; i < regions.length; i++) this.#settle(regions[i], outcome.visits[i], endPs);
    return outcome;
  }

  /** The sums of rounds since the last call or the start of the pass. */
  takeSums(): RoundSums[] {
    return this.#executors.flatMap((executor) => executor.takeSums());
  }

  #checkQuiet(region: number, startPs: number): void {
    if (startPs >= (this.#quietFromPs[region] ?? 0)) return;
    throw new RangeError(
      `a round on region ${region} starts at ${startPs} ps, before the last one has ended`,
    );
  }

  /** What a round leaves of a region: its new class, and the bits of the cores whose RMPOPT succeeded. */
  #settle(region: number, { next, optimizedCores }: RegionVisit, endPs: number): void {
    this.#classOf[region] = next;
    this.#quietFromPs[region] = endPs;
    this.tables.set(optimizedCores, region);
  }

  #createExecutor(guestsRunning: boolean): Executor {
    const { rememberRounds: remembers = true, jitter = null } = this.#options;
    const { topology, values } = this.config;
    const host = { topology, classes: this.classes, baseOfCore: this.tables.baseOfCore };
    const executor = new Executor(host, values, { guestsRunning, jitter, remembers });
    executor.beginPass(this.#passes);
    return executor;
  }

  get #executor(): Executor {
    if (!this.guestsRunning) return this.#quiet;
    this.#disturbed ??= this.#createExecutor(true);
    return this.#disturbed;
  }

  get #executors(): Executor[] {
    return this.#disturbed === null ? [this.#quiet] : [this.#quiet, this.#disturbed];
  }

  /** Notices what others have changed of a region since it was last looked at. */
  noteOthersChanges(region: number): void {
    if (this.#options.changingMemory?.hasChanged(region) !== true) return;
    this.#noteChange(region);
    this.#outdate(region, OUTDATED.pages + OUTDATED.failedResult);
  }

  readonly #regionClass = (region: number): RegionClass => {
    this.noteOthersChanges(region);
    const known = this.#classOf[region];
    const outdated = this.#outdated[region] ?? OUTDATED.no;
    return known !== undefined && outdated === OUTDATED.no ? known : this.#classify(region, outdated);
  };

  #outdate(region: number, what: number): void {
    this.#outdated[region] = (this.#outdated[region] ?? OUTDATED.no) | what;
  }

  /** Looks at a region; what earlier rounds have published about it stays unless it is outdated. */
  #classify(region: number, outdated: number): RegionClass {
    const firstAssignedPage = (this.#options.changingMemory ?? this.rmp).firstAssignedPage(region);
    const { noGroups } = this.classes;
    const known = this.#classOf[region];
    const fetched = known?.fetched ?? noGroups;
    const clean = (outdated & OUTDATED.cleanResult) === 0 ? (known?.clean ?? noGroups) : noGroups;
    const failed = (outdated & OUTDATED.failedResult) === 0 ? (known?.failed ?? noGroups) : noGroups;
    const entries = entriesToScan(firstAssignedPage, this.config.values);
    this.#outdated[region] = OUTDATED.no;
    if (
      known?.entries === entries &&
      known.assigned === (firstAssignedPage !== null) &&
      known.clean === clean &&
      known.failed === failed &&
      known.coverage === this.tables.coverage(region)
    ) {
      return known;
    }
    const regionClass = this.classes.get({
      // A scan that reads nothing is as near to one socket as to the other.
      socket: entries === 0 ? 0 : (this.#entrySockets[region] ?? 0),
      entries,
      assigned: firstAssignedPage !== null,
      coverage: this.tables.coverage(region),
      fetched,
      clean,
      failed,
    });
    this.#classOf[region] = regionClass;
    return regionClass;
  }

  #noteChange(region: number): void {
    this.#changesOf[region] = this.changesOf(region) + 1;
  }

  /** What an instruction broadcasts that makes a region unfit: no core has it optimized any more. */
  #clear(region: number, outdated: number): void {
    this.tables.clearOnEveryCore(region);
    this.#outdate(region, outdated);
  }
}
