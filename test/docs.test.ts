import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commandDocs } from '../src/cli/command-docs.js';
import { Files } from '../src/files/files.js';
import { SWEEP_POLICY_NAMES } from '../src/guests/sweep-policy.js';
import { CALIBRATE_COLUMNS } from '../src/run-document/calibrate-document.js';
import { CHURN_TABLES } from '../src/run-document/churn-columns.js';
import {
  type Column,
  CPU_COLUMNS,
  IMPORT_TABLES,
  RESULT_COLUMNS,
  RUN_TABLES,
  SPREAD_COLUMNS,
  TERM_COLUMNS,
  WIDE_COLUMNS,
} from '../src/run-document/columns.js';
import { COST_COLUMNS } from '../src/run-document/costs-document.js';
import { DIFF_COLUMNS } from '../src/run-document/diff-document.js';
import {
  PROBE_CALL_COLUMNS,
  PROBE_COLUMNS,
  PROBE_CPU_COLUMNS,
  PROBE_HOST_COLUMNS,
} from '../src/run-document/probe-columns.js';
import { REPRODUCE_COLUMNS } from '../src/run-document/reproduce-columns.js';
import { arrivalsSchema, churnFileSchema } from '../src/scenario/churn-file.js';
import { loadScenario, scenarioFileSchema } from '../src/scenario/scenario-file.js';
import { cli, scratchFile } from './support/cli.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The part of a document under a heading. */
function section(document: string, heading: string): string {
  const [, rest = ''] = document.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0] ?? '';
}

/** The first cells of a section's tables, without their backticks. */
function rowNames(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

function docRow([name, { kind, says }]: [string, Column]): string {
  return `| \`${name}\` | ${kind} | ${says} |\n`;
}

type TableColumns = Readonly<Record<string, Column>>;

/** Tables whose columns others have as well; of a column that several of these have, the first is referred to. */
const REFERRED: Readonly<Record<string, TableColumns>> = {
  results: RESULT_COLUMNS,
  changes: RUN_TABLES.changes,
  churn: CHURN_TABLES.results,
  events: CHURN_TABLES.events,
};

/** The rows of a table. Neighbours among its columns that an earlier table has share a row that refers to it. */
function rowsOf(table: string, columns: TableColumns): string[] {
  const known = Object.keys(REFERRED);
  const earlier = known.slice(0, known.includes(table) ? known.indexOf(table) : known.length);
  const entries = Object.entries(columns).map(([name, column]) => {
    return { name, column, of: earlier.find((one) => REFERRED[one]?.[name] === column) };
  });
  const rows: string[] = [];
  for (let from = 0; from < entries.length; ) {
    const { name = '', column, of } = entries[from] ?? {};
    const next = of === undefined ? from + 1 : entries.findIndex((one, i) => i > from && one.of !== of);
    const to = next < 0 ? entries.length : next;
    const names = entries.slice(from, to).map((one) => `\`${one.name}\``);
    if (of !== undefined) rows.push(`| ${names.join(', ')} | | as in [${of}](#${of}) |\n`);
    else if (column !== undefined) rows.push(docRow([name, column]));
    from = to;
  }
  return rows;
}

const TABLE_HEAD = '| column | holds | meaning |\n|---|---|---|\n';

describe('docs/output-format.md', () => {
  const document = read('docs/output-format.md');
  const { results: churnResults, ...ofChurn } = CHURN_TABLES;
  const TABLES: Readonly<Record<string, TableColumns>> = {
    terms: TERM_COLUMNS,
    results: RESULT_COLUMNS,
    wide: WIDE_COLUMNS,
    cpus: CPU_COLUMNS,
    ...RUN_TABLES,
    spreads: SPREAD_COLUMNS,
    ...IMPORT_TABLES,
    diff: DIFF_COLUMNS,
    reproduce: REPRODUCE_COLUMNS,
    calibrate: CALIBRATE_COLUMNS,
    probe: PROBE_COLUMNS,
    'probe-cpus': PROBE_CPU_COLUMNS,
    'probe-calls': PROBE_CALL_COLUMNS,
    'probe-hosts': PROBE_HOST_COLUMNS,
    costs: COST_COLUMNS,
    churn: churnResults,
    ...ofChurn,
  };

  test('has the columns of every table, in their words', async () => {
    const sections = document.split(/(?=^## )/m).map((text) => {
      const [, table = ''] = /^## (\S+)\n/.exec(text) ?? [];
      const columns = TABLES[table];
      if (columns === undefined) return text;
      expect(text).toContain(TABLE_HEAD);
      return text.replace(
        /(?<=\| column \| holds \| meaning \|\n\|---\|---\|---\|\n)(\|[^\n]*\n)*/,
        rowsOf(table, columns).join(''),
      );
    });
    for (const table of Object.keys(TABLES)) expect(document).toContain(`\n## ${table}\n`);
    await expect(sections.join('')).toMatchFileSnapshot(join(ROOT, 'docs/output-format.md'));
  });

  test('has the keys of a run document', async () => {
    const args = ['full', '--topology', '1x1x2x1', '--jitter', '--runs', '2', '--json'];
    const { stdout } = await cli(args);
    expect(rowNames(section(document, 'The run document'))).toEqual(Object.keys(JSON.parse(stdout)));
    const [machine] = JSON.parse(stdout).machines;
    expect(rowNames(section(document, 'machines'))).toEqual([
      ...Object.keys(machine),
      ...Object.keys(machine.parameters[0]),
    ]);
  });
});

describe('docs/scenario-files.md', () => {
  const document = read('docs/scenario-files.md');
  const keysOf = (schema: object): string[] => {
    const {
      properties = {},
      items,
      anyOf = [],
    } = schema as { properties?: object; items?: object; anyOf?: object[] };
    return [
      ...Object.keys(properties),
      ...(items === undefined ? [] : keysOf(items)),
      ...anyOf.flatMap(keysOf),
    ];
  };

  test('has every key a scenario file may hold', () => {
    const { properties = {} } = z.toJSONSchema(scenarioFileSchema, { target: 'draft-7', io: 'input' });
    expect(rowNames(section(document, 'The file'))).toEqual(Object.keys(properties));
    const inPrivate = [
      ...rowNames(section(document, 'A guest')),
      ...rowNames(section(document, 'Private pages in each region')),
    ];
    expect(inPrivate).toEqual(keysOf(properties.private as object));
    const steps = new Set(rowNames(section(document, 'Steps')).map((step) => step.split(':')[0]));
    expect([...steps]).toEqual(['sweep', ...keysOf(properties.steps as object)]);
  });

  test('shows a scenario that loads and runs', async () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(document) ?? [];
    const file = scratchFile('documented.yaml', example);
    expect(loadScenario('documented', file, new Files()).steps).toHaveLength(7);
    expect((await cli([file, '--topology', '1x1x2x1'])).exitCode).toBe(0);
  });

  test("and so does the README's", async () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect((await cli([scratchFile('readme.yaml', example)])).exitCode).toBe(0);
  });
});

