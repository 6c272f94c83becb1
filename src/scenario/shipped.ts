import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { describeFound, InputError } from '../errors.js';
import { type InputFiles, STDIN_NAME } from '../files/files.js';
import { listChoices, suggest } from './suggest.js';

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** The program as it is installed, and what reads its files and the user's. */
export interface Installation {
  /** The folder that holds `scenarios` and `dist`. */
  readonly packageFolder: string;
  readonly files: InputFiles;
}

/** Where the files that come with the program are, below the folder of the package. */
export function shippedFolders(packageFolder: string) {
  const scenarios = join(packageFolder, 'scenarios');
  return {
    scenarios,
    churn: join(scenarios, 'churn'),
    machines: join(scenarios, 'machines'),
    published: join(scenarios, 'published'),
  };
}

/** The names of the files of a folder, as the command line takes them. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((entry) => extname(entry) === '.yaml')
    .map(nameOfFile)
    .sort();
}

export function nameOfFile(file: string): string {
  return file === STDIN_NAME ? 'stdin' : basename(file, extname(file));
}

/**
 * The file that a shipped name or a path means.
 * @param betterHint what to say where it means something else
 * @throws InputError when it means none
 */
export function findFile(
  where: string,
  reference: string,
  folder: string,
  names: readonly string[],
  betterHint?: string,
): string {
  if (names.includes(reference)) return join(folder, `${reference}.yaml`);
  if (isPath(reference)) return reference;
  const hint = existsSync(reference)
    ? `For the file of that name type ./${reference}.`
    : (betterHint ?? suggest(reference, names) ?? FURTHER_HELP);
  const expected = `${listChoices(names)}, or the path of a file`;
  throw new InputError([{ where, expected, found: describeFound(reference), hint }]);
}

const FURTHER_HELP = 'rmpopt-bench list names what there is, rmpopt-bench --help the commands.';

/** Whether a reference is the path of a file, by its looks, or stdin. */
export function isPath(reference: string): boolean {
  return (
    reference === STDIN_NAME ||
    /^\.|[/\\]/.test(reference) ||
    EXTENSIONS.includes(extname(reference).toLowerCase())
  );
}
