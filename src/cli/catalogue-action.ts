import { renderList, renderShow } from '../report/catalogue.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { listDocument, showDocument } from './describe.js';
import { writeDocument } from './document-output.js';
import { STDOUT } from './output.js';

interface CatalogueOptions {
  readonly machine?: string | undefined;
  readonly json?: true | undefined;
}

/** Prints what there is. */
export async function listCatalogue(
  { machine, json }: CatalogueOptions,
  context: CommandContext,
): Promise<void> {
  const machineName = machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openAll(context, [machineName]);
  const document = listDocument(catalogue, catalogue.machine(machineName));
  await writeDocument(document, { table: renderList }, toStdout(json), context);
}

/** Prints one thing, fully resolved. */
export async function showFromCatalogue(
  reference: string,
  { machine, json }: CatalogueOptions,
  context: CommandContext,
): Promise<void> {
  const machineName = machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openAll(context, [machineName, reference]);
  const document = showDocument(reference, catalogue, catalogue.machine(machineName));
  await writeDocument(document, { table: renderShow }, toStdout(json), context);
}

function toStdout(json: true | undefined) {
  return { ...STDOUT, format: json === true ? ('json' as const) : ('table' as const) };
}
