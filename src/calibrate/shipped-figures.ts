import { join } from 'node:path';
import { readCompiled } from '../scenario/compiled-reader.js';
import { type Installation, shippedFolders } from '../scenario/shipped.js';
import type { FiguresFile } from './figures-file.js';

/**
 * Reads figures that come with the program, as compiled unless someone has changed them.
 * @throws InputError with every problem of the file
 */
export async function shippedFigures(name: string, installation: Installation): Promise<FiguresFile> {
  const file = join(shippedFolders(installation.packageFolder).published, `${name}.yaml`);
  const compiled = readCompiled<FiguresFile>(installation, file);
  if (compiled !== null) return compiled;
  const { readFigures } = await import('./figures-file.js');
  return readFigures(file, installation.files);
}
