import type {
  ImportedCpuRow,
  ImportedResultRow,
  NoteRow,
  ObservationRow,
  SegmentRow,
} from '../run-document/columns.js';
import type { Warning } from '../run-document/run-document.js';
import { AlternativeParts } from './alternative-parts.js';
import { cyclesToNs, loggedRate } from './clock-rates.js';
import { countCpus } from './cpu-list.js';
import { CutLines, type LineEnding } from './cut-lines.js';
import { type Disturbance, disturbanceIn } from './disturbances.js';
import { type Era, noteSegment, noteUse } from './era.js';
import { exactNumber, isU64, REGION_BYTES } from './figures.js';
import { type Entry, ImportedSweep, type Owner, type SweepLabels } from './imported-sweep.js';
import { isTotal, REASONS_WITHOUT_SWEEP, type Recognized, SWEEP_KINDS } from './line-kinds.js';
import { type LogLine, LogLines } from './log-lines.js';
import { type Moment, momentOf, readPrefix } from './log-prefix.js';
import { type Found, type FoundMessage, type FoundNote, MessageFinder } from './messages.js';
import { ObjectFields } from './object-fields.js';
import { observedFigures } from './observed-figures.js';
import { type PlainLine, plainLines } from './plain-lines.js';
import { SweepAssembly } from './sweep-assembly.js';
import { utf8Chunks } from './text-encoding.js';
import { TransferDecoder } from './transfer-encoding.js';
import { warningsOf } from './warnings.js';

/** What the user says of a log. */
export interface ImportRequest {
  readonly labels: SweepLabels;
  /** The states of its sweeps, in their order; `null`: nothing is said of them one by one. */
  readonly states: readonly string[] | null;
  /** `null`: what the log says. */
  readonly tscGhz: number | null;
}

/** What a log tells. */
export interface ImportedLog {
  readonly results: readonly ImportedResultRow[];
  readonly cpus: readonly ImportedCpuRow[];
  readonly observations: readonly ObservationRow[];
  readonly notes: readonly NoteRow[];
  readonly rmpSegments: readonly SegmentRow[];
  readonly warnings: readonly Warning[];
  /** How many sweeps it tells of. */
  readonly sweeps: number;
  /** Why there may be none, in words, each with its line. */
  readonly reasons: readonly { readonly line: number; readonly reason: string }[];
  /** Lines read. */
  readonly lines: number;
  /** What it seems to be where it is no log; else `null`. */
  readonly seemsToBe: string | null;
}

/** So much is kept one by one; what a log has beyond is counted. */
export interface ImportLimits {
  readonly observations: number;
  readonly sweeps: number;
  readonly notes: number;
}

const LIMITS: ImportLimits = { observations: 100_000, sweeps: 10_000, notes: 1000 };
const DISTURBANCES_MAX = 1000;
const NOTE_TEXT_MAX_LENGTH = 200;

/**
 * Reads a log of any length, in memory that does not grow with what is not kept of it.
 * @throws UnreadableValue when it is no text
 */
export async function importLog(
  chunks: AsyncIterable<Uint8Array>,
  request: ImportRequest,
  limits = LIMITS,
): Promise<ImportedLog> {
  const reader = new LogReader(request, limits);
  for await (const chunk of utf8Chunks(chunks)) reader.push(chunk);
  return reader.finish();
}

/** What is read of one host. */
interface HostLog {
  era: Era;
  assembly: SweepAssembly;
  /** The latest stamp of the kernel. */
  kernelSeconds: number;
  /** Whether its log has said how fast its TSC is. */
  hasClock: boolean;
}

/** A row of observations with what it depends on that is known at the end. */
interface Kept {
  readonly row: ObservationRow;
  readonly owner: Owner;
  readonly era: Era;
  /** How its line ends where it ends with its last figure, and what it says. */
  readonly ending: LineEnding | null;
  readonly text: string;
}

interface SeenDisturbance extends Disturbance {
  readonly host: string;
  readonly moment: Moment | null;
}

