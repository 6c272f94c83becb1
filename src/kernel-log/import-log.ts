import type { CpuRow, NoteRow, ObservationRow, Partly, ResultRow } from '../run-document/columns.js';
import type { Warning } from '../run-document/run-document.js';
import { BrokenLines, type Found, type Place } from './broken-lines.js';
import { ClockRates, cyclesToNs } from './clock-rates.js';
import { countCpus } from './cpu-list.js';
import { exactNumber, isU64, REGION_BYTES } from './figures.js';
import { ImportedSweep, type SweepLabels } from './imported-sweep.js';
import type { LineKind, Recognized } from './line-kinds.js';
import { type LogLine, logLines } from './log-lines.js';
import { observedFigures } from './observed-figures.js';

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
  readonly warnings: readonly Warning[];
  /** Lines read. */
  readonly lines: number;
  /** Whether there were bytes that no text has. */
  readonly isBinary: boolean;
}

/** So much is kept one by one; what a log has beyond is counted. */
const OBSERVATIONS_MAX = 100_000;
const SWEEPS_MAX = 10_000;
const NOTES_MAX = 1000;
const NOTE_TEXT_MAX_LENGTH = 200;

/** Reads a log of any length, in memory that does not grow with what is not kept of it. */
export async function importLog(
  chunks: AsyncIterable<Uint8Array>,
  request: ImportRequest,
): Promise<ImportedLog> {
  const reader = new LogReader(request);
  for await (const line of logLines(chunks)) reader.read(line);
  return reader.finish();
}

/** Kinds of lines that tell of a sweep. */
const SWEEP_KINDS: readonly LineKind[] = [
  ...(['execution-time', 'execution-cycles', 'phases', 'cpu', 'rounds'] as const),
  ...(['largest-cycles', 'smallest-cycles', 'average-cycles', 'max-cpu-cycles', 'min-cpu-cycles'] as const),
  ...(['instruction-cycles', 'max-cycle-on-cpu'] as const),
];

class LogReader {
  readonly #request: ImportRequest;
  readonly #clocks: ClockRates;
  readonly #lines = new BrokenLines();
  readonly #observations: ObservationRow[] = [];
  readonly #notes: NoteRow[] = [];
  readonly #sweeps: ImportedSweep[] = [];
  readonly #lastSweepOf = new Map<string, ImportedSweep>();
  readonly #hosts = new Set<string>();
  /** Stamped messages, since mails quote the same lines again and again. */
  readonly #seen = new Set<string>();
  readonly #leftOut = { observations: 0, notes: 0, sweeps: 0 };
  #lineCount = 0;
  #isBinary = false;

  constructor(request: ImportRequest) {
    this.#request = request;
    this.#clocks = new ClockRates(request.tscGhz);
  }

