import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { Files } from '../../src/files/files.js';
import { histogramsOf, runScenario } from '../../src/measure/run-scenario.js';
import { Catalogue } from '../../src/scenario/catalogue.js';
import { chooseSweep } from '../../src/sweep/strategies.js';
import { machineConfig } from '../support/machines.js';

const catalogue = await Catalogue.open({
  packageFolder: fileURLToPath(new URL('../..', import.meta.url)),
  files: new Files(),
});

test('guests without room are refused whether a scenario is run or only looked at, each with its place', () => {
  const scenario = catalogue.scenario('guest-exit');
  const config = machineConfig({ topology: '1x1x2x1', regions: 32 });
  const choice = chooseSweep('local-first', null, null);
  const problemsOf = (attempt: () => unknown) => {
    try {
      attempt();
    } catch (error) {
      if (error instanceof InputError) return error.problems.map(({ where }) => where);
      throw error;
    }
    return [];
  };
  const problems = problemsOf(() => runScenario(scenario, config, choice, { seed: 1, jitter: null }));
  expect(problems).toHaveLength(2);
  expect(problemsOf(() => histogramsOf(scenario, config, choice, 1))).toEqual(problems);
});
