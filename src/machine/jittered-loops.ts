import { Cost, drawOf, type Jitter, maySlow, OWN_ROWS, REMOTE_ROWS, rowOf } from './jitter.js';
import { CPUS_MAX } from './topology.js';

/*
 * The loops over all RMPOPTs of a round with random costs, and the arrays they go over, which hold the mask in hand. Millions of
 * RMPOPTs go through them, so they are written for the engine. Their arrays belong to the module, since it then knows where each
 * lies and how long it is; the same loops over fields of a class take half as long again. They call nothing but what the engine
 * puts in their place, and allocate nothing.
 */

/** The cells of what is known of the round in progress; times run from the issue on. */
export enum Round {
  /** When the queue of successes is free. */
  ResultFree,
  /** What the CPU that ended last has spent, and of that its own work. */
  LastSpent,
  LastWork,
  /** How many positions may have drawn an extra time. */
  Suspects,
  Cells,
}

/** Before all times: of what has not happened in the round yet. */
const NOT_YET = -1;

/** CPUs that take part in rounds of a shape, in the order of the mask, and what they have done in those rounds. */
export interface JitteredMask {
  /** See `scramble`. */
  readonly scrambledCpus: Int32Array;
  readonly cores: Int32Array;
  /** All of them are from the first to before the end. */
  readonly firstCore: number;
  readonly endCore: number;
  readonly busyPs: Float64Array;
  readonly shortestPs: Float64Array;
  readonly longestPs: Float64Array;
}

// By the position in the mask in hand.
const SCRAMBLED_CPUS = new Int32Array(CPUS_MAX);
const CORES = new Int32Array(CPUS_MAX);
/** Where the costs that each RMPOPT has drawn are. */
export const ROWS = new Int32Array(CPUS_MAX);
/** From the issue to the end of each RMPOPT. */
export const SPENT_PS = new Float64Array(CPUS_MAX);
const BUSY_PS = new Float64Array(CPUS_MAX);
const SHORTEST_PS = new Float64Array(CPUS_MAX);
const LONGEST_PS = new Float64Array(CPUS_MAX);

/** The positions that may have drawn an extra time, as many as `drawCosts` says. */
export const SUSPECTS = new Int32Array(CPUS_MAX);
/** When the first thread of each core was served, from the issue on. */
const SERVED_PS = new Float64Array(CPUS_MAX);
export const ROUND = new Float64Array(Round.Cells);
/** A row of costs for each factor, first those of the sender, then those of the others, and one to itself for each position. */
export const COSTS_PS = new Float64Array(OWN_ROWS + CPUS_MAX * Cost.Cells);

let maskInHand: JitteredMask | null = null;
let pricedBy: Jitter | null = null;

/** Makes a mask that in hand, and the costs those that an RMPOPT may draw. */
export function takeUp(mask: JitteredMask, jitter: Jitter): void {
  if (jitter !== pricedBy) {
    if (pricedBy === null || !jitter.hasCostsOf(pricedBy)) jitter.writeCosts(COSTS_PS);
    pricedBy = jitter;
  }
  if (mask === maskInHand) return;
  if (maskInHand !== null) layDown(maskInHand);
  maskInHand = mask;
  for (let position = 0; position < mask.cores.length; position++) {
    SCRAMBLED_CPUS[position] = mask.scrambledCpus[position];
    CORES[position] = mask.cores[position];
    BUSY_PS[position] = mask.busyPs[position];
    SHORTEST_PS[position] = mask.shortestPs[position];
    LONGEST_PS[position] = mask.longestPs[position];
  }
}

/** Has a mask hold all that its CPUs have done. */
export function layDown(mask: JitteredMask): void {
  if (mask !== maskInHand) return;
  for (let position = 0; position < mask.cores.length; position++) {
    mask.busyPs[position] = BUSY_PS[position];
    mask.shortestPs[position] = SHORTEST_PS[position];
    mask.longestPs[position] = LONGEST_PS[position];
  }
}

/**
 * So many RMPOPTs at a time go through a loop. Where it went on for much longer, the engine would compile it in the middle, for
 * running on from there, and keep to that code, which takes twice as long.
 */
const STRETCH = 256;

type LoopBody = (from: number, to: number, a: number, b: number, c: number, d: boolean) => void;

