import { UnreadableValue } from '../errors.js';

/** So much of a log tells how it is encoded. */
const HEAD_BYTES = 4096;

/** Files that are no text, by their first bytes, and what makes text of them. */
const FORMATS: readonly {
  readonly magic: readonly number[];
  readonly name: string;
  readonly hint: string;
}[] = [
  { magic: [0x1f, 0x8b], name: 'a gzip file', hint: unpack('zcat') },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], name: 'an xz file', hint: unpack('xzcat') },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: 'a zstd file', hint: unpack('zstdcat') },
  { magic: [0x42, 0x5a, 0x68], name: 'a bzip2 file', hint: unpack('bzcat') },
  { magic: [0x50, 0x4b, 3, 4], name: 'a zip file', hint: 'Unpack it first.' },
  { magic: [0x25, 0x50, 0x44, 0x46], name: 'a PDF file', hint: 'Save it as text first.' },
  {
    magic: [...new TextEncoder().encode('LPKSHHRH')],
    name: 'a journal of systemd',
    hint: 'Print it first: journalctl -k --file=FILE | rmpopt-bench import -',
  },
  { magic: [0xff, 0xfe, 0, 0], name: 'text in UTF-32', hint: 'Convert it first: iconv -f UTF-32 -t UTF-8' },
  { magic: [0, 0, 0xfe, 0xff], name: 'text in UTF-32', hint: 'Convert it first: iconv -f UTF-32 -t UTF-8' },
];

function unpack(program: string): string {
  return `Unpack it first: ${program} FILE | rmpopt-bench import -`;
}

/**
 * The bytes of a log in UTF-8, whether they were that or UTF-16.
 * @throws UnreadableValue when they are no text, by the name of what they are
 */
export async function* utf8Chunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  const convert = (bytes: Buffer) =>
    decoder === null ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (head === null) {
      yield convert(bytes);
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < HEAD_BYTES) continue;
    decoder = decoderFor(head);
    yield convert(head);
    head = null;
  }
  if (head !== null && head.length > 0) {
    decoder = decoderFor(head);
    yield convert(head);
  }
}

/** @throws UnreadableValue */
function decoderFor(head: Buffer): TextDecoder | null {
  const format = FORMATS.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
  if (format !== undefined) throw new UnreadableValue('a log as text', format.name, format.hint);
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  return utf16WithoutMark(head);
}

/** Every other byte of Latin text in UTF-16 is 0. */
function utf16WithoutMark(head: Buffer): TextDecoder | null {
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = 0.4 * head.length;
  if (odd > most && even === 0) return new TextDecoder('utf-16le');
  if (even > most && odd === 0) return new TextDecoder('utf-16be');
  return null;
}