describe('docs/churn.md', () => {
  const document = read('docs/churn.md');

  test('has every key a churn scenario file may hold', () => {
    const [ofFile = '', ofStream = ''] = section(document, 'The file').split('| key of a stream |');
    const keys = (schema: z.ZodType) => Object.keys(z.toJSONSchema(schema, { io: 'input' }).properties ?? {});
    expect(['$schema', ...rowNames(ofFile)]).toEqual(keys(churnFileSchema));
    const named = [...ofStream.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    );
    expect(named).toEqual(keys(arrivalsSchema));
  });

  test('shows a scenario that loads and runs', async () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(document) ?? [];
    const file = scratchFile('documented-churn.yaml', example);
    expect((await cli(['churn', file, '--topology', '1x1x2x1', '--delays', '10s'])).stderr).toBe('');
  });

  test('has every policy', () => {
    for (const name of SWEEP_POLICY_NAMES) expect(document).toContain(`| \`${name}\` |`);
  });
});

test('every file of scenarios/ names its schema for editors', () => {
  const yamlFiles = (folder: string) =>
    readdirSync(join(ROOT, folder))
      .filter((one) => one.endsWith('.yaml'))
      .map((one) => join(folder, one));
  for (const file of yamlFiles('scenarios')) {
    expect(read(file)).toMatch(/^# yaml-language-server: \$schema=schemas\/scenario\.json\n/);
  }
  for (const file of yamlFiles('scenarios/churn')) {
    expect(read(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/schemas\/churn\.json\n/);
  }
});

test('docs/cli.md, the man page and the schemas for editors are what npm run docs writes', async () => {
  const documents = await commandDocs(ROOT);
  const schemas = ['scenario', 'churn', 'machine', 'figures'].map((name) => `scenarios/schemas/${name}.json`);
  expect(documents.map(({ path }) => path)).toEqual(['docs/cli.md', 'man/rmpopt-bench.1', ...schemas]);
  for (const { path, content } of documents) await expect(content).toMatchFileSnapshot(join(ROOT, path));
});

test('CONTRIBUTING.md shows a strategy as it is', () => {
  const document = read('CONTRIBUTING.md');
  expect(document).toContain(`\`\`\`ts\n${read('src/sweep/broadcast.ts')}\`\`\``);
  expect(read('src/sweep/strategies.ts')).toContain('\n  broadcast,\n');
});
