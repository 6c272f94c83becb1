import { loadFigures } from '../calibrate/load-figures.js';
import type { AssignableName, Takes, Word } from '../command-tree/command-tree.js';
import { SWEEP_POLICY_NAMES } from '../guests/sweep-policy.js';
import { acceptedValues, PARAMETER_NAMES, PARAMETERS, type ParameterName } from '../machine/parameters.js';
import { WINDOW_NAMES } from '../machine/window.js';
import { CPU_GROUPING_NAMES } from '../report/cpu-groups.js';
import { FORMAT_NAMES } from '../report/formats.js';
import { Catalogue } from '../scenario/catalogue.js';
import { MAPPING_NAMES } from '../scenario/scenario.js';
import { type Installation, namesIn, shippedFolders } from '../scenario/shipped.js';
import { THREADS } from '../sweep/strategy.js';
import { axisChoices } from './axes.js';
import { MACHINE_ACTION_NAMES, SHELL_NAMES } from './choices.js';
import { DEFAULTS } from './defaults.js';
import { listDocument } from './describe.js';
import { SCHEMA_NAMES } from './schema-action.js';

/** What options and arguments take, from the records by which they are read. */
export interface OptionValues {
  /** By flag. */
  readonly options: Readonly<Record<string, Takes>>;
  /** By the name of the argument. */
  readonly arguments: Readonly<Record<string, Takes>>;
  /** By what stands for a value in help, where that says all there is to say. */
  readonly placeholders: Readonly<Record<string, Takes>>;
}

const YAML = ['yaml', 'yml', 'json'];
const TEXT: Takes = { kind: 'text' };
const ANY_FILE: Takes = { kind: 'files', extensions: [] };
const JSON_FILE: Takes = { kind: 'files', extensions: ['json'] };

/** With the names that come with the program. */
export async function readOptionValues(installation: Installation): Promise<OptionValues> {
  const catalogue = await Catalogue.openAll(installation, []);
  const machine = catalogue.machine(DEFAULTS.machine);
  const named = listDocument(catalogue, machine).results;
  const ofKind = (kind: string) => named.filter((one) => one.kind === kind).map(withTitle);
  const [scenarios, machines, hypotheses] = [ofKind('scenario'), ofKind('machine'), ofKind('hypothesis')];
  const figures = namesIn(shippedFolders(installation.packageFolder).published).map(alone);
  const { conditions } = loadFigures(DEFAULTS.figures, installation);
  const axes = axisChoices({
    machines: catalogue.machineNames().map((reference) => {
      return { reference, file: catalogue.machine(reference) };
    }),
  }).map(({ name, values }) => ({ ...alone(name), values }));
  const scenarioAxis = { ...alone('scenario'), values: scenarios.map(({ word }) => word) };
  return {
    options: {
      '--mapping': words(MAPPING_NAMES.map(alone)),
      '--machine': words(machines, YAML),
      '--hypothesis': words(hypotheses),
      '--strategy': words(ofKind('strategy')),
      '--threads': words(THREADS.map(alone)),
      '--scan': words(parameter('scan').values.map(alone)),
      '--set': { kind: 'assignments', names: PARAMETER_NAMES.map(parameter), afterComma: 'assignment' },
      '--format': words(FORMAT_NAMES.map(alone)),
      '--vary': { kind: 'assignments', names: axes, afterComma: 'value' },
      '--baseline': { kind: 'assignments', names: [scenarioAxis, ...axes], afterComma: 'assignment' },
      '--policy': words([...SWEEP_POLICY_NAMES, 'all'].map(alone)),
      '--window': words(WINDOW_NAMES.map(alone)),
      '--delays': TEXT,
      '--by': words(CPU_GROUPING_NAMES.map(alone)),
      '--leave-out': words(Object.keys(conditions).map(alone)),
      '--scenario': words(scenarios),
      '--sweeps': words(scenarios),
    },
    arguments: {
      scenario: words(scenarios, YAML),
      'churn-scenario': words(ofKind('churn'), YAML),
      name: words(named.map(withTitle), YAML),
      what: words(SCHEMA_NAMES.map(alone)),
      action: words(MACHINE_ACTION_NAMES.map(alone)),
      shell: words(SHELL_NAMES.map(alone)),
      figures: words(figures, YAML),
      log: ANY_FILE,
      'shard.json': JSON_FILE,
      'run.json': JSON_FILE,
      'a.json': JSON_FILE,
      'b.json': JSON_FILE,
    },
    placeholders: {
      file: ANY_FILE,
      'probe.json': JSON_FILE,
      n: TEXT,
      'i/n': TEXT,
      size: TEXT,
      rate: TEXT,
      state: TEXT,
      folder: TEXT,
      character: TEXT,
      change: TEXT,
      time: TEXT,
      SxLxCxT: TEXT,
    },
  };
}

function words(list: readonly Word[], extensions: readonly string[] = []): Takes {
  return { kind: 'words', words: list, isList: false, extensions };
}

function alone(word: string): Word {
  return { word, says: '' };
}

function withTitle({ name, title }: { readonly name: string; readonly title: string }): Word {
  return { word: name, says: title };
}

function parameter(name: ParameterName): AssignableName {
  const accepted = acceptedValues(name);
  const values = 'values' in accepted ? accepted.values.map(String) : [];
  return { word: name, says: PARAMETERS[name].says, values };
}
