import { inflateRawSync } from 'node:zlib';
import { DOMParser } from 'linkedom';

/** A cell of a workbook: a number, a text, or nothing. */
export type WorkbookCell = number | string | null;

/** The sheets of a workbook by their names, row by row. */
export function sheetsOf(workbook: Buffer): ReadonlyMap<string, readonly (readonly WorkbookCell[])[]> {
  const files = filesIn(workbook);
  const xml = (path: string) =>
    new DOMParser().parseFromString(files.get(path)?.toString('utf8') ?? '', 'text/xml');
  const texts = [...xml('xl/sharedStrings.xml').querySelectorAll('si')].map((item) => item.textContent ?? '');
  const names = [...xml('xl/workbook.xml').querySelectorAll('sheet')].map(
    (sheet) => sheet.getAttribute('name') ?? '',
  );
  return new Map(
    names.map((name, i) => {
      const rows = [...xml(`xl/worksheets/sheet${i + 1}.xml`).querySelectorAll('row')];
      return [name, rows.map((row) => fieldsOf([...row.querySelectorAll('c')], texts))];
    }),
  );
}

interface CellElement {
  readonly textContent: string | null;
  readonly getAttribute: (name: string) => string | null;
}

function fieldsOf(elements: readonly CellElement[], texts: readonly string[]): WorkbookCell[] {
  const cells: WorkbookCell[] = [];
  for (const element of elements) {
    const column = columnOf(element.getAttribute('r') ?? 'A1');
    while (cells.length < column) cells.push(null);
    const content = element.textContent ?? '';
    cells.push(element.getAttribute('t') === 's' ? (texts[Number(content)] ?? null) : Number(content));
  }
  return cells;
}

/** The number of a column from 0, by an address such as AB12. */
function columnOf(address: string): number {
  const letters = [...address.replace(/\d+$/, '')];
  return letters.reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The files of a ZIP archive by its central directory. */
function filesIn(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = archive.length - 22;
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30)];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    files.set(name, inflateRawSync(archive.subarray(from, from + archive.readUInt32LE(at + 20))));
    at += 46 + nameLength + extraLength;
  }
  return files;
}
