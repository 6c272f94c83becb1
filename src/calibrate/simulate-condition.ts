import { assertNever, InputError } from '../errors.js';
import type { MachineConfig } from '../machine/config.js';
import { HistogramSource } from '../measure/histogram-source.js';
import { histogramsOf } from '../measure/run-scenario.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import {
  groupBySwitches,
  type PlausibleSet,
  parsePlausibleSets,
  withEachSet,
} from '../scenario/plausible-sets.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { type Scenario, stateNames, withMapping } from '../scenario/scenario.js';
import { Predictor, predictSweep, type RegionHistogram, type SweepTotals } from '../sweep/predict.js';
import { chooseSweep, type SweepChoice } from '../sweep/strategies.js';
import type { Condition, FigureKind } from './figures-file.js';

/** Figures depend on no random placement of the shipped scenarios; others get this one. */
export const SEED = 1;

/**
 * The scenarios that a condition may have been, the likeliest to be meant first.
 * @throws InputError when it cannot be loaded, or does not measure exactly once
 */
export function readingsOf(name: string, condition: Condition, catalogue: Catalogue): Scenario[] {
  const { scenario, readings } = condition;
  return [scenario, ...readings].map((one) => scenarioOf(name, { ...condition, scenario: one }, catalogue));
}

/**
 * The first of these.
 * @throws InputError when it cannot be loaded, or does not measure exactly once
 */
export function scenarioOf(name: string, condition: Condition, catalogue: Catalogue): Scenario {
  const { scenario: reference, mapping } = condition;
  const asWritten = catalogue.scenario(reference);
  const scenario = mapping === undefined ? asWritten : withMapping(asWritten, mapping);
  const states = stateNames(scenario).length;
  if (states === 1) return scenario;
  throw new InputError([
    {
      where: `conditions.${name}.scenario`,
      expected: 'a scenario with exactly one measure',
      found: `${reference} with ${states}`,
    },
  ]);
}

/** A scenario that a condition may have been, and what its timed sweep meets on any host of the command. */
export interface ReadCondition {
  readonly condition: Condition;
  readonly histograms: HistogramSource;
}

/** A condition read as a scenario. */
export function asScenario(condition: Condition, scenario: Scenario): ReadCondition {
  const { strategy, threads } = condition;
  return { condition, histograms: new HistogramSource(scenario, chooseSweep(strategy, threads, null), SEED) };
}

/** Simulates the one timed sweep of a condition. */
export function simulateCondition(
  { condition, histograms }: ReadCondition,
  machine: MachineFile,
  hypothesis: string,
  overrides = NO_OVERRIDES,
): SweepTotals {
  const config = resolveMachine(machine, hypothesis, condition.memory, overrides);
  return predictSweep(onlyOne(histograms.under(config)), config.values, 'instructions');
}

/** The same with plausible sets of the hypothesis, one in so many; none where the machine has no sets. */
export function simulateWithSets(
  { condition, histograms }: ReadCondition,
  machine: MachineFile,
  hypothesis: string,
): { totals: SweepTotals; set: PlausibleSet }[] {
  const all = parsePlausibleSets(machine.hypotheses[hypothesis]?.plausibleSets, SETS_PER_PREDICTED);
  return groupBySwitches(all).flatMap((alike) => {
    const overrides = { topology: null, parameters: alike.switches };
    const config = resolveMachine(machine, hypothesis, condition.memory, overrides);
    const predictor = new Predictor(onlyOne(histograms.under(config)), config.values);
    return withEachSet(alike, config.values, NO_OVERRIDES.parameters, (values, set) => {
      return { totals: predictor.predict(values, 'instructions'), set };
    });
  });
}

const SETS_PER_PREDICTED = 4;

/** What the one timed sweep of a condition's scenario is about to meet. */
export function onlyHistogram(
  scenario: Scenario,
  config: MachineConfig,
  choice: SweepChoice,
): RegionHistogram {
  return onlyOne(histogramsOf(scenario, config, choice, SEED));
}

function onlyOne([histogram]: readonly RegionHistogram[]): RegionHistogram {
  if (histogram === undefined) throw new Error('a condition measures nothing');
  return histogram;
}

/** What is predicted for a figure. */
export function figurePs(totals: SweepTotals, kind: FigureKind): number {
  switch (kind) {
    case 'total':
      return totals.localPs + totals.remotePs;
    case 'local':
      return totals.localPs;
    case 'remote':
      return totals.remotePs;
    case 'instruction-mean':
      return totals.instructionMeanPs;
    case 'instruction-max':
      return totals.instructionMaxPs;
    case 'instruction-min':
      return totals.instructionMinPs;
    default:
      return assertNever(kind);
  }
}
