import { absorb, beginKey, exponential, finish, scramble } from '../random.js';
import { picoseconds } from '../units.js';
import { Cost, CostTable, remoteFactor, type SendingCosts, sendingCosts } from './costs.js';
import type { Mask } from './mask.js';
import { normalQuantiles } from './normal-quantiles.js';
import type { ParameterValues } from './parameters.js';
import type { PlannedRound } from './round.js';

/** Names the random costs of one run of a seed. */
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
 * enum, since the bundler turns these into plain numbers in the loop over RMPOPTs.
 */
enum Draw {
  Words = 5,
  Factors = 4096,
  FactorShift = 20,
  SlowMask = 0xfffff,
}

/** The first row that remote CPUs draw from; the rows before it are those of the local CPU. */
const REMOTE_ROWS = Draw.Factors * Cost.Cells;
/** The first row of slow RMPOPTs; each position of the mask has one. */
const OWN_ROWS = 2 * REMOTE_ROWS;

/** The middles of equally likely parts of a normal distribution. Filled when first needed: that takes a millisecond. */
const QUANTILES = new Float64Array(Draw.Factors);

/**
 * Random costs. A draw is the hash of what it is for, the run, the sweep, the region and the CPU: it depends on no other draw and on no
 * CPU or region but its own.
 */
export class Jitter {
  /** What a draw can choose: the costs of the machine, times each of the factors. */
  readonly table: CostTable;
  /** With mean 1; each is as likely as any other. */
  readonly factors: Float64Array;
  readonly #values: ParameterValues;
  readonly #guestsRunning: boolean;
  readonly #source: JitterSource;
  /** Draws of which the lower bits are above this are no slow ones. */
  readonly #slowLimit: number;
  /** Positions that may have drawn an extra time. */
  readonly #suspects: Int32Array;
  /** What the draws of a sweep have in common, by what they are for. */
  #keys: Readonly<Record<Purpose, number>> = NO_KEYS;

  /** @param cpus how many a mask may have */
  constructor(values: ParameterValues, guestsRunning: boolean, source: JitterSource, cpus: number) {
    this.#values = values;
    this.#guestsRunning = guestsRunning;
    this.#source = source;
    this.#slowLimit = Math.floor(values.tailProbability * 2 ** Draw.FactorShift);
    this.#suspects = new Int32Array(cpus);
    this.factors = factorsOf(values.jitterSigma);
    this.table = new CostTable(2 * Draw.Factors + cpus, values);
    const slowdown = remoteFactor(values, guestsRunning);
    for (let i = 0; i < Draw.Factors; i++) {
      this.table.write(i * Cost.Cells, this.factors[i]);
      this.table.write(REMOTE_ROWS + i * Cost.Cells, slowdown * this.factors[i]);
    }
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

  /**
   * Draws what RMPOPTs on one region cost, and sets the rows of the mask.
   * @param from,to positions of the mask; `to` is behind the last
   */
  draw({ shape, rows, scrambledCpus }: Mask, region: number, from: number, to: number): void {
    const { cpus, senderPosition } = shape;
    const key = absorb(this.#keys.instruction, scramble(region));
    const slowLimit = this.#slowLimit;
    const suspects = this.#suspects;
    let count = 0;
    for (let position = from; position < to; position++) {
      const bits = drawOf(key, scrambledCpus[position]);
      rows[position] = REMOTE_ROWS + (bits >>> Draw.FactorShift) * Cost.Cells;
      if ((bits & Draw.SlowMask) <= slowLimit) suspects[count++] = position;
    }
    if (from <= senderPosition && senderPosition < to) rows[senderPosition] -= REMOTE_ROWS;
    for (let i = 0; i < count; i++) {
      const position = suspects[i];
      const bits = drawOf(key, scrambledCpus[position]);
      const extraPs = this.#extraPs(bits, region, cpus[position]);
      if (extraPs === 0) continue;
      const own = OWN_ROWS + position * Cost.Cells;
      this.table.copy(rows[position], own, extraPs);
      rows[position] = own;
    }
  }

  /** What it costs to reach the CPUs of a round; on several regions, drawn for the first of the first list. */
  sendingOf(planned: PlannedRound): SendingCosts {
    const { delivery, sender, cpus } = planned.shape;
    const [called = sender] = delivery === 'call' ? cpus : [];
    const bits =
      'region' in planned
        ? this.#draw('sending', planned.region, called)
        : this.#draw('sendingLists', planned.lists[0]?.[0] ?? 0, sender);
    return sendingCosts(this.#values, this.#guestsRunning, this.factors[bits >>> Draw.FactorShift]);
  }

  /** The extra time of a rare slow RMPOPT; 0 of any other. */
  #extraPs(bits: number, region: number, cpu: number): number {
    const { tailProbability, tailNs } = this.#values;
    // The lower bits of the draw go on in those of another, so that the chance of a slow one is exact.
    const share = (bits & Draw.SlowMask) * 2 ** 32 + this.#draw('slowInstruction', region, cpu);
    if (share >= tailProbability * 2 ** (32 + Draw.FactorShift)) return 0;
    return picoseconds(exponential(this.#draw('slowTime', region, cpu)) * tailNs);
  }

  #draw(purpose: Purpose, region: number, cpu: number): number {
    return drawOf(absorb(this.#keys[purpose], scramble(region)), scramble(cpu));
  }
}

/** The 32 random bits of a key that ends with a CPU. */
function drawOf(key: number, scrambledCpu: number): number {
  return finish(absorb(key, scrambledCpu), Draw.Words);
}

/** Log-normal factors, scaled so that their mean is 1: random costs are on average what the machine says they are. */
function factorsOf(sigma: number): Float64Array {
  if (QUANTILES[0] === 0) QUANTILES.set(normalQuantiles(Draw.Factors));
  const raw = QUANTILES.map((z) => Math.exp(sigma * z));
  const mean = raw.reduce((sum, factor) => sum + factor, 0) / Draw.Factors;
  return raw.map((factor) => factor / mean);
}
