import type { Warning } from '../run-document/run-document.js';
import type { Loss, ReadTrace } from './trace-reader.js';

/** What a reader of the figures of a trace has to know. */
export function warningsOf(
  trace: ReadTrace,
  tscGhz: number | null,
  incomplete: readonly number[],
): Warning[] {
  const { losses, outside, idleRuns, unusedCount, sweepsLeftOut } = trace;
  const otherCalls = trace.sweeps.reduce((sum, sweep) => sum + sweep.otherCalls, 0);
  const callless = trace.sweeps.filter(({ cpus }) => cpus.length === 0).length;
  const all: readonly (Warning & { readonly applies: boolean })[] = [
    ...clockWarnings(trace, tscGhz),
    {
      kind: 'events-lost',
      message: `the trace has lost events (${listed(losses.map(lossText))})`,
      applies: losses.length > 0,
    },
    {
      kind: 'sweeps-incomplete',
      message: `sweep ${listed(incomplete.map(String))}: not every event is in the trace, so figures that need all of them are left out`,
      applies: incomplete.length > 0,
    },
    {
      kind: 'calls-missing',
      message: `${counted(callless, 'sweep')} without csd_function_entry and csd_function_exit: nothing is said of their CPUs`,
      applies: callless > 0 && trace.header.get('rmpopt-capture') !== 'totals',
    },
    {
      kind: 'calls-outside',
      message: `calls outside of sweeps are in no figure: ${byFunction(outside)}`,
      applies: outside.size > 0,
    },
    {
      kind: 'other-calls',
      message: `calls of other functions during sweeps are in no figure: ${otherCalls}`,
      applies: otherCalls > 0,
    },
    {
      kind: 'runs-without-rounds',
      message: `runs of a worker that made no rounds are no sweeps: ${byFunction(idleRuns)}`,
      applies: idleRuns.size > 0,
    },
    {
      kind: 'not-understood',
      message: `${counted(unusedCount, 'line')} looked like an event and could not be used, see notes`,
      applies: unusedCount > 0,
    },
    {
      kind: 'sweeps-left-out',
      message: `${counted(sweepsLeftOut, 'sweep')} beyond the first ${trace.sweeps.length} are in no result`,
      applies: sweepsLeftOut > 0,
    },
  ];
  return all.filter(({ applies }) => applies).map(({ kind, message }) => ({ kind, message }));
}

/** Why a trace tells of no sweep. */
export function reasonFor({ outside, idleRuns, otherCallees, unit }: ReadTrace): string {
  if (idleRuns.size > 0) return `runs of a worker that made no rounds (${byFunction(idleRuns)})`;
  if (outside.size > 0)
    return `calls, and no start of a worker that makes them: record workqueue_execute_start and _end as well`;
  if (otherCallees.size > 0) return `events of other functions (${[...otherCallees].join(', ')})`;
  return unit === null ? 'a trace without such events' : 'ends of sweeps only';
}

/** What the kernel keeps time by; where the trace does not say, its TSC. */
export function clockSourceOf({ header }: ReadTrace): string {
  return /^[\w-]{1,32}$/.exec(header.get('clocksource') ?? 'tsc')?.[0] ?? 'another clock';
}

function clockWarnings(trace: ReadTrace, tscGhz: number | null): (Warning & { applies: boolean })[] {
  const { unit, measured } = trace;
  const isCycles = unit === 'cycles';
  const ghz = tscGhz ?? (measured === null ? null : Number((1 / measured.nsPerCycle).toPrecision(6)));
  const by =
    tscGhz === null ? `as measured over ${Math.round((measured?.overNs ?? 0) / 1e6)} ms` : 'from --tsc-ghz';
  const source = clockSourceOf(trace);
  return [
    {
      kind: 'clock-rate',
      message: `cycles were converted to time at ${ghz} GHz, ${by}`,
      applies: isCycles && ghz !== null,
    },
    {
      kind: 'clock-rate-unknown',
      message:
        'cycles were not converted to time, because the trace does not have the rate of the TSC: use --tsc-ghz',
      applies: isCycles && ghz === null,
    },
    {
      kind: 'clock-coarse',
      message:
        'times are in whole microseconds, too coarse for single calls: trace-cmd report -t and perf script --ns print nanoseconds, the trace clock x86-tsc cycles',
      applies: unit === 'us',
    },
    {
      kind: 'clock-unstable',
      message: `the kernel keeps time by ${source} and does not trust the TSC: delays and orders between CPUs may be wrong`,
      applies: isCycles && source !== 'tsc',
    },
  ];
}

function lossText({ cpu, events }: Loss): string {
  const what = events === null ? 'some' : events;
  return cpu === null ? what : `${what} on CPU ${cpu}`;
}

function byFunction(counts: ReadonlyMap<string, number>): string {
  return listed([...counts].map(([name, count]) => `${count} of ${name}`));
}

const LISTED_MAX = 8;

function listed(items: readonly string[]): string {
  const left = items.length - LISTED_MAX;
  return [...items.slice(0, LISTED_MAX), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
