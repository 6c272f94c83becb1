import { groupBy } from '../group-by.js';
import type { NoteRow } from '../run-document/columns.js';
import type { ProbeCallRow, ProbeCpuRow, ProbeHostRow, ProbeRow } from '../run-document/probe-document.js';
import type { Warning } from '../run-document/run-document.js';
import { type ProbeLine, readProbeLine } from './probe-lines.js';

/** What a file holds of the probe. */
export interface ImportedProbe {
  readonly hosts: readonly ProbeHostRow[];
  readonly results: readonly ProbeRow[];
  readonly cpus: readonly ProbeCpuRow[];
  readonly calls: readonly ProbeCallRow[];
  readonly notes: readonly NoteRow[];
  readonly warnings: readonly Warning[];
  /** Lines of the probe, understood or not; 0 in other logs. */
  readonly lines: number;
  /** Why runs were refused or ended. */
  readonly errors: readonly string[];
}

type Values<K extends ProbeLine['kind']> = Extract<ProbeLine, { readonly kind: K }>['values'];

/** A sweep of which lines are still to come. */
interface OpenSweep {
  readonly line: number;
  readonly phases: Values<'phases'>;
  readonly cpus: ProbeCpuRow[];
  readonly calls: ProbeCallRow[];
  rounds: Values<'rounds'> | null;
  split: Values<'split'> | null;
  /** Whether a line of it stands there again, or one of it is not understood. */
  isDamaged: boolean;
}

interface OpenRun {
  readonly number: number;
  readonly line: number;
  readonly host: number;
  readonly asked: Values<'run'>;
  readonly sweeps: OpenSweep[];
  /** Whether a line between its first and its last was not understood. */
  isDamaged: boolean;
}

const NOTES_MAX = 1000;
const NOTE_TEXT_MAX_LENGTH = 200;
const LINE_MAX_LENGTH = 4096;
const LINE_FEED = '\n';
/** What every line of the probe has. */
const WORD = 'probe ';

/** Reads what the probe has printed, from a file of any length. */
export class ProbeReader {
  readonly #hosts: ProbeHostRow[] = [];
  readonly #results: ProbeRow[] = [];
  readonly #cpus: ProbeCpuRow[] = [];
  readonly #calls: ProbeCallRow[] = [];
  readonly #notes: NoteRow[] = [];
  readonly #errors: string[] = [];
  #open: OpenRun | null = null;
  /** Whether the lines at hand are of RMPOPT itself: those are sweeps. */
  #isNative = false;
  /** Before the first line of this probe, a line about a probe may be about another one. */
  #isBegun = false;
  #host = 0;
  #runs = 0;
  #number = 0;
  #lines = 0;
  #carried = '';

  /** Takes the next bytes of the file in. */
  push(chunk: Uint8Array): void {
    const text =
      this.#carried + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    // Logs of other things go by without being cut into lines.
    const isTelling = text.includes(WORD);
    let from = 0;
    for (let to = text.indexOf(LINE_FEED); to >= 0; to = text.indexOf(LINE_FEED, from)) {
      if (isTelling) this.#read(text.slice(from, to));
      else this.#number++;
      from = to + 1;
    }
    // A line that goes on for longer is none of the probe's.
    this.#carried = text.slice(Math.max(from, text.length - LINE_MAX_LENGTH));
  }

