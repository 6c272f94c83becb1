import { execaSync } from 'execa';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLines, shellWord } from '../../src/report/shell-words.js';
import { anyCharacter } from '../support/characters.js';

test.each([
  ['full', 'full'],
  ['--vary', '--vary'],
  ['mapping=4k,2m', 'mapping=4k,2m'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['=ls', "'=ls'"],
  ['$(reboot)', "'$(reboot)'"],
  ['é', "$'\\303\\251'"],
  ["\u001b'\\", "$'\\033\\'\\\\'"],
])('%j is typed as %s', (argument, word) => {
  expect(shellWord(argument)).toBe(word);
});

/** What a shell makes of command lines of which the first word is `printf`. */
function shellArguments(lines: string): string[] {
  const { stdout } = execaSync('bash', ['-c', lines], { stripFinalNewline: false });
  return stdout.split('\0').slice(0, -1);
}

const argument = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
  fc.constantFrom('full', '--set', 'ipiPerTargetNs=90', 'x'.repeat(300)),
);
const isText = (text: string) => !/[\0\p{Cs}]/u.test(text);

test('whatever the arguments, lines are printable, short, and mean the arguments to a shell', () => {
  fc.assert(
    fc.property(fc.array(argument.filter(isText), { minLength: 1, maxLength: 12 }), (args) => {
      const lines = commandLines(['printf', '%s\\0', ...args], 72);
      expect(lines).toMatch(/^[\x20-\x7e\n]*$/);
      for (const line of lines.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
      expect(shellArguments(lines)).toEqual(args);
    }),
    { numRuns: 40 },
  );
});
