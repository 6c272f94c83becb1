import { execa } from 'execa';
import { expect, test } from 'vitest';
import { isInstalled } from '../support/programs.js';

const PAGE = new URL('../../man/rmpopt-bench.1', import.meta.url).pathname;

test.skipIf(!isInstalled('groff'))('groff prints the man page and warns of nothing', async () => {
  const { stdout, stderr } = await execa('groff', ['-man', '-ww', '-Tutf8', '-P-cbou', PAGE]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^ {7}-o, --output <file>$/m);
  expect(stdout).toMatch(/^ {7}rmpopt-bench compare \[options\] <scenario\.\.\.>$/m);
  expect(stdout).toMatch(/^ {7}rmpopt-bench empty --memory 1038GiB --strategy serial {2,}another host/m);
});

test.skipIf(!isInstalled('mandoc'))(
  'mandoc has nothing to object to but that the page bears no date',
  async () => {
    const { stdout } = await execa('mandoc', ['-T', 'lint', '-W', 'warning', PAGE], { reject: false });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
    const { stdout: page } = await execa('mandoc', ['-T', 'html', PAGE]);
    expect(page).toContain('>COMMANDS<');
  },
);
