/** The document, indented so that people can read it and diff tools can tell rows apart. */
export function renderJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Rows, one per line. */
export function toNdjson(rows: readonly object[]): string {
  return rows
    .map(
      (row) => `${JSON.stringify(row)}
`,
    )
    .join('');
}
