import { groupBy } from '../group-by.js';
import type { ImportedDocument, RunDocument } from '../run-document/run-document.js';
import { cellName, variedChoices } from './cell-names.js';
import { wideTable } from './rows.js';
import type { WideRow } from './wide-rows.js';

/** A sweep with its phases side by side, the columns a grid adds, and a name that no other has. */
export type NamedSweep = WideRow & { readonly name: string } & Readonly<Record<string, unknown>>;

/** The sweeps of a document, each named by its state, what tells it from others of that state, and its run where there are several. */
export function namedSweeps(document: RunDocument | ImportedDocument): NamedSweep[] {
  const { rows } = wideTable(document);
  const varied = variedChoices(rows, document);
  const byName = groupBy(rows, (row) => cellName(row, varied));
  return rows.map((row) => {
    const name = cellName(row, varied);
    return { ...row, name: (byName.get(name)?.length ?? 0) > 1 ? `${name} (run ${row.run})`.trim() : name };
  });
}
