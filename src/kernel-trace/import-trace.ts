import type {
  ArrivalRow,
  ImportedCpuRow,
  ImportedResultRow,
  NoteRow,
  ObservationRow,
  Partly,
  RoundRow,
} from '../run-document/columns.js';
import type { Warning } from '../run-document/run-document.js';
import { faultsOf, isComplete, type SweepNames, sweepRows } from './sweep-rows.js';
import { type ReadTrace, TraceReader } from './trace-reader.js';
import { clockSourceOf, reasonFor, warningsOf } from './trace-words.js';

/** What the user says of a trace. */
export interface TraceRequest {
  readonly labels: Omit<SweepNames, 'variation' | 'hypothesis' | 'machine' | 'run' | 'hostCpus'>;
  /** The states of its sweeps, in their order; `null`: nothing is said of them one by one. */
  readonly states: readonly string[] | null;
  /** `null`: what the capture has measured. */
  readonly tscGhz: number | null;
}

/** What a trace of tracepoints tells. */
export interface ImportedTrace {
  readonly results: readonly ImportedResultRow[];
  readonly cpus: readonly ImportedCpuRow[];
  readonly observations: readonly ObservationRow[];
  readonly notes: readonly NoteRow[];
  readonly rounds: readonly Partly<RoundRow>[];
  readonly arrivals: readonly Partly<ArrivalRow>[];
  readonly warnings: readonly Warning[];
  readonly sweeps: number;
  /** Why it tells of no sweep; `null` where it does. */
  readonly reason: string | null;
}

const LINE_FEED = '\n';
/** A line that goes on for longer is no line of a trace. */
const CARRIED_MAX_LENGTH = 65_536;
/** So much of a file tells whether it is a trace. */
export const HEAD_BYTES = 65_536;

/** Whether a file that begins like this is a trace of tracepoints, by tracefs, trace-cmd or perf. */
export function isTrace(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1');
  return (
    /^# (?:tracer: |rmpopt-capture: )/m.test(text) ||
    /\[\d+\]\s*(?:\S{4,8}\s+)?[\d.]+:\s+(?:csd:|workqueue:)?(?:csd|workqueue)_[a-z_]+:/.test(text)
  );
}

/** Reads a trace of any length. */
export async function importTrace(
  chunks: AsyncIterable<Uint8Array>,
  request: TraceRequest,
): Promise<ImportedTrace> {
  const reader = new TraceReader();
  let carried = '';
  for await (const chunk of chunks) {
    const text = carried + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    let from = 0;
    for (let to = text.indexOf(LINE_FEED); to >= 0; to = text.indexOf(LINE_FEED, from)) {
      reader.read(text.slice(from, to));
      from = to + 1;
    }
    carried = text.slice(Math.max(from, text.length - CARRIED_MAX_LENGTH));
  }
  if (carried !== '') reader.read(carried);
  return importedTrace(reader.finish(), request);
}

function importedTrace(trace: ReadTrace, { labels, states, tscGhz }: TraceRequest): ImportedTrace {
  const nsPerTick =
    trace.unit !== 'cycles' ? 1 : tscGhz === null ? (trace.measured?.nsPerCycle ?? null) : 1 / tscGhz;
  const isLossless = trace.losses.length === 0;
  const isCounted = hasCountedSweeps(trace);
  const clock = { nsPerTick, isTrusted: trace.unit !== 'cycles' || clockSourceOf(trace) === 'tsc' };
  const judged = trace.sweeps.map((sweep) => ({ sweep, faults: faultsOf(sweep, isLossless, isCounted) }));
  const rows = judged.map(({ sweep, faults }, i) => {
    const state = states?.[i] ?? labels.state;
    const names = { ...labels, state, variation: '', hypothesis: '', machine: '', run: i + 1 };
    return sweepRows(sweep, { ...names, hostCpus: trace.hostCpus }, faults, clock);
  });
  return {
    results: rows.flatMap(({ results }) => results),
    cpus: rows.flatMap(({ cpus }) => cpus),
    observations: rows.flatMap(({ observations }) => observations),
    rounds: rows.flatMap(({ rounds }) => rounds),
    arrivals: rows.flatMap(({ arrivals }) => arrivals),
    notes: trace.unused.map(({ line, reason, text }) => ({ line, reason, text })),
    warnings: warningsOf(
      trace,
      tscGhz,
      judged.flatMap(({ faults }, i) => (isComplete(faults) ? [] : [i + 1])),
    ),
    sweeps: trace.sweeps.length,
    reason: trace.sweeps.length > 0 ? null : reasonFor(trace),
  };
}

/** Whether the trace has every run of the worker that the capture has counted. */
function hasCountedSweeps({ header, sweeps, sweepsLeftOut, idleRuns }: ReadTrace): boolean {
  const others = [...idleRuns.values()].reduce((sum, count) => sum + count, sweepsLeftOut);
  const ended = sweeps.filter(({ end }) => end !== null).length + others;
  return Number(header.get('sweeps') ?? 0) <= ended;
}
