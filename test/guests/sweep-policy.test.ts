import { expect, test } from 'vitest';
import { type PendingSweep, SWEEP_POLICIES, type SweepPolicyName } from '../../src/guests/sweep-policy.js';

/** When the sweep is due after exits, none of which any sweep has followed yet. */
function dueAfter(name: SweepPolicyName, exitsNs: readonly number[]): number | undefined {
  const delay = { delayNs: 10, maxWaitNs: 25 };
  const last = exitsNs.reduce<PendingSweep | null>((pending, exitNs) => {
    const dueNs = SWEEP_POLICIES[name].dueNs(exitNs, pending, delay);
    return { firstExitNs: pending?.firstExitNs ?? exitNs, dueNs };
  }, null);
  return last?.dueNs;
}

test.each([
  ['immediate', [100], 100],
  ['immediate', [100, 104, 109], 100],
  ['first-exit', [100], 110],
  ['first-exit', [100, 104, 109], 110],
  ['last-exit', [100], 110],
  ['last-exit', [100, 104, 109], 119],
  ['last-exit', [100, 109, 118, 127, 136], 146],
  ['max-wait', [100], 110],
  ['max-wait', [100, 104, 109], 119],
  ['max-wait', [100, 109, 118, 127, 136], 125],
] as const)('under %s, a sweep after exits at %j is due at %i', (name, exitsNs, dueNs) => {
  expect(dueAfter(name, exitsNs)).toBe(dueNs);
});
