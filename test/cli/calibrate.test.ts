import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CalibrateDocument } from '../../src/run-document/calibrate-document.js';
import type { ReproduceDocument } from '../../src/run-document/reproduce-document.js';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { type CliResult, cli, SCRATCH, scratchFile } from '../support/cli.js';
import { smallFigures, smallHost } from '../support/small-fit.js';

const HOST = smallHost('one-hypothesis.yaml', ['shared']);
const STEPS = ['--steps', '1500', '-q'];

async function elapsedNs(...args: readonly string[]): Promise<number> {
  const { stdout } = await cli(['run', ...args, '--machine', HOST, '--json']);
  const { results }: RunDocument = JSON.parse(stdout);
  return results.find(({ phase }) => phase === 'total')?.elapsedNs ?? 0;
}

/** What the machine itself takes: figures that no hypothesis can find odd. */
const OWN = {
  empty: await elapsedNs('empty'),
  first: await elapsedNs('first-page'),
  broadcast: await elapsedNs('empty', '--strategy', 'broadcast'),
};
const FIGURES = smallFigures('own.yaml', OWN);

describe('a fit to figures of the machine itself', () => {
  const file = join(SCRATCH, 'fitted.yaml');
  let fit: CliResult;
  beforeAll(async () => {
    fit = await cli(['calibrate', FIGURES, '--machine', HOST, ...STEPS, '--json', '-o', file]);
  });

  test('finds them inside their ranges, and says how well its walks agree', () => {
    const { stdout, exitCode } = fit;
    expect(exitCode).toBe(0);
    const { results, agreements, noise, parameters }: CalibrateDocument = JSON.parse(stdout);
    expect(results.map(({ id, inRange, standing }) => [id, inRange, standing])).toEqual(
      ['a', 'b', 'c'].map((id) => [id, 'yes', 'fitted']),
    );
    for (const { rHat, effectiveSize } of agreements) {
      expect(rHat).toBeLessThanOrEqual(1.05);
      expect(effectiveSize).toBeGreaterThanOrEqual(50);
    }
    expect(agreements.map(({ quantity }) => quantity)).toEqual(
      expect.arrayContaining(['send', 'staggered', 'last-page by local-first', 'again by broadcast']),
    );
    expect(noise.map(({ strained }) => strained)).toEqual(['']);
    for (const { value, intervalLow, intervalHigh, plausibleLow, plausibleHigh } of parameters) {
      expect(intervalLow).toBeLessThanOrEqual(intervalHigh);
      expect(value).toBeGreaterThanOrEqual(plausibleLow);
      expect(value).toBeLessThanOrEqual(plausibleHigh);
    }
  });

  test('writes a machine whose ranges are over all draws, hold the printed times, and are gone once it is edited', async () => {
    expect(fit).toMatchObject({ exitCode: 0 });
    const rangesOf = async (machine: string) => {
      const { stdout } = await cli(['run', 'full', 'empty', 'again', '--machine', machine, '--json']);
      const { results, bands }: RunDocument = JSON.parse(stdout);
      for (const { elapsedNs, elapsedLowNs, elapsedHighNs } of results) {
        expect(elapsedLowNs).toBeLessThanOrEqual(elapsedNs);
        expect(elapsedHighNs).toBeGreaterThanOrEqual(elapsedNs);
      }
      // Its own costs predict what lies in the middle of all draws.
      const totals = results.filter(({ phase }) => phase === 'total').map(({ elapsedNs }) => elapsedNs);
      const medians = bands.map(({ totalMedianNs }) => totalMedianNs);
      for (const [i, ns] of totals.entries()) expect(ns / (medians[i] ?? 0)).toBeCloseTo(1, 2);
      return bands;
    };
    const known = await rangesOf(file);
    expect(known.map(({ sets }) => sets)).toEqual([500, 500, 500]);
    expect(known.map(({ state, basis }) => `${state}: ${basis}`)).toEqual([
      'full: fitted',
      'empty: fitted',
      'again: predicted',
    ]);
    const edited = join(SCRATCH, 'edited.yaml');
    const text = readFileSync(file, 'utf8');
    const changed = text.replace(/(clockReadNs: \{ value: )\d+/, '$126');
    expect(changed).not.toBe(text);
    writeFileSync(edited, changed);
    const predicted = await rangesOf(edited);
    // Nothing was fitted with the costs it has now.
    expect(new Set(predicted.map(({ basis }) => basis))).toEqual(new Set(['predicted']));
    for (const [i, { sets, totalLowNs, totalHighNs }] of predicted.entries()) {
      expect(sets).toBe(125);
      expect(totalLowNs / (known[i]?.totalLowNs ?? 0)).toBeCloseTo(1, 1);
      expect(totalHighNs / (known[i]?.totalHighNs ?? 0)).toBeCloseTo(1, 1);
    }
  });

  test('says of a cost that was measured before any fit that it was, also after another one', async () => {
    const machine = parse(readFileSync(HOST, 'utf8'));
    const { value } = machine.parameters.resultServiceNs;
    const source = 'measured, then fitted to mails';
    machine.hypotheses.shared.parameters.resultServiceNs = { value, provenance: 'inferred', source };
    const refitted = join(SCRATCH, 'refitted.yaml');
    const host = scratchFile('fitted-before.yaml', JSON.stringify(machine));
    await cli(['calibrate', FIGURES, '--machine', host, ...STEPS, '-o', refitted]);
    const { hypotheses } = parse(readFileSync(refitted, 'utf8'));
    expect(hypotheses.shared.parameters.resultServiceNs).toMatchObject({
      provenance: 'inferred',
      source: expect.stringMatching(/^measured, then fitted to .*own/),
    });
  });

  test('keeps what it was fitted to through a file with a base that is shown whole', async () => {
    const hypothesis = 'own: { says: as fitted, parameters: {}, fittedTo: { empty: FITTED } }'.replace(
      'FITTED',
      '{ strategy: local-first, threads: primary, memory: 64GiB, localNs: 1, remoteNs: 2 }',
    );
    const text = `base: posted-2p\nname: based\nhypotheses:\n  ${hypothesis}\n`;
    const { stdout } = await cli(['show', scratchFile('based.yaml', text), '--yaml']);
    const shown = await cli(['show', scratchFile('shown.yaml', stdout), '--yaml']);
    expect(shown).toEqual({ exitCode: 0, stdout, stderr: '' });
    expect(stdout).toMatch(/memory: 64GiB/);
  });

  test('keeps where the figures of other conditions say that each should fall, for reproduce to print', async () => {
    const file = join(SCRATCH, 'crossed.yaml');
    const asked = [
      'calibrate',
      FIGURES,
      '--machine',
      HOST,
      ...STEPS,
      '--cross-validate',
      '-o',
      file,
      '--json',
    ];
    const { results }: CalibrateDocument = JSON.parse((await cli(asked)).stdout);
    const predicted = results.filter(({ standing }) => standing === 'predicted');
    const reproduced = await cli(['reproduce', FIGURES, '--machine', file, '--json']);
    const document: ReproduceDocument = JSON.parse(reproduced.stdout);
    expect(
      document.results.map(({ id, lowNs, highNs, rangeFrom }) => ({ id, lowNs, highNs, rangeFrom })),
    ).toEqual(predicted.map(({ id, lowNs, highNs }) => ({ id, lowNs, highNs, rangeFrom: 'others' })));
  });
});

test('walks that do not agree are refused with what would help, and nothing is written', async () => {
  const file = join(SCRATCH, 'none.yaml');
  const { exitCode, stdout, stderr } = await cli([
    ...['calibrate', FIGURES, '--machine', HOST, '--steps', '100', '-q', '-o', file],
  ]);
  expect([exitCode, stdout, existsSync(file)]).toEqual([2, '', false]);
  expect(stderr).toMatch(
    /^error: hypothesis shared: expected walks that agree: split R-hat of at most 1\.05/,
  );
  expect(stderr).toContain('--steps 1000');
});

test('figures out of reach strain a hypothesis, which every later run says', async () => {
  const odd = smallFigures('odd.yaml', { ...OWN, broadcast: 3 * OWN.broadcast });
  const file = join(SCRATCH, 'strained.yaml');
  const { stdout } = await cli(['calibrate', odd, '--machine', HOST, ...STEPS, '--json', '-o', file]);
  const { noise }: CalibrateDocument = JSON.parse(stdout);
  expect(noise[0]?.strained).toContain('sweeps would have to vary by');
  const { stderr } = await cli(['run', 'empty', '--machine', file]);
  expect(stderr).toContain('hypothesis shared of starting-values does not fit its figures well');
});
