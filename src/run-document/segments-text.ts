import type { SegmentRow } from './columns.js';

/** Segments of an RMP in the words of a machine file; `assumed` where it lists none. */
export function segmentsText(segments: readonly SegmentRow[]): string {
  if (segments.length === 0) return 'assumed';
  const list = segments.map(
    ({ atBytes, coversFromBytes, coversToBytes }) =>
      `{at: ${address(atBytes)}, covers: [${address(coversFromBytes)}, ${address(coversToBytes)}]}`,
  );
  return `[${list.join(', ')}]`;
}

function address(bytes: number): string {
  return `0x${bytes.toString(16)}`;
}
