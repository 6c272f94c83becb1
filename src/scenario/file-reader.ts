import type { ChurnScenario } from './churn-scenario.js';
import type { MachineFile } from './machine-file.js';
import type { Scenario } from './scenario.js';

/** Reads the files that references mean. Every method throws InputError with all that is wrong with a file. */
export interface FileReader {
  /** @param name what the scenario is called */
  readonly scenario: (name: string, file: string) => Scenario;
  /** @param name what the scenario is called */
  readonly churn: (name: string, file: string) => ChurnScenario;
  readonly machine: (file: string) => MachineFile;
  /** Whether a file is a mapping with a key; what else it is does not matter. */
  readonly hasKey: (file: string, key: string) => boolean;
}
