import { describe, expect, test } from 'vitest';
import { withoutOptions } from '../../src/cli/plain-command.js';

const OPTIONS = [
  { long: '--jobs', required: true },
  { long: '--output', short: '-o', required: true },
  { long: '--machine', required: true },
  { long: '--quiet', short: '-q', required: false },
];

describe('a command line without an option', () => {
  test.each([
    ['full --jobs 4 empty', 'full empty'],
    ['full --jobs=4 empty', 'full empty'],
    ['full -o a.json', 'full'],
    ['full -oa.json', 'full'],
    ['full -qo a.json --quiet', 'full -q --quiet'],
    ['full -qoa.json', 'full -q'],
    ['full --jobs 4 --jobs 5', 'full'],
    ['full --machine --jobs --jobs 4', 'full --machine --jobs'],
    ['full --jobs 4 -- --jobs 4', 'full -- --jobs 4'],
    ['full -q --machine=--jobs', 'full -q --machine=--jobs'],
    ['full -qq -- --jobs', 'full -qq -- --jobs'],
    ['full --jobs', 'full'],
  ])('%s is %s', (typed, left) => {
    expect(withoutOptions(typed.split(' '), OPTIONS, ['--jobs', '--output']).join(' ')).toBe(left);
  });
});
