// How a grid of some seconds gets faster with threads.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { printTable } from './support/print.js';

const BIN = resolve(import.meta.dirname, '../bin/rmpopt-bench.js');
const GRID = [
  'compare',
  'guest-exit',
  '--strategy',
  'serial',
  '--memory',
  '512GiB',
  '--vary',
  'ipiPerTargetNs=60..115+5',
  '-q',
  '--csv',
];

export const title = 'Growth with --jobs: twelve cells of a serial sweep';

export function run() {
  const cores = availableParallelism();
  const counts = [...new Set([1, 2, 4, 8, 16, 32, 64, cores])]
    .filter((jobs) => jobs <= cores)
    .sort((a, b) => a - b);
  // Each twice and in turn, so that a busy moment of the machine does not decide.
  const rounds = [0, 1].map(() => counts.map((jobs) => timeMs([...GRID, '--jobs', String(jobs)])));
  const timesMs = counts.map((_, i) => Math.min(...rounds.map((times) => times[i])));
  printTable(
    ['jobs', 's', 'times as fast'],
    counts.map((jobs, i) => [
      String(jobs),
      (timesMs[i] / 1000).toFixed(1),
      (timesMs[0] / timesMs[i]).toFixed(2),
    ]),
  );
}

function timeMs(args) {
  const startMs = performance.now();
  const { status } = spawnSync(process.execPath, [BIN, ...args], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - startMs;
}
