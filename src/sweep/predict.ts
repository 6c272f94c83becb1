import { Executor } from '../machine/executor.js';
import type { Machine } from '../machine/machine.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { RegionClass, RegionClasses } from '../machine/region-class.js';
import { type PlannedRound, type RoundOutcome, type RoundResult, regionsOf } from '../machine/round.js';
import type { RoundSums } from '../machine/round-sums.js';
import type { Topology } from '../machine/topology.js';
import { picoseconds } from '../units.js';
import { runSweep, type SweepGround } from './run-sweep.js';
import type { PlannedPhase, Strategy, SweepHost } from './strategy.js';

/**
 * What a sweep is about to meet: how many regions there are of each class, and the loops over them. One region stands for all that
 * go through the same rounds. It holds no cost: the time the sweep takes can be predicted under any, as long as the switches that
 * shape the classes stay.
 */
export interface RegionHistogram {
  readonly topology: Topology;
  readonly classes: RegionClasses;
  readonly regions: ReadonlyMap<number, CountedClass>;
  readonly guestsRunning: boolean;
  readonly plan: readonly PlannedPhase[];
  /** Whether regions may stand for others; if not, each counts for itself. */
  readonly standForAll: boolean;
  /** See `RmpoptTables`. */
  readonly baseOfCore: ArrayLike<number>;
}

export interface CountedClass {
  readonly regionClass: RegionClass;
  /** Whether the strategy does not leave it out. */
  readonly isSwept: boolean;
  /** How many regions this one stands for, itself included. */
  readonly count: number;
}

/** What a prediction may be asked for: the time of the sweep; or also the times of its RMPOPTs. */
export type Wanted = 'elapsed' | 'instructions';

/** What a sweep would take; times inside RMPOPT are over the remote CPUs. */
export interface SweepTotals {
  readonly localPs: number;
  readonly remotePs: number;
  readonly instructionMinPs: number;
  readonly instructionMeanPs: number;
  readonly instructionMaxPs: number;
}

interface SweptClass extends CountedClass {
  /** The regions that this one stands for, itself first. */
  readonly members: readonly number[];
}

/** The histogram of one sweep. */
export interface SweepHistogram extends RegionHistogram {
  readonly regions: ReadonlyMap<number, SweptClass>;
  /** Number of the sweep on its machine, from 1: random costs differ from sweep to sweep. */
  readonly pass: number;
}

/**
 * Looks at the regions of a machine before a sweep.
 * @param covered regions that it covers; it may sweep fewer
 * @param standForAll whether regions may stand for others; they may where they are alike
 */
export function takeHistogram(
  machine: Machine,
  strategy: Strategy,
  host: SweepHost,
  covered: readonly number[],
  standForAll = areRegionsAlike(machine, strategy),
): SweepHistogram {
  const groups = new Map<number, Omit<SweptClass, 'count'> & { readonly members: number[] }>();
  const swept = new Set(host.regions);
  for (const region of covered) {
    const looked = { regionClass: machine.coldClassOf(region), isSwept: swept.has(region) };
    const kind = standForAll ? kindOf(looked) : region;
    const group = groups.get(kind) ?? { ...looked, members: [] };
    if (group.members.push(region) === 1) groups.set(kind, group);
  }
  const regions = new Map<number, SweptClass>();
  for (const group of groups.values()) {
    const [first = Number.NaN] = group.members;
    regions.set(first, { ...group, count: group.members.length });
  }
  return {
    topology: machine.topology,
    classes: machine.classes,
    regions,
    guestsRunning: machine.guestsRunning,
    standForAll,
    baseOfCore: machine.tables.baseOfCore,
    plan: strategy.plan({ ...host, regions: sweptOf(regions) }),
    pass: machine.passes + 1,
  };
}

/** Whether a region can stand for all of its kind: not where who is served first differs from one region to the next. */
export function areRegionsAlike(machine: Machine, { treatsRegionsAlone }: Strategy): boolean {
  return treatsRegionsAlone && machine.config.values.arrivalOrder !== 'rotate';
}

/** Names what tells regions apart. */
function kindOf({ regionClass, isSwept }: Omit<CountedClass, 'count'>): number {
  return 2 * regionClass.id + (isSwept ? 1 : 0);
}

function sweptOf(regions: RegionHistogram['regions']): number[] {
  return [...regions].flatMap(([region, { isSwept }]) => (isSwept ? [region] : []));
}

/** The histograms of several sweeps of one machine, added up: they take together what they take one by one. */
export class HistogramSum {
  readonly #strategy: Strategy;
  readonly #host: SweepHost;
  readonly #parts: { readonly first: RegionHistogram; readonly kinds: Map<number, CountedClass> }[] = [];

  /** @param host as it is planned for; its regions do not matter */
  constructor(strategy: Strategy, host: SweepHost) {
    this.#strategy = strategy;
    this.#host = host;
  }

  /** @param histogram in which regions stand for all alike */
  add(histogram: RegionHistogram): void {
    const kinds = this.#kindsOf(histogram);
    for (const counted of histogram.regions.values()) {
      const kind = kindOf(counted);
      kinds.set(kind, { ...counted, count: counted.count + (kinds.get(kind)?.count ?? 0) });
    }
  }

