import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { RoundLog } from '../../src/measure/round-log.js';
import { chooseSweep, type StrategyName } from '../../src/sweep/strategies.js';
import { Sweeper } from '../../src/sweep/sweeper.js';
import { createMachine } from '../support/machines.js';

/** The log of a sweep of 32 regions by 8 CPUs with random costs. */
function logged(strategy: StrategyName, keptBytesMax?: number): RoundLog {
  const jitter = { seed: 1, run: 1 };
  const machine = createMachine({ topology: '1x1x4x2', regions: 32, preassigned: [], jitter });
  const log = new RoundLog(true, keptBytesMax);
  new Sweeper(machine).sweep(chooseSweep(strategy, 'all', null), log.observe);
  return log;
}

describe('rounds with random costs', () => {
  test('keep what each CPU did in each of them', () => {
    const { outcomes, targets } = logged('local-first').remote;
    expect(targets).toEqual([...Array(32).keys()]);
    expect(new Set(outcomes.map(({ byCpu }) => Array.from(byCpu.inRmpoptPs).join())).size).toBe(32);
    for (const { byCpu, durationPs, critical } of outcomes) {
      expect(byCpu.inRmpoptPs).toHaveLength(7);
      const { sendingPs, executingPs, queuedPs } = critical;
      expect(sendingPs + executingPs + queuedPs).toBeLessThanOrEqual(durationPs);
    }
  });

  test('are refused where they would not fit into memory, for their number or for their CPUs', () => {
    expect(logged('serial', 104_448).remote.outcomes).toHaveLength(8 * 32);
    expect(() => logged('serial', 104_447)).toThrow(InputError);
    expect(() => logged('serial', 104_447)).toThrow(/--trace: expected .*, found more than \d+ rounds/);
    expect(logged('local-first', 27_648).remote.outcomes).toHaveLength(32);
    expect(() => logged('local-first', 27_647)).toThrow(InputError);
  });
});
