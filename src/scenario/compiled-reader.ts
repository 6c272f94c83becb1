import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { InputFiles } from '../files/files.js';
import type { ChurnScenario } from './churn-scenario.js';
import type { FileReader } from './file-reader.js';
import type { MachineFile } from './machine-file.js';
import type { Scenario } from './scenario.js';
import { type Installation, shippedFolders } from './shipped.js';
import { mapSources, type Source, type WithSources } from './source.js';
import { readTextFile } from './text-file.js';

/** A file that comes with the program as the build has read it: good for as long as the file still has that text. */
interface CompiledFile {
  readonly text: string;
  /** The value, with a `CompiledSource` for each source. */
  readonly value: object;
}

/** Where a value stands, without the text of its line, which the file has. */
interface CompiledSource {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly keys: Readonly<Record<string, CompiledSource>>;
}

/** Keys of an entry that something found out only later may be wrong with. */
const NAMED_KEYS = ['size', 'pages', 'every'];

/** What `openCompiled` reads of a file with this text. */
export function compileScenario(text: string, scenario: Scenario | ChurnScenario): string {
  const value = mapSources<Scenario | ChurnScenario, Source, CompiledSource>(scenario, compileSource);
  return JSON.stringify({ text, value });
}

/** The same of a machine, of which nothing has a source. */
export function compileMachine(text: string, value: MachineFile): string {
  return JSON.stringify({ text, value });
}

function compileSource(source: Source): CompiledSource {
  const bare = ({ path, place: { line, column } }: Source) => ({ path, line, column });
  const keys = NAMED_KEYS.map((key) => [key, { ...bare(source.at(key)), keys: {} }]);
  return { ...bare(source), keys: Object.fromEntries(keys) };
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
    scenario: (_, file) => withSources<Scenario>(opened(file), file),
    churn: (_, file) => withSources<ChurnScenario>(opened(file), file),
    machine: (file) => opened(file).value as MachineFile,
    hasKey: (file, key) => Object.hasOwn(opened(file).value, key),
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

function compiledFile(packageFolder: string, file: string, files: InputFiles): CompiledFile | null {
  let content: string;
  try {
    content = readFileSync(compiledPath(packageFolder, file), 'utf8');
  } catch {
    return null;
  }
  const compiled: CompiledFile = JSON.parse(content);
  return compiled.text === readTextFile(file, files) ? compiled : null;
}

/** The value as it was compiled. */
function withSources<T>({ text, value }: CompiledFile, file: string) {
  const lines = text.split('\n');
  const toSource = ({ path, line, column, keys }: CompiledSource): Source => ({
    path,
    place: { file, line, column, sourceLine: lines[line - 1] ?? '' },
    at: (key) => toSource(keys[key] ?? { path, line, column, keys }),
  });
  return mapSources<T, CompiledSource, Source>(value as WithSources<T, CompiledSource>, toSource);
}
