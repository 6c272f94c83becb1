import type { FileReader } from './file-reader.js';
import { loadChurn } from './load-churn.js';
import { loadMachine } from './load-machine.js';
import { loadScenario } from './load-scenario.js';
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
