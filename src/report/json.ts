/** The document, indented so that people can read it and diff tools can tell rows apart. */
export function renderJson(document: object): string {
  return [...jsonPieces(document)].join('');
}

const INDENT = 2;
/** So many rows are one piece. */
const PIECE_ROWS = 200;

/** The same in pieces, so that of the text of a large document never more than one has to be kept. */
export function* jsonPieces(document: object): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue;
    const front = `${before}\n${' '.repeat(INDENT)}${visibleJson(JSON.stringify(name))}: `;
    before = ',';
    if (Array.isArray(value) && value.length > 0) {
      yield `${front}[`;
      yield* listPieces(value);
      yield `\n${' '.repeat(INDENT)}]`;
    } else yield front + indented(value, INDENT);
  }
  yield before === '{' ? '{}\n' : '\n}\n';
}

function* listPieces(rows: readonly unknown[]): Generator<string> {
  const space = ' '.repeat(2 * INDENT);
  for (let from = 0; from < rows.length; from += PIECE_ROWS) {
    const texts = rows
      .slice(from, from + PIECE_ROWS)
      .map((row) => `\n${space}${indented(row ?? null, 2 * INDENT)}`);
    yield `${from === 0 ? '' : ','}${texts.join(',')}`;
  }
}

function indented(value: unknown, columns: number): string {
  return visibleJson(JSON.stringify(value, null, INDENT)).replaceAll('\n', `\n${' '.repeat(columns)}`);
}

/** Rows, one per line. */
export function renderNdjson({ rows }: { readonly rows: readonly object[] }): string {
  return rows.map((row) => `${visibleJson(JSON.stringify(row))}\n`).join('');
}

/** What a terminal would act on and JSON may hold as it is; of control characters only those from 127 on. */
const INVISIBLE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

/** The same JSON, in which a terminal acts on nothing: it has an escape for every character. */
function visibleJson(json: string): string {
  return json.replace(INVISIBLE, (character) => {
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
