import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { DOMParser } from 'linkedom';
import { expect, test } from 'vitest';
import { cli, SCRATCH } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';

/** A cell as a spreadsheet holds it. */
interface Cell {
  readonly kind: 'float' | 'string' | 'empty' | string;
  readonly text: string;
}

/** Opens a CSV file as a spreadsheet does by itself, and tells what is in its cells. */
async function openInSpreadsheet(file: string): Promise<Cell[][]> {
  const profile = `-env:UserInstallation=file://${join(SCRATCH, 'office')}`;
  const filter = '--infilter=CSV:44,34,76,1,,1033,false,true';
  await execa('soffice', [profile, '--headless', filter, '--convert-to', 'fods', '--outdir', SCRATCH, file]);
  const xml = readFileSync(file.replace(/csv$/, 'fods'), 'utf8');
  const plain = xml.replace(/<(\/?)(\w+):/g, '<$1$2-').replace(/ (\w+):(\w[\w-]*)=/g, ' $1-$2=');
  const document = new DOMParser().parseFromString(plain, 'text/xml');
  return [...document.querySelectorAll('table-table-row')].map((row) =>
    [...row.children].flatMap((cell) => {
      const times = Number(cell.getAttribute('table-number-columns-repeated') ?? 1);
      const kind = cell.getAttribute('office-value-type') ?? 'empty';
      const text =
        kind === 'float' ? (cell.getAttribute('office-value') ?? '') : (cell.textContent ?? '').trim();
      return Array<Cell>(Math.min(times, 100)).fill({ kind, text });
    }),
  );
}

test.skipIf(!isInstalled('soffice'))(
  'the CSV of the grid comes through a spreadsheet unchanged, numbers as numbers',
  async () => {
    const file = join(SCRATCH, 'grid.csv');
    await cli(['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g', '--csv', '-q', '-o', file]);
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const cells = await openInSpreadsheet(file);
    expect(lines.length).toBe(28);
    for (const [i, line] of lines.entries()) {
      for (const [j, text] of line.entries()) {
        const { kind, text: shown } = cells[i]?.[j] ?? { kind: 'empty', text: '' };
        const expected = text === '' ? 'empty' : i > 0 && /^\d+(\.\d+)?$/.test(text) ? 'float' : 'string';
        expect({ i, j, kind, shown }).toEqual({ i, j, kind: expected, shown: text });
      }
    }
  },
);