/** Stamps of a kernel go back by less where CPUs print at once. */
const BACKWARDS_SECONDS = 0.5;
/** Farther from a sweep, a disturbance is not of it. */
const NEAR_SECONDS = 60;

class LogReader {
  readonly #request: ImportRequest;
  readonly #limits: ImportLimits;
  readonly #lines = new LogLines();
  readonly #transfer = new TransferDecoder();
  readonly #alternatives = new AlternativeParts();
  readonly #fields = new ObjectFields();
  readonly #finder = new MessageFinder();
  readonly #kept: Kept[] = [];
  readonly #notes: NoteRow[] = [];
  readonly #sweeps: ImportedSweep[] = [];
  readonly #hosts = new Map<string, HostLog>();
  readonly #eras: Era[] = [];
  readonly #disturbances: SeenDisturbance[] = [];
  readonly #reasons: { readonly line: number; readonly reason: string }[] = [];
  readonly #cutLines = new CutLines();
  /** How often each message stands at each depth of quotation, since mails quote the same lines again and again. */
  readonly #seen = new Map<string, number[]>();
  readonly #leftOut = { observations: 0, notes: 0, sweeps: 0 };
  #seemsToBe: string | null = null;
  #isFirst = true;
  #latest: FoundMessage | null = null;

  constructor(request: ImportRequest, limits: ImportLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  push(chunk: Buffer): void {
    if (this.#isFirst) this.#seemsToBe = guessOf(chunk);
    this.#isFirst = false;
    for (const line of this.#lines.push(chunk)) this.#read(line);
  }

  finish(): ImportedLog {
    for (const line of this.#lines.finish()) this.#read(line);
    for (const line of this.#transfer.finish()) this.#readDecoded(line);
    for (const found of this.#finder.finish()) this.#take(found);
    for (const { assembly } of this.#hosts.values()) assembly.finish();
    const observations = this.#withoutCut();
    const sweeps = this.#finishSweeps();
    const hosts = [...this.#hosts.keys()].filter((host) => host !== '');
    const areSeveral = hosts.length > 1;
    return {
      results: sweeps.flatMap((sweep) => sweep.resultRows(areSeveral)),
      cpus: sweeps.flatMap((sweep) => sweep.cpuRows(areSeveral)),
      observations: observations.map(observationOf),
      notes: this.#notes.sort((a, b) => a.line - b.line),
      // Those of the last boot that tells of some; of several hosts it is not known whose machine is meant.
      rmpSegments: areSeveral
        ? []
        : [...(this.#eras.findLast(({ segments }) => segments.size > 0)?.segments.values() ?? [])],
      warnings: warningsOf({
        ...{ sweeps, hosts, eras: this.#eras, limits: this.#limits },
        ...{ disturbances: this.#disturbances, leftOut: this.#leftOut },
        notes: this.#notes.length + this.#leftOut.notes,
      }),
      sweeps: sweeps.length,
      reasons: this.#reasons,
      lines: this.#lines.count,
      seemsToBe: this.#seemsToBe,
    };
  }

  #read(line: LogLine): void {
    for (const decoded of this.#transfer.read(line)) this.#readDecoded(decoded);
    const isInMail = this.#transfer.wantsNext || this.#alternatives.wantsNext;
    this.#lines.wantsNext = this.#finder.wantsNext || this.#fields.wantsNext || isInMail;
  }

  #readDecoded(line: LogLine): void {
    if (this.#alternatives.repeats(line) || this.#fields.repeats(line)) return;
    for (const plain of plainLines(line)) {
      for (const found of this.#finder.read(plain)) this.#take(found);
      this.#readMarks(plain);
    }
  }

  /** What lines say that are no messages of a sweep: of the log itself, of boots, of faults of the host. */
  #readMarks({ text, number, ...hints }: PlainLine): void {
    if (!MAY_BE_MARK.test(text)) return;
    const disturbance = disturbanceIn(text, number);
    const [, times] = REPEATED.exec(text) ?? [];
    const isBoot = BOOT.test(text);
    if (disturbance === null && times === undefined && !isBoot) return;
    const prefix = readPrefix(text);
    const host = prefix.host || hints.host;
    if (disturbance !== null) this.#disturb(disturbance, host, prefix.stamp || hints.stamp);
    if (isBoot) this.#boot(host);
    // What was repeated is the line before, whatever that was.
    if (times !== undefined && this.#latest?.line === number - 1)
      this.#take({ ...this.#latest, line: number, text, times: Number(times), stamp: prefix.stamp });
  }

  #disturb(disturbance: Disturbance, host: string, stamp: string): void {
    if (this.#disturbances.length < DISTURBANCES_MAX)
      this.#disturbances.push({ ...disturbance, host, moment: momentOf(stamp) });
    if (disturbance.kind !== 'clock') return;
    const hosts = host === '' ? [...this.#hosts.values()] : [this.#hostLog(host)];
    for (const { era } of hosts) era.clockFault ??= disturbance;
  }

  /** A new boot: what was said before of a host says nothing of it. */
  #boot(host: string): void {
    const hosts = host === '' ? [...this.#hosts.keys()] : [host];
    for (const name of hosts) this.#startEra(name);
  }

  #hostLog(host: string): HostLog {
    return this.#hosts.get(host) ?? this.#startEra(host);
  }

  #startEra(host: string): HostLog {
    this.#hosts.get(host)?.assembly.finish();
    const { tscGhz } = this.#request;
    const clock = tscGhz === null ? null : { ghz: tscGhz, origin: '--tsc-ghz' };
    const era: Era = { host, clock, clockFault: null, uses: [], segments: new Map() };
    const assembly = new SweepAssembly(era, (owner) => this.#createSweep(owner));
    const started = { era, assembly, kernelSeconds: 0, hasClock: false };
    this.#eras.push(era);
    this.#hosts.set(host, started);
    return started;
  }

  #createSweep(era: Era): ImportedSweep | null {
    if (this.#sweeps.length >= this.#limits.sweeps) {
      this.#leftOut.sweeps++;
      return null;
    }
    const sweep = new ImportedSweep(era, this.#request.labels);
    this.#sweeps.push(sweep);
    return sweep;
  }

  #take(found: Found): void {
    if ('reason' in found) {
      this.#takeNote(found);
      return;
    }
    const { kind, line, facts } = found;
    const moment = momentOf(found.stamp);
    const fault = this.#isSeen(found, moment) ? 'stands in the log before' : faultOf(found);
    if (fault !== null) {
      this.#note(found, fault);
      return;
    }
    if (found.lacks !== null) this.#takeNote(found.lacks);
    this.#latest = found;
    this.#cutLines.seeWhole(found.reach);
    const reason = REASONS_WITHOUT_SWEEP[kind];
    if (reason !== undefined && this.#reasons.length < this.#limits.notes)
      this.#reasons.push({ line, reason });
    const log = this.#eraAt(found, moment);
    if (kind === 'tsc' && !this.#takeClock(found, log)) return;
    if (kind === 'rmp-segment') noteSegment(log.era, facts);
    const told = this.#withoutBadRange(found);
    const { times, ending } = told;
    const entry: Entry = {
      kind,
      facts: told.facts,
      line,
      times,
      ending,
      moment,
      owner: { sweep: null },
    };
    if (facts.cycles !== undefined) noteUse(log.era, line);
    if (SWEEP_KINDS.includes(kind)) log.assembly.add(entry);
    for (const row of observedFigures(told, log.era.clock)) this.#observe(row, entry.owner, log.era, found);
  }

  #takeNote(note: FoundNote): void {
    this.#note(note, note.reason);
    if (note.cut !== null) this.#cutLines.see(note.cut);
    if (note.isOfSweep)
      this.#disturb(
        { kind: 'lost', line: note.line, what: 'a line that cannot be used' },
        note.host,
        note.stamp,
      );
  }

  /** The boot a message is of: stamps that go back, or a clock found anew, begin another. */
  #eraAt({ kind, host, text }: FoundMessage, moment: Moment | null): HostLog {
    const log = this.#hostLog(host);
    const seconds = moment?.clock === 'kernel' ? moment.seconds : null;
    const isBack = seconds !== null && seconds < log.kernelSeconds - BACKWARDS_SECONDS;
    const isFoundAnew = kind === 'tsc' && log.hasClock && text.includes('Detected');
    const current = isBack || isFoundAnew ? this.#startEra(host) : log;
    current.kernelSeconds = Math.max(current.kernelSeconds, seconds ?? 0);
    return current;
  }

  #takeClock(found: FoundMessage, log: HostLog): boolean {
    const rate = loggedRate(found.facts.mhz ?? '', found.line);
    if (rate === null) {
      this.#note(found, 'no rate a TSC has');
      return false;
    }
    log.hasClock = true;
    if (this.#request.tscGhz === null) log.era.clock = rate;
    return true;
  }

  #observe(row: ObservationRow, owner: Owner, era: Era, found: FoundMessage): void {
    if (row.unit === 'ns' && row.ns === null)
      this.#note(found, 'larger than can be carried exactly: kept as printed');
    if (this.#kept.length >= this.#limits.observations) {
      this.#leftOut.observations++;
      return;
    }
    const { ending, text } = found;
    this.#kept.push({ row, owner, era, ending, text });
  }

  /**
   * Equal lines are one that was quoted where their stamp is finer than what happens within it, or where one of them is quoted and
   * the other is not, or less often.
   */
  #isSeen(found: FoundMessage, moment: Moment | null): boolean {
    const { stamp, host, kind, facts, times, depth } = found;
    const key = [stamp, host, kind, times, ...Object.values(facts)].join('\t');
    const counts = this.#seen.get(key);
    if (counts === undefined) {
      if (this.#seen.size < this.#limits.observations) this.#seen.set(key, countsAt(depth));
      return false;
    }
    const others = counts.map((count, i) => (i === depth ? 0 : count));
    const own = (counts[depth] ?? 0) + 1;
    counts[depth] = own;
    return isFinelyStamped(found, moment) || own <= Math.max(...others);
  }

  /** A sweep covers a region or more; a range that does not was cut off, or means something else. */
  #withoutBadRange(found: FoundMessage): FoundMessage {
    const { address, addressEnd } = found.facts;
    if (!isTotal(found.kind) || address === undefined || addressEnd === undefined) return found;
    if (BigInt(addressEnd) - BigInt(address) >= REGION_BYTES - 1n) return found;
    this.#note(found, 'its range of addresses holds no region: the time is taken, the range is not');
    return { ...found, facts: { ...found.facts, address: undefined, addressEnd: undefined } };
  }

  #note({ line, text }: { readonly line: number; readonly text: string }, reason: string): void {
    if (this.#notes.length >= this.#limits.notes) this.#leftOut.notes++;
    else this.#notes.push({ line, reason, text: text.slice(0, NOTE_TEXT_MAX_LENGTH) });
  }

  /** What is left where lines were cut off, and those are dropped that may be. */
  #withoutCut(): Kept[] {
    const { cutWidth } = this.#lines;
    if (cutWidth !== null) this.#cutLines.seeWidth(cutWidth);
    for (const width of this.#finder.brokenWidths) this.#cutLines.seeWidth(width);
    const mayBeCut = this.#cutLines.judge();
    for (const sweep of this.#sweeps) sweep.dropCut(mayBeCut);
    return this.#kept.filter(({ row, ending, text }) => {
      if (ending === null || !mayBeCut(ending)) return true;
      this.#note({ line: row.line, text }, 'lines of the log are cut off, as this one may be');
      return false;
    });
  }

  /** Sweeps by their first lines, with what disturbed them. */
  #finishSweeps(): ImportedSweep[] {
    const sweeps = this.#sweeps
      .filter((sweep) => !sweep.isEmpty)
      .sort((a, b) => a.lines.first - b.lines.first);
    for (const [i, sweep] of sweeps.entries()) {
      sweep.run = i + 1;
      sweep.state = this.#request.states?.[i] ?? null;
    }
    for (const disturbance of this.#disturbances) {
      if (disturbance.kind === 'clock') continue;
      for (const sweep of sweepsNear(disturbance, sweeps)) sweep.disturbances.push(disturbance);
    }
    return sweeps;
  }
}

/** A stamp this fine tells any two lines apart. */
const FINE_SECONDS = 1e-6;

/** Whether no two messages can have the stamp of this one; those about clocks are printed before the clock runs. */
function isFinelyStamped({ kind, facts }: Recognized, moment: Moment | null): boolean {
  if (moment === null || kind === 'tsc') return false;
  const { resolutionSeconds } = moment;
  return resolutionSeconds <= FINE_SECONDS || Number(facts.ns ?? 0) / 1e9 >= resolutionSeconds;
}

/** One at a depth, none at those below. */
function countsAt(depth: number): number[] {
  return Array.from({ length: depth + 1 }, (_, i) => (i === depth ? 1 : 0));
}

/** What no mark goes without. */
const MAY_BE_MARK =
  /dropped|Missed|uppressed|lost|overrun|RMPUPDATE|lockup|LOCKUP|stall|CSD|blocked|unstable|TSC clock|Linux version|-- |repeated/;
const BOOT = /\bLinux version \d|^-- (?:Boot|Reboot)\b/;
const REPEATED = /\blast message repeated (\d{1,6}) times?\b/;

/** The sweep a line stands in, or the two between which it stands, if it is of their host and time. */
function sweepsNear(
  { line, host, moment }: SeenDisturbance,
  sweeps: readonly ImportedSweep[],
): ImportedSweep[] {
  const near = sweeps.filter(({ era, last }) => {
    const isOfHost = host === '' || era.host === '' || host === era.host;
    const isOfClock = moment !== null && last !== null && moment.clock === last.clock;
    return isOfHost && !(isOfClock && Math.abs(moment.seconds - last.seconds) > NEAR_SECONDS);
  });
  const around = near.filter(({ lines }) => lines.first <= line && line <= lines.last);
  const before = near.filter(({ lines }) => lines.last < line).at(-1);
  const after = near.find(({ lines }) => lines.first > line);
  if (around.length > 0) return around;
  return [before, after].filter((one) => one !== undefined);
}

/** Cycles read before the log said how fast they run are timed as those after. */
function observationOf({ row, owner, era }: Kept): ObservationRow {
  const run = owner.sweep?.run ?? null;
  if (row.unit !== 'cycles' || row.ns !== null) return { ...row, run };
  const ns = cyclesToNs(row.printed, era.clock);
  return ns === null ? { ...row, run } : { ...row, run, ns, derived: 'yes' };
}

/** What the beginning of a file looks like that may be no log; `null` where nothing is unusual. */
function guessOf(chunk: Buffer): string | null {
  const head = chunk.subarray(0, 4096).toString('latin1');
  if (head.includes('\0')) return 'a binary file';
  const isBase64 = /^[A-Za-z0-9+/]{40,}\r?\n[A-Za-z0-9+/\s]+={0,2}\s*$/.test(head) && !/[ \t]/.test(head);
  return isBase64 ? 'text in base64: decode it first (base64 -d)' : null;
}

/** Why a line of a known form cannot be true; `null` where it can. */
function faultOf({ kind, facts }: Recognized): string | null {
  const { ns, cycles, localNs, remoteNs, longestNs, count, list, cpu, regions, cpus, gb } = facts;
  const numbers = [ns, cycles, localNs, remoteNs, longestNs, count, cpu, regions, cpus, gb];
  if (!numbers.every((text) => text === undefined || isU64(text))) return 'a number that no kernel counts to';
  if (kind === 'table-row' && countCpus((list ?? '').replace(/\s+/g, '')) === null) return 'no list of CPUs';
  if (kind === 'cpu' && exactNumber(cpu) === null) return 'no number of a CPU';
  return null;
}
