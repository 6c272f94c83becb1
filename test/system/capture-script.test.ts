import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { matchMessage } from '../../src/kernel-log/message-pattern.js';
import { scratchFile } from '../support/cli.js';

const script = readFileSync(fileURLToPath(new URL('../../docs/rmpopt-capture.bt', import.meta.url)), 'utf8');

test('every line the capture script prints is one that import understands', () => {
  const formats = [...script.matchAll(/printf\("(RMPOPT [^"]*)\\n"/g)].map(([, format = '']) => format);
  expect(formats).toHaveLength(4);
  const kinds = formats.map((format) => matchMessage(format.replace(/%(llu|u)/g, '17'), 0)?.kind);
  expect(kinds).toEqual(['phases', 'phases', 'rounds', 'cpu']);
});

/** It works for root alone. */
const canCheck =
  process.getuid?.() === 0 && execaSync('bpftrace', ['--version'], { reject: false }).exitCode === 0;

/** What bpftrace says of a script, on a kernel that lacks the series: its address is put in by hand. */
function check(text: string) {
  const file = scratchFile('capture.bt', text.replace('kaddr("rmpopt_smp")', '1'));
  return execaSync('bpftrace', ['-d', file], { reject: false }).exitCode;
}

describe.skipIf(!canCheck)('bpftrace (where it is installed, as root)', () => {
  test('has nothing to object to in the capture script', () => {
    expect(check(script)).toBe(0);
  });

  test('would object to a mistake in it', () => {
    expect(check(script.replace('$before.3 > $longest', '$before.9 > $longest'))).not.toBe(0);
    expect(check(script.replace('$rounds = @rounds;', '$rounds = @rounds +;'))).not.toBe(0);
  });
});
