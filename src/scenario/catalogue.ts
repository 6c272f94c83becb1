import { join } from 'node:path';
import type { ChurnScenario } from './churn-scenario.js';
import { compiledFirst, type FileReader, openCompiled } from './compiled-reader.js';
import type { MachineFile } from './machine-file.js';
import type { Scenario } from './scenario.js';
import { findFile, type Installation, isPath, nameOfFile, namesIn, shippedFolders } from './shipped.js';

/** The scenarios and machines that come with the program, and those of the user's own files. */
export class Catalogue {
  readonly #folders: ReturnType<typeof shippedFolders>;
  readonly #reader: FileReader;

  constructor({ packageFolder }: Pick<Installation, 'packageFolder'>, reader: FileReader) {
    this.#folders = shippedFolders(packageFolder);
    this.#reader = reader;
  }

  /** A catalogue that can read any file. */
  static async open(installation: Installation): Promise<Catalogue> {
    const { yamlReader } = await import('./yaml-reader.js');
    return new Catalogue(installation, compiledFirst(installation, yamlReader(installation)));
  }

  /** A catalogue that reads what these names and paths mean, faster where all of it comes with the program. */
  static async openFor(installation: Installation, references: readonly string[]): Promise<Catalogue> {
    const shipped = shippedFiles(installation).filter((file) => references.includes(nameOfFile(file)));
    return openOneOf(installation, shipped, references);
  }

  /** A catalogue that reads all that comes with the program and what these names and paths mean. */
  static async openAll(installation: Installation, references: readonly string[]): Promise<Catalogue> {
    return openOneOf(installation, shippedFiles(installation), references);
  }

  scenarioNames(): string[] {
    return namesIn(this.#folders.scenarios);
  }

  churnNames(): string[] {
    return namesIn(this.#folders.churn);
  }

  machineNames(): string[] {
    return namesIn(this.#folders.machines);
  }

  /** Whether a reference names a shipped scenario or some file. */
  isScenario(reference: string): boolean {
    return this.scenarioNames().includes(reference) || isPath(reference);
  }

  /** Whether a reference names a shipped machine, or a file that looks like a machine rather than a scenario. */
  isMachine(reference: string): boolean {
    return (
      this.machineNames().includes(reference) ||
      (isPath(reference) && ['topology', 'base'].some((key) => this.#reader.hasKey(reference, key)))
    );
  }

  /** Whether a reference names a churn scenario, or a file that looks like one. */
  isChurn(reference: string): boolean {
    const keys = ['timeline', 'arrivals'];
    return (
      this.churnNames().includes(reference) ||
      (isPath(reference) && keys.some((key) => this.#reader.hasKey(reference, key)))
    );
  }

  /**
   * Loads a scenario by shipped name or by path.
   * @throws InputError
   */
  scenario(reference: string): Scenario {
    const hint = this.churnNames().includes(reference)
      ? `${reference} is a host on which guests come and go: rmpopt-bench churn ${reference}`
      : undefined;
    const file = findFile('scenario', reference, this.#folders.scenarios, this.scenarioNames(), hint);
    return this.#reader.scenario(nameOfFile(file), file);
  }

  /**
   * Loads a churn scenario by shipped name or by path.
   * @throws InputError
   */
  churn(reference: string): ChurnScenario {
    const hint = this.scenarioNames().includes(reference)
      ? `The steps of ${reference} have no times: rmpopt-bench ${reference} runs it.`
      : undefined;
    const file = findFile('scenario', reference, this.#folders.churn, this.churnNames(), hint);
    return this.#reader.churn(nameOfFile(file), file);
  }

  /**
   * Loads a machine by shipped name or by path.
   * @throws InputError
   */
  machine(reference: string): MachineFile {
    const hint = reference.includes(',')
      ? 'compare puts several machines side by side: rmpopt-bench compare <scenario> --machine a,b'
      : undefined;
    const file = findFile('--machine', reference, this.#folders.machines, this.machineNames(), hint);
    return this.#reader.machine(file);
  }
}

function shippedFiles({ packageFolder }: Installation): string[] {
  const { scenarios, churn, machines } = shippedFolders(packageFolder);
  return [scenarios, churn, machines].flatMap((folder) =>
    namesIn(folder).map((name) => join(folder, `${name}.yaml`)),
  );
}

/** A catalogue that reads what the build has compiled, unless a reference or a file of these asks for more. */
async function openOneOf(
  installation: Installation,
  files: readonly string[],
  references: readonly string[],
): Promise<Catalogue> {
  const compiled = references.some(isPath) ? null : openCompiled(installation, files);
  return compiled === null ? Catalogue.open(installation) : new Catalogue(installation, compiled);
}
