import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Collected, cli, runDocument, runHere, SCRATCH, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { SMALL_FIGURES } from '../support/figures.js';

/** Colour, a title, C1, right-to-left override, zero-width space, line separator: what a terminal acts on. */
const ACTING_TEXT = '\u001b[31mred\u001b]0;title\u0007\u009b2J\u202eabc\u200b\u2028z';
const ACTING = /[\p{Cf}\p{Zl}\p{Zp}\p{Co}]|(?!\n)\p{Cc}/u;

const SMALL = ['--topology', '1x2x2x2', '--memory', '64GiB', ...FEW_SETS, '-q'];
const STEPS = 'steps:\n  - measure\n';

type Json = ReturnType<typeof JSON.parse>;

async function refused(args: readonly string[], ...says: (string | RegExp)[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  for (const text of says) expect(stderr).toMatch(text);
  expect(stderr).not.toMatch(/^\s+at |Invalid input/m);
  return stderr;
}

async function jsonOf(...args: string[]): Promise<Json> {
  return JSON.parse((await cli([...args, '--json'])).stdout);
}

describe('a document that was crafted', () => {
  const documents: Record<string, string> = {};

  beforeAll(async () => {
    const grid = ['compare', 'empty', '--vary', 'ipiPerTargetNs=60,90', ...SMALL];
    const random = ['empty', '--jitter', '--runs', '2', ...SMALL];
    const made = {
      run: await jsonOf('empty', 'guest-exit', ...SMALL, '--memory', '256GiB', '--per-cpu'),
      random: await jsonOf(...random),
      part: await jsonOf(...grid, '--shard', '1/2'),
      part2: await jsonOf(...grid, '--shard', '2/2'),
      churn: await jsonOf('churn', 'mass-exit', '--policy', 'immediate', '--hypothesis', 'shared', '-q'),
      reproduce: await jsonOf('reproduce', scratchFile('figures.yaml', SMALL_FIGURES), ...FEW_SETS),
    };
    for (const [name, document] of Object.entries(made)) documents[name] = JSON.stringify(document);
  }, 600_000);

  /** A file with something in it changed. */
  function changed(name: string, change: (document: Json) => unknown): string {
    const document = JSON.parse(documents[name] ?? '');
    change(document);
    return scratchFile(`${name}-changed.json`, JSON.stringify(document));
  }

  test.each<[string, string, (document: Json) => unknown, string | RegExp]>([
    [
      'a figure of a run is null',
      'run',
      (one) => Object.assign(one.results[1], { inRmpoptMeanNs: null }),
      'results[1].inRmpoptMeanNs',
    ],
    [
      'a figure is a fraction of a whole number',
      'run',
      (one) => Object.assign(one.results[0], { ipis: 0.5 }),
      'results[0].ipis',
    ],
    [
      'a count is beyond 2^53',
      'run',
      (one) => Object.assign(one.results[0], { ipis: 2 ** 53 }),
      'to 9007199254740991',
    ],
    [
      'a figure is the text NaN',
      'run',
      (one) => Object.assign(one.breakdowns[0], { loopNs: 'NaN' }),
      'found "NaN"',
    ],
    [
      'a row of a sweep is another',
      'run',
      (one) => Object.assign(one.results[0], { scenario: 'x' }),
      'no remote of x empty',
    ],
    ['a row stands twice', 'run', (one) => one.results.push(one.results[0]), 'local of empty'],
    ['a machine is nowhere', 'run', (one) => Object.assign(one.cpus[0], { machine: 'x' }), 'cpus[0].machine'],
    ['two machines have one id', 'run', (one) => one.machines.push(one.machines[0]), 'one that no other has'],
    [
      'a machine has more regions than memory',
      'run',
      (one) => Object.assign(one.machines[0], { regions: 7 }),
      'memoryBytes',
    ],
    [
      'a machine has other cores than its topology',
      'run',
      (one) => Object.assign(one.machines[0], { cores: 7 }),
      'the counts of topology',
    ],
    [
      'a phase has no such name',
      'run',
      (one) => Object.assign(one.results[0], { phase: 'x' }),
      'results[0].phase',
    ],
    ['a warning is none', 'run', (one) => one.warnings.push({ kind: 1 }), 'warnings[0].kind'],
    [
      'a parameter is a list',
      'run',
      (one) => Object.assign(one.machines[0].parameters[0], { value: [] }),
      'parameters[0].value',
    ],
    [
      'a table is a mapping',
      'run',
      (one) => Object.assign(one, { bands: {} }),
      'bands: expected a list of rows',
    ],
    ['jitter ran no times', 'random', (one) => Object.assign(one, { jitter: { runs: 0 } }), 'jitter.runs'],
    [
      'a policy is none',
      'churn',
      (one) => one.results.map((row: Json) => Object.assign(row, { policy: 'x' })),
      'policy immediate',
    ],
    ['the delay is a text', 'churn', (one) => Object.assign(one, { delayNs: '10s' }), 'delayNs'],
    [
      'a residual is a text',
      'reproduce',
      (one) => Object.assign(one.summaries[0], { medianResidualPct: 'x' }),
      'medianResidualPct',
    ],
  ])('is refused by report where %s', async (_, name, change, says) => {
    const stderr = await refused(
      ['report', changed(name, change), '-o', 'never.html'],
      `${name}-changed.json`,
    );
    expect(stderr).toContain(says);
    expect(existsSync(join(SCRATCH, 'never.html'))).toBe(false);
  });

  test('is read without what no version knows, however deep that is nested', async () => {
    const nested = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;
    const deep = scratchFile('deep.json', `${documents.run?.slice(0, -1)},"extra":${nested}}`);
    expect((await cli(['report', deep, '-o', 'deep.html'])).exitCode).toBe(0);
    const within = scratchFile('within.json', `${documents.run?.slice(0, -1)},"results":[${nested}]}`);
    await refused(['report', within, '-o', 'never.html'], 'results[0].scenario: expected text');
  });

  test('is refused by merge where a row of a part or the memory of its machine is wrong', async () => {
    const second = scratchFile('part-2.json', documents.part2 ?? '');
    const merge = (file: string) => ['merge', file, second, '--format', 'table'];
    await refused(
      merge(changed('part', (one) => Object.assign(one.results[0], { scenario: '' }))),
      /no local of|no remote of/,
    );
    await refused(
      merge(changed('part', (one) => Object.assign(one.machines[0], { memoryBytes: 'x' }))),
      /machines\[0\]\.memoryBytes/,
    );
    await refused(
      merge(changed('part', (one) => Object.assign(one.shard, { count: 2 ** 52 }))),
      'shard.count: expected a whole number from 1 to 1000000',
    );
  });

  test('is refused by diff where a machine has a mapping for a hypothesis', async () => {
    const whole = scratchFile('whole.json', documents.random ?? '');
    await refused(
      ['diff', changed('random', (one) => Object.assign(one.machines[0], { hypothesis: {} })), whole],
      'machines[0].hypothesis: expected text, found an empty mapping',
    );
  });

  test('is read in UTF-16 with a mark, and refused by that name without one', async () => {
    const whole = scratchFile('plain.json', documents.run ?? '');
    const marked = scratchFile('marked.json', Buffer.from(`\ufeff${documents.run}`, 'utf16le'));
    expect((await cli(['diff', marked, whole])).exitCode).toBe(0);
    await refused(
      ['diff', scratchFile('bare.json', Buffer.from(documents.run ?? '', 'utf16le')), whole],
      'UTF-16 without a mark',
    );
    await refused(
      ['diff', scratchFile('latin.json', Buffer.from('{"a": "\xe9"}', 'latin1')), whole],
      'bytes that are not UTF-8',
    );
  });
});

describe('a file that was crafted', () => {
  test.each<[string, string | Buffer]>([
    ['lines that end with carriage returns', 'title: t\rmemory: 8GiB\rsteps:\r  - measure: a\r'],
    ['an empty document behind it', '---\ntitle: t\nmemory: 8GiB\nsteps:\n  - measure: a\n---\n'],
    ['UTF-16 with a mark', Buffer.from(`\ufefftitle: t\nmemory: 8GiB\n${STEPS}`, 'utf16le')],
    ['a no-break space inside a size', `memory: 8\u00a0GiB\n${STEPS}`],
  ])('is read where it has %s', async (_, content) => {
    expect(await cli([scratchFile('read.yaml', content), '-q'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each<[string, string, string]>([
    [
      'a no-break space behind a colon',
      `memory:\u00a0 8GiB\n${STEPS}`,
      ':1:8: syntax: expected a plain space, or none, found the character U+00A0',
    ],
    [
      'a zero-width space before a key',
      `\u200bmemory: 8GiB\n${STEPS}`,
      ':1:1: syntax: expected a plain space, or none, found the character U+200B',
    ],
    [
      'YAML 1.1, where 010 is 8',
      `%YAML 1.1\n---\nprivate:\n  - {each: region, pages: 010}\n${STEPS}`,
      'expected YAML 1.2, found "%YAML 1.1"',
    ],
    ['two documents', `${STEPS}---\ntitle: x\n`, 'found a second document'],
    ['a tab before a key', `private:\n\t- {each: region}\n${STEPS}`, 'spaces, no tab'],
    ['a million brackets', '['.repeat(1_000_000), 'at most 64 levels'],
    [
      'a key twice',
      `title: a\ntitle: b\n${STEPS}`,
      ':2:1: syntax: expected each key once, found "title" again',
    ],
    [
      'a count beyond 2^53',
      `private:\n  - {each: region, pages: 9007199254740993}\n${STEPS}`,
      'private[0].pages',
    ],
  ])('is refused with one message where it has %s', async (_, content, says) => {
    const stderr = await refused([scratchFile('refused.yaml', content)]);
    expect(stderr).toContain(says);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
  });

  test('is refused in words of ours where the schema has none', async () => {
    const text = (await cli(['show', 'posted-2p'])).exitCode;
    expect(text).toBe(0);
    const machine = scratchFile(
      'm.yaml',
      'hypotheses: {shared: {says: x, parameters: {}, calibration: {figures: [1]}}}\n',
    );
    const stderr = await refused(['full', '--machine', machine]);
    expect(stderr).toContain(
      'hypotheses.shared.calibration.convergence: expected how well the walks agree, found nothing',
    );
    expect(stderr).toContain(
      'hypotheses.shared.calibration.figures[0]: expected a text (a number in quotes), found 1',
    );
  });
});

test('a terminal acts on nothing in the texts of files, documents and logs', async () => {
  const machine = scratchFile('acting.yaml', `title: ${JSON.stringify(ACTING_TEXT)}\nmemory: 8GiB\n${STEPS}`);
  const log = scratchFile(
    'acting.log',
    `Mar 16 10:00:00 ho\u001b[31mst\u202e kernel: SEV-SNP: RMPOPT execution time 311135734 ns for physical address range [0x0-0x1ffffffffff]\n[${ACTING_TEXT}  1.0] RMPOPT bad ${ACTING_TEXT}\n`,
  );
  const document = await jsonOf('empty', ...SMALL);
  document.tool.version = ACTING_TEXT;
  document.results.map((row: Json) => Object.assign(row, { scenario: `a${ACTING_TEXT}` }));
  const acting = scratchFile('acting.json', JSON.stringify(document));
  const lines = [
    ['show', machine],
    ['show', machine, '--json'],
    ['import', log],
    ['import', log, '--csv'],
    ['import', log, '--json'],
    ['import', log, '--format', 'ndjson'],
    ['diff', acting, acting],
    ['diff', acting, acting, '--csv'],
    ['report', acting, '-o', '-'],
    ['run', ACTING_TEXT],
    [`--${ACTING_TEXT}`],
    ['full', '--memory', ACTING_TEXT],
  ];
  const shown: boolean[] = [];
  for (const args of lines) {
    const { stdout, stderr } = await cli(args);
    expect([args[0], ACTING.test(stdout), ACTING.test(stderr)]).toEqual([args[0], false, false]);
    shown.push(/\\u\{?(001b|1b)|\\x1b|\\033/.test(stdout + stderr));
  }
  // Colours and titles are no part of what a log says; only notes show them.
  expect(lines.filter(([name], i) => name !== 'import' && shown[i] === false)).toEqual([]);
  const imported = await jsonOf('import', log);
  expect(JSON.stringify(imported)).toContain('\u202e');
});

describe('sizes are counted before they are expanded', () => {
  test.each<[string, string[], string]>([
    ['sockets', ['full', '--topology', '65536x1x1x1', '--memory', '2TiB'], 'at most 64 sockets'],
    [
      'values of an axis',
      ['compare', 'full', '--vary', 'ipiPerTargetNs=0..1000000+0.1'],
      'with 10000001 values',
    ],
  ])('%s', async (_, args, says) => {
    await refused(args, says);
  });

  test('guests of all streams together', async () => {
    const stream = (i: number) =>
      `  - {guests: w${i}, timing: regular, every: 1s, lifetime: 1ns, size: 4k}\n`;
    const text = `memory: 16GiB\nduration: 24h\narrivals:\n${Array.from({ length: 100 }, (_, i) => stream(i)).join('')}`;
    await refused(['churn', scratchFile('streams.yaml', text)], 'at most 100000 guests in 1d, found 86400');
  });

  test('pieces of a fragmented guest, before it is placed', async () => {
    const guests = 'private: [{guest: a, size: 9TiB, placement: fragmented}]\n';
    const says =
      'private[0].size: expected at most 8 TiB of a guest in pieces (placement: fragmented), found 9 TiB';
    await refused([scratchFile('pieces.yaml', `memory: 16TiB\n${guests}steps: [measure]\n`)], says);
    await refused(
      ['churn', scratchFile('churn-pieces.yaml', `memory: 16TiB\nduration: 1min\n${guests}`)],
      says,
    );
  });

  test('of a thousand wrong steps twenty are shown and the others counted', async () => {
    const steps = Array.from({ length: 1000 }, (_, i) => `  - {mesure: a${i}}\n`).join('');
    const stderr = await refused([scratchFile('steps.yaml', `steps:\n${steps}`)], 'and 981 more problems');
    expect(stderr.match(/^error: /gm)).toHaveLength(21);
  });

  test('of a thousand guests exits of others are told in a list that ends', async () => {
    const guests = Array.from({ length: 1000 }, (_, i) => `  - {guest: g${i}, size: 128MiB}\n`).join('');
    const exits = Array.from({ length: 1000 }, (_, i) => `  - terminate: h${i}\n`).join('');
    const text = `memory: 2TiB\nprivate:\n${guests}steps:\n  - measure\n${exits}`;
    await refused([scratchFile('guests.yaml', text)], 'g49 or 950 others', 'and 980 more problems');
  });

  test('keys within keys are not made texts of, which would double with every level', async () => {
    await refused([scratchFile('within.yaml', `${'? '.repeat(50)}a\n`)], 'a key that is text');
  });

  test('ten thousand keys are not each compared with all others, which would take a multiple of this', async () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}: 1\n`).join('');
    const before = process.cpuUsage();
    await refused([scratchFile('keys.yaml', keys)], 'and 9981 more problems');
    expect(process.cpuUsage(before).user).toBeLessThan(2.5e6);
  });
});

test('what is wrong with a document is told shortly, however long its texts are', async () => {
  const run = await runDocument(['full', ...SMALL]);
  const [first, ...others] = run.results;
  const file = (name: string, results: unknown) => scratchFile(name, JSON.stringify({ ...run, results }));
  const whole = file('whole.json', run.results);
  const { exitCode, stderr } = await cli([
    'diff',
    whole,
    file('long.json', [{ ...first, state: 'y'.repeat(70_000) }, ...others]),
  ]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('rows local, remote and total of every sweep');
  expect(stderr.length).toBeLessThan(500);
});

describe('Ctrl-C', () => {
  test('ends a grid in one thread with the rows of what was finished', async () => {
    const args = ['compare', 'full', '--vary', 'mapping=4k,2m,1g', ...SMALL, '--format', 'ndjson'];
    const { exitCode, stdout, stderr } = await cli(args, {}, 'after output');
    expect(exitCode).toBe(130);
    expect(stdout.split('\n').filter((line) => line !== '').length % 3).toBe(0);
    expect(stdout).toContain('"mapping":"4k"');
    expect(stdout).not.toContain('"mapping":"1g"');
    expect(stderr).toMatch(/^interrupted: [12] of 3 cells were finished and written$/m);
  });

  test.each([
    ['a run', ['full', ...SMALL, '-o', 'interrupted.txt'], 'interrupted: nothing was finished'],
    ['churn', ['churn', 'mass-exit', ...SMALL], 'interrupted: nothing was finished'],
    ['calibrate', ['calibrate', '-q'], 'interrupted: nothing was written'],
  ])('ends %s that has finished nothing with a word and nothing written', async (_, args, says) => {
    const { exitCode, stdout, stderr } = await cli(args, {}, 'at once');
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr).toContain(says);
    expect(existsSync(join(SCRATCH, 'interrupted.txt'))).toBe(false);
  });
});

test('a command listens for Ctrl-C from its first cell on until its end, also while it starts threads', async () => {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const printedWhenDeaf: string[] = [];
  const args = ['compare', 'empty', '--vary', 'mapping=4k,2m', ...SMALL, '--format', 'ndjson', '--jobs', '2'];
  const code = await runHere(
    args,
    { stdout, stderr, env: {} },
    () => {},
    () => {
      printedWhenDeaf.push(stdout.text);
    },
  );
  expect(code).toBe(0);
  expect(printedWhenDeaf).toEqual([stdout.text]);
});

describe('what is nearly right', () => {
  test.each<[string, string[], ...string[]]>([
    ['2Ti', ['full', '--memory', '2Ti'], 'did you mean 2TiB?'],
    [
      'a decimal comma in --set',
      ['full', '--set', 'ipiPerTargetNs=90,5'],
      'found "90,5"',
      'did you mean 90.5?',
    ],
    ['a decimal comma in a size', ['full', '--memory', '1,5TiB'], 'did you mean 1.5TiB?'],
    ['a decimal comma in a time', ['churn', 'mass-exit', '--delay', '1,5s'], 'did you mean 1.5s?'],
    [
      'one value twice',
      ['compare', 'full', '--vary', 'mapping=4k,4k'],
      'expected each value once, found 4k again',
    ],
    ['a misspelt command', ['comprae', 'full', '--vary', 'mapping=4k,2m'], 'Did you mean compare?'],
    ['another one', ['reprduce', '--json'], 'Did you mean reproduce?'],
    ['a misspelt scenario', ['ful', '--json'], 'Did you mean full?'],
  ])('%s is told what to type', async (_, args, ...says) => {
    const stderr = await refused(args);
    for (const text of says) expect(stderr).toContain(text);
  });

  test('microseconds may be written with their sign', async () => {
    for (const unit of ['us', '\u00b5s', '\u03bcs']) {
      const { delayNs } = await jsonOf(
        'churn',
        'mass-exit',
        '--delay',
        `5${unit}`,
        '--policy',
        'immediate',
        ...SMALL.slice(0, 2),
        '-q',
      );
      expect(delayNs).toBe(5000);
    }
  });
});