  read(line: LogLine): void {
    this.#lineCount = line.number;
    this.#isBinary ||= line.text.includes('\0');
    for (const found of this.#lines.read(line)) this.#take(found);
  }

  finish(): ImportedLog {
    for (const found of this.#lines.finish()) this.#take(found);
    const areSeveral = this.#namedHosts().length > 1;
    for (const sweep of this.#sweeps) sweep.clock ??= this.#clocks.of(sweep.host);
    return {
      results: this.#sweeps.flatMap((sweep) => sweep.resultRows(areSeveral)),
      cpus: this.#sweeps.flatMap((sweep) => sweep.cpuRows(areSeveral)),
      observations: this.#observations.map((row) => this.#timed(row)),
      notes: this.#notes,
      warnings: this.#warnings(),
      lines: this.#lineCount,
      isBinary: this.#isBinary,
    };
  }

  #take(found: Found): void {
    if ('reason' in found) {
      this.#note(found.line, found.reason);
      return;
    }
    const { recognized } = found;
    const fault = this.#isSeen(found, recognized) ? 'stands in the log before' : faultOf(recognized);
    if (fault !== null) {
      this.#note(found.line, fault);
      return;
    }
    const { kind, facts } = recognized;
    const { host, line } = found;
    if (kind === 'tsc' && !this.#clocks.say(host, facts.mhz ?? '', line.number)) {
      this.#note(line, 'no rate a TSC has');
      return;
    }
    this.#hosts.add(host);
    const told = this.#withoutBadRange(found, recognized);
    const sweep = this.#sweepOf(told, host);
    sweep?.add(told);
    const observed = observedFigures(found, recognized, sweep?.run ?? null, this.#clocks.of(host));
    for (const row of observed) this.#observe(row, found);
  }

  #observe(row: ObservationRow, { line }: Place): void {
    if (row.unit === 'ns' && row.ns === null)
      this.#note(line, 'larger than can be carried exactly: kept as printed');
    if (this.#observations.length < OBSERVATIONS_MAX) this.#observations.push(row);
    else this.#leftOut.observations++;
  }

  #isSeen({ stamp, host }: Place, { kind, facts }: Recognized): boolean {
    if (stamp === '') return false;
    const key = JSON.stringify([stamp, host, kind, facts]);
    if (this.#seen.has(key)) return true;
    if (this.#seen.size < OBSERVATIONS_MAX) this.#seen.add(key);
    return false;
  }

  /** A sweep covers a region or more; a range that does not was cut off, or means something else. */
  #withoutBadRange({ line }: Place, recognized: Recognized): Recognized {
    const { kind, facts } = recognized;
    const { address, addressEnd } = facts;
    const isTotal = kind === 'execution-time' || kind === 'execution-cycles';
    if (!isTotal || address === undefined || addressEnd === undefined) return recognized;
    if (BigInt(addressEnd) - BigInt(address) >= REGION_BYTES - 1n) return recognized;
    this.#note(line, 'its range of addresses holds no region: the time is taken, the range is not');
    return { kind, facts: { ...facts, address: undefined, addressEnd: undefined } };
  }

  /** The sweep a line belongs to: the last one of its host if that can have it, else a new one. */
  #sweepOf(recognized: Recognized, host: string): ImportedSweep | null {
    if (!SWEEP_KINDS.includes(recognized.kind)) return null;
    const clock = this.#clocks.of(host);
    const last = this.#lastSweepOf.get(host) ?? null;
    if (last?.accepts(recognized, clock) === true) {
      last.clock ??= clock;
      return last;
    }
    if (this.#sweeps.length >= SWEEPS_MAX) {
      this.#leftOut.sweeps++;
      return null;
    }
    const sweep = new ImportedSweep(this.#sweeps.length + 1, host, this.#request.labels, clock);
    this.#sweeps.push(sweep);
    this.#lastSweepOf.set(host, sweep);
    return sweep;
  }

  #note({ number, text }: LogLine, reason: string): void {
    if (this.#notes.length >= NOTES_MAX) this.#leftOut.notes++;
    else this.#notes.push({ line: number, reason, text: text.slice(0, NOTE_TEXT_MAX_LENGTH) });
  }

  /** Cycles read before the log said how fast they run. */
  #timed(row: ObservationRow): ObservationRow {
    if (row.unit !== 'cycles' || row.ns !== null) return row;
    const ns = cyclesToNs(row.printed, this.#clocks.of(row.host));
    return ns === null ? row : { ...row, ns, derived: 'yes' };
  }

  #namedHosts(): string[] {
    return [...this.#hosts].filter((host) => host !== '');
  }

  #warnings(): Warning[] {
    const hosts = this.#namedHosts();
    const incomplete = this.#sweeps.filter((sweep) => sweep.missesCpus);
    const { observations, sweeps } = this.#leftOut;
    const noted = this.#notes.length + this.#leftOut.notes;
    const all: readonly (Warning & { readonly applies: boolean })[] = [
      ...this.#clockWarnings(),
      {
        kind: 'several-hosts',
        message: `the log has lines of ${hosts.length} hosts, told apart in the column variation`,
        applies: hosts.length > 1,
      },
      {
        kind: 'cpus-missing',
        message: `sweep ${incomplete.map(({ run }) => run).join(', ')}: not every remote CPU has a line, so nothing is said of fastest to slowest`,
        applies: incomplete.length > 0,
      },
      {
        kind: 'not-understood',
        message: `${noted} ${noted === 1 ? 'line' : 'lines'} looked relevant and could not be used as they stand, see notes`,
        applies: noted > 0,
      },
      {
        kind: 'sweeps-left-out',
        message: `${sweeps} lines about sweeps beyond the first ${SWEEPS_MAX} are in no result`,
        applies: sweeps > 0,
      },
      {
        kind: 'observations-not-listed',
        message: `${observations} figures beyond the first ${OBSERVATIONS_MAX} are not listed one by one`,
        applies: observations > 0,
      },
    ];
    return all.filter(({ applies }) => applies).map(({ kind, message }) => ({ kind, message }));
  }

  #clockWarnings(): (Warning & { applies: boolean })[] {
    const hosts = new Set(this.#observations.filter(({ unit }) => unit === 'cycles').map(({ host }) => host));
    return [...hosts].map((host) => {
      const clock = this.#clocks.of(host);
      const on = host === '' ? '' : ` on ${host}`;
      return clock === null
        ? {
            kind: 'clock-rate-unknown',
            message: `cycles${on} stay cycles: the log does not name the rate of the TSC; --tsc-ghz does`,
            applies: true,
          }
        : {
            kind: 'clock-rate',
            message: `cycles${on} are made time at ${clock.ghz} GHz, by ${clock.origin}`,
            applies: true,
          };
    });
  }
}

/** Why a line of a known form cannot be true; `null` where it can. */
function faultOf({ kind, facts }: Recognized): string | null {
  const { ns, cycles, localNs, remoteNs, longestNs, count, list } = facts;
  const numbers = [ns, cycles, localNs, remoteNs, longestNs, count].filter((text) => text !== undefined);
  if (!numbers.every(isU64)) return 'a number that no kernel counts to';
  if (kind === 'table-row' && countCpus((list ?? '').replace(/\s+/g, '')) === null) return 'no list of CPUs';
  if (kind === 'cpu' && exactNumber(facts.cpu) === null) return 'no number of a CPU';
  return null;
}
