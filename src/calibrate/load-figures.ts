import { extname } from 'node:path';
import type { Topology } from '../machine/topology.js';
import { RUN_SCHEMA } from '../run-document/columns.js';
import { readRunDocument } from '../run-document/read-document.js';
import { findFile, type Installation, namesIn, shippedFolders } from '../scenario/shipped.js';
import { readTextFile } from '../scenario/text-file.js';
import { readFigures } from './figures-file.js';
import { importedFigures, type LoadedFigures } from './imported-figures.js';

/**
 * Loads figures by shipped name or by path: a file of figures, or a document that import has made of a log.
 * @param topology of the host they are to be of; `null` where any will do
 * @throws InputError with every problem of the file
 */
export function loadFigures(
  reference: string,
  { packageFolder, files }: Installation,
  topology: Topology | null = null,
): LoadedFigures {
  const { published } = shippedFolders(packageFolder);
  const file = findFile('figures', reference, published, namesIn(published));
  const isRun =
    extname(file).toLowerCase() === '.json' && readTextFile(file, files).includes(`"${RUN_SCHEMA}"`);
  if (isRun) return importedFigures(file, readRunDocument(file, readTextFile(file, files)), topology);
  return { ...readFigures(file, files), warnings: [] };
}
