import type { SweepKey } from '../run-document/columns.js';
import type { JitterRecord } from '../run-document/run-document.js';
import { stateText } from '../run-document/state-text.js';
import {
  type RegionSpan,
  TRACE_EVENTS_MAX,
  type TracedBatch,
  type TracedCpu,
  type TracedPhase,
  type TracedSlice,
  type TracedSweep,
} from '../run-document/trace-data.js';
import { visibleText } from '../visible-text.js';
import { counted } from './figures.js';
import { listNames } from './names.js';

/** Where the sweeps come from. */
export interface TraceOrigin {
  readonly tool: { readonly name: string; readonly version: string };
  /** The command line as typed, without the program. */
  readonly command: readonly string[];
  /** Only where costs were random. */
  readonly jitter?: JitterRecord;
}

/**
 * Sweeps as Chrome trace event JSON, an event per line, which ui.perfetto.dev and about:tracing open. Every sweep has processes
 * of its own, one for its phases and one per NUMA node with a thread per CPU, and starts at 0, so that sweeps stand below each other
 * on one scale.
 */
export function renderTrace(sweeps: readonly TracedSweep[], origin: TraceOrigin): string {
  const head = ['"displayTimeUnit":"ns"', `"otherData":${harmless(otherData(sweeps, origin))}`];
  return `{${head.join(',\n')},\n"traceEvents":[\n${joinLines(allEvents(sweeps), ',\n')}\n]}\n`;
}

function* allEvents(sweeps: readonly TracedSweep[]): Generator<string> {
  let nextPid = 1;
  for (const sweep of sweeps) {
    const nodes = [...new Set(sweep.cpus.map(({ node }) => node))];
    const pids = new Map(nodes.map((node, i) => [node, nextPid + 1 + i]));
    yield* sweepEvents(sweep, nextPid, pids);
    nextPid += 1 + nodes.length;
  }
}

const LINES_JOINED = 1000;

/** A text from many lines. Joined in portions, since lines still in the pieces they were made of take several times their length. */
function joinLines(lines: Iterable<string>, separator: string): string {
  const portions: string[] = [];
  let portion: string[] = [];
  for (const line of lines) {
    portion.push(line);
    if (portion.length < LINES_JOINED) continue;
    portions.push(portion.join(separator));
    portion = [];
  }
  return [...portions, ...portion].join(separator);
}

/** What to tell the user where slices are not single rounds; `null` where all are. */
export function batchNotice(sweeps: readonly TracedSweep[]): string | null {
  const batched = sweeps.filter(({ phases }) => phases.some(isBatched));
  if (batched.length === 0) return null;
  const most = Math.max(...sweeps.flatMap(({ phases }) => phases.map((one) => one.roundsPerBatch)));
  const states = listNames([...new Set(batched.map(({ key }) => stateText(key.scenario, key.state)))]);
  return `the trace draws up to ${counted(most, 'round')} as one slice in ${states}: a file holds at most ${TRACE_EVENTS_MAX} events`;
}

/** What is said where there were several runs; `null` elsewhere. */
export function runNotice({ jitter }: TraceOrigin): string | null {
  return jitter !== undefined && jitter.runs > 1 ? `the trace draws ${drawnRun(jitter)}` : null;
}

function drawnRun({ runs }: JitterRecord): string {
  return `run 1 of ${runs} with random jitter`;
}

function isBatched({ roundsPerBatch }: TracedPhase): boolean {
  return roundsPerBatch > 1;
}

type Json = string | number | readonly Json[] | { readonly [key: string]: Json };

function otherData(
  sweeps: readonly TracedSweep[],
  { tool, command, jitter }: TraceOrigin,
): Record<string, Json> {
  return {
    origin: 'SIMULATED: no figure in this file was measured on hardware',
    tool: `${tool.name} ${tool.version}`,
    command,
    ...(jitter === undefined ? {} : { drawn: drawnRun(jitter) }),
    slices:
      'A slice of a remote CPU starts when it issues its first RMPOPT of the round, or batch of consecutive rounds, and lasts as long as it is inside RMPOPT in all of them.',
    sweeps: sweeps.map(({ key, phases }) => ({
      name: sweepName(key, 'sweep'),
      phases: phases.map(({ phase, rounds, roundsPerBatch }) => ({ phase, rounds, roundsPerBatch })),
    })),
  };
}

/** The thread of the process of a sweep that shows its phases. */
const PHASES_TID = 1;
const COUNTER = 'pegged CPUs (mean of each round or batch)';

function* sweepEvents(sweep: TracedSweep, pid: number, pids: ReadonlyMap<number, number>): Generator<string> {
  const { key, cpus, phases } = sweep;
  yield* processTrack(pid, sweepName(key, 'sweep'));
  yield* threadTrack(pid, PHASES_TID, 'phases');
  for (const [node, nodePid] of pids) yield* processTrack(nodePid, sweepName(key, `node ${node}`));
  const nodePids = new Map(cpus.map(({ cpu, node }) => [cpu, pids.get(node) ?? 0]));
  for (const cpu of cpus) yield* threadTrack(nodePids.get(cpu.cpu) ?? 0, tidOf(cpu.cpu), cpuName(cpu));
  const local = cpus.find(({ role }) => role === 'local')?.cpu;
  for (const phase of phases) {
    yield* phaseEvents(phase, pid);
    for (const slice of phase.slices) {
      const name = slice.cpu === local ? localName(slice, phase) : remoteName(slice, phase);
      yield sliceEvent(slice, { pid: nodePids.get(slice.cpu) ?? 0, tid: tidOf(slice.cpu), name });
    }
  }
  const last = phases.at(-1);
  if (last !== undefined) yield counterEvent(pid, last.startNs + last.elapsedNs, 0);
}

