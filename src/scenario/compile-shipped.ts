import { join } from 'node:path';
import { compiledPath, compileFile } from './compiled-reader.js';
import { namesIn, shippedFolders } from './shipped.js';
import { readTextFile } from './text-file.js';
import { YAML_READER } from './yaml-reader.js';

/**
 * Compiles the scenarios, churn scenarios and machines that come with the program; the build writes what it returns.
 * @param packageFolder the folder that holds `scenarios` and `dist`
 * @throws InputError when one of them is wrong
 */
export function compileShipped(packageFolder: string): { path: string; content: string }[] {
  const { scenarios, churn, machines } = shippedFolders(packageFolder);
  const compile = (folder: string, read: (name: string, file: string) => Parameters<typeof compileFile>[1]) =>
    namesIn(folder).map((name) => {
      const file = join(folder, `${name}.yaml`);
      return {
        path: compiledPath(packageFolder, file),
        content: compileFile(readTextFile(file), read(name, file)),
      };
    });
  return [
    ...compile(scenarios, YAML_READER.scenario),
    ...compile(churn, YAML_READER.churn),
    ...compile(machines, (_, file) => YAML_READER.machine(file)),
  ];
}
