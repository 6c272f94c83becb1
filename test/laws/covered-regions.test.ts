import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RmpoptTables } from '../../src/machine/rmpopt-tables.js';
import { isInWindow } from '../support/instructions.js';

const cores = 5;
const bases = fc.array(
  fc.record({
    core: fc.nat(cores - 1),
    baseRegion: fc.oneof(fc.constant(0), fc.nat(9000)),
  }),
  { maxLength: 10 },
);

test('the covered regions are those that the window of some core covers, in order', () => {
  fc.assert(
    fc.property(bases, fc.integer({ min: 1, max: 9000 }), (writes, regions) => {
      const tables = new RmpoptTables(cores);
      for (const { core, baseRegion } of writes) tables.writeBase(core, baseRegion);

      const covered: number[] = [];
      for (let region = 0; region < regions; region++) {
        if (Array.from({ length: cores }, (_, core) => core).some((core) => isInWindow(tables, core, region)))
          covered.push(region);
      }
      expect(tables.coveredRegions(regions)).toEqual(covered);
    }),
  );
});
