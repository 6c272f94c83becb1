import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SCRATCH, scratchFile, shell } from '../support/cli.js';

const SCENARIO = `private: [{guest: a, size: 1GiB}]
steps: [measure]
`;

test('- is stdin wherever a file is read: scenarios, machines, saved runs', async () => {
  const scenario = scratchFile('from-stdin.yaml', SCENARIO);
  const machine = scratchFile('host-from-stdin.yaml', 'base: posted-2p\ntopology: 1x1x2x1\nmemory: 4GiB\n');
  const saved = join(SCRATCH, 'from-stdin.json');
  const { stdout } = await shell(
    `$BIN - --machine ${machine} --json -q -o ${saved} < ${scenario} && $BIN ${scenario} --machine - --csv -q < ${machine} && $BIN diff - ${saved} --csv < ${saved}`,
  );
  expect(stdout).toContain('\nfrom-stdin,');
  expect(stdout).toContain(',stdin,');
  expect(stdout).toContain('\nstdin,');
});
