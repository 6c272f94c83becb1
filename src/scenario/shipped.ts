import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { InputFiles } from '../files/files.js';

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
  return basename(file, extname(file));
}
