import { inputFault } from '../errors.js';
import { renderList, renderShow } from '../report/catalogue.js';
import { PLAIN_CSV } from '../report/csv-style.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { listDocument, showDocument } from './describe.js';
import { writeDocument } from './document-output.js';
import { STDOUT } from './output.js';

interface CatalogueOptions {
  readonly yaml?: true | undefined;
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
  { machine, yaml, json }: CatalogueOptions,
  context: CommandContext,
): Promise<void> {
  const machineName = machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openAll(context, [machineName, reference]);
  if (yaml === true && json === true) throw inputFault('--yaml', 'one of --yaml and --json', 'both');
  if (yaml === true && catalogue.isMachine(reference)) {
    const { machineText } = await import('../scenario/load-machine.js');
    await context.writeStdout(machineText(reference, context));
    return;
  }
  const document = showDocument(reference, catalogue, catalogue.machine(machineName));
  if (yaml === true && !('scenario' in document)) {
    throw inputFault(
      '--yaml',
      'a scenario or a machine, which are files',
      `${document.kind} ${document.name}`,
    );
  }
  await writeDocument(document, { table: renderShow }, toStdout(json), context);
}

function toStdout(json: true | undefined) {
  return { ...STDOUT, csv: PLAIN_CSV, format: json === true ? ('json' as const) : ('table' as const) };
}
