import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'rmpopt-bench-test-'));
// Some tests are about users who may do little.
chmodSync(root, 0o755);

/** Says where the files of a run of the tests go: one folder, that goes in the end. Processes that run tests may be killed before. */
export function setup(): void {
  process.env.RMPOPT_BENCH_SCRATCH = root;
}

export function teardown(): void {
  rmSync(root, { recursive: true, force: true });
}