/** Readers take thread 0 for the idle task. */
function tidOf(cpu: number): number {
  return cpu + 1;
}

/** `part` comes early, since viewers cut off long names. */
function sweepName({ scenario, state, ...key }: SweepKey, part: string): string {
  const { mapping, variation, hypothesis, strategy, threads, machine } = key;
  const details = [mapping, ...(variation === '' ? [] : [variation]), hypothesis, strategy, threads, machine];
  return `SIMULATED ${stateText(scenario, state)}, ${part} (${details.join(', ')})`;
}

function cpuName({ cpu, core, l3, role }: TracedCpu): string {
  return `CPU ${cpu}${role === 'local' ? ' local' : ''} (core ${core}, L3 ${l3})`;
}

function* phaseEvents(phase: TracedPhase, pid: number): Generator<string> {
  const { startNs, elapsedNs, rounds, roundsPerBatch, batches } = phase;
  const args = `"rounds":${rounds},"roundsPerBatch":${roundsPerBatch}`;
  const track = { pid, tid: PHASES_TID };
  yield complete({ ...track, name: `${phase.phase} phase` }, startNs, elapsedNs, args);
  for (const batch of batches) {
    const { sendingNs, executingNs, queuedNs } = batch;
    const name = isBatched(phase) ? counted(batch.rounds, 'round') : 'round';
    const parts = `,"sendingNs":${sendingNs},"executingNs":${executingNs},"queuedNs":${queuedNs}`;
    if (batch.rounds > 0) yield sliceEvent(batch, { ...track, name }, parts);
    yield counterEvent(pid, batch.startNs, batch.peggedCpus);
  }
}

/** Few names, so that viewers can add up what is alike. */
function remoteName(slice: TracedSlice, phase: TracedPhase): string {
  return `${batchPrefix(slice, phase)}RMPOPT ${outcomeOf(slice)}`;
}

function localName(slice: TracedSlice, phase: TracedPhase): string {
  if (slice.rounds === 0) return 'no round';
  const prefix = batchPrefix(slice, phase);
  if (phase.phase === 'local') return `${prefix}RMPOPT ${outcomeOf(slice)}`;
  const own = slice.issued === 0 ? '' : `RMPOPT ${outcomeOf(slice)}, `;
  return `${prefix}${own}reaching the others`;
}

function batchPrefix({ rounds }: TracedSlice, phase: TracedPhase): string {
  return isBatched(phase) ? `${counted(rounds, 'round')}: ` : '';
}

function outcomeOf({ issued, optimized }: TracedSlice): string {
  if (optimized === 0) return 'failed';
  return optimized === issued ? 'optimized' : 'partly optimized';
}

interface Named {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
}

function sliceEvent(work: TracedSlice | TracedBatch, named: Named, more = ''): string {
  const { startNs, durationNs, rounds, regions, issued, optimized } = work;
  const where = regions === null ? '' : `"regions":"${regionsText(regions)}",`;
  const args = `${where}"rounds":${rounds},"RMPOPTs":${issued},"CF=1":${optimized}${more}`;
  return complete(named, startNs, durationNs, args);
}

/** `7`, `0-15`; with their number where some in between are left out. */
function regionsText({ first, last, count }: RegionSpan): string {
  if (first === last) return String(first);
  return `${first}-${last}${count === last - first + 1 ? '' : ` (${count} of them)`}`;
}

/** A slice. There may be many, so it is put together by hand; none of its texts comes from outside. */
function complete({ pid, tid, name }: Named, startNs: number, durationNs: number, args: string): string {
  const time = `"ts":${startNs / 1000},"dur":${durationNs / 1000}`;
  return `{"ph":"X","pid":${pid},"tid":${tid},${time},"name":"${name}","args":{${args}}}`;
}

function counterEvent(pid: number, startNs: number, peggedCpus: number): string {
  return `{"ph":"C","pid":${pid},"ts":${startNs / 1000},"name":"${COUNTER}","args":{"CPUs":${peggedCpus}}}`;
}

/** Names a process and keeps it in its place. */
function* processTrack(pid: number, name: string): Generator<string> {
  yield `{"ph":"M","pid":${pid},"name":"process_name","args":{"name":${harmless(name)}}}`;
  yield `{"ph":"M","pid":${pid},"name":"process_sort_index","args":{"sort_index":${pid}}}`;
}

function* threadTrack(pid: number, tid: number, name: string): Generator<string> {
  yield `{"ph":"M","pid":${pid},"tid":${tid},"name":"thread_name","args":{"name":${harmless(name)}}}`;
  yield `{"ph":"M","pid":${pid},"tid":${tid},"name":"thread_sort_index","args":{"sort_index":${tid}}}`;
}

/** JSON without anything that a terminal or a page it is pasted into would act on. */
function harmless(value: Json): string {
  const json = JSON.stringify(value, (_, one) => (typeof one === 'string' ? visibleText(one) : one));
  return json.replaceAll('<', '\\u003c');
}
