import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { renderPage } from '../../src/page/page.js';
import { readSavedDocument } from '../../src/run-document/read-document.js';
import { cli, SCRATCH, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { SMALL_FIGURES } from '../support/figures.js';

const TOOL = { name: 'rmpopt-bench', version: '0' };
const SMALL = ['--topology', '2x2x2x2', '--memory', '64GiB', ...FEW_SETS];

async function saved(name: string, args: readonly string[]): Promise<string> {
  const file = join(SCRATCH, name);
  const { exitCode, stderr } = await cli([...args, '--json', '-o', file]);
  if (exitCode !== 0) throw new Error(stderr);
  return file;
}

function pageOf(...texts: readonly string[]): string {
  const inputs = texts.map((text, i) => ({
    name: `run-${i}.json`,
    bytes: Buffer.from(text),
    saved: readSavedDocument(`run-${i}.json`, text),
  }));
  return renderPage(inputs, TOOL);
}

const titles = (page: string) =>
  [...parseHTML(page).document.querySelectorAll('figcaption strong')].map(({ textContent }) => textContent);

describe('a page', () => {
  test('of a run shows phases, where the time went and hypotheses', async () => {
    const file = await saved('run.json', ['full', 'empty', ...SMALL, '--per-cpu']);
    expect(titles(pageOf(readFileSync(file, 'utf8')))).toEqual([
      'Elapsed time by phase',
      'Where the time goes',
      'What depends on the hypothesis',
    ]);
  });

  test('of a grid has cells whose figures look the same once, in charts, sentences and tables', async () => {
    const grid = ['compare', 'empty', 'full', '--vary', 'mapping=4k,2m,1g'];
    const file = await saved('alike.json', [...grid, ...SMALL]);
    const { document } = parseHTML(pageOf(readFileSync(file, 'utf8')));
    const texts = (selector: string) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
    const answers = texts('.answers li');
    expect(answers[0]).toMatch(/^empty 4k, 2m, 1g: /);
    const totals = texts('figure:first-of-type [aria-label=dot] title');
    expect(totals[0]).toMatch(/^empty 4k, 2m, 1g, total: /);
    expect(totals).toHaveLength(answers.length);
    expect(texts('td')).toContain('4k, 2m, 1g');
  });

  test('of a host on which guests come and go shows its history and what the delay changes', async () => {
    const file = await saved('churn.json', ['churn', 'mass-exit', ...SMALL.slice(0, 2)]);
    expect(titles(pageOf(readFileSync(file, 'utf8')))).toEqual([
      'Running guests',
      'Regions with an assigned page',
      'Guests that have exited but still hold memory',
      'Free regions that are not optimized, by policy',
      'CPU time of sweeps, by delay',
      'Time that free regions wait, by delay',
      'Regions missed by sweeps, by delay',
    ]);
  });

  test('of published figures shows them against simulated ones, and of a log what it says', async () => {
    const figures = scratchFile('figures.yaml', SMALL_FIGURES);
    const reproduced = await saved('reproduce.json', ['reproduce', figures, ...FEW_SETS]);
    const log = join(import.meta.dirname, '../../docs/logs/published-2026-03.log');
    const imported = await saved('imported.json', ['import', log]);
    const page = pageOf(readFileSync(reproduced, 'utf8'), readFileSync(imported, 'utf8'));
    expect(titles(page)).toEqual(['Simulated over published', 'Elapsed times as logged']);
    const { document } = parseHTML(page);
    expect([...document.querySelectorAll('h2')].map(({ textContent }) => textContent)).toEqual([
      'SIMULATED figures beside published ones (run-0.json)',
      'IMPORTED from a log of a host (run-1.json)',
    ]);
    expect(document.querySelectorAll('nav a')).toHaveLength(2);
  });

  test('names every parameter of the machine with its provenance and source', async () => {
    const text = readFileSync(await saved('run.json', ['full', ...SMALL]), 'utf8');
    const cells = [...parseHTML(pageOf(text)).document.querySelectorAll('details td')].map(
      (one) => one.textContent,
    );
    for (const { name, provenance, source } of JSON.parse(text).machines[0].parameters) {
      for (const part of [name, provenance, source]) expect(cells).toContain(part);
    }
  });

  test('is the same every time', async () => {
    const text = readFileSync(await saved('run.json', ['full', 'empty', ...SMALL]), 'utf8');
    expect(pageOf(text)).toBe(pageOf(text));
  });

  const HOSTILE = [
    '<script>globalThis.hurt = true</script>',
    '"><img src=x onerror=alert(1)>',
    '</script><script>1</script>',
    '=cmd()',
    '\u001b[31mred\u001b[0m',
    '\u202egnihtyreve',
    `${'x'.repeat(10_000)}`,
  ];

  test.each(HOSTILE)('comes to no harm by a scenario called %s', async (name) => {
    const run = JSON.parse(readFileSync(await saved('run.json', ['empty', ...SMALL, '--per-cpu']), 'utf8'));
    const text = JSON.stringify(run, (_, value) => (value === 'empty' ? name : value));
    const page = pageOf(text);
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect(document.querySelectorAll('img, iframe, object, embed, link, form')).toHaveLength(0);
    expect(page).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    const source = document.querySelector('#source-1')?.textContent ?? '';
    expect(Buffer.from(source, 'base64').toString()).toBe(text);
  });
});

describe('report', () => {
  test('writes to stdout what no option sends elsewhere', async () => {
    const file = await saved('run.json', ['full', ...SMALL]);
    const { stdout, exitCode } = await cli(['report', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^<!DOCTYPE html><html lang="en">/i);
  });

  test.each([
    ['{', /run document in JSON/],
    ['[]', /a run document, a JSON object/],
    ['{"schema": "rmpopt-bench/diff/2"}', /"rmpopt-bench\/run\/2" or "rmpopt-bench\/churn\/2" or/],
    ['{"schema": "rmpopt-bench/churn/2"}', /tool: expected a program with name and version/],
  ])('refuses %s with what it expected, and writes nothing', async (content, message) => {
    const file = scratchFile('wrong.json', content);
    const { exitCode, stdout, stderr } = await cli(['report', file, '-o', 'never.html']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('refuses to replace what it reads', async () => {
    const file = await saved('run.json', ['full', ...SMALL]);
    const { exitCode, stderr } = await cli(['report', file, '-o', file]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--output: expected another file than those read');
    expect(JSON.parse(readFileSync(file, 'utf8')).schema).toBe('rmpopt-bench/run/2');
  });

  test('refuses a run that misses rows its others need', async () => {
    const run = JSON.parse(readFileSync(await saved('run.json', ['full', ...SMALL]), 'utf8'));
    const without = (change: object) =>
      cli(['report', scratchFile('part.json', JSON.stringify({ ...run, ...change }))]);
    expect((await without({ results: run.results.slice(1) })).stderr).toMatch(/rows local, remote and total/);
    expect((await without({ machines: [] })).stderr).toMatch(/results\[0\]\.machine: expected the id/);
    expect((await without({ results: [] })).stderr).toMatch(/rows in "results"/);
  });
});
