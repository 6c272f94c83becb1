import { InputError } from '../errors.js';
import { normalQuantiles } from '../machine/normal-quantiles.js';
import { HistogramSource } from '../measure/histogram-source.js';
import { type Forecast, quantileNs } from '../measure/mixture.js';
import type { NextMeasurement, NextMeasurements } from '../run-document/reproduce-document.js';
import { roundRatio } from '../run-document/statistics.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { groupBySwitches, parsePlausibleSets, withEachSet } from '../scenario/plausible-sets.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { type Scenario, stateNames } from '../scenario/scenario.js';
import { Predictor } from '../sweep/predict.js';
import { chooseSweep, type StrategyName } from '../sweep/strategies.js';
import { figureLogNs } from './evidence.js';
import type { FigureKind } from './figures-file.js';
import { SEED } from './simulate-condition.js';

/** The loops kernels have run; a serial sweep of tens of seconds is for looking into one instruction. */
const KERNEL_LOOPS = ['local-first', 'broadcast'] as const satisfies readonly StrategyName[];
const KINDS = ['total', 'local', 'remote', 'instruction-mean'] as const satisfies readonly FigureKind[];
/** The states nobody has timed: what measurements are to tell. */
const TARGETS = ['again/local-first/again', 'last-page/local-first/last-page'];

/** One draw in so many is predicted with: here no digit matters. */
const SETS_PER_PREDICTED = 4;
/** Measurements imagined under each hypothesis. */
const IMAGINED = 60;

/** What the draws of one hypothesis say of a figure: as many as it has draws, in their order. */
type Forecasts = readonly Forecast[];

/** A figure that could be measured. */
interface Candidate {
  readonly scenario: string;
  readonly state: string;
  readonly strategy: StrategyName;
  readonly kind: FigureKind;
  /** By hypothesis, in their order. */
  readonly forecasts: readonly Forecasts[];
}

/**
 * What it would tell to measure a figure: how well it would tell the hypotheses apart, and how well the states that nobody has timed
 * would be known after it. For every figure of every timed sweep of the shipped scenarios by the loops of kernels, the most telling
 * first. Measurements are imagined under each hypothesis, and the draws weighted by how well they predict them.
 * @returns `null` where a hypothesis has no draws
 */
export function nextMeasurements(
  machine: MachineFile,
  hypotheses: readonly string[],
  catalogue: Catalogue,
): NextMeasurements | null {
  const candidates = catalogue
    .scenarioNames()
    .map((name) => catalogue.scenario(name))
    .flatMap((scenario) =>
      KERNEL_LOOPS.flatMap((strategy) => candidatesOf(machine, hypotheses, scenario, strategy)),
    );
  if (candidates.some(({ forecasts }) => forecasts.some((own) => own.length === 0))) return null;
  const targets = TARGETS.map((target) => {
    const found = candidates.find((one) => one.kind === 'total' && nameOf(one) === target);
    return (found?.forecasts ?? []).map((own) => own.map(({ logNs }) => logNs));
  });
  const [againPct, lastPagePct] = targets.map((logs) =>
    percentOf(
      spreadOf(
        logs,
        logs.map((own) => own.map(() => 1)),
      ),
    ),
  );
  return {
    bitsMax: roundRatio(Math.log2(hypotheses.length)),
    ...{ againPct: againPct ?? null, lastPagePct: lastPagePct ?? null },
    figures: candidates
      .map(({ scenario, state, strategy, kind, forecasts }): NextMeasurement => {
        const { bits, spreads } = worthOf(forecasts, targets);
        const ranges = forecasts.map((own, i) => ({
          hypothesis: hypotheses[i],
          lowNs: Math.round(quantileNs(own, 0.05)),
          highNs: Math.round(quantileNs(own, 0.95)),
        }));
        const [again, lastPage] = spreads.map(percentOf);
        const known = { bits: roundRatio(bits), againPct: again ?? null, lastPagePct: lastPage ?? null };
        return { scenario, state, strategy, kind, ...known, ranges };
      })
      .sort((a, b) => b.bits - a.bits || (a.lastPagePct ?? 0) - (b.lastPagePct ?? 0)),
  };
}

/** The figures of the timed sweeps of a scenario; none where the machine has no room for its guests. */
function candidatesOf(
  machine: MachineFile,
  hypotheses: readonly string[],
  scenario: Scenario,
  strategy: StrategyName,
): Candidate[] {
  const histograms = new HistogramSource(scenario, chooseSweep(strategy, null, null), SEED);
  const forecasts = collectOrNothing(() =>
    hypotheses.map((hypothesis) => forecastsOf(machine, hypothesis, scenario, histograms)),
  );
  if (forecasts === null) return [];
  return stateNames(scenario).flatMap((state, i) =>
    KINDS.map((kind) => ({
      ...{ scenario: scenario.name, state, strategy, kind },
      forecasts: forecasts.map((own) => own[i]?.[kind] ?? []),
    })).filter(({ forecasts: own }) =>
      own.every((some) => some.every(({ logNs }) => Number.isFinite(logNs))),
    ),
  );
}

