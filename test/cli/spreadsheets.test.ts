import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, runDocument, SCRATCH, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { sheetsOf } from '../support/workbook.js';

const SMALL = ['--topology', '1x2x2x1', '--memory', '8GiB', ...FEW_SETS, '-q'];
const GRID = [
  'compare',
  'full',
  'empty',
  '--vary',
  'mapping=4k,2m',
  '--vary',
  'ipiPerTargetNs=60,90.5',
  ...SMALL,
];

/** The workbook that a command line writes, sheet by sheet. */
async function workbook(args: readonly string[], name = 'out.xlsx') {
  const { exitCode, stdout, stderr } = await cli([...args, '--format', 'xlsx', '-o', name]);
  expect([exitCode, stdout], stderr).toEqual([0, '']);
  return sheetsOf(readFileSync(join(SCRATCH, name)));
}

/** Rows of a sheet or of CSV as objects, by the heads of their columns. */
function byHead([heads = [], ...rows]: readonly (readonly (string | number | null)[])[]): Readonly<
  Record<string, string | number | null>
>[] {
  return rows.map((row) => Object.fromEntries(heads.map((head, i) => [String(head), row[i] ?? null])));
}

describe('a workbook', () => {
  test('says on its first sheet that it is simulated, and has times in ms as numbers', async () => {
    const args = ['full', 'empty', '--mapping', '4k,2m', ...SMALL];
    const sheets = await workbook(args);
    expect([...sheets.keys()]).toEqual(['summary', 'pivot', 'results', 'parameters', 'about']);
    const [[title] = [], ...table] = sheets.get('summary') ?? [];
    expect(title).toMatch(/^SIMULATED /);
    const { results } = await runDocument(args);
    const totals = results.filter(({ phase }) => phase === 'total');
    expect(byHead(table).map(({ sweep, 'total ms': ms }) => [sweep, ms])).toEqual(
      totals.map(({ scenario, mapping, elapsedNs }) => [`${scenario} ${mapping}`, elapsedNs / 1e6]),
    );
    expect(sheets.get('about')?.[0]?.[0]).toBe('SIMULATED');
  });

  test('has the rows of CSV, and a parameter with its source', async () => {
    const sheets = await workbook(GRID);
    const { stdout } = await cli([...GRID, '--csv']);
    const csv = stdout
      .trimEnd()
      .split('\n')
      .map((line) =>
        line.split(',').map((cell) => (/^\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell || null)),
      );
    const rows = (sheets.get('results') ?? []).map((row) => csv[0]?.map((_, i) => row[i] ?? null));
    expect(rows).toEqual(csv);
    const [parameter] = byHead(sheets.get('parameters') ?? []).filter(({ name }) => name === 'rmpoptFixedNs');
    expect(parameter).toMatchObject({ low: 20, high: 60, provenance: 'inferred' });
    expect(parameter?.source).toBe('measured, then fitted to list-2026-03');
  });

  test('has the totals by state and by what was varied first', async () => {
    const { results, comparisons } = await runDocument(GRID);
    const [title, heads, ...rows] = (await workbook(GRID)).get('pivot') ?? [];
    expect(title).toEqual(['SIMULATED total, ms']);
    expect(heads).toEqual(['state / mapping', '4k', '2m']);
    expect(rows[0]?.[0]).toBe('full ipiPerTargetNs=60');
    const totalOf = (scenario: string, mapping: string, cost: number) => {
      const found = comparisons.find(
        (row) =>
          row.scenario === scenario &&
          row.phase === 'total' &&
          row['axis.mapping'] === mapping &&
          row['axis.ipiPerTargetNs'] === cost,
      );
      return Number(found?.elapsedNs) / 1e6;
    };
    expect(results).toHaveLength(24);
    expect(rows.slice(0, 4)).toEqual(
      ['full', 'empty'].flatMap((state) =>
        [60, 90.5].map((cost) => [
          `${state} ipiPerTargetNs=${cost}`,
          totalOf(state, '4k', cost),
          totalOf(state, '2m', cost),
        ]),
      ),
    );
  });

  test('has means of runs with random costs in its pivot, and every run in its summary', async () => {
    const args = ['full', '--jitter', '--runs', '3', ...SMALL];
    const sheets = await workbook(args);
    const times = byHead(sheets.get('summary')?.slice(1) ?? []).map((row) => Number(row['total ms']));
    expect(times).toHaveLength(3);
    const [[title] = [], , [, mean] = []] = sheets.get('pivot') ?? [];
    expect(title).toBe('SIMULATED total, ms, mean of 3 runs');
    expect(mean).toBeCloseTo(times.reduce((sum, ms) => sum + ms, 0) / 3, 5);
  });

  test('is the same bytes whenever it is written, and under whatever name', async () => {
    await workbook(GRID, 'first.xlsx');
    await workbook(GRID, 'second.xlsx');
    const [first, second] = ['first.xlsx', 'second.xlsx'].map((name) => readFileSync(join(SCRATCH, name)));
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
  });

  test('has the CPUs where they were asked for', async () => {
    const cpus = byHead((await workbook(['full', '--per-cpu', ...SMALL])).get('cpus') ?? []);
    expect(cpus.filter(({ phase }) => phase === 'remote').map(({ cpu }) => cpu)).toEqual([0, 1, 2, 3]);
  });

  test('of parts of a grid is that of the grid, but for the command', async () => {
    const parts = await Promise.all(
      [1, 2].map(async (i) => {
        const { stdout } = await cli([...GRID, '--json', '--shard', `${i}/2`]);
        return scratchFile(`part-${i}.json`, stdout);
      }),
    );
    const [merged, whole] = [await workbook(['merge', ...parts]), await workbook(GRID)];
    for (const sheet of ['summary', 'pivot', 'results']) expect(merged.get(sheet)).toEqual(whole.get(sheet));
  });

  test('of a log says that it was imported', async () => {
    const log = new URL('../../docs/logs/made-phases.log', import.meta.url).pathname;
    const sheets = await workbook(['import', log, '-q']);
    expect([...sheets.keys()]).toEqual(['summary', 'pivot', 'results', 'cpus', 'about']);
    expect(sheets.get('summary')?.[0]?.[0]).toMatch(/^IMPORTED /);
    const [sweep] = byHead(sheets.get('summary')?.slice(1) ?? []);
    expect(typeof sweep?.['local ms']).toBe('number');
  });

  test('holds texts as texts, whatever they look like', async () => {
    const file = scratchFile('_x0041_=1+1.yaml', 'memory: 1GiB\nsteps: [measure]\n');
    const sheets = await workbook([file, ...SMALL.slice(0, 2), '-q']);
    const [row] = byHead(sheets.get('results') ?? []);
    // Programs read _x005F_ as the underscore it stands for.
    expect(row?.scenario).toBe('_x005F_x0041_=1+1');
  });
});

