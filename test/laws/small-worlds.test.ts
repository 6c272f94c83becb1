import { describe, test } from 'vitest';
import { Machine } from '../../src/machine/machine.js';
import { PAGES_PER_REGION } from '../../src/machine/memory.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { machineConfig } from '../support/machines.js';
import { assign } from '../support/sweeps.js';
import { compareStates, sweepBoth } from './compare.js';
import { ReferenceHost } from './reference.js';

/** What may be private in a region, each a case of its own for a scan: nothing, and where it stops first, second or last. */
const OWNERSHIPS: readonly (readonly number[])[] = [[], [0], [700], [PAGES_PER_REGION - 1]];
/** Several pages, of which the lowest counts; to a scan the same as its first page alone. */
const SEVERAL: readonly (readonly number[])[] = [
  [0, 700],
  [511, 512],
];
const REGIONS = 2;
/** Every world of at most three cores: one L3 group or several, one socket or several, with and without siblings. */
const TOPOLOGIES = ['1x1x1x1', '1x1x1x2', '1x1x2x1', '1x2x1x2', '2x1x1x1', '1x1x3x2', '1x3x1x1', '3x1x1x2'];

const worlds = [
  ...OWNERSHIPS.flatMap((a) => OWNERSHIPS.map((b) => [a, b])),
  ...SEVERAL.flatMap((pages) => [
    [pages, []],
    [[], pages],
  ]),
];

describe.each(['shared', 'rescan', 'per-core'])('under %s', (hypothesis) => {
  test.each(TOPOLOGIES)(
    'every world of two regions on %s is what the naive reference executes',
    (topology) => {
      const config = machineConfig({ topology, regions: REGIONS, hypothesis, preassigned: [] });
      for (const ownership of worlds) {
        const machine = new Machine(config);
        const reference = new ReferenceHost({ ...config, regions: REGIONS });
        for (const [region, pages] of ownership.entries()) {
          for (const page of pages) {
            assign(machine, region, page);
            reference.rmpupdate(region * PAGES_PER_REGION + page, 1, '4k', 'someone');
          }
        }
        // The second and third sweep meet the results of the one before.
        for (const strategy of STRATEGY_NAMES) {
          sweepBoth(machine, reference, strategy, 'all', false);
          compareStates(machine, reference);
        }
      }
    },
  );
});
