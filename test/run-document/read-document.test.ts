import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { readRunDocument, readSavedDocument } from '../../src/run-document/read-document.js';
import { cli } from '../support/cli.js';

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
