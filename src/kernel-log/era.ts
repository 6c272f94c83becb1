import type { SegmentRow } from '../run-document/columns.js';
import type { ClockRate } from './clock-rates.js';
import type { Disturbance } from './disturbances.js';
import { exactNumber } from './figures.js';
import type { FoundMessage } from './messages.js';

/** Lines with cycles, and the rate that is taken for them. */
interface ClockUse {
  /** `null`: none was known then. */
  readonly clock: ClockRate | null;
  readonly first: number;
  last: number;
}

/** One host from one boot to the next: what its log says of its clock. */
export interface Era {
  readonly host: string;
  /** `null` while nobody has said. */
  clock: ClockRate | null;
  /** That its TSC is no clock; `null` where nothing is said of that. */
  clockFault: Disturbance | null;
  readonly uses: ClockUse[];
  /** Those of the RMP, by their number. */
  readonly segments: Map<string, SegmentRow>;
}

/** Notes that a line has cycles. */
export function noteUse({ clock, uses }: Era, line: number): void {
  const last = uses.at(-1);
  if (last !== undefined && last.clock === clock) last.last = line;
  else uses.push({ clock, first: line, last: line });
}

/** Notes where a segment of the RMP lies, if a line says so with addresses that can be counted exactly. */
export function noteSegment(
  { segments }: Era,
  { segment, address, covers, coversEnd }: FoundMessage['facts'],
): void {
  if (segment === undefined) return;
  const [atBytes, coversFromBytes, last] = [address, covers, coversEnd].map(exactNumber);
  if (atBytes == null || coversFromBytes == null || last == null || last < coversFromBytes) return;
  segments.set(segment, { atBytes, coversFromBytes, coversToBytes: last + 1 });
}