  finish(): ImportedProbe {
    if (this.#carried !== '') this.#read(this.#carried);
    this.#close(null);
    return {
      ...{ hosts: this.#hosts, results: this.#results, cpus: this.#cpus, calls: this.#calls },
      ...{ notes: this.#notes, warnings: this.#warnings(), lines: this.#lines, errors: this.#errors },
    };
  }

  #read(line: string): void {
    this.#number++;
    const read = readProbeLine(line);
    if (read === null || (!this.#isBegun && !isBeginning(read))) return;
    this.#isBegun = true;
    this.#lines++;
    if (typeof read === 'string') this.#note(line, read);
    else this.#take(read, line);
  }

  #take(read: ProbeLine, line: string): void {
    switch (read.kind) {
      case 'host':
        this.#close(null);
        this.#host = this.#hostNumber(read.values);
        return;
      case 'run':
        this.#close(null);
        this.#begin(read.values, line);
        return;
      case 'end':
        this.#close(Number(read.values.sweeps));
        return;
      case 'error':
        this.#errors.push(String(read.values.reason));
        this.#note(line, 'the run ended here');
        return;
      default:
        if (!this.#isNative) this.#add(read, line);
    }
  }

  #begin(asked: Values<'run'>, line: string): void {
    this.#isNative = asked.op === 'rmpopt' && asked.emulated === 'no';
    if (this.#isNative) return;
    if (this.#host === 0) {
      this.#note(line, 'no probe host line before it');
      return;
    }
    this.#runs++;
    this.#open = {
      ...{ number: this.#runs, line: this.#number, host: this.#host, asked },
      ...{ sweeps: [], isDamaged: false },
    };
  }

  #add(read: Exclude<ProbeLine, { readonly kind: 'host' | 'run' | 'end' | 'error' }>, line: string): void {
    const open = this.#open;
    if (open === null) {
      this.#note(line, 'no probe run line before it');
      return;
    }
    if (read.kind === 'phases') {
      const { values: phases } = read;
      open.sweeps.push({
        ...{ line: this.#number, phases, cpus: [], calls: [] },
        ...{ rounds: null, split: null, isDamaged: false },
      });
      return;
    }
    const sweep = open.sweeps.at(-1);
    if (sweep === undefined) {
      this.#note(line, 'no probe phases line before it');
      return;
    }
    const key = { run: open.number, sweep: open.sweeps.length };
    if (read.kind === 'cpu') sweep.cpus.push(cpuRow(key, read.values));
    else if (read.kind === 'call') sweep.calls.push(callRow(key, read.values));
    else if (sweep[read.kind] !== null) sweep.isDamaged = true;
    else if (read.kind === 'rounds') sweep.rounds = read.values;
    else sweep.split = read.values;
  }

  /** @param sweeps how many it says it made; `null` where its end is missing */
  #close(sweeps: number | null): void {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    const isWhole = sweeps === open.sweeps.length && !open.isDamaged;
    for (const [i, sweep] of open.sweeps.entries()) {
      // The rest of the last sweep may be what is missing.
      const isLast = sweeps === null && i === open.sweeps.length - 1;
      const faults = [...faultsOf(sweep, open.asked), ...(isLast ? ['its end is missing'] : [])];
      for (const fault of faults) this.#noteAt(sweep.line, `sweep ${i + 1} of run ${open.number}`, fault);
      this.#results.push(resultRow(open, sweep, i + 1, isWhole && faults.length === 0));
      for (const row of sweep.cpus) this.#cpus.push(row);
      for (const row of sweep.calls) this.#calls.push(row);
    }
    if (sweeps !== null && sweeps !== open.sweeps.length) {
      const reason = `its end speaks of ${sweeps} sweeps, and ${open.sweeps.length} are there`;
      this.#noteAt(open.line, `run ${open.number}`, reason);
    }
  }

  #hostNumber(values: Values<'host'>): number {
    const row = hostRow(values);
    const text = Object.values(row).join('\n');
    const known = this.#hosts.findIndex((one) => Object.values(one).join('\n') === text);
    return known >= 0 ? known + 1 : this.#hosts.push(row);
  }

  #note(text: string, reason: string): void {
    if (this.#open !== null) this.#open.isDamaged = true;
    this.#noteAt(this.#number, text, reason);
  }

  #noteAt(line: number, text: string, reason: string): void {
    if (this.#notes.length < NOTES_MAX)
      this.#notes.push({ line, reason, text: text.trim().slice(0, NOTE_TEXT_MAX_LENGTH) });
  }

  #warnings(): Warning[] {
    const incomplete = this.#results.filter(({ isComplete }) => isComplete === 'no').length;
    const backwards = this.#results.reduce((sum, row) => sum + (row.backwards ?? 0), 0);
    const all: readonly (Warning & { readonly applies: boolean })[] = [
      {
        kind: 'sweeps-incomplete',
        message: `${incomplete} of ${this.#results.length} sweeps have missing or contradictory lines, see notes; calibrate --costs does not use them`,
        applies: incomplete > 0,
      },
      {
        kind: 'runs-refused',
        message: `the probe refused or ended ${this.#errors.length === 1 ? 'a run' : `${this.#errors.length} runs`}: ${this.#errors[0]}`,
        applies: this.#errors.length > 0,
      },
      {
        kind: 'clock-unstable',
        message: `the TSCs of CPUs disagree (${backwards} stamps outside of their round, or an unstable TSC): times of entries may be wrong`,
        applies: backwards > 0 || this.#hosts.some(({ tsc }) => tsc !== 'stable'),
      },
      {
        kind: 'virtual-host',
        message: 'measured in a virtual machine: its hypervisor takes part in every IPI',
        applies: this.#hosts.some((host) => host.virtual === 'yes'),
      },
      {
        kind: 'hosts-differ',
        message: `lines of ${this.#hosts.length} hosts, or of one whose CPUs went on- or offline`,
        applies: this.#hosts.length > 1,
      },
    ];
    return all.filter(({ applies }) => applies).map(({ kind, message }) => ({ kind, message }));
  }
}

function isBeginning(read: ProbeLine | string): boolean {
  return typeof read !== 'string' && (read.kind === 'host' || read.kind === 'run');
}

/** What of a sweep is missing or contradicts itself. */
function faultsOf(sweep: OpenSweep, asked: Values<'run'>): string[] {
  const { phases, rounds, split, cpus, calls, isDamaged } = sweep;
  const regions = Number(phases.regions);
  const hasRounds = asked.strategy !== 'serial' && Number(phases.targets) > 0;
  const called = Number(phases.targets) + (asked.strategy === 'local-first' ? 0 : 1);
  const numbers = new Set(cpus.map(({ cpu }) => cpu));
  const callsOf = groupBy(calls, ({ cpu }) => cpu);
  const checks: readonly (readonly [boolean, string])[] = [
    [isDamaged, 'it has rounds or a split more than once'],
    [
      phases.regions !== asked.regions || phases.targets !== asked.targets,
      'its run speaks of other regions or CPUs',
    ],
    [hasRounds && rounds === null, 'its rounds are missing'],
    [hasRounds && split === null, 'its split is missing'],
    [rounds !== null && rounds.rounds !== regions, 'it has other rounds than regions'],
    [split !== null && !isAscending(split), 'the steps of its rounds are out of order'],
    [
      asked.list === 'yes' && Number(phases.targets) > 0 && cpus.length !== called,
      `${called} CPUs were called, and there are lines of ${cpus.length}`,
    ],
    [numbers.size !== cpus.length, 'a CPU has more than one line'],
    [cpus.some((row) => row.calls !== regions), 'a CPU ran other calls than there are regions'],
    [cpus.some(({ optimized, calls }) => optimized > calls), 'a CPU optimized more than it was called for'],
    [
      calls.length > 0 && cpus.some(({ cpu }) => callsOf.get(cpu)?.length !== regions),
      'there are lines of other calls than its CPUs ran',
    ],
  ];
  return checks.filter(([applies]) => applies).map(([, fault]) => fault);
}

function isAscending({ firstEntryNs, lastEntryNs, lastExitNs, returnNs }: Values<'split'>): boolean {
  const steps = [firstEntryNs, lastEntryNs, lastExitNs, returnNs].map(Number);
  return steps.every((step, i) => i === 0 || step >= (steps[i - 1] ?? 0));
}

function resultRow(
  { number, host, asked }: OpenRun,
  { phases, rounds, split }: OpenSweep,
  sweep: number,
  isComplete: boolean,
): ProbeRow {
  const figure = (value: string | number | undefined) => (value === undefined ? null : Number(value));
  return {
    ...{ run: number, sweep, host, op: String(asked.op), strategy: String(asked.strategy) },
    ...{ threads: String(asked.threads), regions: Number(phases.regions), targets: Number(phases.targets) },
    ...{
      nearTargets: Number(asked.nearTargets),
      order: String(asked.order),
      senderCpu: Number(asked.senderCpu),
    },
    ...{ guests: String(asked.guests), noidle: String(asked.noidle), emulated: String(asked.emulated) },
    ...{
      isComplete: isComplete ? 'yes' : 'no',
      localNs: Number(phases.localNs),
      remoteNs: Number(phases.remoteNs),
    },
    optimized: Number(phases.optimized),
    ...{ roundMinNs: figure(rounds?.roundMinNs), roundMedianNs: figure(rounds?.roundMedianNs) },
    ...{ roundMeanNs: figure(rounds?.roundMeanNs), roundP99Ns: figure(rounds?.roundP99Ns) },
    roundMaxNs: figure(rounds?.roundMaxNs),
    ...{ firstEntryNs: figure(split?.firstEntryNs), lastEntryNs: figure(split?.lastEntryNs) },
    ...{ lastExitNs: figure(split?.lastExitNs), returnNs: figure(split?.returnNs) },
    backwards: figure(split?.backwards),
  };
}

interface SweepKey {
  readonly run: number;
  readonly sweep: number;
}

function cpuRow(key: SweepKey, values: Values<'cpu'>): ProbeCpuRow {
  return {
    ...{ ...key, cpu: Number(values.cpu), place: String(values.place), inCallsNs: Number(values.inCallsNs) },
    ...{
      calls: Number(values.calls),
      longestNs: Number(values.longestNs),
      optimized: Number(values.optimized),
    },
    entryMedianNs: Number(values.entryMedianNs),
  };
}

function callRow(key: SweepKey, { region, cpu, entryCycles, exitCycles }: Values<'call'>): ProbeCallRow {
  return {
    ...{ ...key, region: Number(region), cpu: Number(cpu) },
    ...{ entryCycles: Number(entryCycles), exitCycles: Number(exitCycles) },
  };
}

function hostRow(values: Values<'host'>): ProbeHostRow {
  return {
    ...{ kernel: String(values.kernel), model: String(values.model), sockets: Number(values.sockets) },
    ...{ l3Groups: Number(values.l3Groups), cores: Number(values.cores), cpus: Number(values.cpus) },
    ...{
      cpusPresent: Number(values.cpusPresent),
      nodes: Number(values.nodes),
      tscKhz: Number(values.tscKhz),
    },
    ...{ tsc: String(values.tsc), snp: String(values.snp), virtual: String(values.virtual) },
  };
}
