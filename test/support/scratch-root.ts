import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'rmpopt-bench-test-'));
// Some tests are about users who may do little.
chmodSync(root, 0o755);

/** One folder holds the files of all tests. It is removed here at the end, since processes that run tests may be killed. */
export function setup(): void {
  process.env.RMPOPT_BENCH_SCRATCH = root;
}

export function teardown(): void {
  rmSync(root, { recursive: true, force: true });
}
