/** Texts longer than this are cut; what the program itself writes never is. */
const TEXT_LENGTH_MAX = 2000;

/** Control and format characters, which could move the cursor, change colours or turn the direction of writing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;
const NOT_ASCII = /[^ -~]/gu;

/**
 * The document with nothing in its texts that a terminal or a page would act on: such characters show as their code. The
 * command stays as it is, since it has to be quoted for a shell anyway.
 */
export function withVisibleTexts<D extends { readonly command: readonly string[] }>(
  document: D,
  charset: 'ascii' | 'unicode',
): D {
  const { command, ...rest } = document;
  const known = new Map<string, string>();
  const visible = (text: string): string => {
    const done = known.get(text) ?? visibleText(text, charset);
    known.set(text, done);
    return done;
  };
  // Documents of a thousand CPUs are large, and next to none has such texts.
  const isVisible = everyText(rest, (text) => visible(text) === text);
  return isVisible ? document : ({ ...(mapTexts(rest, visible) as object), command } as D);
}

function everyText(value: unknown, holds: (text: string) => boolean): boolean {
  if (typeof value === 'string') return holds(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((part) => everyText(part, holds));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((part) => mapTexts(part, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapTexts(part, change)]));
}

/** The text with nothing in it that a terminal or a page would act on. */
export function visibleText(text: string, charset: 'ascii' | 'unicode'): string {
  const cut = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text;
  return cut.replace(charset === 'ascii' ? NOT_ASCII : INVISIBLE, codeOf);
}

function codeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
