/** What a tracepoint of the kernel says: a call was queued for a CPU, a CPU entered or left it, a worker started or ended. */
export type EventKind = 'queue' | 'entry' | 'exit' | 'start' | 'end';

/** An event of a trace, as tracefs, trace-cmd or perf print it. */
export interface TraceEvent {
  readonly kind: EventKind;
  /** The CPU on which it happened. */
  readonly cpu: number;
  /** The thread that ran there. */
  readonly thread: number;
  /** The function that is called, or that the worker runs. */
  readonly callee: string;
  /** Of a queued call: the CPU that is to run it; else `null`. */
  readonly target: number | null;
  readonly stamp: Stamp;
}

/** When it happened, as printed: seconds, or whole cycles where there is no fraction. */
export interface Stamp {
  readonly whole: string;
  readonly fraction: string | undefined;
}

const KINDS: Readonly<Record<string, EventKind>> = {
  csd_queue_cpu: 'queue',
  csd_function_entry: 'entry',
  csd_function_exit: 'exit',
  workqueue_execute_start: 'start',
  workqueue_execute_end: 'end',
};

/** In front of the CPU stands the thread, in tracefs and trace-cmd `command-12`, in perf `command 12`, with its group at will. */
const THREAD = /[-\s](-?\d{1,10})(?:\/-?\d{1,10})?\s+(?:\(\s*[-\d]{1,10}\)\s+)?$/;
/** Room for all that, the command cut off. */
const THREAD_MAX_LENGTH = 48;
/** The CPU in brackets; flags, which not all print; the time; and the event, which perf gives with its group. */
const EVENT =
  /\[(\d{1,6})\]\s*(?:[^\s:]{4,8}\s+)?(\d{1,20})(?:\.(\d{6}|\d{9}))?:\s+(?:csd:|workqueue:)?([a-z_]{12,24}):\s+/y;
const CALLEE = /[\w.$]{1,200}/y;
const CALLEE_LABELS = ['func=', ': function '];
const TARGET = /^cpu=(\d{1,6})\b/;
const TARGET_MAX_LENGTH = 16;

/** Whether a line may be an event that is read. */
export function mayBeEvent(line: string): boolean {
  return line.includes('csd_') || line.includes('workqueue_execute_');
}

/** The event a line tells of; `null` where it is none that is read. */
export function eventIn(line: string): TraceEvent | null {
  // A command may have brackets in its name.
  for (let at = line.indexOf('['); at >= 0; at = line.indexOf('[', at + 1)) {
    EVENT.lastIndex = at;
    const match = EVENT.exec(line);
    if (match !== null) return eventAt(line, at, match, EVENT.lastIndex);
  }
  return null;
}

/** Millions of lines come here, so nothing is taken apart by iterators or put together by spreads. */
function eventAt(line: string, at: number, match: RegExpExecArray, from: number): TraceEvent | null {
  const kind = KINDS[match[4] ?? ''];
  const thread = THREAD.exec(line.slice(Math.max(0, at - THREAD_MAX_LENGTH), at))?.[1];
  const callee = calleeIn(line, from);
  const target = kind === 'queue' ? TARGET.exec(line.slice(from, from + TARGET_MAX_LENGTH))?.[1] : undefined;
  if (kind === undefined || thread === undefined || callee === undefined) return null;
  if (kind === 'queue' && target === undefined) return null;
  return {
    kind,
    callee,
    cpu: Number(match[1]),
    thread: Number(thread),
    target: target === undefined ? null : Number(target),
    stamp: { whole: match[2] ?? '', fraction: match[3] },
  };
}

function calleeIn(line: string, from: number): string | undefined {
  const label = CALLEE_LABELS.find((text) => line.includes(text, from));
  if (label === undefined) return undefined;
  CALLEE.lastIndex = line.indexOf(label, from) + label.length;
  return CALLEE.exec(line)?.[0];
}
