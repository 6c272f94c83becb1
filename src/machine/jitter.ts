import { absorb, beginKey, exponential, finish, scramble } from '../random.js';
import { picoseconds } from '../units.js';
import {
  entryScanPs,
  groupServicePs,
  type InstructionCosts,
  instructionCosts,
  remoteFactor,
  type SendingCosts,
  sendingCosts,
} from './costs.js';
import type { RegionLists } from './loop-round.js';
import { normalQuantiles } from './normal-quantiles.js';
import type { ParameterValues } from './parameters.js';
import type { RoundShape } from './round.js';

/** Which random costs: of all that a seed gives, those of one run. */
export interface JitterSource {
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  /** From 1. */
  readonly run: number;
}

type Purpose = 'instruction' | 'slowInstruction' | 'slowTime' | 'sending' | 'sendingLists';
const NO_KEYS = { instruction: 0, slowInstruction: 0, slowTime: 0, sending: 0, sendingLists: 0 };

/**
 * How the 32 bits of a draw are used: the upper ones choose a factor, the lower ones say whether this may be a rare slow RMPOPT. An
 * enum, as that of the cells, since the bundler turns these into plain numbers in the loops over millions of RMPOPTs.
 */
enum Draw {
  Words = 5,
  Factors = 4096,
  FactorShift = 20,
  SlowMask = 0xfffff,
}

/** The cells of a row of costs. */
export enum Cost {
  Fixed,
  Hit,
  Warm,
  Service,
  Cells,
}

/** Where rows of costs begin: of the sender at 0, of the other CPUs, and of RMPOPTs that have costs of their own. */
export const REMOTE_ROWS = Draw.Factors * Cost.Cells;
export const OWN_ROWS = 2 * REMOTE_ROWS;

/**
 * Random costs. A draw is the hash of what it is for, the run, the sweep, the region and the CPU: it depends on no other draw and on no
 * CPU or region but its own.
 */
export class Jitter {
  /** Factors with mean 1 of which each is as likely as any other. */
  readonly factors: Float64Array;
  /** Draws of which the lower bits are above this are no slow ones. */
  readonly slowLimit: number;
  /** Whether every RMPOPT takes some time. */
  readonly takesTime: boolean;

  readonly #values: ParameterValues;
  readonly #guestsRunning: boolean;
  readonly #source: JitterSource;
  /** What the draws of a sweep have in common, by what they are for. */
  #keys: Readonly<Record<Purpose, number>> = NO_KEYS;

  constructor(values: ParameterValues, guestsRunning: boolean, source: JitterSource) {
    this.#values = values;
    this.#guestsRunning = guestsRunning;
    this.#source = source;
    this.factors = factorsOf(values.jitterSigma);
    this.slowLimit = Math.floor(values.tailProbability * 2 ** Draw.FactorShift);
    // Factors ascend, and a guest makes none smaller.
    this.takesTime = picoseconds(this.factors[0] * values.rmpoptFixedNs) > 0;
  }

