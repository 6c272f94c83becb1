import { loadChurn } from './churn-file.js';
import type { FileReader } from './compiled-reader.js';
import { loadMachine } from './load-machine.js';
import { loadScenario } from './scenario-file.js';
import type { Installation } from './shipped.js';
import { hasKey } from './yaml-file.js';

/** Reads any file from its YAML. */
export function yamlReader(installation: Installation): FileReader {
  const { files } = installation;
  return {
    scenario: (name, file) => loadScenario(name, file, files),
    churn: (name, file) => loadChurn(name, file, files),
    machine: (file) => loadMachine(file, installation),
    hasKey: (file, key) => hasKey(file, key, files),
  };
}