/** One place calls both, and so the engine compiles each by itself: put inside a caller they take half as long again. */
const LOOPS: readonly LoopBody[] = [draw, end];

/** Their numbers. */
enum Loop {
  Draw,
  End,
}

function goThrough(loop: Loop, from: number, to: number, a: number, b: number, c: number, d: boolean): void {
  for (let start = from; start < to; start += STRETCH) {
    LOOPS[loop](start, Math.min(start + STRETCH, to), a, b, c, d);
  }
}

/**
 * Draws the costs of all of the mask in hand.
 * @param count how many there are
 * @param regionKey see `Jitter.keyOf`
 * @returns how many suspects there are
 */
export function drawCosts(count: number, regionKey: number, slowLimit: number): number {
  ROUND[Round.Suspects] = 0;
  goThrough(Loop.Draw, 0, count, regionKey, slowLimit, 0, false);
  return ROUND[Round.Suspects];
}

function draw(from: number, to: number, regionKey: number, slowLimit: number): void {
  let suspects = ROUND[Round.Suspects];
  for (let position = from; position < to; position++) {
    const bits = drawOf(regionKey, SCRAMBLED_CPUS[position]);
    ROWS[position] = REMOTE_ROWS + rowOf(bits);
    if (maySlow(bits, slowLimit)) SUSPECTS[suspects++] = position;
  }
  ROUND[Round.Suspects] = suspects;
}

/** Gives an RMPOPT a row of costs to itself, as those that it has drawn. */
export function ownRow(position: number): number {
  const drawn = ROWS[position];
  const own = OWN_ROWS + position * Cost.Cells;
  COSTS_PS.copyWithin(own, drawn, drawn + Cost.Cells);
  ROWS[position] = own;
  return own;
}

/** Begins a round of the mask in hand. */
export function beginRound({ firstCore, endCore }: JitteredMask): void {
  SERVED_PS.fill(NOT_YET, firstCore, endCore);
  ROUND[Round.ResultFree] = 0;
  ROUND[Round.LastSpent] = NOT_YET;
}

/**
 * Ends the RMPOPTs of neighbours in the mask in hand, and adds up what each CPU did.
 * @param from,to positions; `to` is behind the last
 * @param cost what they pay `times` times beside the fixed cost
 * @param fetchedPs before that nobody is ready, from the issue on
 * @param succeed whether they do: all or none, since all of them find the same
 */
export function endRmpopts(
  from: number,
  to: number,
  cost: Cost,
  times: number,
  fetchedPs: number,
  succeed: boolean,
): void {
  goThrough(Loop.End, from, to, cost, times, fetchedPs, succeed);
}

function end(from: number, to: number, cost: Cost, times: number, fetchedPs: number, succeed: boolean): void {
  let freePs = ROUND[Round.ResultFree];
  let lastPs = ROUND[Round.LastSpent];
  let lastWorkPs = ROUND[Round.LastWork];
  for (let position = from; position < to; position++) {
    const row = ROWS[position];
    let workPs = COSTS_PS[row] + times * COSTS_PS[row + cost];
    let ps = Math.max(workPs, fetchedPs);
    if (succeed) {
      const core = CORES[position];
      const siblingPs = SERVED_PS[core];
      // The first thread of each core takes a turn in the queue of successes, and its sibling waits for it.
      if (siblingPs === NOT_YET) {
        const servicePs = COSTS_PS[row + Cost.Service];
        freePs = Math.max(ps, freePs) + servicePs;
        SERVED_PS[core] = freePs;
        ps = freePs;
        workPs += servicePs;
      } else {
        ps = Math.max(ps, siblingPs);
      }
    }
    if (ps > lastPs) {
      lastPs = ps;
      lastWorkPs = workPs;
    }
    SPENT_PS[position] = ps;
    BUSY_PS[position] += ps;
    if (ps < SHORTEST_PS[position]) SHORTEST_PS[position] = ps;
    if (ps > LONGEST_PS[position]) LONGEST_PS[position] = ps;
  }
  ROUND[Round.ResultFree] = freePs;
  ROUND[Round.LastSpent] = lastPs;
  ROUND[Round.LastWork] = lastWorkPs;
}
