import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { cli, SCRATCH } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';
import { BROWSER, visit } from './browser.js';

const RUN = join(SCRATCH, 'grid.json');
const PAGE = join(SCRATCH, 'grid.html');

/** The grid that the list asked for, with every CPU. */
beforeAll(async () => {
  const grid = ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g', '--per-cpu'];
  await cli([...grid, '--json', '-q', '-o', RUN]);
  expect(await cli(['report', RUN, '-o', PAGE])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
}, 120_000);

describe.skipIf(!isInstalled(BROWSER))('a page of the grid, in a browser', () => {
  const document = (): RunDocument => JSON.parse(readFileSync(RUN, 'utf8'));

  test('complains of nothing, asks for nothing, and has a mark for every row, those that look the same once', async () => {
    await visit(PAGE, { width: 1280, colorScheme: 'light' }, async ({ page, complaints, requests }) => {
      expect(complaints).toEqual([]);
      expect(requests).toEqual([`file://${PAGE}`]);
      const marks = (figure: string, mark: string) =>
        page.locator(`figure:has(strong:text-is("${figure}")) [aria-label="${mark}"] > *`).count();
      const bars = await marks('Elapsed time by phase', 'bar');
      expect(bars + (await marks('Elapsed time by phase', 'dot'))).toBe(
        ['full 4k', 'full 2m, 1g', 'empty', 'again'].length * 3,
      );
      expect(await page.locator('svg:not([aria-label])').count()).toBe(0);
    });
  });

  test('sorts its rows by a column, as numbers and back', async () => {
    await visit(PAGE, { width: 1280, colorScheme: 'light' }, async ({ page }) => {
      await page.locator('details.rows summary').click();
      const head = page.locator('table.raw th', { hasText: /^elapsedNs$/ });
      const column = await head.evaluate((cell) => (cell as HTMLTableCellElement).cellIndex);
      const values = async () =>
        (await page.locator(`table.raw tbody td:nth-child(${column + 1})`).allTextContents()).map(Number);
      const recorded = document().results.map(({ elapsedNs }) => elapsedNs);
      expect(await values()).toEqual(recorded);
      await head.getByRole('button').click();
      expect(await values()).toEqual(recorded.toSorted((a, b) => a - b));
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      await head.getByRole('button').click();
      expect(await values()).toEqual(recorded.toSorted((a, b) => b - a));
    });
  });

  test('hands out the run document byte for byte', async () => {
    await visit(PAGE, { width: 800, colorScheme: 'dark' }, async ({ page, complaints }) => {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download grid.json' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe('grid.json');
      expect(readFileSync(await download.path()).equals(readFileSync(RUN))).toBe(true);
      expect(complaints).toEqual([]);
    });
  });

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [800, 'light'],
    [800, 'dark'],
  ] as const)(
    'is no wider than a window of %i pixels, and readable when it is %s',
    async (width, colorScheme) => {
      await visit(PAGE, { width, colorScheme }, async ({ page }) => {
        expect(
          await page.evaluate(() => globalThis.document.documentElement.scrollWidth),
        ).toBeLessThanOrEqual(width);
        const [ink, paper] = await page.evaluate(() => {
          const { color, backgroundColor } = getComputedStyle(globalThis.document.body);
          return [color, backgroundColor];
        });
        expect(contrast(brightness(ink), brightness(paper))).toBeGreaterThan(7);
      });
    },
  );
});

/** Relative luminance, from 0 to 1, of `rgb(r, g, b)`. */
function brightness(color = ''): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
