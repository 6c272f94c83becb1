import fc from 'fast-check';
import { wrapAnsi } from 'fast-wrap-ansi';
import { expect, test } from 'vitest';
import { paragraph } from '../../src/report/layout.js';

/** Words of all kinds, most of them plain. */
const word = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom(...'aB1.,(|'), minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('', 'x'.repeat(90), '漢字', 'e\u0301', '\u001b[31mred\u001b[39m') },
);

test('a paragraph breaks where the widths of its characters say, whatever they are', () => {
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 20, max: 80 }),
      (words, columns) => {
        const text = words.join(' ');
        // Units stay with their numbers; there are none here.
        expect(paragraph(text, { columns })).toBe(wrapAnsi(text, columns, { hard: true }));
      },
    ),
    { numRuns: 200 },
  );
});
