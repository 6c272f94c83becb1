import { inputFault } from '../errors.js';
import type { Report } from '../report/blocks.js';
import { listReport, showReport } from '../report/catalogue.js';
import { renderJson } from '../report/json.js';
import { renderTable } from '../report/table.js';
import { withVisibleTexts } from '../report/visible-texts.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { listDocument, showDocument } from './describe.js';
import { STDOUT, writeOutput } from './output.js';

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
  await write(document, listReport, json === true, context);
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
  await write(document, showReport, json === true, context);
}

async function write<D extends object>(
  document: D,
  reportOf: (visible: D) => Report,
  isJson: boolean,
  context: CommandContext,
): Promise<void> {
  await writeOutput(STDOUT, context, (layout) => {
    if (isJson) return renderJson(document);
    return renderTable(reportOf(withVisibleTexts(document, layout.unicode ? 'unicode' : 'ascii')), layout);
  });
}
