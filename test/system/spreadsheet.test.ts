import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { DOMParser } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { cli, runDocument, SCRATCH } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';

/** A cell as a spreadsheet holds it. */
interface Cell {
  readonly kind: 'float' | 'string' | 'empty' | string;
  readonly text: string;
}

const EMPTY: Cell = { kind: 'empty', text: '' };

/** How a spreadsheet opens CSV: separator, quote, UTF-8, first row, language; no quoted numbers as text, special numbers detected. */
const ENGLISH = 'CSV:44,34,76,1,,1033,false,true';
const GERMAN = 'CSV:59,34,76,1,,1031,false,true';

/** Opens a file as a spreadsheet does by itself, and tells what is in the cells of its sheets. */
async function openInSpreadsheet(file: string, csv: string | null): Promise<ReadonlyMap<string, Cell[][]>> {
  const profile = `-env:UserInstallation=file://${join(SCRATCH, 'office')}`;
  const filter = csv === null ? [] : [`--infilter=${csv}`];
  await execa('soffice', [
    profile,
    '--headless',
    ...filter,
    '--convert-to',
    'fods',
    '--outdir',
    SCRATCH,
    file,
  ]);
  const xml = readFileSync(file.replace(/\w+$/, 'fods'), 'utf8');
  const plain = xml.replace(/<(\/?)(\w+):/g, '<$1$2-').replace(/ (\w+):(\w[\w-]*)=/g, ' $1-$2=');
  const document = new DOMParser().parseFromString(plain, 'text/xml');
  return new Map(
    [...document.querySelectorAll('table-table')].map((sheet) => [
      sheet.getAttribute('table-name') ?? '',
      [...sheet.querySelectorAll('table-table-row')].map((row) =>
        [...row.children].flatMap((cell) => {
          const times = Number(cell.getAttribute('table-number-columns-repeated') ?? 1);
          const kind = cell.getAttribute('office-value-type') ?? 'empty';
          const text =
            kind === 'float' ? (cell.getAttribute('office-value') ?? '') : (cell.textContent ?? '').trim();
          return Array<Cell>(Math.min(times, 100)).fill({ kind, text });
        }),
      ),
    ]),
  );
}

/** A row without the empty cells behind it. */
function textsIn(row: readonly Cell[]): string[] {
  return row.filter(({ kind }) => kind !== 'empty').map(({ text }) => text);
}

const GRID = ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g', '-q'];

describe.skipIf(!isInstalled('soffice'))('a spreadsheet opens', () => {
  test.each([
    ['CSV', 'grid.csv', [], ENGLISH, ',', '.'],
    ['CSV of a German locale', 'german.csv', ['--delimiter', ';', '--decimal', ','], GERMAN, ';', ','],
  ] as const)('%s unchanged, numbers as numbers', async (_, name, style, filter, delimiter, decimal) => {
    const file = join(SCRATCH, name);
    await cli([...GRID, '--csv', ...style, '-o', file]);
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(delimiter));
    const [cells = []] = (await openInSpreadsheet(file, filter)).values();
    expect(lines.length).toBe(28);
    const isNumber = (text: string) => /^\d+(\.\d+)?$/.test(text.replace(decimal, '.'));
    expect(lines.flat().some((text) => text.includes(decimal) && isNumber(text))).toBe(true);
    for (const [i, line] of lines.entries()) {
      for (const [j, text] of line.entries()) {
        const { kind, text: shown } = cells[i]?.[j] ?? EMPTY;
        const expected =
          text === ''
            ? EMPTY
            : i > 0 && isNumber(text)
              ? { kind: 'float', text: text.replace(decimal, '.') }
              : { kind: 'string', text };
        expect({ i, j, kind, text: shown }).toEqual({ i, j, ...expected });
      }
    }
  });

  test('a workbook: SIMULATED on its first sheet, times as numbers, the totals in its pivot', async () => {
    const file = join(SCRATCH, 'book.xlsx');
    await cli([...GRID, '--format', 'xlsx', '-o', file]);
    const sheets = await openInSpreadsheet(file, null);
    expect([...sheets.keys()]).toEqual(['summary', 'pivot', 'results', 'parameters', 'about']);
    const [title = [], heads = [], ...rows] = sheets.get('summary') ?? [];
    expect(title[0]).toEqual({ kind: 'string', text: expect.stringMatching(/^SIMULATED /) });
    const { results } = await runDocument(GRID);
    const totals = results.filter(({ phase }) => phase === 'total');
    const column = heads.findIndex(({ text }) => text === 'total ms');
    const numbers = rows.slice(0, totals.length).map((row) => row[column]);
    expect(numbers).toEqual(
      totals.map(({ elapsedNs }) => ({ kind: 'float', text: String(elapsedNs / 1e6) })),
    );
    const [, mappings = [], ...states] = sheets.get('pivot') ?? [];
    expect(textsIn(mappings)).toEqual(['state / mapping', '4k', '2m', '1g']);
    for (const [i, state] of ['full', 'empty', 'again'].entries()) {
      const own = totals.filter(({ scenario }) => scenario === state).map(({ elapsedNs }) => elapsedNs / 1e6);
      expect(textsIn(states[i] ?? [])).toEqual([state, ...own.map(String)]);
    }
  });
});