  /** One histogram for the sweeps during which guests ran, and one for the others. */
  histograms(): RegionHistogram[] {
    return this.#parts.map(({ first, kinds }) => {
      const regions = new Map([...kinds.values()].entries());
      const plan = this.#strategy.plan({ ...this.#host, regions: sweptOf(regions) });
      return { ...first, regions, plan };
    });
  }

  #kindsOf(histogram: RegionHistogram): Map<number, CountedClass> {
    const known = this.#parts.find(({ first }) => first.guestsRunning === histogram.guestsRunning);
    const part = known ?? { first: histogram, kinds: new Map<number, CountedClass>() };
    if (known === undefined) this.#parts.push(part);
    return part.kinds;
  }
}

/** The classes of the regions of a histogram while a plan runs over it. */
export class RegionStates {
  readonly #histogram: RegionHistogram;
  /** What the last round on a region left of it. */
  readonly #known = new Map<number, RegionClass>();

  constructor(histogram: RegionHistogram) {
    this.#histogram = histogram;
  }

  beginPass(): void {
    this.#known.clear();
  }

  readonly of = (region: number): RegionClass => {
    const known = this.#known.get(region) ?? this.#histogram.regions.get(region)?.regionClass;
    if (known === undefined) throw new Error(`region ${region} is not part of the histogram`);
    return known;
  };

  keep(region: number, regionClass: RegionClass): void {
    this.#known.set(region, regionClass);
  }

  execute(executor: Executor, planned: PlannedRound): RoundOutcome {
    const outcome = executor.execute(planned, this.of);
    for (const [i, region] of regionsOf(planned).entries()) this.keep(region, outcome.visits[i].next);
    return outcome;
  }
}

/**
 * Predicts what a sweep takes under one set of costs after another: exactly what executing it would take. Made once and asked often:
 * a prediction takes microseconds, and leaves nothing behind.
 */
export class Predictor implements SweepGround<RoundResult> {
  clockReadPs = 0;
  readonly #histogram: RegionHistogram;
  readonly #executor: Executor;
  readonly #states: RegionStates;
  #wanted: Wanted = 'elapsed';
  #issued = 0;
  #inRmpoptPs = 0;
  #minPs = 0;
  #maxPs = 0;

  /** @param values with the switches of all costs that are asked for */
  constructor(histogram: RegionHistogram, values: ParameterValues) {
    const { guestsRunning, standForAll } = histogram;
    this.#histogram = histogram;
    this.#states = new RegionStates(histogram);
    // Where one region stands for all alike, no round comes twice.
    const options = { guestsRunning, jitter: null, remembers: !standForAll };
    this.#executor = new Executor(histogram, values, options);
  }

  /** @param wanted what else is wanted beside the time of the sweep; what is not is 0 */
  predict(values: ParameterValues, wanted: Wanted): SweepTotals {
    this.clockReadPs = picoseconds(values.clockReadNs);
    this.#executor.take(values);
    this.#wanted = wanted;
    [this.#issued, this.#inRmpoptPs, this.#minPs, this.#maxPs] = [0, 0, Number.POSITIVE_INFINITY, 0];
    let [localPs, remotePs] = [0, 0];
    for (const { phase, elapsedPs } of runSweep(this, this.#histogram.plan)) {
      if (phase === 'local') localPs += elapsedPs;
      else remotePs += elapsedPs;
    }
    const isAny = this.#issued > 0;
    return {
      localPs,
      remotePs,
      instructionMinPs: isAny ? this.#minPs : 0,
      instructionMeanPs: isAny ? this.#inRmpoptPs / this.#issued : 0,
      instructionMaxPs: this.#maxPs,
    };
  }

  beginPass(): void {
    this.#states.beginPass();
    // What a prediction has left that was refused on its way.
    if (!this.#histogram.standForAll) this.#executor.takeSums();
  }

  roundsOf(planned: PlannedRound): readonly PlannedRound[] {
    return [planned];
  }

  execute(planned: PlannedRound): RoundResult {
    const { regions, standForAll } = this.#histogram;
    if ('lists' in planned || !standForAll) return this.#states.execute(this.#executor, planned);
    const { shape, region } = planned;
    const { next, durationPs, senderSucceeded } = this.#executor.endOf(shape, this.#states.of(region));
    this.#states.keep(region, next);
    const count = regions.get(region)?.count ?? 0;
    if (this.#wanted === 'instructions' && shape.targets > 0) {
      const { sumPs, leastPs, mostPs } = this.#executor.remoteTimes(shape);
      this.#addInstructions(count * shape.targets, count * sumPs, leastPs, mostPs);
    }
    return { durationPs: count * durationPs, senderSucceeded };
  }

  takeSums(): RoundSums[] {
    // Series are kept for the next prediction.
    const sums = this.#histogram.standForAll ? [] : this.#executor.takeSums();
    for (const { shape, byCpu } of this.#wanted === 'instructions' ? sums : []) {
      for (const [position, issued] of byCpu.issued.entries()) {
        if (position === shape.senderPosition || issued === 0) continue;
        const [leastPs, mostPs] = [byCpu.shortestPs[position], byCpu.longestPs[position]];
        this.#addInstructions(issued, byCpu.inRmpoptPs[position], leastPs, mostPs);
      }
    }
    return sums;
  }

  #addInstructions(issued: number, sumPs: number, leastPs: number, mostPs: number): void {
    this.#issued += issued;
    this.#inRmpoptPs += sumPs;
    this.#minPs = Math.min(this.#minPs, leastPs);
    this.#maxPs = Math.max(this.#maxPs, mostPs);
  }
}

/** One prediction. */
export function predictSweep(
  histogram: RegionHistogram,
  values: ParameterValues,
  wanted: Wanted,
): SweepTotals {
  return new Predictor(histogram, values).predict(values, wanted);
}
