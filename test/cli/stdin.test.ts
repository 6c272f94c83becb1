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

test('a pipe is read once, however often a command looks at its file', async () => {
  const scenario = scratchFile('piped.yaml', SCENARIO);
  const machine = scratchFile('piped-host.yaml', 'base: posted-2p\ntopology: 1x1x2x1\nmemory: 4GiB\n');
  const { stdout, stderr } = await shell(
    `$BIN show <(cat ${scenario}) && cat ${scenario} | $BIN /dev/stdin --machine <(cat ${machine}) --format csv -q`,
  );
  expect(stderr).toBe('');
  expect(stdout).toContain('- guest: a\n    size: 1GiB');
  expect(stdout).toMatch(/^stdin,.*,1x1x2x1,/m);
});
