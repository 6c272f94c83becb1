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
}

interface CountedClass {
  readonly regionClass: RegionClass;
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
  // Who is served first differs from region to region under rotate, so that no two of them are alike.
  const areAlike = strategy.treatsRegionsAlone && machine.config.values.arrivalOrder !== 'rotate';
  const regions = areAlike ? countAlike(machine, host) : everyRegion(machine, host);
  return {
    topology: machine.topology,
    classes: machine.classes,
    regions,
    guestsRunning: machine.guestsRunning,
    standForAll: areAlike,
    plan: strategy.plan({ ...host, regions: [...regions.keys()] }),
  };
}

function everyRegion(machine: Machine, host: SweepHost): Map<number, CountedClass> {
  return new Map(
    host.regions.map((region) => [region, { regionClass: machine.coldClassOf(region), count: 1 }]),
  );
}

/** The first region of every kind that a strategy can tell apart. */
function countAlike(machine: Machine, host: SweepHost): Map<number, CountedClass> {
  const first = new Map<number, number>();
  const counted = new Map<number, CountedClass>();
  for (const region of host.regions) {
    const regionClass = machine.coldClassOf(region);
    const kind = 2 * regionClass.id + (host.isDirty(region) ? 1 : 0);
    const known = first.get(kind);
    if (known === undefined) first.set(kind, region);
    const stand = known ?? region;
    counted.set(stand, { regionClass, count: (counted.get(stand)?.count ?? 0) + 1 });
  }
  return counted;
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
    const context = { topology, values, costs, classes, recordsCpus, covers: () => true };
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
