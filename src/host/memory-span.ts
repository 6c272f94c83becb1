import { GIB_BYTES } from '../units.js';

/** The span of physical addresses of a host, in whole GiB, and what is to be said of it. */
export interface MemorySpan {
  readonly memoryBytes: number;
  readonly notes: readonly string[];
}

interface MemoryRange {
  readonly end: number;
  readonly isOffline: boolean;
}

/** The highest end of the ranges that `lsmem -J -b` lists; `null` where it lists none. */
export function memorySpan(lsmem: string): MemorySpan | null {
  const ranges = rangesIn(lsmem);
  const end = ranges.reduce((highest, range) => Math.max(highest, range.end), 0);
  if (end === 0) return null;
  const memoryBytes = Math.ceil(end / GIB_BYTES) * GIB_BYTES;
  const onlineEnd = ranges.reduce(
    (highest, one) => (one.isOffline ? highest : Math.max(highest, one.end)),
    0,
  );
  const notes = [
    memoryBytes === end
      ? null
      : `memory ends at ${(end / GIB_BYTES).toFixed(2)} GiB, rounded up to whole GiB`,
    onlineEnd < end
      ? `memory from ${(onlineEnd / GIB_BYTES).toFixed(0)} GiB on is offline, and counted`
      : null,
  ];
  return { memoryBytes, notes: notes.filter((note) => note !== null) };
}

function rangesIn(lsmem: string): MemoryRange[] {
  const list = fieldOf(parsed(lsmem), 'memory');
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const [, last] = /^0x[0-9a-f]+-(0x[0-9a-f]+)$/i.exec(String(fieldOf(entry, 'range'))) ?? [];
    if (last === undefined) return [];
    return [{ end: Number(last) + 1, isOffline: fieldOf(entry, 'state') === 'offline' }];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : null;
}