/** @returns `null` where the user's input is at fault: a guest has no room */
function collectOrNothing<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

type ByKind = Record<(typeof KINDS)[number], Forecast[]>;

/** What the draws of a hypothesis say of each figure, by timed sweep. */
function forecastsOf(
  machine: MachineFile,
  hypothesis: string,
  scenario: Scenario,
  histograms: HistogramSource,
): ByKind[] {
  const sets = parsePlausibleSets(machine.hypotheses[hypothesis]?.plausibleSets, SETS_PER_PREDICTED);
  const found = stateNames(scenario).map(
    (): ByKind => ({ total: [], local: [], remote: [], 'instruction-mean': [] }),
  );
  for (const alike of groupBySwitches(sets)) {
    const overrides = { topology: null, parameters: alike.switches };
    const config = resolveMachine(
      machine,
      hypothesis,
      scenario.memoryBytes ?? machine.memoryBytes,
      overrides,
    );
    for (const [i, histogram] of histograms.under(config).entries()) {
      const predictor = new Predictor(histogram, config.values);
      withEachSet(alike, config.values, alike.switches, (values, { sigma }) => {
        const totals = predictor.predict(values, 'instructions');
        for (const kind of KINDS) found[i][kind].push({ logNs: figureLogNs(totals, kind), sigma });
      });
    }
  }
  return found;
}

/**
 * What it tells to measure something, on average over what may be measured.
 * @param forecasts of it, by hypothesis
 * @param targets logarithms, by hypothesis and draw
 */
function worthOf(
  forecasts: readonly Forecasts[],
  targets: readonly (readonly (readonly number[])[])[],
): { bits: number; spreads: number[] } {
  let bits = 0;
  const spreads = targets.map(() => 0);
  const imagined = forecasts.flatMap((own, hypothesis) =>
    imaginedOf(own).map((logNs) => ({ logNs, hypothesis })),
  );
  const weights = forecasts.map((own) => new Float64Array(own.length));
  for (const { logNs, hypothesis } of imagined) {
    const likely = forecasts.map((own, i) => weigh(own, logNs, weights[i]) / own.length);
    const all = likely.reduce((sum, one) => sum + one, 0) / likely.length;
    bits += Math.log2(likely[hypothesis] / all) / imagined.length;
    for (const [i, target] of targets.entries()) spreads[i] += spreadOf(target, weights) / imagined.length;
  }
  return { bits, spreads };
}

/** Measurements to come, as evenly as draws and noise spread. */
function imaginedOf(forecasts: Forecasts): number[] {
  const quantiles = normalQuantiles(IMAGINED);
  return Array.from({ length: IMAGINED }, (_, i) => {
    const { logNs, sigma } = forecasts[Math.floor((i * forecasts.length) / IMAGINED)];
    // In an order that has nothing to do with that of the draws.
    return logNs + sigma * quantiles[(i * COPRIME) % IMAGINED];
  });
}

/** Multiples of it go through all of the quantiles. */
const COPRIME = 37;

/**
 * How well each forecast predicts a measurement.
 * @param weights where that goes
 * @returns their sum
 */
function weigh(forecasts: Forecasts, logNs: number, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < forecasts.length; i++) {
    const sigma = Math.max(forecasts[i].sigma, SIGMA_MIN);
    const z = (logNs - forecasts[i].logNs) / sigma;
    weights[i] = Math.exp((-z * z) / 2) / sigma;
    sum += weights[i];
  }
  return sum;
}

/** No sweep varies less. */
const SIGMA_MIN = 1e-3;

/** Standard deviation of logarithms under weights, by hypothesis and draw. */
function spreadOf(logs: readonly (readonly number[])[], weights: readonly ArrayLike<number>[]): number {
  let [all, sum, squares] = [0, 0, 0];
  for (const [hypothesis, own] of logs.entries()) {
    // Each hypothesis is as likely as any other, however many draws it has.
    const share = 1 / own.length;
    const weightOf = weights[hypothesis];
    for (let i = 0; i < own.length; i++) {
      const weight = share * weightOf[i];
      all += weight;
      sum += weight * own[i];
      squares += weight * own[i] * own[i];
    }
  }
  if (all === 0) return 0;
  return Math.sqrt(Math.max(0, squares / all - (sum / all) ** 2));
}

function nameOf({ scenario, strategy, state }: Candidate): string {
  return [scenario, strategy, state].join('/');
}

function percentOf(spread: number): number {
  return roundRatio(100 * spread);
}
