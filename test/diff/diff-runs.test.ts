import { describe, expect, test } from 'vitest';
import { failuresOf, parseCondition } from '../../src/diff/conditions.js';
import { diffRuns } from '../../src/diff/diff-runs.js';
import { IncomparableRuns, UnreadableValue } from '../../src/errors.js';
import { IMPORTED_RESULT_COLUMNS, type ImportedResultRow } from '../../src/run-document/columns.js';
import type { SavedRun } from '../../src/run-document/read-document.js';
import { readRunDocument } from '../../src/run-document/read-document.js';
import { rowOf, withGaps } from '../../src/run-document/table-schema.js';
import { cli } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';

const SMALL = ['--topology', '2x2x3x2', '--memory', '64GiB', ...FEW_SETS, '--json', '-q'];

async function saved(...args: string[]): Promise<SavedRun> {
  const { stdout, exitCode, stderr } = await cli([...args, ...SMALL]);
  if (exitCode !== 0) throw new Error(stderr);
  return readRunDocument('test', stdout);
}

/** A log of the same sweep several times, as import would make it. */
function imported(elapsedNs: readonly number[], labels: Partial<ImportedResultRow> = {}): SavedRun {
  const blank = Object.entries(IMPORTED_RESULT_COLUMNS).map(([name, { kind }]) => [
    name,
    kind === 'text' ? '' : null,
  ]);
  const silent = rowOf(withGaps(IMPORTED_RESULT_COLUMNS)).parse({
    ...Object.fromEntries(blank),
    phase: 'total',
  });
  return {
    ...{ origin: 'imported', tool: base.tool, command: ['import'], machines: [], seed: null, cpus: [] },
    observations: [],
    warnings: [],
    results: elapsedNs.map((ns, i) => ({ ...silent, ...labels, run: i + 1, elapsedNs: ns })),
  };
}

const base = await saved('full', 'empty');
/** A cost a nanosecond above that of the machine. */
const ONE_MORE = ['--set', `ipiPerTargetNs=${1 + sendingNs()}`];
function sendingNs(): number {
  return Number(base.machines[0]?.parameters.find(({ name }) => name === 'ipiPerTargetNs')?.value);
}
const totals = (a: SavedRun, b: SavedRun) =>
  diffRuns(a, b).results.filter(({ phase, figure }) => phase === 'total' && figure === 'elapsedNs');

describe('runs with random jitter', () => {
  const jittered = (...args: string[]) => saved('full', 'empty', '--jitter', ...args);

  test('say nothing against runs without, and differ from them for that', async () => {
    const { results, differences } = diffRuns(base, await jittered('--runs', '10'));
    expect(differences).toEqual([{ what: 'random jitter', a: 'none', b: '10 runs' }]);
    expect(results.filter(({ verdict }) => verdict !== 'same' && verdict !== 'inconclusive')).toEqual([]);
  });

  test('say nothing where one side has a single one', async () => {
    const [one, several] = [await jittered(), await jittered('--runs', '10', '--seed', '2')];
    expect(totals(one, several).map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive']);
    expect(totals(one, several).map(({ aLow }) => aLow)).toEqual([null, null]);
  });

  test('that have drawn the same are put against each other one by one', async () => {
    const [before, after] = [await jittered('--runs', '6'), await jittered('--runs', '6', ...ONE_MORE)];
    expect(totals(before, after).map(({ verdict }) => verdict)).toEqual(['worse', 'worse']);
    const others = await jittered('--runs', '6', ...ONE_MORE, '--seed', '2');
    expect(totals(before, others).map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive']);
  });
});

describe('two simulated runs', () => {
  test('that are the same are the same in every figure', () => {
    const { results, differences, unmatched } = diffRuns(base, base);
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['same']));
    expect([differences, unmatched]).toEqual([[], []]);
  });

  test('with other costs say which, and leave open what ranges leave open', async () => {
    const dearer = await saved('full', 'empty', ...ONE_MORE);
    expect(diffRuns(base, dearer).differences.map(({ what }) => what)).toEqual(['ipiPerTargetNs']);
    const [full, empty] = totals(base, dearer);
    expect(full?.change).toBeGreaterThan(0);
    // One nanosecond more lies well within what is known of the costs.
    expect([full?.verdict, empty?.verdict]).toEqual(['inconclusive', 'inconclusive']);
    const muchDearer = await saved('full', 'empty', '--set', 'ipiBaseNs=900000');
    expect(totals(base, muchDearer).map(({ verdict }) => verdict)).toEqual(['worse', 'worse']);
    expect(totals(muchDearer, base).map(({ verdict }) => verdict)).toEqual(['better', 'better']);
  });

  test('by other strategies on one host are compared as they are, not within ranges', async () => {
    const [one, other] = [await saved('empty'), await saved('empty', '--strategy', 'skip-failed')];
    expect(() => diffRuns(one, other)).toThrow(IncomparableRuns);
  });

  test('name the cells only one of them has', async () => {
    const { results, unmatched } = diffRuns(base, await saved('empty', 'again'));
    expect(new Set(results.map(({ scenario }) => scenario))).toEqual(new Set(['empty']));
    expect(unmatched.map(({ side, cell }) => `${side} ${cell.split(' ')[0]}`)).toEqual(['a full', 'b again']);
  });
});

