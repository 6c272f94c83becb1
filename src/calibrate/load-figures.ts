import { findFile } from '../scenario/catalogue.js';
import { namesIn, shippedFolders } from '../scenario/shipped.js';
import { readYamlFile } from '../scenario/yaml-file.js';
import { checkFigures, type FiguresFile, figuresFileSchema } from './figures-file.js';

/**
 * Loads a file of figures by shipped name or by path.
 * @param packageFolder the folder that holds `scenarios`
 * @throws InputError with every problem of the file
 */
export function loadFigures(reference: string, packageFolder: string): FiguresFile {
  const { published } = shippedFolders(packageFolder);
  const file = findFile('figures', reference, published, namesIn(published));
  return readYamlFile(file, figuresFileSchema, checkFigures).value;
}
