import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { readRunDocument, readSavedDocument } from '../../src/run-document/read-document.js';
import { readShardDocument } from '../../src/run-document/shard-document.js';
import { cli, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { SMALL_FIGURES } from '../support/figures.js';

const SMALL = ['--topology', '1x1x2x1', '--memory', '4GiB', '--json', '-q'];
const { stdout } = await cli(['full', '--per-cpu', ...SMALL]);
const run = JSON.parse(stdout);

function problemsOf(document: unknown) {
  try {
    readRunDocument('run.json', JSON.stringify(document));
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

test('what was written is read back as it was', () => {
  expect(readSavedDocument('run.json', stdout)).toEqual({ kind: 'run', document: run });
});

test('what no version knows is left out, at any depth', () => {
  const later = {
    ...run,
    more: 1,
    machines: run.machines.map((machine: object) => ({ ...machine, more: [] })),
    results: run.results.map((row: object) => ({ ...row, more: {} })),
  };
  expect(readRunDocument('later.json', JSON.stringify(later))).toEqual(run);
});

test('a table that is missing is empty', () => {
  const { cpus: _none, ...rest } = run;
  expect(readRunDocument('run.json', JSON.stringify(rest)).cpus).toEqual([]);
});

test('every table and field that is wrong is told, of a table its first wrong row', () => {
  const [local, ...others] = run.results;
  const broken = {
    ...run,
    seed: -1,
    results: [local, ...others.map((row: object) => ({ ...row, elapsedNs: '12', phase: null }))],
    cpus: [{ ...run.cpus[0], peggedShare: null }],
    warnings: {},
  };
  expect(problemsOf(broken).map(({ where, expected, found }) => [where, expected, found])).toEqual([
    ['run.json: seed', 'a whole number from 0 to 9007199254740991', '-1'],
    ['run.json: results[1].phase', 'local, remote, total', 'nothing'],
    ['run.json: results[1].elapsedNs', 'a whole number from 0 to 9007199254740991', '"12"'],
    ['run.json: cpus[0].peggedShare', 'a number, 0 or more', 'nothing'],
    ['run.json: warnings', 'a list of warnings', 'an empty mapping'],
  ]);
});

test('a list of many rows that are none has the problems of one', () => {
  const { length } = problemsOf({ ...run, cpus: [{}] });
  expect(problemsOf({ ...run, cpus: Array.from({ length: 200_000 }, () => ({})) })).toHaveLength(length);
});

/** A document of which every list has its first entry only: the others are read as that is. */
function withShortLists(_: string, value: unknown): unknown {
  return Array.isArray(value) ? value.slice(0, 1) : value;
}

/** A document with something else at each of its places, in turn. */
function* withOther(value: unknown, other: unknown): Generator<unknown> {
  yield other;
  if (Array.isArray(value)) {
    for (const first of value.length > 0 ? withOther(value[0], other) : []) yield [first];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const changed of withOther(part, other)) yield { ...value, [key]: changed };
    }
  }
}

test.each([
  ['a grid', readSavedDocument, ['compare', 'full', '--per-cpu', '--jitter', '--runs', '2', ...SMALL]],
  ['a part of a grid', readShardDocument, ['compare', 'full', 'empty', '--shard', '1/2', ...SMALL]],
  ['churn', readSavedDocument, ['churn', 'mass-exit', '--topology', '1x1x2x1', '--json', '-q']],
  ['reproduce', readSavedDocument, ['reproduce', 'figures.yaml', ...FEW_SETS, '--json']],
  ['a log', readSavedDocument, ['import', 'boot.log', '--json', '-q']],
])('whatever is wrong in %s, the words are ours', async (_, read, args) => {
  scratchFile('figures.yaml', SMALL_FIGURES);
  scratchFile('boot.log', '[    1.5] SEV-SNP: RMPOPT execution time 311135734 ns for cpu 0\n');
  const { stdout } = await cli(args);
  const document = JSON.parse(stdout, withShortLists);
  const said = new Set<string>();
  for (const other of [null, 'x']) {
    for (const changed of withOther(document, other)) {
      try {
        read('saved.json', JSON.stringify(changed));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        for (const { expected } of error.problems) said.add(expected);
      }
    }
  }
  expect(said.size).toBeGreaterThan(5);
  expect([...said].filter((words) => /Invalid|expected/i.test(words))).toEqual([]);
});
