import { UnreadableValue } from '../errors.js';
import type { CpuRow, NoteRow, ObservationRow, Partly, ResultRow } from '../run-document/columns.js';
import { countCpus } from './cpu-list.js';
import { type ClockRate, exactNumber, readU64 } from './figures.js';
import { ImportedSweep, type SweepLabels } from './imported-sweep.js';
import { looksRelevant, type Recognized, recognize } from './line-kinds.js';
import { type LogLine, logLines } from './log-lines.js';
import { splitPrefix } from './log-prefix.js';

/** What the user says of a log. */
export interface ImportRequest {
  readonly labels: SweepLabels;
  /** `null`: what the log says. */
  readonly tscGhz: number | null;
}

/** What a log tells. */
export interface ImportedLog {
  readonly results: readonly Partly<ResultRow>[];
  readonly cpus: readonly Partly<CpuRow>[];
  readonly observations: readonly ObservationRow[];
  readonly notes: readonly NoteRow[];
  readonly warnings: readonly { readonly kind: string; readonly message: string }[];
  /** Lines read. */
  readonly lines: number;
  /** Whether there were bytes that no text has. */
  readonly isBinary: boolean;
}

/** So many figures are kept one by one; what a log has beyond is counted. */
const OBSERVATIONS_MAX = 100_000;
const SWEEPS_MAX = 10_000;
const NOTES_MAX = 1000;
const NOTE_TEXT_MAX_LENGTH = 200;
/** What no line that is read goes without. */
const MAY_MATTER = /RMP|Memory @|tsc:/i;

/** A mailer breaks a line into this many at most. */
const PARTS_MAX = 3;

/** Reads a log of any length, in memory that does not grow with what is not kept of it. */
export async function importLog(
  chunks: AsyncIterable<Uint8Array>,
  request: ImportRequest,
): Promise<ImportedLog> {
  const reader = new LogReader(request);
  for await (const line of logLines(chunks)) reader.read(line);
  return reader.finish();
}

/** A relevant message that is not understood yet: a mailer may have broken it. */
interface Pending {
  readonly line: LogLine;
  readonly stamp: string;
  readonly host: string;
  readonly parts: readonly string[];
}

class LogReader {
  readonly #request: ImportRequest;
  readonly #observations: ObservationRow[] = [];
  readonly #notes: NoteRow[] = [];
  readonly #sweeps: ImportedSweep[] = [];
  readonly #hosts = new Set<string>();
  #clock: ClockRate | null;
  #pending: Pending | null = null;
  #lines = 0;
  #isBinary = false;
  #uncounted = { observations: 0, notes: 0, sweeps: 0 };

  constructor(request: ImportRequest) {
    this.#request = request;
    this.#clock = request.tscGhz === null ? null : { ghz: request.tscGhz, origin: '--tsc-ghz' };
  }

  read(line: LogLine): void {
    this.#lines = line.number;
    this.#isBinary ||= line.text.includes('\0');
    // Nearly all lines of nearly all logs are about something else.
    if (this.#pending === null && !MAY_MATTER.test(line.text)) return;
    const { stamp, host, message } = splitPrefix(line.text);
    const continues = this.#continuation(stamp, host, message);
    if (continues) return;
    const whole = recognize(message, true);
    if (whole !== null) this.#take(whole, line, stamp, host);
    else if (line.isCut && looksRelevant(message)) this.#note(line, 'longer than any line of a kernel');
    else if (looksRelevant(message)) this.#pending = { line, stamp, host, parts: [message] };
  }

  finish(): ImportedLog {
    this.#giveUp();
    const results = this.#sweeps.flatMap((sweep) => sweep.resultRows(this.#clock));
    const cpus = this.#sweeps.flatMap((sweep) => sweep.cpuRows());
    return {
      results,
      cpus,
      observations: this.#observations.map((row) => this.#timed(row)),
      notes: this.#notes,
      warnings: this.#warnings(),
      lines: this.#lines,
      isBinary: this.#isBinary,
    };
  }

  /** Tries a line as the rest of a broken one. */
  #continuation(stamp: string, host: string, message: string): boolean {
    const pending = this.#pending;
    if (pending === null) return false;
    const parts = [...pending.parts, message];
    const joined = stamp === '' && host === '' ? recognize(parts.join(' '), true) : null;
    if (joined !== null) {
      this.#pending = null;
      this.#take(joined, pending.line, pending.stamp, pending.host);
      return true;
    }
    if (
      stamp === '' &&
      host === '' &&
      message !== '' &&
      parts.length < PARTS_MAX &&
      !looksRelevant(message)
    ) {
      this.#pending = { ...pending, parts };
      // What is understood by itself is no rest of another line.
      return recognize(message, true) === null;
    }
    this.#giveUp();
    return false;
  }

