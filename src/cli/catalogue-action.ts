import { Chalk } from 'chalk';
import { renderList, renderShow } from '../report/catalogue.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { listDocument, showDocument } from './describe.js';

interface CatalogueOptions {
  readonly machine?: string | undefined;
  readonly json?: true | undefined;
}

/** Prints what there is. */
export async function listCatalogue(
  { machine, json }: CatalogueOptions,
  context: CommandContext,
): Promise<void> {
  const catalogue = new Catalogue(context.packageFolder);
  const document = listDocument(catalogue, catalogue.machine(machine ?? DEFAULTS.machine));
  await context.writeStdout(json === true ? toJson(document) : renderList(document, layoutOf(context)));
}

/** Prints one thing, fully resolved. */
export async function showFromCatalogue(
  reference: string,
  { machine, json }: CatalogueOptions,
  context: CommandContext,
): Promise<void> {
  const catalogue = new Catalogue(context.packageFolder);
  const document = showDocument(reference, catalogue, catalogue.machine(machine ?? DEFAULTS.machine));
  await context.writeStdout(json === true ? toJson(document) : renderShow(document, layoutOf(context)));
}

function layoutOf(context: CommandContext) {
  return { chalk: new Chalk({ level: context.stdoutColors(null) }) };
}

function toJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
