import { InputError } from '../errors.js';
import type { MachineConfig } from '../machine/config.js';
import { histogramsOf } from '../measure/run-scenario.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { groupBySwitches, NO_SETS, vectorsOf } from '../scenario/plausible-sets.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { type Scenario, stateNames, withMapping } from '../scenario/scenario.js';
import { Predictor, predictSweep, type RegionHistogram, type SweepTotals } from '../sweep/predict.js';
import { chooseSweep, type SweepChoice } from '../sweep/strategies.js';
import type { Condition, FigureKind } from './figures-file.js';

/** Figures depend on no random placement of the shipped scenarios; others get this one. */
const SEED = 1;

/**
 * The scenario a condition names.
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

/** Simulates the one timed sweep of a condition. */
export function simulateCondition(
  { strategy, threads, memory }: Condition,
  scenario: Scenario,
  machine: MachineFile,
  hypothesis: string,
): SweepTotals {
  const config = resolveMachine(machine, hypothesis, memory, NO_OVERRIDES);
  return predictSweep(
    onlyHistogram(scenario, config, chooseSweep(strategy, threads, null)),
    config.values,
    'instructions',
  );
}

/** The same with every plausible set of the hypothesis; none where the machine has no sets. */
export function simulatePlausible(
  { strategy, threads, memory }: Condition,
  scenario: Scenario,
  machine: MachineFile,
  hypothesis: string,
): SweepTotals[] {
  const groups = groupBySwitches(machine.hypotheses[hypothesis]?.plausibleSets ?? NO_SETS);
  return groups.flatMap((sets) => {
    const overrides = { topology: null, parameters: sets.switches };
    const config = resolveMachine(machine, hypothesis, memory, overrides);
    const histogram = onlyHistogram(scenario, config, chooseSweep(strategy, threads, null));
    const predictor = new Predictor(histogram, config.values);
    return vectorsOf(sets, config.values, NO_OVERRIDES.parameters).map((values) =>
      predictor.predict(values, 'instructions'),
    );
  });
}

/** What the one timed sweep of a condition's scenario is about to meet. */
export function onlyHistogram(
  scenario: Scenario,
  config: MachineConfig,
  choice: SweepChoice,
): RegionHistogram {
  const [histogram] = histogramsOf(scenario, config, choice, SEED);
  if (histogram === undefined) throw new Error(`${scenario.name} measures nothing`);
  return histogram;
}

/** What a prediction says of one kind of figure, in whole nanoseconds. */
export function figureNs(predicted: SweepTotals, kind: FigureKind): number {
  const ps = {
    total: predicted.localPs + predicted.remotePs,
    'instruction-mean': predicted.instructionMeanPs,
    'instruction-max': predicted.instructionMaxPs,
    'instruction-min': predicted.instructionMinPs,
  }[kind];
  return Math.round(ps / 1000);
}
