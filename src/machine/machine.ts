import { GIB_BYTES } from '../units.js';
import type { MachineConfig } from './config.js';
import { type SweepCosts, sweepCosts } from './costs.js';
import { PAGES_PER_BLOCK, socketOfRegion, WINDOW_REGIONS } from './memory.js';
import { type RegionClass, RegionClasses } from './region-class.js';
import {
  Rmp,
  type RmpResult,
  type RmpUpdate,
  type RmpUpdateOutcome,
  regionOfPage,
  spansByRegion,
} from './rmp.js';
import { type CoreBits, coreBits, RmpoptTables, UndefinedOpcode } from './rmpopt-tables.js';
import {
  createRoundShape,
  entriesToScan,
  executeRound,
  type RoundOutcome,
  type RoundShape,
} from './round.js';
import { coreOfCpu, type Topology } from './topology.js';

interface MachineOptions {
  /** Whether a round on a region class seen before is looked up instead of executed again. Changes no result. */
  readonly rememberRounds: boolean;
}

/** A round's outcome, and the cores whose table bit it has set. */
interface ExecutedRound {
  readonly outcome: RoundOutcome;
  readonly optimizedCores: CoreBits;
}

/** What a round costs with or without running guests, and the outcomes of rounds met so far. */
interface CostRegime {
  readonly costs: SweepCosts;
  readonly remembered: Map<RoundShape, Map<number, ExecutedRound>>;
}

/** What rounds have published about a region, in place of what was there. */
type Published = Partial<Pick<RegionClass, 'clean' | 'failed'>>;