  /** Takes what stands in the first part of a broken line, or notes it. */
  #giveUp(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    const cut = recognize(pending.parts[0] ?? '', false);
    if (cut === null) this.#note(pending.line, 'not understood');
    else this.#take(cut, pending.line, pending.stamp, pending.host);
  }

  #take({ kind, facts }: Recognized, line: LogLine, stamp: string, host: string): void {
    const impossible = [facts.ns, facts.cycles, facts.localNs, facts.remoteNs, facts.longestNs].some(
      (text) => text !== undefined && readU64(text) === null,
    );
    if (impossible) {
      this.#note(line, 'a number that no kernel counts to');
      return;
    }
    if (kind === 'table-row' && countCpus(tidy(facts.list)) === null) {
      this.#note(line, 'no list of CPUs');
      return;
    }
    this.#hosts.add(host);
    const sweep = this.#sweepOf({ kind, facts }, host);
    if (kind === 'tsc' && this.#request.tscGhz === null) {
      this.#clock = { ghz: Number(facts.mhz) / 1000, origin: `line ${line.number} of the log` };
    }
    const row = (figure: string, printed: string | undefined, unit: string) => {
      if (printed === undefined) return;
      if (this.#observations.length >= OBSERVATIONS_MAX) {
        this.#uncounted.observations++;
        return;
      }
      this.#observations.push({
        ...{ line: line.number, stamp, host, kind, run: sweep?.run ?? null, cpu: exactNumber(facts.cpu) },
        address: facts.address ?? '',
        addressEnd: facts.addressEnd ?? '',
        ...{ figure, printed, unit, ns: unit === 'ns' ? exactNumber(printed) : null, derived: 'no' },
      });
    };
    const mainFigure = { cpu: 'busy', rounds: 'mean' }[kind as string] ?? figureOf(kind);
    row(mainFigure, facts.ns, 'ns');
    row(mainFigure, facts.cycles, 'cycles');
    row('local', facts.localNs, 'ns');
    row('remote', facts.remoteNs, 'ns');
    row('longest', facts.longestNs, 'ns');
    row(
      kind === 'max-cycle-on-cpu' ? 'previous' : 'calls',
      facts.count,
      kind === 'max-cycle-on-cpu' ? 'cycles' : 'count',
    );
    row('regions', facts.regions, 'count');
    row('remote CPUs', facts.cpus, 'count');
    row('clock', facts.mhz, 'MHz');
    row(kind === 'table-row' ? 'region' : 'segment', facts.gb, 'GB');
    row('CPUs', facts.list === undefined ? undefined : tidy(facts.list), 'CPUs');
    if (['attempt', 'coverage', 'rmp-table'].includes(kind)) row('address', facts.address, 'address');
    sweep?.add({ kind, facts });
  }

  /** The sweep a line belongs to: lines with a total start one, unless the one in progress lacks it. */
  #sweepOf({ kind, facts }: Recognized, host: string): ImportedSweep | null {
    const last = this.#sweeps.findLast((sweep) => sweep.host === host) ?? null;
    if (!SWEEP_KINDS.includes(kind)) return null;
    if (last?.accepts({ kind, facts }) === true) return last;
    if (this.#sweeps.length >= SWEEPS_MAX) {
      this.#uncounted.sweeps++;
      return null;
    }
    const sweep = new ImportedSweep(this.#sweeps.length + 1, host, this.#request.labels);
    this.#sweeps.push(sweep);
    return sweep;
  }

  #note({ number, text }: LogLine, reason: string): void {
    if (this.#notes.length >= NOTES_MAX) {
      this.#uncounted.notes++;
      return;
    }
    this.#notes.push({ line: number, reason, text: text.slice(0, NOTE_TEXT_MAX_LENGTH) });
  }

  /** Cycles as time, where the rate of their clock is known. */
  #timed(row: ObservationRow): ObservationRow {
    if (row.unit !== 'cycles' || this.#clock === null) return row;
    const ns = Math.round(Number(row.printed) / this.#clock.ghz);
    return Number.isSafeInteger(ns) ? { ...row, ns, derived: 'yes' } : row;
  }

  #warnings(): { kind: string; message: string }[] {
    const warnings: { kind: string; message: string }[] = [];
    const warn = (kind: string, message: string) => warnings.push({ kind, message });
    const hasCycles = this.#observations.some(({ unit }) => unit === 'cycles');
    if (hasCycles && this.#clock === null) {
      warn(
        'clock-rate-unknown',
        'cycles stay cycles: the log does not name the rate of the TSC; --tsc-ghz does',
      );
    }
    if (hasCycles && this.#clock !== null) {
      const { ghz, origin } = this.#clock;
      warn('clock-rate', `cycles are made time at ${ghz} GHz, by ${origin}`);
    }
    const hosts = [...this.#hosts].filter(Boolean);
    if (hosts.length > 1)
      warn('several-hosts', `the log has lines of ${hosts.length} hosts; sweeps are kept apart`);
    if (this.#notes.length > 0) {
      const count = this.#notes.length + this.#uncounted.notes;
      warn(
        'not-understood',
        `${count} ${count === 1 ? 'line' : 'lines'} looked relevant and could not be used, see notes`,
      );
    }
    if (this.#uncounted.sweeps > 0) {
      const message = `${this.#uncounted.sweeps} lines about sweeps beyond the first ${SWEEPS_MAX} are in no result`;
      warn('sweeps-left-out', message);
    }
    if (this.#uncounted.observations > 0) {
      const message = `${this.#uncounted.observations} figures beyond the first ${OBSERVATIONS_MAX} are part of the results and not listed`;
      warn('observations-not-listed', message);
    }
    return warnings;
  }
}

