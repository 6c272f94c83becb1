// Bundles a TypeScript file of the sources into an ES module that Node.js can load.
import { build } from 'rolldown';

/**
 * @param input path of the file
 * @param file where the module goes
 */
export async function bundle(input, file) {
  await build({ input, platform: 'node', output: { file, codeSplitting: false } });
}
