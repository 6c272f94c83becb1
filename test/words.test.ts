import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CALIBRATE_COLUMNS } from '../src/run-document/calibrate-document.js';
import { CHURN_TABLES } from '../src/run-document/churn-columns.js';
import {
  CPU_COLUMNS,
  IMPORT_TABLES,
  IMPORTED_CPU_COLUMNS,
  IMPORTED_RESULT_COLUMNS,
  RESULT_COLUMNS,
  RUN_TABLES,
  SPREAD_COLUMNS,
  WIDE_COLUMNS,
} from '../src/run-document/columns.js';
import { DIFF_COLUMNS } from '../src/run-document/diff-document.js';
import { REPRODUCE_COLUMNS } from '../src/run-document/reproduce-columns.js';
import { cli } from './support/cli.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMANDS =
  'run compare reproduce calibrate churn import diff report merge list show schema machine completion'.split(
    ' ',
  );

const { results: churnResults, ...ofChurn } = CHURN_TABLES;

/** Columns of every table. */
const COLUMNS = Object.entries({
  results: RESULT_COLUMNS,
  wide: WIDE_COLUMNS,
  cpus: CPU_COLUMNS,
  imported: IMPORTED_RESULT_COLUMNS,
  'imported cpus': IMPORTED_CPU_COLUMNS,
  spreads: SPREAD_COLUMNS,
  diff: DIFF_COLUMNS,
  reproduce: REPRODUCE_COLUMNS,
  calibrate: CALIBRATE_COLUMNS,
  ...RUN_TABLES,
  ...IMPORT_TABLES,
  ...ofChurn,
  churn: churnResults,
}).flatMap(([table, columns]) =>
  Object.entries(columns).map(([name, { says }]) => ({ name: `${table}.${name}`, says })),
);

/** What a thing is not called, and the one name it has. */
const WORDS: readonly { readonly not: RegExp; readonly but: string; readonly columnsOnly?: true }[] = [
  { not: /^[^.]*\.(measure|label)$/, but: 'state', columnsOnly: true },
  { not: /\.instructions$/, but: 'issued', columnsOnly: true },
  { not: /scanningNs|waitingNs|tellingNs/, but: 'sending, executing, queued' },
  { not: /\bbusy(?!-hour| host)|[a-z]Busy/, but: 'in RMPOPT' },
  { not: /\bpinned|\.pinned/i, but: 'private, reserved, assigned' },
  { not: /\bcensus(es)?\b/i, but: 'histogram of region classes' },
  { not: /\b(un)?priced?s?\b|\bpricing\b/i, but: 'predict' },
  { not: /\bRMPOPT itself\b|\bwaiting for other CPUs\b/, but: 'executing; queued' },
  { not: /\bCPUs busy\b/, but: 'pegged CPUs' },
  { not: /\b(main|current) CPU\b|\bother cores' CPUs\b/, but: 'local CPU; remote CPUs' },
  { not: /\bqueued for other cores\b/, but: 'queued behind others' },
  { not: /\bloop itself\b/, but: 'loop overhead' },
  { not: /\bclean scan\b/, but: 'scan without a private page' },
];

function faultsIn(where: string, text: string, isColumn: boolean): string[] {
  return WORDS.filter(({ not, columnsOnly }) => (isColumn || columnsOnly !== true) && not.test(text)).map(
    ({ not, but }) => `${where}: ${not.exec(text)?.[0]}, which is called ${but}`,
  );
}

test('columns call each thing by its one name, and so does what they say', () => {
  expect(
    COLUMNS.flatMap(({ name, says }) => [...faultsIn(name, name, true), ...faultsIn(name, says, false)]),
  ).toEqual([]);
});

test('so do the names of units and orders: a count of RMPOPTs is issued, a time of them in RMPOPT', () => {
  const names = new Set(COLUMNS.map(({ name }) => name.split('.').at(-1)));
  for (const name of ['state', 'issued', 'optimized', 'optimizedRegions', 'inRmpoptMeanNs', 'rangeOver']) {
    expect(names).toContain(name);
  }
});

test('help and schemas do as well', async () => {
  const help = COMMANDS.map((command) => ['help', command]);
  const schemas = ['run', 'scenario', 'churn', 'machine', 'figures'].map((name) => ['schema', name]);
  const texts = await Promise.all(
    [['--help'], ...help, ...schemas].map(async (args) => ({ args, ...(await cli(args)) })),
  );
  expect(texts.flatMap(({ args, stdout }) => faultsIn(args.join(' '), stdout, false))).toEqual([]);
});

test('and so do shipped scenarios and machines', () => {
  const files = readdirSync(join(ROOT, 'scenarios'), { recursive: true, encoding: 'utf8' });
  const yaml = files.filter((file) => file.endsWith('.yaml'));
  expect(yaml.length).toBeGreaterThan(5);
  expect(
    yaml.flatMap((file) => faultsIn(file, readFileSync(join(ROOT, 'scenarios', file), 'utf8'), false)),
  ).toEqual([]);
});

test('and the documentation, code aside', () => {
  const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))];
  const texts = pages
    .filter((page) => page.endsWith('.md'))
    .map((page) => ({
      page,
      text: readFileSync(join(ROOT, page), 'utf8').replaceAll(/```[\s\S]*?```/g, ''),
    }));
  expect(texts.flatMap(({ page, text }) => faultsIn(page, text, false))).toEqual([]);
});

test('documents are of the second edition, and of no other', async () => {
  const { stdout } = await cli(['schema', 'run']);
  expect(stdout).toContain('rmpopt-bench/run/2');
  expect(stdout).not.toMatch(/rmpopt-bench\/\w+\/1\b/);
});
