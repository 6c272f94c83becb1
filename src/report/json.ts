import type { RunDocument } from '../run-document/run-document.js';

/** The document, indented so that people can read it and diff tools can tell rows apart. */
export function renderJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** One row per line: the CPUs' rows where there are any, else the results. */
export function renderNdjson({ results, cpus }: RunDocument): string {
  return toNdjson(cpus.length > 0 ? cpus : results);
}

/** Any rows, one per line. */
export function toNdjson(rows: readonly object[]): string {
  return rows
    .map(
      (row) => `${JSON.stringify(row)}
`,
    )
    .join('');
}