/** Kinds of lines that tell of a sweep. */
const SWEEP_KINDS: readonly string[] = [
  ...['execution-time', 'execution-cycles', 'phases', 'cpu', 'rounds'],
  ...['largest-cycles', 'smallest-cycles', 'average-cycles', 'max-cpu-cycles', 'min-cpu-cycles'],
  ...['instruction-cycles', 'max-cycle-on-cpu'],
];

function figureOf(kind: string): string {
  const figures: Readonly<Record<string, string>> = {
    ...{ 'execution-time': 'total', 'execution-cycles': 'total' },
    ...{ 'largest-cycles': 'largest instruction', 'smallest-cycles': 'smallest instruction' },
    ...{ 'average-cycles': 'average instruction', 'instruction-cycles': 'instruction' },
    ...{ 'max-cpu-cycles': 'max. CPU cycles', 'min-cpu-cycles': 'min. CPU cycles' },
    ...{ 'max-cycle-on-cpu': 'largest instruction so far' },
  };
  return figures[kind] ?? kind;
}

/** A CPU list without the spaces a mailer may have put in. */
function tidy(list: string | undefined): string {
  return (list ?? '').replace(/\s+/g, '');
}

/** The clock rate a user gives. @throws UnreadableValue */
export function parseTscGhz(text: string): number {
  const ghz = /^\d{1,2}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (ghz >= 0.1 && ghz <= 20) return ghz;
  throw new UnreadableValue('gigahertz from 0.1 to 20, such as 2.0', `"${text.slice(0, 40)}"`);
}