describe('CSV', () => {
  test('of whole sweeps has the phases side by side', async () => {
    const { stdout } = await cli([...GRID, '--csv', '--wide']);
    const wide = byHead(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',')),
    );
    const { results, comparisons } = await runDocument(GRID);
    const timesOf = (name: string) =>
      results.filter(({ phase }) => phase === name).map(({ elapsedNs }) => String(elapsedNs));
    expect(wide.map(({ localNs }) => localNs)).toEqual(timesOf('local'));
    expect(wide.map(({ remoteNs }) => remoteNs)).toEqual(timesOf('remote'));
    expect(wide.map(({ totalNs }) => totalNs)).toEqual(timesOf('total'));
    const totals = comparisons.filter(({ phase }) => phase === 'total');
    expect(wide.map(({ ratio }) => Number(ratio))).toEqual(totals.map(({ ratio }) => ratio));
    expect(wide.map((row) => Number(row['axis.ipiPerTargetNs']))).toEqual(
      totals.map((row) => row['axis.ipiPerTargetNs']),
    );
  });

  test('for a spreadsheet that writes 0,5', async () => {
    const plain = await cli(['full', '--csv', '--wide', ...SMALL]);
    const german = await cli(['full', '--csv', '--wide', '--delimiter', ';', '--decimal', ',', ...SMALL]);
    expect(german.stdout).toMatch(/;\d+,\d+;/);
    expect(german.stdout.replaceAll(',', '.').replaceAll(';', ',')).toBe(plain.stdout);
  });

  test('takes a tab by its name', async () => {
    const { stdout } = await cli(['full', '--csv', '--delimiter', 'tab', ...SMALL]);
    expect(stdout).toMatch(/^scenario\t/);
  });

  test('of diff has them, too', async () => {
    const files = await Promise.all(
      ['1', '2'].map(async (seed) => {
        const { stdout } = await cli(['full', ...SMALL, '--jitter', '--seed', seed, '--json']);
        return scratchFile(`seed-${seed}.json`, stdout);
      }),
    );
    const { stdout } = await cli(['diff', ...files, '--csv', '--delimiter', ';', '--decimal', ',']);
    expect(stdout).toMatch(/;-?\d+,\d+;/);
  });
});

