import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReproduceDocument } from '../../src/run-document/reproduce-document.js';
import { cli, cliOnce, runDocument, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { plainLayout, rendered } from '../support/rendered.js';
import { smallFigures, smallHost } from '../support/small-fit.js';

async function reproduce(...args: string[]): Promise<ReproduceDocument> {
  const { stdout, stderr, exitCode } = await cliOnce(['reproduce', ...args, '--json']);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('reproduce', () => {
  test('meets the published figures on every hypothesis as well as a calibrated machine has to', async () => {
    const { results, summaries, independentFacts } = await reproduce();
    expect(results).toHaveLength(3 * 17);
    expect(summaries.map(({ hypothesis }) => hypothesis)).toEqual(['shared', 'rescan', 'per-core']);
    expect(independentFacts).toBe(10);
    for (const row of results) {
      if (row.condition === 'empty' || row.condition === 'first-page')
        expect(Math.abs(row.residualPct)).toBeLessThan(3);
      if (row.kind === 'instruction-mean' && row.fitted !== 'unexplained')
        expect(Math.abs(Math.log(row.simulatedNs / row.publishedNs))).toBeLessThan(Math.log(1.25));
      if (row.fitted === 'bound') expect(row.verdict).toBe('holds');
    }
  });

  test('has what no mechanism can explain in a table of its own, and in no count', async () => {
    const document = await reproduce();
    const { results, summaries } = document;
    const unexplained = results.filter(({ fitted }) => fitted === 'unexplained');
    expect([...new Set(unexplained.map(({ condition }) => condition))]).toEqual(['boot', 'snp-init']);
    const total = unexplained.find(({ id }) => id === 'boot-total');
    expect(total?.simulatedNs).toBeLessThan(0.5 * (total?.publishedNs ?? 0));
    for (const { worstId } of summaries) expect(worstId).not.toMatch(/^(boot|snp-init)/);
    const text = await rendered(document, plainLayout(100));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const [told = '', own = ''] = text.split('Not explained:');
    expect(told).not.toMatch(/^boot|^snp-init/m);
    expect(own).toMatch(/^boot +750 ms/m);
  });

  test('answers on one screen, which fits a mail', async () => {
    const document = await reproduce();
    const screen = await rendered(document, { ...plainLayout(80), isVerbose: false });
    const lines = screen.split('\n');
    expect(lines.length).toBeLessThanOrEqual(32);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(72);
    expect(screen).toMatch(/^boot +750 ms .* -$/m);
    expect(screen).toMatch(/^serial, mean .* 2 of 3$/m);
    expect(screen.replace(/\s+/g, ' ')).toContain('32 of 33 (11 figures, 3 hypotheses) contain the figure');
    const mail = await rendered(document, { ...plainLayout(80), isVerbose: false }, { format: 'lkml' });
    expect(mail).toContain('rmpopt-bench reproduce --json');
    for (const line of mail.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
  });

  test('puts every figure it was fitted to beside the range of the other conditions', async () => {
    const { results } = await reproduce();
    const fitted = results.filter(({ fitted: standing }) => standing === 'fitted');
    expect(fitted).toHaveLength(33);
    expect(fitted.filter(({ rangeFrom }) => rangeFrom !== 'others')).toEqual([]);
    const shutdown = fitted.filter(({ condition }) => condition.startsWith('shutdown'));
    expect(shutdown.map(({ inRange }) => inRange)).toEqual(Array(9).fill('yes'));
  });

  test('has a band for each pair of guest exits that overlaps what was published', async () => {
    const { results } = await reproduce();
    const exits = results.filter(({ condition }) => condition.startsWith('guest-exit'));
    for (const { condition, hypothesis } of exits) {
      const pair = exits.filter((row) => row.condition === condition && row.hypothesis === hypothesis);
      const published = pair.map(({ publishedNs }) => publishedNs);
      expect(pair[0]?.lowNs ?? Number.POSITIVE_INFINITY, `${condition} ${hypothesis}`).toBeLessThanOrEqual(
        Math.max(...published),
      );
      expect(pair[0]?.highNs ?? 0, `${condition} ${hypothesis}`).toBeGreaterThanOrEqual(
        Math.min(...published),
      );
    }
  });

  test('names the readings that the figures exclude: guests that lie in all regions', async () => {
    const { readings } = await reproduce();
    const excluded = readings
      .filter(({ excluded, hypothesis }) => excluded === 'yes' && hypothesis === 'shared')
      .map(({ placement, mapping }) => `${placement} ${mapping}`);
    expect(new Set(excluded)).toEqual(
      new Set(['scattered 4k', 'scattered 2m', 'fragmented 4k', 'fragmented 2m']),
    );
  });

  test('says of each figure how much measuring it would tell, the most telling first', async () => {
    const { next } = await reproduce();
    const bits = next?.figures.map((one) => one.bits) ?? [];
    expect(bits).toEqual(bits.toSorted((a, b) => b - a));
    expect(bits[0]).toBeGreaterThan(0.5);
    expect(Math.max(...bits)).toBeLessThanOrEqual(Math.log2(3));
    expect(Math.min(...bits)).toBeGreaterThan(-0.05);
    for (const { againPct, lastPagePct } of next?.figures ?? []) {
      // Nothing tells all of it.
      for (const left of [againPct, lastPagePct]) expect(left).toBeGreaterThan(1);
      expect(againPct).toBeLessThanOrEqual(1.01 * (next?.againPct ?? 0));
      expect(lastPagePct).toBeLessThanOrEqual(1.01 * (next?.lastPagePct ?? 0));
    }
  });

  test('takes figures of one own, in nanoseconds or cycles', async () => {
    const file = scratchFile(
      'mine-figures.yaml',
      `name: mine
title: Mine
tscGhz: 2.5
conditions:
  small: {says: a small host, scenario: empty, strategy: local-first, threads: primary, memory: 64GiB}
figures:
  - {id: one, condition: small, kind: total, cycles: 25000000, source: here}
`,
    );
    const { results } = await reproduce(file, '--hypothesis', 'rescan', ...FEW_SETS);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      id: 'one',
      publishedNs: 10_000_000,
      fitted: 'predicted',
      source: 'here',
    });
  });
});

test.each([
  [
    'both units',
    'figures: [{id: a, condition: c, kind: total, ns: 5, cycles: 7, source: s}]',
    'expected the figure in one unit, ns or cycles, found both',
  ],
  ['no unit', 'figures: [{id: a, condition: c, kind: total, source: s}]', 'ns or cycles, found neither'],
  [
    'cycles without a frequency',
    'figures: [{id: a, condition: c, kind: total, cycles: 7, source: s}]',
    'expected tscGhz in the file',
  ],
  [
    'a negative time',
    'figures: [{id: a, condition: c, kind: total, ns: -5, source: s}]',
    'figures[0].ns: expected a number above 0, found -5',
  ],
  [
    'an unknown condition',
    'figures: [{id: a, condition: d, kind: total, ns: 5, source: s}]',
    'figures[0].condition: expected c, found "d"',
  ],
  [
    'an unknown kind',
    'figures: [{id: a, condition: c, kind: mean, ns: 5, source: s}]',
    'figures[0].kind: expected total, local, remote, instruction-mean',
  ],
  [
    'the same id twice',
    'figures: [{id: a, condition: c, kind: total, ns: 5, source: s}, {id: a, condition: c, kind: total, ns: 6, source: s}]',
    'expected an id no other figure has',
  ],
  ['no figures', 'figures: []', 'expected at least one figure'],
])('a file of figures with %s is refused', async (name, figures, message) => {
  const condition = 'c: {says: x, scenario: empty, strategy: local-first, threads: primary, memory: 64GiB}';
  const file = scratchFile(
    `${name.replaceAll(' ', '-')}.yaml`,
    `name: n\ntitle: t\nconditions: {${condition}}\n${figures}\n`,
  );
  for (const command of ['reproduce', 'calibrate']) {
    const { stdout, stderr, exitCode } = await cli([command, file]);
    expect(stderr).toContain(message);
    expect([stdout, exitCode]).toEqual(['', 2]);
  }
});

test.each([
  [
    'a scenario that measures three times',
    'three-states',
    'expected a scenario with exactly one measure, found three-states with 3',
  ],
  ['an unknown scenario', 'nothing', 'found "nothing"'],
])('a condition with %s is refused', async (name, scenario, message) => {
  const file = scratchFile(
    `${name.replaceAll(' ', '-')}.yaml`,
    `name: n\ntitle: t\nconditions: {c: {says: x, scenario: ${scenario}, strategy: serial, threads: all, memory: 64GiB}}\nfigures: [{id: a, condition: c, kind: total, ns: 5, source: s}]\n`,
  );
  const { stderr, exitCode } = await cli(['reproduce', file]);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});

describe('calibrate', () => {
  const figures = smallFigures('few.yaml', { empty: 9_500_000, first: 3_000_000, broadcast: 12_000_000 });
  const host = smallHost('few-host.yaml', ['rescan']);

  test('predicts what it is told to leave out', async () => {
    const { stdout } = await cli([
      ...['calibrate', figures, '--machine', host, '--leave-out', 'first', '--steps', '1000', '--json', '-q'],
    ]);
    const { results } = JSON.parse(stdout);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ condition: 'first', standing: 'predicted' });
  });

  test.each([
    [['--leave-out', 'frist'], 'Did you mean first?'],
    [['--leave-out', 'first', '--cross-validate'], '--cross-validate: expected no --leave-out beside it'],
    [
      ['--leave-out', 'first', '--leave-out', 'empty', '-o', 'x.yaml'],
      '--output: expected one fit to write, found 2',
    ],
    [['-o', '/nowhere/m.yaml'], 'ENOENT'],
    [['--seed', 'x'], '--seed: expected a whole number'],
  ])('%j is refused before any fit', async (args, message) => {
    const { stdout, stderr, exitCode } = await cli(['calibrate', figures, ...args]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('fitting');
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});

describe('bands', () => {
  test('hold the prediction of every hypothesis, and hinge on it where these differ', async () => {
    const { results, bands } = await runDocument(['last-page']);
    const [total] = results.filter(({ phase }) => phase === 'total');
    const shared = bands.find(({ hypothesis }) => hypothesis === 'shared');
    const rescan = bands.find(({ hypothesis }) => hypothesis === 'rescan');
    expect(total?.elapsedLowNs ?? 0).toBeLessThan(shared?.totalMedianNs ?? 0);
    expect(total?.elapsedHighNs ?? 0).toBeGreaterThan(rescan?.totalMedianNs ?? 0);
    expect(shared?.totalHighNs ?? 0).toBeLessThan(rescan?.totalLowNs ?? 0);
    expect((await cli(['last-page'])).stdout).toContain('last-page depends on the hypothesis: ');
  });

  test('narrow to the hypotheses that are asked for', async () => {
    const { results, bands } = await runDocument(['last-page', '--hypothesis', 'shared']);
    // Whether failures are shared splits its range in two.
    expect(bands.map(({ hypothesis, switches }) => [hypothesis, switches])).toEqual([
      ['shared', 'failureShared=true'],
      ['shared', 'failureShared=false'],
    ]);
    const [total] = results.filter(({ phase }) => phase === 'total');
    expect((total?.elapsedHighNs ?? 0) / (total?.elapsedLowNs ?? 1)).toBeLessThan(1.7);
  });

  test('keep what the user sets', async () => {
    const [sent] = (await runDocument(['full', '--set', 'ipiPerTargetNs=20'])).results.slice(-1);
    const [dearer] = (await runDocument(['full', '--set', 'ipiPerTargetNs=220'])).results.slice(-1);
    const more = 2048 * 511 * 200;
    // The noise of a sweep is a share of its time.
    for (const end of ['elapsedNs', 'elapsedLowNs', 'elapsedHighNs'] as const) {
      const share = ((dearer?.[end] ?? 0) - (sent?.[end] ?? 0)) / more;
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(1.1);
    }
  });

  test('are not there for a machine that was never calibrated', async () => {
    const machine = join(import.meta.dirname, '../machines/starting-values.yaml');
    const { results, bands } = await runDocument(['full', '--machine', machine]);
    expect(results.map(({ elapsedLowNs }) => elapsedLowNs)).toEqual([null, null, null]);
    expect(bands).toEqual([]);
  });
});
