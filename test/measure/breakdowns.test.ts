import { describe, expect, test } from 'vitest';
import { parseTopology } from '../../src/machine/topology.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { chooseSweep, type StrategyName } from '../../src/sweep/strategies.js';
import { gib, runDocumentOf } from '../support/measuring.js';

// 4 GiB, of which firmware and the RMP hold the first and the last region: there a scan stops at once, on the others never.
// Costs in ns are those of the starting values.
const [FREE, HELD] = [2, 2];
const [FIXED, SCAN, HIT, SERVICE, BASE, PER_TARGET] = [30, 512 * 24, 2500, 170, 3000, 85];

const EMPTY: Scenario = {
  ...{ name: 'empty', title: 'empty', memoryBytes: gib(4), privateMemory: [] },
  steps: [{ kind: 'measure', state: 'empty' }],
};

async function waits(strategy: StrategyName, hypothesis: string) {
  const sweep = chooseSweep(strategy, 'all', null);
  const topology = parseTopology('1x1x4x1');
  const host = { scenarios: [EMPTY], sweep, topology, hypotheses: [hypothesis] };
  const { breakdowns } = await runDocumentOf(host);
  const { sendingNs, executingNs, queuedNs } = breakdowns.find(({ phase }) => phase === 'remote') ?? {};
  return { sendingNs, executingNs, queuedNs };
}

describe('where the time of a round went is told of the CPU that ended last', () => {
  test('where results are served one by one, that is the last of them, who has waited for the others', async () => {
    const waitedNs = { sendingNs: 4 * (BASE + 3 * PER_TARGET), queuedNs: FREE * 2 * SERVICE };
    const executingNs = (FREE + HELD) * FIXED + FREE * (HIT + SERVICE);
    expect(await waits('local-first', 'shared')).toEqual({ ...waitedNs, executingNs });
  });

  test.each([
    ['broadcast', 4],
    ['batched', 1],
    ['single-ipi', 1],
  ] as const)(
    'of several that end together it is who was served first: under %s who fetched, not who waited for that',
    async (strategy, rounds) => {
      // In the two loops that one CPU has gone through before, the entries are warm, and nobody waits for anybody.
      const scanNs = strategy === 'broadcast' ? SCAN : 512 * 5;
      expect(await waits(strategy, 'rescan')).toEqual({
        sendingNs: rounds * (BASE + 3 * PER_TARGET),
        executingNs: (FREE + HELD) * FIXED + FREE * scanNs,
        queuedNs: 0,
      });
    },
  );

  test.each(['batched', 'single-ipi'] as const)(
    'and so it is under %s where the CPUs of another L3 group than that of the first loop have to fetch',
    async (strategy) => {
      const sweep = chooseSweep(strategy, 'primary', null);
      const topology = parseTopology('1x2x2x1');
      const host = { scenarios: [EMPTY], sweep, topology, hypotheses: ['rescan'] };
      const { breakdowns } = await runDocumentOf({ ...host, parameters: new Map([['entryScanWarmNs', 0]]) });
      const { executingNs, queuedNs } = breakdowns.find(({ phase }) => phase === 'remote') ?? {};
      expect({ executingNs, queuedNs }).toEqual({
        executingNs: (FREE + HELD) * FIXED + FREE * SCAN,
        queuedNs: 0,
      });
    },
  );
});
