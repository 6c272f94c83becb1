import { appendFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cli, scratchFile } from '../support/cli.js';
import { fewSets } from '../support/few-sets.js';
import { SMALL_FIGURES } from '../support/figures.js';
import { Draws, mutant } from '../support/mutations.js';

/** So many files are tried; MUTATIONS has more of them tried, from MUTATIONS_FROM on. */
const COUNT = Number(process.env.MUTATIONS ?? 50);
const FROM = Number(process.env.MUTATIONS_FROM ?? 0);
/** A file that takes longer, or more memory, is one that should have been refused. */
const LIMITS = { cpuS: 20, bytes: 2 ** 30 };

const shipped = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../scenarios/${path}`, import.meta.url)), 'utf8');

/** A kind of file, the files of it that are changed, and the command lines that read one. */
interface Kind {
  readonly name: string;
  readonly texts: readonly string[];
  readonly commands: readonly (readonly string[])[];
}

/** The shipped machine on a small host, with the head and a few lines of each of its plausible sets. */
const SMALL_MACHINE = shipped('machines/posted-2p.yaml')
  .replace('2x8x32x2', '1x2x2x2')
  .replace('2TiB', '64GiB')
  .replaceAll(/(plausibleSets: \|\n(?: {6}.*\n){14})(?: {6}.*\n)*/g, '$1');

const SCENARIO = `title: Guests
memory: 64GiB
private:
  - {guest: a, size: 8GiB, mapping: 4k, placement: contiguous}
  - {guest: b, size: 4GiB, mapping: 2m, placement: scattered}
  - {guest: c, size: 64MiB, mapping: 4k, placement: fragmented}
  - {each: region, pages: 3, at: random, mapping: 4k}
steps:
  - sweep
  - measure
  - launch: {guest: d, size: 1GiB}
  - terminate: a
  - measure: after-exit
  - free: all
  - measure: freed
`;
const CHURN = `title: Guests come and go
memory: 64GiB
duration: 10min
private:
  - {guest: a, size: 8GiB, mapping: 4k}
  - {each: region, pages: 1, at: last}
timeline:
  - {at: 10s, terminate: a}
  - {at: 20s, launch: {guest: b, size: 2GiB}}
  - {at: 9min, free: all}
arrivals:
  - {guests: w, timing: random, every: 20s, lifetime: 1min, size: [1GiB, 2GiB], mapping: [4k, 2m]}
  - {guests: v, timing: regular, every: 30s, lifetime: 40s, size: 4GiB, from: 1min, until: 5min, count: 5}
