import { visibleText } from '../visible-text.js';

/** Texts longer than this are cut; what the program itself writes never is. */
const TEXT_LENGTH_MAX = 2000;

/**
 * A document as people are shown it: with nothing in its texts that a terminal or a page would act on. Every report is made of one.
 * The command stays as it is, since it has to be quoted for a shell anyway.
 */
export function withVisibleTexts<D extends object>(document: D, charset: 'ascii' | 'unicode'): D {
  const kept = 'command' in document ? { command: document.command } : {};
  const visible = (text: string) => shownText(text, charset);
  // Documents of a thousand CPUs are large, and next to none has such texts.
  const isVisible = everyText({ ...document, ...EMPTY_COMMAND }, (text) => visible(text) === text);
  return isVisible ? document : ({ ...(mapTexts(document, visible) as object), ...kept } as D);
}

const EMPTY_COMMAND = { command: [] };

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

/** A text that came from somewhere else, as a line can show it. */
export function shownText(text: string, charset: 'ascii' | 'unicode'): string {
  const cut = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text;
  return visibleText(cut, charset);
}
