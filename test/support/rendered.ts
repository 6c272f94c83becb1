import { Chalk } from 'chalk';
import type { CpuGrouping } from '../../src/report/cpu-groups.js';
import { PLAIN_CSV } from '../../src/report/csv-style.js';
import type { Format } from '../../src/report/formats.js';
import type { Layout } from '../../src/report/layout.js';
import { render } from '../../src/report/render.js';
import type { ReportedDocument } from '../../src/report/rows.js';

/** All there is to say, without colours. */
export function plainLayout(columns: number, unicode = true): Layout {
  return { chalk: new Chalk({ level: 0 }), columns, unicode, isVerbose: true };
}

/** What people are shown of a document. */
export async function rendered(
  document: ReportedDocument,
  layout: Layout,
  { format = 'table', by = 'cpu' }: { readonly format?: Format; readonly by?: CpuGrouping } = {},
): Promise<string> {
  const choice = { format, by, csv: PLAIN_CSV, isWide: false, isByCpu: false, source: '' };
  return String(await render(document, choice, layout));
}