describe('a simulated run and a log', () => {
  const labels = { scenario: 'empty', state: 'empty', strategy: 'local-first' };

  test('are matched by what is said, and silence is no contradiction', () => {
    const [row] = totals(imported([10_000_000], labels), base);
    expect(row).toMatchObject({ scenario: 'empty', mapping: 'none', threads: 'primary', a: 10_000_000 });
  });

  test('are not matched where silence could mean two cells', () => {
    expect(() => diffRuns(imported([10_000_000]), base)).toThrow(/it may be any of/);
  });

  test('a single measurement without a spread proves nothing within a range, and much outside it', () => {
    const [, empty] = base.results.filter(({ phase }) => phase === 'total');
    const within = Math.round(((empty?.elapsedLowNs ?? 0) + (empty?.elapsedHighNs ?? 0)) / 2);
    expect(totals(imported([within], labels), base)[0]?.verdict).toBe('inconclusive');
    expect(totals(imported([10 * within], labels), base)[0]?.verdict).toBe('better');
  });

  test('repeated runs enter by their mean and their spread', () => {
    const noisy = imported([1_000_000, 3_000_000], labels);
    const [row] = totals(noisy, imported([2_500_000], labels));
    expect(row).toMatchObject({
      a: 2_000_000,
      aRuns: 2,
      aLow: 1_000_000,
      aHigh: 3_000_000,
      verdict: 'inconclusive',
    });
    expect(totals(noisy, imported([4_000_000, 4_100_000], labels))[0]?.verdict).toBe('worse');
  });

  test('nothing is made of two single measurements', () => {
    expect(totals(imported([1], labels), imported([2], labels))[0]?.verdict).toBe('inconclusive');
  });
});

describe('conditions', () => {
  test.each([
    [
      'remote.elapsedNs>+5%',
      { phase: 'remote', figure: 'elapsedNs', isAbove: true, amount: 5, isPercent: true },
    ],
    ['elapsedNs>5%', { phase: null, amount: 5 }],
    ['slowestNs > 2ms', { figure: 'slowestNs', amount: 2e6, isPercent: false }],
    ['total.optimized<-1', { figure: 'optimized', isAbove: false, amount: -1 }],
    ['ipis>0', { figure: 'ipis', amount: 0 }],
  ])('%s', (text, expected) => {
    expect(parseCondition(text)).toMatchObject(expected);
  });

  test.each([
    '',
    'elapsedNs',
    'elapsedNs>5',
    'elapsed>5%',
    'middle.elapsedNs>5%',
    'ipis>5ms',
    'elapsedNs=5%',
    '>5%',
  ])('%j is refused', (text) => {
    expect(() => parseCondition(text)).toThrow(UnreadableValue);
  });

  test('are met by changes beyond them, not at them', async () => {
    const { results } = diffRuns(base, await saved('full', 'empty', '--set', 'ipiBaseNs=900000'));
    const [full] = results.filter(({ figure, phase }) => figure === 'elapsedNs' && phase === 'total');
    expect(failuresOf(parseCondition('total.elapsedNs>0%'), results)).toHaveLength(2);
    expect(
      failuresOf(parseCondition(`total.elapsedNs>${full?.changePct}%`), results.slice(0, 48)),
    ).toHaveLength(0);
    expect(failuresOf(parseCondition('total.elapsedNs<0%'), results)).toEqual([]);
  });

  test('that nothing can be held against are no success', () => {
    expect(() => failuresOf(parseCondition('slowestNs>1%'), [])).toThrow(IncomparableRuns);
  });
});
