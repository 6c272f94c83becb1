import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FilePlace } from '../errors.js';
import type { FileReader } from './file-reader.js';
import type { MachineFile } from './machine-file.js';
import type { Guest, PrivateMemory, Scenario, Step } from './scenario.js';
import { shippedFolders } from './shipped.js';
import type { Source } from './source.js';
import { readTextFile } from './text-file.js';

/** A file that comes with the program as the build has read it: good for as long as the file still has that text. */
interface CompiledFile<T> {
  readonly text: string;
  readonly value: T;
}

/** Where a value stands, without the text of its line, which the file has. */
interface CompiledSource {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly keys: Readonly<Record<string, CompiledSource>>;
}

type Compiled<T extends { readonly source: Source }> = Omit<T, 'source'> & {
  readonly source: CompiledSource;
};
type CompiledEntry = Compiled<Guest> | Compiled<Exclude<PrivateMemory, Guest>>;
type CompiledStep = Exclude<Step, { kind: 'launch' }> | { kind: 'launch'; guest: Compiled<Guest> };

interface CompiledScenario extends Omit<Scenario, 'privateMemory' | 'steps'> {
  readonly privateMemory: readonly CompiledEntry[];
  readonly steps: readonly CompiledStep[];
}

export function compileScenario(text: string, scenario: Scenario): CompiledFile<CompiledScenario> {
  const privateMemory = scenario.privateMemory.map(
    (entry): CompiledEntry => ({ ...entry, source: compileSource(entry) }),
  );
  const steps = scenario.steps.map(
    (step): CompiledStep =>
      step.kind === 'launch'
        ? { ...step, guest: { ...step.guest, source: compileSource(step.guest) } }
        : step,
  );
  return { text, value: { ...scenario, privateMemory, steps } };
}

export function compileMachine(text: string, machine: MachineFile): CompiledFile<MachineFile> {
  return { text, value: machine };
}

/** Keys of an entry that something found out only later may be wrong with. */
const NAMED_KEYS = { guest: ['size'], 'each-region': ['pages'] } as const;

function compileSource({ kind, source }: PrivateMemory): CompiledSource {
  const bare = ({ path, place: { line, column } }: Source) => ({ path, line, column });
  const keys = NAMED_KEYS[kind].map((key) => [key, { ...bare(source.at(key)), keys: {} }]);
  return { ...bare(source), keys: Object.fromEntries(keys) };
}

/**
 * Reads files that come with the program as the build has compiled them, at a fraction of the time their YAML would take.
 * @param packageFolder the folder that holds `scenarios` and `dist`
 * @returns `null` where one of the files is not there as compiled, because someone has changed it or nothing was built
 */
export function openCompiled(packageFolder: string, files: readonly string[]): FileReader | null {
  const compiled = new Map<string, CompiledFile<unknown>>();
  for (const file of files) {
    const found = compiledFile(packageFolder, file);
    if (found === null) return null;
    compiled.set(file, found);
  }
  const read = (file: string) => {
    const found = compiled.get(file);
    if (found === undefined) throw new Error(`${file} was not opened`);
    return found;
  };
  return {
    scenario: (_, file) => toScenario(read(file) as CompiledFile<CompiledScenario>, file),
    churn: (_, file) => {
      throw new Error(`${file}: churn scenarios are not compiled`);
    },
    machine: (file) => (read(file) as CompiledFile<MachineFile>).value,
    hasKey: (file, key) => Object.hasOwn(read(file).value as object, key),
  };
}

/** Where the build puts what it has compiled. */
export function compiledPath(packageFolder: string, file: string): string {
  return join(
    packageFolder,
    'dist',
    'compiled',
    `${relative(shippedFolders(packageFolder).scenarios, file)}.json`,
  );
}

function compiledFile(packageFolder: string, file: string): CompiledFile<unknown> | null {
  let content: string;
  try {
    content = readFileSync(compiledPath(packageFolder, file), 'utf8');
  } catch {
    return null;
  }
  const compiled: CompiledFile<unknown> = JSON.parse(content);
  return compiled.text === readTextFile(file) ? compiled : null;
}

function toScenario({ text, value }: CompiledFile<CompiledScenario>, file: string): Scenario {
  const lines = text.split('\n');
  const source = (compiled: CompiledSource): Source => ({
    path: compiled.path,
    place: placeOf(compiled, file, lines),
    at: (key) => source(compiled.keys[key] ?? compiled),
  });
  return {
    ...value,
    privateMemory: value.privateMemory.map(
      (entry): PrivateMemory => ({ ...entry, source: source(entry.source) }),
    ),
    steps: value.steps.map((step) =>
      step.kind === 'launch'
        ? { ...step, guest: { ...step.guest, source: source(step.guest.source) } }
        : step,
    ),
  };
}

function placeOf({ line, column }: CompiledSource, file: string, lines: readonly string[]): FilePlace {
  return { file, line, column, sourceLine: lines[line - 1] ?? '' };
}
