/** A line of a log. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Whether it went on beyond what is kept of a line. */
  readonly isCut: boolean;
}

/** Far above any line a kernel prints; the rest of a longer one is passed over. */
const LINE_MAX_BYTES = 16_384;
const NEWLINE = 10;

/** Cuts a stream of bytes into lines, in memory that does not grow with them. Bytes that are no UTF-8 become replacement characters. */
export async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogLine> {
  const decoder = new TextDecoder();
  const kept = new Uint8Array(LINE_MAX_BYTES);
  let [length, number, isCut, isOpen] = [0, 1, false, false];
  const finish = (): LogLine => {
    const line = { number, text: decoder.decode(kept.subarray(0, length)).replace(/\r$/, ''), isCut };
    [length, isCut, isOpen] = [0, false, false];
    number++;
    return line;
  };
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, end < 0 ? chunk.length : end);
      const fitting = part.subarray(0, LINE_MAX_BYTES - length);
      kept.set(fitting, length);
      length += fitting.length;
      isCut ||= fitting.length < part.length;
      isOpen = true;
      if (end < 0) break;
      yield finish();
      from = end + 1;
    }
  }
  if (isOpen) yield finish();
}