test('what is no text and no number is no value of an axis', async () => {
  const document = await runDocument(GRID);
  const [first, ...others] = document.comparisons;
  const comparisons = [{ ...first, 'axis.mapping': { a: 1 } }, ...others];
  const file = scratchFile('odd-axis.json', JSON.stringify({ ...document, comparisons }));
  const { exitCode, stderr } = await cli(['report', file]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('comparisons[0].axis.mapping: expected a text or a number, found {a: …}');
});

describe('is refused, with what to type, and writes nothing:', () => {
  test.each([
    ['a workbook on stdout', ['--format', 'xlsx'], 'Add -o FILE.xlsx.'],
    ['a workbook as -', ['--format', 'xlsx', '-o', '-'], 'the path of a file for the workbook, found stdout'],
    ['a table called a workbook', ['-o', 'misnamed.xlsx'], 'add --format xlsx.'],
    ['JSON called a workbook', ['--json', '-o', 'misnamed.XLSX'], 'add --format xlsx in place of json.'],
    ['CSV called JSON', ['--csv', '-o', 'misnamed.json'], 'add --json in place of csv.'],
    ['a workbook called CSV', ['--format', 'xlsx', '-o', 'misnamed.csv'], 'add --csv in place of xlsx.'],
    ['one character for both', ['--csv', '--decimal', ','], "--delimiter ';' --decimal ,"],
    ...['5', '"', "'", 'x', '\n', '\r', '', '.', '-', ';;', 'é'].map(
      (text) =>
        [
          `the delimiter ${JSON.stringify(text)}`,
          ['--csv', '--delimiter', text],
          'one of , ; : | or tab',
        ] as const,
    ),
    ['another decimal separator', ['--csv', '--decimal', "'"], '--decimal: expected . or ,'],
    ['a delimiter of JSON', ['--json', '--delimiter', ';'], '--delimiter: expected --csv'],
    ['wide rows of a table', ['--wide'], '--wide: expected --csv'],
    ['wide rows of CPUs', ['--csv', '--wide', '--per-cpu'], 'a row per sweep, or --per-cpu'],
  ] as const)('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await cli(['full', ...SMALL, ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    for (const name of ['misnamed.xlsx', 'misnamed.XLSX', 'misnamed.json', 'misnamed.csv'])
      expect(existsSync(join(SCRATCH, name))).toBe(false);
  });

  test('a workbook of what is no run', async () => {
    const { exitCode, stderr } = await cli(['churn', 'busy-hour', '-o', 'misnamed.xlsx']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('This command does not write xlsx.');
  });
});
