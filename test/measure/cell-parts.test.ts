import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Files } from '../../src/files/files.js';
import { parseTopology } from '../../src/machine/topology.js';
import { inParts, joinParts } from '../../src/measure/cell-parts.js';
import { type CellTask, runCellTask } from '../../src/measure/cell-task.js';
import { Catalogue } from '../../src/scenario/catalogue.js';
import { chooseSweep } from '../../src/sweep/strategies.js';
import { GIB_BYTES } from '../../src/units.js';
import { fewSets } from '../support/few-sets.js';

const RUNS = 7;
const catalogue = await Catalogue.open({
  packageFolder: fileURLToPath(new URL('../..', import.meta.url)),
  files: new Files(),
});
const machine = catalogue.machine(fewSets('posted-2p.yaml'));
const host = { machines: [machine], seed: 5, jitter: { runs: RUNS } };

/** Two measured states under two hypotheses, CPU by CPU, to be compared with others. */
const TASK: CellTask = {
  cell: {
    machine: 0,
    scenario: catalogue.scenario('three-states'),
    mapping: '4k',
    memoryBytes: 16 * GIB_BYTES,
    topology: parseTopology('2x1x3x2'),
    sweep: chooseSweep('broadcast', 'all', null),
    parameters: new Map(),
  },
  runs: { first: 1, last: RUNS },
  hypotheses: ['shared', 'rescan'],
  bandHypotheses: Object.keys(machine.hypotheses),
  otherHypotheses: ['per-core'],
  ...{ perCpu: true, headroom: 1, isCompared: true },
};

const outcomesOf = (parts: readonly CellTask[]) => parts.map((part) => runCellTask(part, host));
const whole = joinParts(outcomesOf([TASK]), RUNS);

describe('runs of a cell', () => {
  test.each([1, 2, 3, 6])('make the same cell when they were run %i at a time', (runsMax) => {
    expect(joinParts(outcomesOf(inParts(TASK, runsMax)), RUNS)).toEqual(whole);
  });

  test('are in the order of their numbers, with the ranges of the cell in each', () => {
    if (whole.kind !== 'measured') throw new Error(whole.kind);
    const { results, bands, alternatives, spreads } = whole.tables;
    expect(results.map(({ run }) => run)).toEqual(
      Array.from({ length: RUNS }, (_, i) => Array(2 * 3 * 3).fill(i + 1)).flat(),
    );
    const totals = results.filter(({ phase, state }) => phase === 'total' && state === 'empty');
    expect(new Set(totals.map(({ elapsedLowNs }) => elapsedLowNs)).size).toBe(1);
    expect(totals[0]?.elapsedLowNs).not.toBeNull();
    expect([bands.length, alternatives.length, spreads.length]).toEqual([
      // Whether failures are shared tells the ranges of one of them apart.
      3 * Object.keys(machine.hypotheses).length + 1,
      3,
      2 * 3 * 3,
    ]);
  });

  test('are traced once', () => {
    if (whole.kind !== 'measured') throw new Error(whole.kind);
    expect(whole.traced.map(({ key }) => key.run)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('that were not all finished make a cell of those before the first gap, which says so', () => {
    const outcomes = outcomesOf(inParts(TASK, 2));
    const cut = joinParts([...outcomes.slice(0, 2), { kind: 'lost', reason: 'interrupted' }], RUNS);
    if (cut.kind !== 'measured') throw new Error(cut.kind);
    expect(cut.cutShort).toBe('interrupted after 4 of 7 runs, which are kept');
    expect(cut.tables.results.at(-1)?.run).toBe(4);
    expect(new Set(cut.tables.spreads.map(({ runs }) => runs))).toEqual(new Set([4]));
  });

  test('of which the first was not finished make none', () => {
    const lost = { kind: 'lost', reason: 'interrupted' } as const;
    expect(joinParts([lost, ...outcomesOf(inParts(TASK, 4)).slice(1)], RUNS)).toBe(lost);
  });
});
