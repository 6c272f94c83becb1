// Sweeps executed RMPOPT by RMPOPT, against the same loop in C and in SimPy.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../scripts/bundle.js';

export const title = 'Every RMPOPT executed: an empty host of 1024 CPUs and 2 TiB, against C and SimPy';

export async function run() {
  const folder = await mkdtemp(join(tmpdir(), 'rmpopt-bench-'));
  const file = join(folder, 'jitter-benchmark.mjs');
  try {
    await bundle(resolve(import.meta.dirname, 'support/jitter-benchmark.ts'), file);
    // One thing to measure per process: what the engine has learnt from one kind of sweep is not what the next one needs.
    for (const what of ['shared', 'rescan', 'per-core']) {
      for (const strategy of ['local-first', 'broadcast']) {
        for (const costs of ['random', 'fixed']) {
          execFileSync(process.execPath, [file, what, strategy, costs], { stdio: 'inherit' });
        }
      }
    }
    execFileSync(process.execPath, [file, 'simpy'], { stdio: 'inherit' });
  } finally {
    await rm(folder, { recursive: true });
  }
}
