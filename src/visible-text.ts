/** Control and format characters, which could move the cursor, change colours or turn the direction of writing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;
const NOT_ASCII = /[^ -~]/gu;

/** The text with nothing in it that a terminal or a page would act on: such characters show as their code. */
export function visibleText(text: string, charset: 'ascii' | 'unicode' = 'unicode'): string {
  return text.replace(charset === 'ascii' ? NOT_ASCII : INVISIBLE, codeOf);
}

/** The same of a text of several lines. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visibleText(line))
    .join('\n');
}

function codeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
