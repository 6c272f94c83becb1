import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces, renderJson } from '../../src/report/json.js';

test('a document in pieces is the same text as in one, whatever it holds', () => {
  const value = fc.jsonValue({ stringUnit: 'grapheme-ascii' });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(value, fc.array(value))), (document) => {
      expect(renderJson(document)).toBe(`${JSON.stringify(document, null, 2)}\n`);
    }),
    { numRuns: 200 },
  );
});

test('a document with many rows comes in many pieces, and what is not there is left out', () => {
  const rows = Array.from({ length: 450 }, (_, run) => ({ run, text: 'a\u0085', none: [], left: undefined }));
  const document = { schema: 1, left: undefined, rows, none: [], some: [null, 1] };
  const pieces = [...jsonPieces(document)];
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(`${JSON.stringify(document, null, 2).replaceAll('\u0085', '\\u0085')}\n`);
  expect(JSON.parse(pieces.join(''))).toEqual(JSON.parse(JSON.stringify(document)));
});
