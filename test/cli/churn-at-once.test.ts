import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ChurnDocument } from '../../src/run-document/churn-document.js';
import { cli, scratchFile } from '../support/cli.js';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

test('where memory comes back at once, every figure is that of version 0.1.0', async () => {
  const file = scratchFile(
    'at-once.yaml',
    `memory: 128GiB
duration: 15min
private:
  - {guest: stays, size: 12GiB, mapping: 2m, placement: fragmented}
timeline:
  - {at: 400s, free: all}
arrivals:
  - {guests: small, every: 9s, lifetime: 2min, size: [1GiB, 2GiB], mapping: [4k, 2m], placement: scattered}
  - {guests: large, every: 40s, lifetime: 3min, size: [8GiB, 16GiB], mapping: 2m}
`,
  );
  const { stdout } = await cli([
    ...['churn', file, '--machine', path('machines/starting-values.yaml'), '--hypothesis', 'shared'],
    ...['--topology', '2x1x2x2', '--delays', '3s,10s', '--policy', 'all', '--json'],
    ...['--set', 'rmpupdateNs=0,flushPerPageNs=0'],
  ]);
  const { results }: ChurnDocument = JSON.parse(stdout);
  // Recorded with 0.1.0, which had one policy less.
  const recorded: Record<string, unknown>[] = JSON.parse(
    readFileSync(path('golden/churn-at-once.json'), 'utf8'),
  );
  for (const row of recorded) {
    const own = results.find(({ policy, delayNs }) => policy === row.policy && delayNs === row.delayNs);
    expect(own).toMatchObject(row);
    expect(own).toMatchObject({ missedRegions: 0, missedRegionS: 0, conversionNs: 0 });
  }
  const [immediate] = recorded;
  expect(results.find(({ policy }) => policy === 'after-conversion')).toMatchObject({
    ...immediate,
    policy: 'after-conversion',
  });
});