/** What one RMPOPT answered: `carry` is CF, 1 when the region is optimized on this core. */
export interface RmpoptAnswer {
  readonly carry: 0 | 1;
  readonly durationPs: number;
}

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

  readonly #classOf: (RegionClass | undefined)[] = [];
  readonly #quietFromPs: number[] = [];
  readonly #singleShapes = new Map<number, RoundShape>();
  readonly #options: MachineOptions;
  readonly #quiet: CostRegime;
  readonly #disturbed: CostRegime;

  constructor(config: MachineConfig, options: MachineOptions = { rememberRounds: true }) {
    this.config = config;
    this.#options = options;
    this.regions = config.memoryBytes / GIB_BYTES;
    this.rmp = new Rmp(this.regions, config.preassigned);
    this.tables = new RmpoptTables(config.topology.cores);
    this.classes = new RegionClasses(config.topology.l3Groups);
    this.#quiet = { costs: sweepCosts(config.values, false), remembered: new Map() };
    this.#disturbed = { costs: sweepCosts(config.values, true), remembered: new Map() };
    for (let core = 0; core < config.topology.cores; core++) this.writeRmpoptBase(core, 0, true);
  }

  get topology(): Topology {
    return this.config.topology;
  }

  /** Regions a sweep covers: those of the 2 TiB window from base 0. */
  get windowRegions(): number {
    return Math.min(this.regions, WINDOW_REGIONS);
  }

  get clockReadPs(): number {
    return this.#regime.costs.clockReadPs;
  }

  /** Writes RMPOPT_BASE of the core a CPU belongs to. */
  writeRmpoptBase(cpu: number, baseRegion: number, enabled: boolean): void {
    this.tables.writeBase(coreOfCpu(this.topology, cpu), baseRegion, enabled);
    for (const { remembered } of [this.#quiet, this.#disturbed]) remembered.clear();
    this.#classOf.forEach((_, region) => {
      this.#refresh(region, {});
    });
  }

  /** RMPUPDATE on a page or a run of pages. Assigning clears the regions it reaches on every core, with their scan result. */
  rmpupdate(update: RmpUpdate): RmpUpdateOutcome {
    const outcome = this.rmp.update(update);
    this.rmpUpdates += outcome.updated;
    if (outcome.updated === 0) return outcome;
    const reachedPages = update.entrySize === '2m' ? outcome.updated * PAGES_PER_BLOCK : outcome.updated;
    for (const { region } of spansByRegion(update.startPage, reachedPages)) {
      const { emptySet } = this.classes;
      if (update.owner === null) this.#refresh(region, { failed: emptySet });
      else this.#clear(region, { failed: emptySet, clean: emptySet });
    }
    return outcome;
  }

  /** PSMASH: splits the 2M entry at a page. Clears the region on every core. */
  psmash(page: number): RmpResult {
    return this.#clearAfter(page, this.rmp.psmash(page));
  }

  /** Joins the 4K entries of the 2 MiB block at a page. Clears the region on every core. */
  collapse(page: number): RmpResult {
    return this.#clearAfter(page, this.rmp.collapse(page));
  }

  /**
   * RMPOPT function 1, report status: changes nothing.
   * @param addressBytes any system physical address; hardware aligns it to its region
   * @throws UndefinedOpcode
   */
  probe(cpu: number, addressBytes: number): 0 | 1 {
    this.#checkEnabled(cpu);
    const core = coreOfCpu(this.topology, cpu);
    const region = Math.floor(addressBytes / GIB_BYTES);
    return this.tables.covers(core, region) && this.tables.has(core, region) ? 1 : 0;
  }

  /**
   * RMPOPT function 0, verify and report status, alone and at a time after all earlier ones on its region.
   * @param addressBytes any system physical address; hardware aligns it to its region
   * @param startPs time of issue in the pass, in picoseconds
   * @throws UndefinedOpcode
   */
  issue(cpu: number, addressBytes: number, startPs: number): RmpoptAnswer {
    const region = Math.floor(addressBytes / GIB_BYTES);
    if (region >= this.regions) {
      this.#checkEnabled(cpu);
      return { carry: 0, durationPs: this.#regime.costs.sender.fixedPs };
    }
    const { durationPs, optimized } = this.execute(this.#singleShape(cpu), region, startPs);
    return { carry: optimized[0] === 1 ? 1 : 0, durationPs };
  }

  /** How many of the first regions are of which class, as a pass that starts now would meet them. */
  countClasses(regions: number): Map<RegionClass, number> {
    const counts = new Map<RegionClass, number>();
    for (let region = 0; region < regions; region++) {
      const cold = this.classes.cold(this.#regionClass(region));
      counts.set(cold, (counts.get(cold) ?? 0) + 1);
    }
    return counts;
  }

  /** Starts a pass: the L3 groups have fetched nothing yet, time is 0, and what was published before is visible. */
  beginPass(): void {
    this.#classOf.forEach((regionClass, region) => {
      if (regionClass !== undefined) this.#classOf[region] = this.classes.cold(regionClass);
    });
    this.#quietFromPs.length = 0;
  }

  /**
   * Executes one round of RMPOPTs, function 0, on a region. Rounds on one region follow each other: each is a barrier.
   * @param startPs start of the round in the pass, in picoseconds
   * @throws UndefinedOpcode
   */
  execute(shape: RoundShape, region: number, startPs: number): RoundOutcome {
    if (startPs < (this.#quietFromPs[region] ?? 0)) {
      throw new RangeError(
        `a round on region ${region} starts at ${startPs} ps, before the last one has ended`,
      );
    }
    if (!this.tables.allEnabled) for (const cpu of shape.cpus) this.#checkEnabled(cpu);
    const { outcome, optimizedCores } = this.#executed(shape, this.#regionClass(region), region);
    this.#classOf[region] = outcome.next;
    this.#quietFromPs[region] = startPs + outcome.durationPs;
    this.tables.set(optimizedCores, region);
    return outcome;
  }

  #optimizedCores({ shape, optimized }: RoundOutcome): CoreBits {
    const cpus = [...shape.cpus].filter((_, position) => optimized[position] === 1);
    return coreBits(cpus.map((cpu) => coreOfCpu(this.topology, cpu)));
  }

  get #regime(): CostRegime {
    return this.guestsRunning ? this.#disturbed : this.#quiet;
  }

  #executed(shape: RoundShape, regionClass: RegionClass, region: number): ExecutedRound {
    const rotates = this.config.values.arrivalOrder === 'rotate' && shape.targets > 0;
    const rotation = rotates ? region % shape.targets : 0;
    const key = regionClass.id * this.topology.cpus + rotation;
    const { costs, remembered } = this.#regime;
    const known = remembered.get(shape)?.get(key);
    if (known !== undefined && this.#options.rememberRounds) return known;
    const outcome = executeRound(shape, regionClass, rotation, {
      topology: this.topology,
      values: this.config.values,
      costs,
      classes: this.classes,
      recordsCpus: true,
      covers: (core) => this.tables.covers(core, region),
    });
    const executed = { outcome, optimizedCores: this.#optimizedCores(outcome) };
    const ofShape = remembered.get(shape) ?? new Map<number, ExecutedRound>();
    remembered.set(shape, ofShape.set(key, executed));
    return executed;
  }

  #regionClass(region: number): RegionClass {
    return this.#classOf[region] ?? this.#classify(region, {});
  }

  /** Looks again at a region that some round has met; what was published about it stays unless replaced. */
  #refresh(region: number, published: Published): void {
    if (this.#classOf[region] !== undefined) this.#classify(region, published);
  }

  #classify(region: number, published: Published): RegionClass {
    const firstAssignedPage = this.rmp.firstAssignedPage(region);
    const { emptySet } = this.classes;
    const { fetched, clean, failed } = this.#classOf[region] ?? {
      fetched: emptySet,
      clean: emptySet,
      failed: emptySet,
    };
    const regionClass = this.classes.get({
      socket: socketOfRegion(region, this.regions, this.topology.sockets),
      entries: entriesToScan(firstAssignedPage, this.config.values),
      assigned: firstAssignedPage !== null,
      coverage: this.tables.coverage(region),
      fetched,
      clean,
      failed,
      ...published,
    });
    this.#classOf[region] = regionClass;
    return regionClass;
  }

  #singleShape(cpu: number): RoundShape {
    const known = this.#singleShapes.get(cpu);
    if (known !== undefined) return known;
    const shape = createRoundShape({
      delivery: 'local',
      sender: cpu,
      cpus: Int32Array.of(cpu),
      condResched: false,
    });
    this.#singleShapes.set(cpu, shape);
    return shape;
  }

  #checkEnabled(cpu: number): void {
    if (!this.tables.isEnabled(coreOfCpu(this.topology, cpu))) throw new UndefinedOpcode(cpu);
  }

  #clearAfter(page: number, result: RmpResult): RmpResult {
    if (result === 'SUCCESS') this.#clear(regionOfPage(page), { clean: this.classes.emptySet });
    return result;
  }

  /** What an instruction broadcasts that makes a region unfit: no core has it optimized any more. */
  #clear(region: number, published: Published): void {
    this.tables.clearOnEveryCore(region);
    this.#refresh(region, published);
  }
}
