import { type SweepCosts, sweepCosts } from '../machine/costs.js';
import { regionsIn } from '../machine/loop-round.js';
import type { Machine } from '../machine/machine.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { RegionClass, RegionClasses } from '../machine/region-class.js';
import type { RegionRoundOutcome } from '../machine/region-round.js';
import type { RoundOutcome, RoundShape } from '../machine/round.js';
import { RoundExecutor } from '../machine/round-executor.js';
import { coreOfCpu, l3GroupOfCore, type Topology } from '../machine/topology.js';
import {
  type Phase,
  type PlannedPhase,
  type PlannedRound,
  type Strategy,
  type SweepHost,
  workOff,
} from './strategy.js';

/**
 * What a sweep is about to meet: regions with their classes, and the loops over them. Where regions of a class go through
 * the same rounds, one of them stands for all. Holds no cost, so the same sweep can be priced with any, as long as the switches
 * that shape the classes stay.
 */
export interface SweepCensus {
  readonly topology: Topology;
  readonly classes: RegionClasses;
  readonly regions: ReadonlyMap<number, CountedClass>;
  readonly guestsRunning: boolean;
  readonly plan: readonly PlannedPhase[];
  /** Whether no two of the regions are alike. */
  readonly standForAll: boolean;
  /** Whether a core's window holds a region. */
  readonly covers: (core: number, region: number) => boolean;
}

export interface CountedClass {
  readonly regionClass: RegionClass;
  /** Whether its pages have changed hands since the last sweep. */
  readonly isDirty: boolean;
  /** How many regions this one stands for, itself included. */
  readonly count: number;
}

/** What a sweep would take; times inside RMPOPT are over the remote CPUs. */
export interface SweepPrice {
  readonly localPs: number;
  readonly remotePs: number;
  readonly instructionMinPs: number;
  readonly instructionMeanPs: number;
  readonly instructionMaxPs: number;
}

/** Takes stock of a machine before a sweep. */
export function takeCensus(machine: Machine, strategy: Strategy, host: SweepHost): SweepCensus {
  const areAlike = areRegionsAlike(machine, strategy);
  const regions = areAlike ? countAlike(machine, host) : everyRegion(machine, host);
  return {
    topology: machine.topology,
    classes: machine.classes,
    regions,
    guestsRunning: machine.guestsRunning,
    standForAll: areAlike,
    covers: (core, region) => machine.tables.covers(core, region),
    plan: strategy.plan({ ...host, regions: [...regions.keys()] }),
  };
}

/** Whether a region can stand for all of its kind: not where who is served first differs from one region to the next. */
export function areRegionsAlike(machine: Machine, { treatsRegionsAlone }: Strategy): boolean {
  return treatsRegionsAlone && machine.config.values.arrivalOrder !== 'rotate';
}

function everyRegion(machine: Machine, host: SweepHost): Map<number, CountedClass> {
  return new Map(
    host.regions.map((region) => {
      const regionClass = machine.coldClassOf(region);
      return [region, { regionClass, isDirty: host.isDirty(region), count: 1 }];
    }),
  );
}

/** The first region of every kind that a strategy can tell apart. */
function countAlike(machine: Machine, host: SweepHost): Map<number, CountedClass> {
  const first = new Map<number, number>();
  const counted = new Map<number, CountedClass>();
  for (const region of host.regions) {
    const regionClass = machine.coldClassOf(region);
    const isDirty = host.isDirty(region);
    const kind = kindOf({ regionClass, isDirty });
    const known = first.get(kind);
    if (known === undefined) first.set(kind, region);
    const stand = known ?? region;
    counted.set(stand, { regionClass, isDirty, count: (counted.get(stand)?.count ?? 0) + 1 });
  }
  return counted;
}

/** Names what a strategy and its rounds can tell of a region. */
function kindOf({ regionClass, isDirty }: Pick<CountedClass, 'regionClass' | 'isDirty'>): number {
  return 2 * regionClass.id + (isDirty ? 1 : 0);
}

/** What several sweeps of one machine have met, added up: priced at once, they cost what they cost one by one. */
export class CensusSum {
  readonly #strategy: Strategy;
  readonly #host: SweepHost;
  readonly #parts: { readonly first: SweepCensus; readonly kinds: Map<number, SummedClass> }[] = [];

  /** @param host as it is planned for; its regions do not matter */
  constructor(strategy: Strategy, host: SweepHost) {
    this.#strategy = strategy;
    this.#host = host;
  }

  /** @param census in which regions stand for all alike */
  add(census: SweepCensus): void {
    const { kinds } = this.#partOf(census);
    for (const [region, counted] of census.regions) {
      const kind = kindOf(counted);
      const known = kinds.get(kind);
      const count = (known?.count ?? 0) + counted.count;
      kinds.set(kind, { ...counted, region: known?.region ?? region, count });
    }
  }

