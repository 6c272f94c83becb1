import { readFileSync } from 'node:fs';
import { groupBy } from '../../src/group-by.js';

/** An event of a Chrome trace file, as far as tests look at it. */
export interface TraceEvent {
  readonly ph: 'X' | 'C' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, string | number>>;
}

export interface TraceFile {
  readonly displayTimeUnit: string;
  readonly otherData: Readonly<Record<string, unknown>>;
  readonly traceEvents: readonly TraceEvent[];
}

export function readTrace(file: string): TraceFile {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** A slice in whole nanoseconds, of microseconds with three decimals. */
export interface Slice {
  readonly startNs: number;
  readonly endNs: number;
  readonly name: string;
  readonly args: TraceEvent['args'];
}

/** A thread with its slices in the order of the file. */
export interface Track {
  readonly process: string;
  readonly thread: string;
  readonly slices: readonly Slice[];
}

export function tracksOf({ traceEvents }: TraceFile): Track[] {
  const named = (name: string, id: (event: TraceEvent) => string) =>
    new Map(
      traceEvents.filter((one) => one.name === name).map((event) => [id(event), String(event.args.name)]),
    );
  const processes = named('process_name', ({ pid }) => String(pid));
  const threads = named('thread_name', ({ pid, tid }) => `${pid}/${tid}`);
  const slices = groupBy(
    traceEvents.filter(({ ph }) => ph === 'X'),
    ({ pid, tid }) => `${pid}/${tid}`,
  );
  return [...threads].map(([id, thread]) => ({
    process: processes.get(id.split('/')[0] ?? '') ?? '',
    thread,
    slices: (slices.get(id) ?? []).map(({ ts, dur, name, args }) => {
      const startNs = Math.round(ts * 1000);
      return { startNs, endNs: startNs + Math.round(dur * 1000), name, args };
    }),
  }));
}

/** Whether each slice begins where none is open, or lies within one that is. */
export function doNest(slices: readonly Slice[]): boolean {
  const open: Slice[] = [];
  return slices.every((slice) => {
    while ((open.at(-1)?.endNs ?? Number.POSITIVE_INFINITY) <= slice.startNs) open.pop();
    const within = open.at(-1);
    open.push(slice);
    return within === undefined || slice.endNs <= within.endNs;
  });
}

/** Whether each slice ends before the next one begins. */
export function doFollow(slices: readonly Pick<Slice, 'startNs' | 'endNs'>[]): boolean {
  return slices.every(({ endNs }, i) => endNs <= (slices[i + 1]?.startNs ?? endNs));
}