`;

async function json(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli([...args, '-q', '--json']);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

const LOG = `[   11.012345] RMPOPT phases: local 1043210 ns, remote 1987654 ns, 64 regions, 3 remote cpus
[   11.012347] RMPOPT cpu 1: busy 612345 ns, 64 calls, longest 14210 ns
[   12.0] SEV-SNP: RMPOPT execution time 311135734 ns for physical address range [0x0-0x1ffffffffff]
`;

async function kinds(): Promise<Kind[]> {
  const host = fewSets('few-sets.yaml', { topology: '1x2x2x2', memory: '256GiB' });
  const small = ['--machine', host];
  const grid = ['compare', 'empty', 'again', '--vary', 'ipiPerTargetNs=60,90', ...small, '--memory', '16GiB'];
  const [plain, compared, random, part, otherPart, churn] = await Promise.all([
    json('empty', 'guest-exit', ...small, '--memory', '256GiB', '--per-cpu'),
    json(...grid),
    json(
      'compare',
      'empty',
      '--vary',
      'mapping=4k,2m',
      '--jitter',
      '--runs',
      '3',
      ...small,
      '--memory',
      '8GiB',
    ),
    json(...grid, '--shard', '1/2'),
    json(...grid, '--shard', '2/2'),
    json('churn', scratchFile('churn.yaml', CHURN), ...small, '--delays', '10s'),
  ]);
  const [imported, reproduced] = [
    (await cli(['import', scratchFile('log.txt', LOG), '-q', '--json'])).stdout,
    (await cli(['reproduce', scratchFile('figures.yaml', SMALL_FIGURES), '--machine', host, '--json']))
      .stdout,
  ];
  const [whole, second] = [scratchFile('plain.json', plain), scratchFile('part-2.json', otherPart)];
  return [
    {
      name: 'scenario.yaml',
      texts: [SCENARIO, SCENARIO, shipped('three-states.yaml'), shipped('guest-exit.yaml')],
      commands: [
        ['run', 'FILE', ...small],
        ['run', 'FILE', ...small, '--json'],
        ['show', 'FILE'],
        ['compare', 'FILE', '--vary', 'mapping=4k,2m', ...small],
      ],
    },
    {
      name: 'churn.yaml',
      texts: [CHURN, CHURN, shipped('churn/mass-exit.yaml')],
      commands: [
        ['churn', 'FILE', ...small, '--delays', '10s'],
        ['churn', 'FILE', ...small, '--policy', 'last-exit', '--csv'],
        ['show', 'FILE'],
      ],
    },
    {
      name: 'machine.yaml',
      texts: [SMALL_MACHINE],
      commands: [
        ['empty', '--machine', 'FILE'],
        ['show', 'FILE'],
        ['list', '--machine', 'FILE'],
        ['full', '--machine', 'FILE', '--format', 'lkml', '--per-cpu'],
      ],
    },
    {
      name: 'figures.yaml',
      texts: [SMALL_FIGURES, SMALL_FIGURES, SMALL_FIGURES, shipped('published/list-2026-03.yaml')],
      commands: [['reproduce', 'FILE', '--hypothesis', 'shared', '--machine', host]],
    },
    {
      name: 'run.json',
      texts: [plain, compared, random, imported, churn, reproduced],
      commands: [
        ['report', 'FILE', '-o', 'page.html'],
        ['diff', 'FILE', whole],
        ['diff', whole, 'FILE', '--csv'],
        ['reproduce', 'FILE'],
      ],
    },
    {
      name: 'part-1.json',
      texts: [part],
      commands: [
        ['merge', 'FILE', second, '--format', 'table'],
        ['merge', second, 'FILE', '--format', 'lkml'],
        ['merge', 'FILE', second, '--json'],
      ],
    },
  ];
}

/** Everything a terminal would act on, beside the ends of lines. */
const ACTING = /[\p{Cf}\p{Zl}\p{Zp}\p{Co}]|(?!\n)\p{Cc}/u;

test(
  'no changed file brings a stack, another exit code than those documented, or endless work',
  async () => {
    const all = await kinds();
    const faults: string[] = [];
    for (let number = FROM; number < FROM + COUNT; number++) {
      const draws = new Draws(number);
      const { name, texts, commands } = draws.of(all);
      const bytes = mutant(draws.of(texts), name.endsWith('.json'), draws);
      const file = scratchFile(name, bytes);
      const args = draws.of(commands).map((word) => (word === 'FILE' ? file : word));
      if (process.env.MUTATIONS_LOG)
        appendFileSync(process.env.MUTATIONS_LOG, `${number} ${args.join(' ')}\n`);
      const before = process.cpuUsage();
      const { exitCode, stdout, stderr } = await cli(args);
      const { user, system } = process.cpuUsage(before);
      const cpuS = (user + system) / 1e6;
      const { rss } = process.memoryUsage();
      const wrong = [
        ...(exitCode === 0 || exitCode === 2 || exitCode === 4 ? [] : [`exit ${exitCode}`]),
        ...(/^\s+at .*:\d+:\d+\)?$|fault of rmpopt-bench|Invalid input/m.test(stdout + stderr)
          ? ['text']
          : []),
        ...(/NaN|\[object/.test(stdout + stderr) && !/NaN/.test(bytes.toString('utf8').replaceAll('\0', ''))
          ? ['NaN']
          : []),
        ...(ACTING.test(stdout) || ACTING.test(stderr) ? ['acting characters'] : []),
        ...(cpuS > LIMITS.cpuS ? [`${cpuS.toFixed(1)} s`] : []),
        ...(rss > LIMITS.bytes ? [`${Math.round(rss / 2 ** 20)} MiB`] : []),
      ];
      if (process.env.MUTATIONS_LOG)
        appendFileSync(
          process.env.MUTATIONS_LOG,
          `  ${cpuS.toFixed(2)} s ${Math.round(rss / 2 ** 20)} MiB exit ${exitCode}\n`,
        );
      if (wrong.length === 0) continue;
      faults.push(`${number} ${args.join(' ')}: ${wrong.join(', ')}: ${(stderr || stdout).slice(0, 600)}`);
      if (process.env.MUTATIONS_LOG) appendFileSync(process.env.MUTATIONS_LOG, `FAULT ${faults.at(-1)}\n`);
    }
    expect(faults).toEqual([]);
  },
  600_000 + COUNT * 2000,
);