  /** One census for the sweeps during which guests ran, and one for the others. */
  censuses(): SweepCensus[] {
    return this.#parts.map(({ first, kinds }) => {
      const summed = [...kinds.values()];
      const regions = [...summed.keys()];
      const isDirty = (region: number) => summed[region]?.isDirty ?? false;
      return {
        ...first,
        regions: new Map(summed.entries()),
        covers: (core, region) => first.covers(core, summed[region]?.region ?? 0),
        plan: this.#strategy.plan({ ...this.#host, regions, isDirty }),
      };
    });
  }

  #partOf(census: SweepCensus) {
    const known = this.#parts.find(({ first }) => first.guestsRunning === census.guestsRunning);
    const part = known ?? { first: census, kinds: new Map<number, SummedClass>() };
    if (known === undefined) this.#parts.push(part);
    return part;
  }
}

/** A kind of region with one that is of it. */
interface SummedClass extends CountedClass {
  readonly region: number;
}

/**
 * Prices a sweep with a set of costs: exactly what executing it region by region would take.
 * @param wanted whether times inside RMPOPT are, too; without them they are 0, and the price is had much faster
 */
export function priceSweep(
  census: SweepCensus,
  values: ParameterValues,
  wanted: 'elapsed' | 'instructions',
): SweepPrice {
  const pricing = new Pricing(census, values, sweepCosts(values, census.guestsRunning), wanted);
  for (const phase of census.plan) pricing.run(phase);
  return pricing.price();
}

/** A sweep executed on what a census has counted. */
class Pricing {
  readonly #census: SweepCensus;
  readonly #costs: SweepCosts;
  readonly #executor: RoundExecutor;
  /** What the last round on a region left of it. */
  readonly #leftBy = new Map<number, { readonly next: RegionClass }>();
  readonly #ofNeighbours = new Map<number, RegionRoundOutcome>();
  readonly #elapsedPs = { local: 0, remote: 0 };
  #instructions = 0;
  #busyPs = 0;
  #minPs = Number.POSITIVE_INFINITY;
  #maxPs = 0;

  constructor(
    census: SweepCensus,
    values: ParameterValues,
    costs: SweepCosts,
    wanted: 'elapsed' | 'instructions',
  ) {
    const { topology, classes } = census;
    const recordsCpus = wanted === 'instructions';
    this.#census = census;
    this.#costs = costs;
    const { covers } = census;
    const context = { topology, values, costs, jitter: null, classes, recordsCpus, covers };
    // Where one region stands for all alike, no round comes twice.
    this.#executor = new RoundExecutor(context, !census.standForAll);
  }

  run({ phase, rounds }: PlannedPhase): void {
    workOff(rounds(), (planned) => this.#execute(planned, phase));
    this.#elapsedPs[phase] += this.#costs.clockReadPs;
  }

  price(): SweepPrice {
    return {
      localPs: this.#elapsedPs.local,
      remotePs: this.#elapsedPs.remote,
      instructionMinPs: this.#instructions === 0 ? 0 : this.#minPs,
      instructionMeanPs: this.#instructions === 0 ? 0 : this.#busyPs / this.#instructions,
      instructionMaxPs: this.#maxPs,
    };
  }

  #execute(planned: PlannedRound, phase: Phase): RoundOutcome {
    if ('region' in planned) {
      const { shape, region } = planned;
      const outcome = this.#onRegion(shape, region);
      this.#leftBy.set(region, outcome);
      this.#add(outcome, phase, this.#census.regions.get(region)?.count ?? 0);
      return outcome;
    }
    const { shape, lists } = planned;
    const outcome = this.#executor.loops(shape, lists, (region) => this.#class(region));
    for (const [i, region] of regionsIn(lists).entries()) {
      const visit = outcome.visits[i];
      if (visit !== undefined) this.#leftBy.set(region, visit);
    }
    this.#add(outcome, phase, 1);
    return outcome;
  }

  /** A call to one CPU costs the same for all CPUs of its L3 group, so of those one is executed. */
  #onRegion(shape: RoundShape, region: number): RegionRoundOutcome {
    const regionClass = this.#class(region);
    const [cpu = 0] = shape.cpus;
    const isCall = shape.delivery === 'call' && shape.cpus.length === 1 && cpu !== shape.sender;
    if (!isCall) return this.#executor.region(shape, regionClass, region);
    const { topology } = this.#census;
    const key = regionClass.id * topology.l3Groups + l3GroupOfCore(topology, coreOfCpu(topology, cpu));
    const known = this.#ofNeighbours.get(key);
    if (known !== undefined) return known;
    const outcome = this.#executor.region(shape, regionClass, region);
    this.#ofNeighbours.set(key, outcome);
    return outcome;
  }

  #class(region: number): RegionClass {
    const known = this.#leftBy.get(region)?.next ?? this.#census.regions.get(region)?.regionClass;
    if (known === undefined) throw new Error(`region ${region} is not part of the census`);
    return known;
  }

  #add({ shape, durationPs, byCpu }: RoundOutcome, phase: Phase, count: number): void {
    this.#elapsedPs[phase] += count * durationPs;
    for (let position = 0; position < byCpu.busyPs.length; position++) {
      if (shape.cpus[position] === shape.sender) continue;
      this.#instructions += count * (byCpu.instructions[position] ?? 0);
      this.#busyPs += count * (byCpu.busyPs[position] ?? 0);
      this.#minPs = Math.min(this.#minPs, byCpu.shortestPs[position] ?? this.#minPs);
      this.#maxPs = Math.max(this.#maxPs, byCpu.longestPs[position] ?? 0);
    }
  }
}
