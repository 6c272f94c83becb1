import type { FileReader } from './file-reader.js';
import { loadChurn } from './load-churn.js';
import { loadScenario } from './load-scenario.js';
import { checkMachine, machineFileSchema } from './machine-file.js';
import { hasKey, readYamlFile } from './yaml-file.js';

/** Reads any file from its YAML. */
export const YAML_READER: FileReader = {
  scenario: loadScenario,
  churn: loadChurn,
  machine: (file) => readYamlFile(file, machineFileSchema, checkMachine).value,
  hasKey,
};
