// How fast random costs are, against the same loop in C and in SimPy: bundles jitter-benchmark.ts and runs it.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = await mkdtemp(join(tmpdir(), 'rmpopt-bench-'));
const outfile = join(folder, 'jitter-benchmark.mjs');
try {
  await build({
    entryPoints: ['bench/jitter-benchmark.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  for (const what of ['shared', 'rescan', 'per-core', 'simpy']) {
    execFileSync(process.execPath, [outfile, what], { stdio: 'inherit' });
  }
} finally {
  await rm(folder, { recursive: true });
}
