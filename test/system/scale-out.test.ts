import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cli } from '../support/cli.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'docs/scale-out.md'), 'utf8');

/** The first block of code under a heading. */
function block(heading: string, language: string): string {
  const [, rest = ''] = DOCUMENT.split(`${heading}\n`);
  return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(rest)?.[1] ?? '';
}

/** Runs lines in an empty folder, with the built program on the PATH. */
function runIn(folder: string, lines: string, env: Readonly<Record<string, string>> = {}): void {
  symlinkSync(join(ROOT, 'bin/rmpopt-bench.js'), join(folder, 'rmpopt-bench'));
  const path = `${folder}:${process.env.PATH}`;
  execFileSync('bash', ['-euo', 'pipefail', '-c', lines], {
    cwd: folder,
    env: { PATH: path, HOME: folder, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rmpopt-bench-scale-'));
}

const GRID = ['compare', 'empty', '--vary', 'ipiPerTargetNs=60..125+1', '--json'];
const isParallelThere = spawnSync('parallel', ['--version']).status === 0;

describe('docs/scale-out.md', () => {
  test('shows parts that are the whole when put together', async () => {
    const folder = emptyFolder();
    runIn(folder, block('## Many machines', 'sh'));
    expect(readFileSync(join(folder, 'grid.json'), 'utf8')).toBe((await cli(GRID)).stdout);
  });

  test.skipIf(!isParallelThere)(
    'shows lines for GNU parallel that work (skipped where it is not installed)',
    async () => {
      const folder = emptyFolder();
      runIn(folder, block('### GNU parallel', 'sh'));
      expect(readFileSync(join(folder, 'grid.json'), 'utf8')).toBe((await cli([...GRID, '-q'])).stdout);
    },
  );

  test('shows a Slurm script whose tasks write their parts', () => {
    const folder = emptyFolder();
    const script = block('### Slurm', 'sh').replace('srun ', '');
    expect(script).toContain('#SBATCH --array=1-32\n');
    const env = { SLURM_CPUS_PER_TASK: '1', SLURM_ARRAY_TASK_ID: '32', SLURM_ARRAY_TASK_COUNT: '32' };
    runIn(folder, script, env);
    const { shard } = JSON.parse(readFileSync(join(folder, 'part-32.json'), 'utf8'));
    expect(shard).toMatchObject({ index: 32, count: 32, unfinished: 0 });
  });

  test('shows a Kubernetes job whose first and last pod write the first and the last part', () => {
    const { spec } = parse(block('### Kubernetes', 'yaml'));
    const [{ command, args }] = spec.template.spec.containers;
    expect([spec.completionMode, command]).toEqual(['Indexed', ['sh', '-c']]);
    for (const index of [0, spec.completions - 1]) {
      const folder = emptyFolder();
      const line = args[0].replaceAll('/grid/', `${folder}/`);
      runIn(folder, line, { JOB_COMPLETION_INDEX: String(index) });
      const { shard } = JSON.parse(readFileSync(join(folder, `part-${index + 1}.json`), 'utf8'));
      expect(shard).toMatchObject({ index: index + 1, count: spec.completions });
    }
  });
});
