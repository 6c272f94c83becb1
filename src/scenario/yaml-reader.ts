import type { InputFiles } from '../files/files.js';
import type { FileReader } from './file-reader.js';
import { loadChurn } from './load-churn.js';
import { loadScenario } from './load-scenario.js';
import { checkMachine, machineFileSchema } from './machine-file.js';
import { hasKey, readYamlFile } from './yaml-file.js';

/** Reads any file from its YAML. */
export function yamlReader(files: InputFiles): FileReader {
  return {
    scenario: (name, file) => loadScenario(name, file, files),
    churn: (name, file) => loadChurn(name, file, files),
    machine: (file) => readYamlFile(file, files, machineFileSchema, checkMachine).value,
    hasKey: (file, key) => hasKey(file, key, files),
  };
}
