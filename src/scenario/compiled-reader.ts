import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { InputFiles } from '../files/files.js';
import type { ChurnScenario } from './churn-scenario.js';
import type { MachineFile } from './machine-file.js';
import type { Scenario } from './scenario.js';
import { type Installation, shippedFolders } from './shipped.js';
import { readTextFile } from './text-file.js';

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

/** A file that comes with the program as the build has read it: good for as long as the file still has that text. */
interface CompiledFile {
  readonly text: string;
  /** The value in JSON; of places in the file it holds line and column only. */
  readonly json: string;
}

/** What is read as compiled of a file with this text: a line of JSON, then the text. */
export function compileFile(text: string, value: object): string {
  const json = JSON.stringify(value, (key, part) => {
    return key === 'place' ? { line: part.line, column: part.column } : part;
  });
  return `${json}\n${text}`;
}

/**
 * Reads files that come with the program as the build has compiled them, at a fraction of the time their YAML would take.
 * @returns `null` where one of the files is not there as compiled, because someone has changed it or nothing was built
 */
export function openCompiled(
  { packageFolder, files }: Installation,
  wanted: readonly string[],
): FileReader | null {
  const compiled = new Map<string, CompiledFile>();
  for (const file of wanted) {
    const found = compiledFile(packageFolder, file, files);
    if (found === null) return null;
    compiled.set(file, found);
  }
  const opened = (file: string) => {
    const found = compiled.get(file);
    if (found === undefined) throw new Error(`${file} was not opened`);
    return found;
  };
  return {
    scenario: (_, file): Scenario => compiledValue(opened(file), file),
    churn: (_, file): ChurnScenario => compiledValue(opened(file), file),
    machine: (file): MachineFile => compiledValue(opened(file), file),
    hasKey: (file, key) => Object.hasOwn(compiledValue(opened(file), file), key),
  };
}

/** Reads what comes with the program as compiled where that is there, and all else with another reader. */
export function compiledFirst(installation: Installation, other: FileReader): FileReader {
  return {
    scenario: (name, file) => readCompiled<Scenario>(installation, file) ?? other.scenario(name, file),
    churn: (name, file) => readCompiled<ChurnScenario>(installation, file) ?? other.churn(name, file),
    machine: (file) => readCompiled<MachineFile>(installation, file) ?? other.machine(file),
    hasKey: other.hasKey,
  };
}

/**
 * The value of any file.
 * @returns `null` where it is not there as compiled
 */
export function readCompiled<T extends object>(
  { packageFolder, files }: Installation,
  file: string,
): T | null {
  const compiled = isShipped(packageFolder, file) ? compiledFile(packageFolder, file, files) : null;
  return compiled === null ? null : compiledValue(compiled, file);
}

/** Files from elsewhere would be looked for beside what the build has compiled. */
function isShipped(packageFolder: string, file: string): boolean {
  const below = relative(shippedFolders(packageFolder).scenarios, file);
  return !below.startsWith('..') && !isAbsolute(below);
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

function compiledFile(packageFolder: string, file: string, files: InputFiles): CompiledFile | null {
  let content: string;
  try {
    content = readFileSync(compiledPath(packageFolder, file), 'utf8');
  } catch {
    return null;
  }
  const text = readTextFile(file, files);
  const lineEnd = content.indexOf('\n');
  return content.slice(lineEnd + 1) === text ? { text, json: content.slice(0, lineEnd) } : null;
}

/** The value as it was compiled, with the places where it is now. */
function compiledValue({ text, json }: CompiledFile, file: string) {
  // A machine has no places, and is large.
  if (!json.includes('"place":')) return JSON.parse(json);
  const lines = text.split('\n');
  return JSON.parse(json, (key, part) => {
    return key === 'place' ? { file, ...part, sourceLine: lines[part.line - 1] ?? '' } : part;
  });
}
