/** The document, indented so that people can read it and diff tools can tell rows apart. */
export function renderJson(document: object): string {
  return `${visibleJson(JSON.stringify(document, null, 2))}\n`;
}

/** Rows, one per line. */
export function toNdjson(rows: readonly object[]): string {
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
