import type { InputFiles } from '../files/files.js';
import { checkScenario } from './check-scenario.js';
import type { Scenario, Step } from './scenario.js';
import { type StepText, scenarioFileSchema, toGuest, toPrivateMemory } from './scenario-schema.js';
import type { Located } from './source.js';
import { readYamlFile } from './yaml-file.js';

/**
 * Loads a scenario file; what it leaves open is completed.
 * @throws InputError with every problem of the file
 */
export function loadScenario(name: string, file: string, files: InputFiles): Scenario {
  const { value, sourceOf } = readYamlFile(file, files, scenarioFileSchema, (plain, at) =>
    checkScenario(name, plain, at),
  );
  return {
    name,
    title: value.title ?? name,
    memoryBytes: value.memory ?? null,
    privateMemory: value.private.map((entry, i) => toPrivateMemory(entry, sourceOf(['private', i]))),
    steps: value.steps.map((step, i) => toStep(step, name, sourceOf(['steps', i]))),
  };
}

function toStep(step: StepText, scenarioName: string, source: Located): Step {
  if (step === 'sweep') return { kind: 'sweep' };
  if (step === 'measure') return { kind: 'measure', state: scenarioName };
  if ('measure' in step) return { kind: 'measure', state: step.measure };
  if ('launch' in step) return { kind: 'launch', guest: toGuest(step.launch, source.at('launch')) };
  if ('terminate' in step) return { kind: 'terminate', name: step.terminate };
  return { kind: 'free-all' };
}
