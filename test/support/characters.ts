import fc from 'fast-check';

/** Any character, of one code unit or two, as the unit 'binary' of fast-check: that takes a second before the first text. */
export const anyCharacter = fc
  .oneof(
    { weight: 0xd800, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) },
    { weight: 0x10_2000, arbitrary: fc.integer({ min: 0xe000, max: 0x10_ffff }) },
  )
  .map((code) => String.fromCodePoint(code));
