import { join } from 'node:path';
import { compiledPath, compileMachine, compileScenario } from './compiled-reader.js';
import { namesIn, shippedFolders } from './shipped.js';
import { readTextFile } from './text-file.js';
import { YAML_READER } from './yaml-reader.js';

/**
 * Compiles the scenarios and machines that come with the program; the build writes what it returns.
 * @param packageFolder the folder that holds `scenarios` and `dist`
 * @throws InputError when one of them is wrong
 */
export function compileShipped(packageFolder: string): { path: string; content: string }[] {
  const { scenarios, machines } = shippedFolders(packageFolder);
  const compile = (folder: string, compiled: (name: string, file: string, text: string) => object) =>
    namesIn(folder).map((name) => {
      const file = join(folder, `${name}.yaml`);
      const content = JSON.stringify(compiled(name, file, readTextFile(file)));
      return { path: compiledPath(packageFolder, file), content };
    });
  return [
    ...compile(scenarios, (name, file, text) => compileScenario(text, YAML_READER.scenario(name, file))),
    ...compile(machines, (_, file, text) => compileMachine(text, YAML_READER.machine(file))),
  ];
}
