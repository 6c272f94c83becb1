import { constants } from 'node:buffer';
import { UnreadableValue } from './errors.js';

/** The marks that tell in which encoding a text is; editors and shells of Windows write UTF-16. */
const MARKED_ENCODINGS = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

const UTF_8 = 'utf-8';

/**
 * The text of a file's bytes, in UTF-8 or, where a mark in front says so, in UTF-16. The mark is no part of it.
 * @throws UnreadableValue when the bytes are no such text
 */
export function decodeText(bytes: Uint8Array, expected = 'text in UTF-8'): string {
  const fault = (found: string, hint?: string) => new UnreadableValue(expected, found, hint);
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw fault(`${bytes.length} bytes, more than fit in a text`);
  const marked = MARKED_ENCODINGS.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte));
  if (marked === undefined && bytes.includes(0)) {
    if (!isLikeUtf16(bytes)) throw fault('a binary file');
    throw fault('UTF-16 without a mark', 'Convert it: iconv -f UTF-16LE -t UTF-8');
  }
  const encoding = marked?.encoding ?? UTF_8;
  const text = decoded(bytes, encoding);
  if (text === null) throw fault(`bytes that are not ${encoding.toUpperCase()}`);
  if (marked !== undefined && text.includes('\0')) throw fault('a binary file');
  return text;
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Every other byte of ASCII in UTF-16 is 0. */
function isLikeUtf16(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 64);
  return (
    start.length % 2 === 0 && [0, 1].some((odd) => start.every((byte, i) => (byte === 0) === (i % 2 === odd)))
  );
}
