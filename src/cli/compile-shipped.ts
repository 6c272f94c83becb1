import { join } from 'node:path';
import { Files } from '../files/files.js';
import { compiledPath, compileFile } from '../scenario/compiled-reader.js';
import { namesIn, shippedFolders } from '../scenario/shipped.js';
import { readTextFile } from '../scenario/text-file.js';
import { yamlReader } from '../scenario/yaml-reader.js';

/**
 * Compiles the scenarios, churn scenarios and machines that come with the program; the build writes what it returns.
 * @param packageFolder the folder that holds `scenarios` and `dist`
 * @throws InputError when one of them is wrong
 */
export function compileShipped(packageFolder: string): { path: string; content: string }[] {
  const files = new Files();
  const reader = yamlReader({ packageFolder, files });
  const { scenarios, churn, machines } = shippedFolders(packageFolder);
  const compile = (folder: string, compiled: (name: string, file: string, text: string) => string) =>
    namesIn(folder).map((name) => {
      const file = join(folder, `${name}.yaml`);
      return {
        path: compiledPath(packageFolder, file),
        content: compiled(name, file, readTextFile(file, files)),
      };
    });
  return [
    ...compile(scenarios, (name, file, text) => compileFile(text, reader.scenario(name, file))),
    ...compile(churn, (name, file, text) => compileFile(text, reader.churn(name, file))),
    ...compile(machines, (_, file, text) => compileFile(text, reader.machine(file))),
  ];
}