  /** @param sweep number of the sweep since the machine was made, from 1: each has draws of its own */
  beginSweep(sweep: number): void {
    const { seed, run } = this.#source;
    const keyOf = (purpose: Purpose) => beginKey(seed, purpose, run, sweep);
    this.#keys = {
      instruction: keyOf('instruction'),
      slowInstruction: keyOf('slowInstruction'),
      slowTime: keyOf('slowTime'),
      sending: keyOf('sending'),
      sendingLists: keyOf('sendingLists'),
    };
  }

  /** What the draws of all CPUs on a region have in common. */
  keyOf(region: number): number {
    return absorb(this.#keys.instruction, scramble(region));
  }

  /** Writes what RMPOPTs cost, in picoseconds: a row for each factor, first those of the sender, up to `OWN_ROWS`. */
  writeCosts(costsPs: Float64Array): void {
    const { rmpoptFixedNs, resultHitNs, entryScanWarmNs, resultServiceNs } = this.#values;
    for (let row = 0; row < OWN_ROWS; row += Cost.Cells) {
      const factor = this.#factorOf(row);
      costsPs[row + Cost.Fixed] = picoseconds(factor * rmpoptFixedNs);
      costsPs[row + Cost.Hit] = picoseconds(factor * resultHitNs);
      costsPs[row + Cost.Warm] = picoseconds(factor * entryScanWarmNs);
      costsPs[row + Cost.Service] = picoseconds(factor * resultServiceNs);
    }
  }

  /** Whether another would write the same: all runs of a cell do. */
  hasCostsOf(other: Jitter): boolean {
    const [own, others] = [this.#values, other.#values];
    return (
      this.factors === other.factors &&
      this.#slowdown === other.#slowdown &&
      own.rmpoptFixedNs === others.rmpoptFixedNs &&
      own.resultHitNs === others.resultHitNs &&
      own.entryScanWarmNs === others.entryScanWarmNs &&
      own.resultServiceNs === others.resultServiceNs
    );
  }

  /** The costs of one RMPOPT. */
  instruction(region: number, cpu: number, isSender: boolean): InstructionCosts {
    const bits = drawOf(this.keyOf(region), scramble(cpu));
    const costs = this.#costs((isSender ? 0 : REMOTE_ROWS) + rowOf(bits));
    return { ...costs, fixedPs: costs.fixedPs + this.extraPs(bits, region, cpu) };
  }

  /** What reading one entry costs, of a row: asked for too seldom to be part of it. */
  entryScanPs(row: number, isLocal: boolean): number {
    return entryScanPs(this.#values, this.#factorOf(row), isLocal);
  }

  /** The slot of an L3 group that reads so many entries, of a row. */
  groupServicePs(row: number, entries: number): number {
    return groupServicePs(this.#values, this.#factorOf(row), entries);
  }

  /** The extra time of a rare slow RMPOPT; 0 of any other. */
  extraPs(bits: number, region: number, cpu: number): number {
    if (!maySlow(bits, this.slowLimit)) return 0;
    const { tailProbability, tailNs } = this.#values;
    // The lower bits of the draw go on in those of another, so that the chance of a slow one is exact.
    const share = (bits & Draw.SlowMask) * 2 ** 32 + this.#draw('slowInstruction', region, cpu);
    if (share >= tailProbability * 2 ** (32 + Draw.FactorShift)) return 0;
    return picoseconds(exponential(this.#draw('slowTime', region, cpu)) * tailNs);
  }

  /** What it costs to reach the CPUs of a round on one region. */
  sendingOf(shape: RoundShape, region: number): SendingCosts {
    const [called = shape.sender] = shape.delivery === 'call' ? shape.cpus : [];
    return this.#sending('sending', region, called);
  }

  /** What it costs to reach the CPUs of a round of several: drawn for the first region of the first list. */
  sendingOfLists({ sender }: RoundShape, [list]: RegionLists): SendingCosts {
    return this.#sending('sendingLists', list?.[0] ?? 0, sender);
  }

  #sending(purpose: 'sending' | 'sendingLists', region: number, cpu: number): SendingCosts {
    const factor = this.factors[factorIndex(this.#draw(purpose, region, cpu))];
    return sendingCosts(this.#values, this.#guestsRunning, factor);
  }

  /** How many times as much RMPOPTs cost on CPUs that a guest may run on. */
  get #slowdown(): number {
    return remoteFactor(this.#values, this.#guestsRunning);
  }

  #draw(purpose: Purpose, region: number, cpu: number): number {
    return drawOf(absorb(this.#keys[purpose], scramble(region)), scramble(cpu));
  }

  #costs(row: number): InstructionCosts {
    return instructionCosts(this.#values, this.#factorOf(row));
  }

  #factorOf(row: number): number {
    const isSender = row < REMOTE_ROWS;
    const slowdown = isSender ? 1 : this.#slowdown;
    return slowdown * this.factors[(isSender ? row : row - REMOTE_ROWS) / Cost.Cells];
  }
}

/**
 * The 32 random bits of one RMPOPT.
 * @param regionKey see `Jitter.keyOf`
 * @param scrambledCpu see `scramble`
 */
export function drawOf(regionKey: number, scrambledCpu: number): number {
  return finish(absorb(regionKey, scrambledCpu), Draw.Words);
}

/** Which factor a draw chooses. */
function factorIndex(bits: number): number {
  return bits >>> Draw.FactorShift;
}

/** Where the row of the factor that a draw chooses begins, among those of one kind of CPU. */
export function rowOf(bits: number): number {
  return factorIndex(bits) * Cost.Cells;
}

/** Whether it has to be asked if a draw is that of a slow one: of nearly all it is plain that they are none. */
export function maySlow(bits: number, slowLimit: number): boolean {
  return (bits & Draw.SlowMask) <= slowLimit;
}

/** Those asked for last: all runs of a cell have the same. */
let lastFactors: { readonly sigma: number; readonly factors: Float64Array } | null = null;

/** Log-normal factors, scaled so that their mean is 1: random costs are on average what the machine says they are. */
function factorsOf(sigma: number): Float64Array {
  if (lastFactors?.sigma !== sigma) lastFactors = { sigma, factors: makeFactors(sigma) };
  return lastFactors.factors;
}

function makeFactors(sigma: number): Float64Array {
  const raw = normalQuantiles(Draw.Factors).map((z) => Math.exp(sigma * z));
  const mean = raw.reduce((sum, factor) => sum + factor, 0) / Draw.Factors;
  return raw.map((factor) => factor / mean);
}
