import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileLoop, hasCompiler, loopInput, runLoop, totalsOf } from '../../bench/support/c-loop.js';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { createMachine } from '../support/machines.js';
import { assign, sweep } from '../support/sweeps.js';

const SOURCE = fileURLToPath(new URL('../../bench/support/jitter-loop.c', import.meta.url));

const WORLDS: [string, { hypothesis?: string; values?: Partial<ParameterValues> }][] = [
  ['shared', { hypothesis: 'shared' }],
  ['rescan', { hypothesis: 'rescan' }],
  ['per-core', { hypothesis: 'per-core' }],
  ['results shared by L3 group, failures too', { values: { resultShared: 'l3', failureShared: true } }],
  [
    'a burst and many slow ones',
    { values: { ipiBurstNs: 30, ipiShorthand: false, tailProbability: 0.05, jitterSigma: 0.25 } },
  ],
  ['another CPU first each region, whole scans', { values: { arrivalOrder: 'rotate', earlyExit: false } }],
];

describe.skipIf(!hasCompiler())('a C program that executes the same loop (no gcc: skipped)', () => {
  test.each(WORLDS)('comes to the same picoseconds: %s', (_, choice) => {
    const program = compileLoop(SOURCE);
    for (const strategy of ['local-first', 'broadcast'] as const) {
      const jitter = { seed: 42, run: 3 };
      const machine = createMachine({ ...choice, topology: '2x4x8x2', regions: 64, jitter });
      for (const region of [3, 17, 40]) assign(machine, region, 512 * region);
      const { totals } = runLoop(program, loopInput(machine, jitter, 1, strategy));
      expect(totalsOf(sweep(machine, strategy, 'all').phases)).toEqual(totals);
    }
  });
});
