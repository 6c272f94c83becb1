import { sweepCosts } from '../machine/costs.js';
import type { Machine } from '../machine/machine.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { RegionClass, RegionClasses } from '../machine/region-class.js';
import { executeRound, type RoundContext, type RoundOutcome, type RoundShape } from '../machine/round.js';
import { coreOfCpu, l3GroupOfCore, type Topology } from '../machine/topology.js';
import type { Phase, Strategy, SweepHost } from './strategy.js';

/**
 * What a sweep is about to meet: regions by class with their numbers, and the rounds each of them goes through. Holds no cost,
 * so the same sweep can be priced with any, as long as the switches that shape the classes stay.
 */
export interface SweepCensus {
  readonly topology: Topology;
  readonly classes: RegionClasses;
  readonly counts: ReadonlyMap<RegionClass, number>;
  readonly guestsRunning: boolean;
  readonly phases: readonly { readonly phase: Phase; readonly shapes: readonly RoundShape[] }[];
}

/** What a sweep would take; times inside RMPOPT are over the remote CPUs. */
export interface SweepPrice {
  readonly localPs: number;
  readonly remotePs: number;
  readonly instructionMinPs: number;
  readonly instructionMeanPs: number;
  readonly instructionMaxPs: number;
}

/** Takes stock of a machine before a sweep whose strategy puts every region through the same rounds. */
export function takeCensus(machine: Machine, strategy: Strategy, host: SweepHost): SweepCensus {
  const plan = strategy.plan({ ...host, regions: 1 });
  return {
    topology: machine.topology,
    classes: machine.classes,
    counts: machine.countClasses(host.regions),
    guestsRunning: machine.guestsRunning,
    phases: plan.map(({ phase, rounds }) => ({ phase, shapes: [...rounds()].map(({ shape }) => shape) })),
  };
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
  const costs = sweepCosts(values, census.guestsRunning);
  const sum = new PriceSum();
  for (const [regionClass, count] of census.counts) {
    priceClass(census, { values, costs, recordsCpus: wanted === 'instructions' }, regionClass, count, sum);
  }
  for (const { phase } of census.phases) sum.add(phase, costs.clockReadPs);
  return sum.price();
}

function priceClass(
  { topology, classes, phases }: SweepCensus,
  pricing: Pick<RoundContext, 'values' | 'costs' | 'recordsCpus'>,
  regionClass: RegionClass,
  count: number,
  sum: PriceSum,
): void {
  const context: RoundContext = { topology, classes, covers: () => true, ...pricing };
  const ofNeighbours = new Map<number, RoundOutcome>();
  let last: RoundOutcome | null = null;
  for (const { phase, shapes } of phases) {
    for (const shape of shapes) {
      const outcome = executeOnce(shape, last?.next ?? regionClass, context, ofNeighbours);
      sum.add(phase, count * outcome.durationPs);
      sum.addInstructions(outcome, count);
      last = outcome;
    }
  }
}

/** A call to one CPU costs the same for all CPUs of its L3 group, so of those one is executed. */
function executeOnce(
  shape: RoundShape,
  regionClass: RegionClass,
  context: RoundContext,
  ofNeighbours: Map<number, RoundOutcome>,
): RoundOutcome {
  const [cpu = 0] = shape.cpus;
  const isCall = shape.delivery === 'call' && shape.cpus.length === 1 && cpu !== shape.sender;
  if (!isCall) return executeRound(shape, regionClass, 0, context);
  const l3Group = l3GroupOfCore(context.topology, coreOfCpu(context.topology, cpu));
  const key = regionClass.id * context.topology.l3Groups + l3Group;
  const known = ofNeighbours.get(key);
  if (known !== undefined) return known;
  const outcome = executeRound(shape, regionClass, 0, context);
  ofNeighbours.set(key, outcome);
  return outcome;
}

class PriceSum {
  readonly #elapsedPs = { local: 0, remote: 0 };
  #count = 0;
  #busyPs = 0;
  #minPs = Number.POSITIVE_INFINITY;
  #maxPs = 0;

  add(phase: Phase, ps: number): void {
    this.#elapsedPs[phase] += ps;
  }

  addInstructions({ shape, busyPs }: RoundOutcome, count: number): void {
    for (let position = 0; position < busyPs.length; position++) {
      if (shape.cpus[position] === shape.sender) continue;
      const onePs = busyPs[position] ?? 0;
      this.#count += count;
      this.#busyPs += count * onePs;
      if (onePs < this.#minPs) this.#minPs = onePs;
      if (onePs > this.#maxPs) this.#maxPs = onePs;
    }
  }

  price(): SweepPrice {
    return {
      localPs: this.#elapsedPs.local,
      remotePs: this.#elapsedPs.remote,
      instructionMinPs: this.#count === 0 ? 0 : this.#minPs,
      instructionMeanPs: this.#count === 0 ? 0 : this.#busyPs / this.#count,
      instructionMaxPs: this.#maxPs,
    };
  }
}
