import type { ImportedCpuRow, ImportedResultRow, SweepKey } from '../run-document/columns.js';
import { meanOf, percentile } from '../run-document/statistics.js';
import { type ClockRate, cyclesToNs, printedNs } from './clock-rates.js';
import type { LineEnding } from './cut-lines.js';
import type { Disturbance } from './disturbances.js';
import type { Era } from './era.js';
import { exactNumber, REGION_BYTES } from './figures.js';
import { isTotal, type LineFacts, type LineKind, type Recognized, TOTALS } from './line-kinds.js';
import type { Moment } from './log-prefix.js';

/** What the user says a log is of; empty and `null` where nothing is said. */
export interface SweepLabels {
  readonly scenario: string;
  readonly state: string;
  readonly mapping: string;
  readonly strategy: string;
  readonly threads: string;
  readonly memoryBytes: number | null;
}

/** Two ways of timing one sweep differ by the readings of the clock between them. */
const SAME_TOTAL_SHARE = 0.02;

/** The sweep a message was counted to, once that is known. */
export interface Owner {
  sweep: ImportedSweep | null;
}

/** A message that tells of a sweep. */
export interface Entry extends Recognized {
  readonly line: number;
  readonly times: number;
  readonly ending: LineEnding | null;
  /** `null` where it cannot be told. */
  readonly moment: Moment | null;
  readonly owner: Owner;
}

/** RMPOPTs whose cycles were printed one by one. */
interface InstructionSums {
  count: number;
  sum: bigint;
  least: bigint;
  most: bigint;
  /** How the lines end that end with their figure: the widths they have, and the farthest reach. */
  readonly widths: Set<number>;
  reach: number;
}

/** Facts, and how their line ends where it ends with the last of them. */
interface KeptFacts {
  readonly facts: LineFacts;
  readonly ending: LineEnding | null;
}

/** One sweep a log tells of, as its lines come in. */
export class ImportedSweep {
  /** From 1, in the order of the log; 0 until all of it is read. */
  run = 0;
  readonly era: Era;
  readonly #labels: SweepLabels;
  /** The state the user says it is of; `null`: as all of the log. */
  state: string | null = null;
  readonly #kept = new Map<LineKind, KeptFacts>();
  readonly #cpus = new Map<number, LineFacts>();
  #instructions: InstructionSums | null = null;
  /** Its first line and its last. */
  readonly lines = { first: Number.POSITIVE_INFINITY, last: 0 };
  /** When its last line was printed. */
  last: Moment | null = null;
  /** What makes its figures doubtful. */
  readonly disturbances: Disturbance[] = [];
  /** The rate of the clock when its first cycles were printed; `null` while the log has not said. */
  clock: ClockRate | null = null;

  constructor(era: Era, labels: SweepLabels) {
    this.era = era;
    this.#labels = labels;
  }

  /** Whether a line can be one more of this sweep: a second total, or a second line on one CPU, is another's. */
  accepts({ kind, facts }: Recognized): boolean {
    switch (kind) {
      case 'instruction-cycles':
      case 'max-cycle-on-cpu':
        // Printed while a sweep runs, so before its total.
        return !this.#isOver;
      case 'cpu':
        return !this.#cpus.has(Number(facts.cpu));
      default:
        return !this.#kept.has(kind) && (!isTotal(kind) || this.#agrees(kind, facts));
    }
  }

  /** Whether a running maximum follows on the last one of this sweep. */
  goesOnWith({ count }: LineFacts): boolean {
    return count !== undefined && this.#facts('max-cycle-on-cpu')?.cycles === count;
  }

  add({ kind, facts, times, ending, line, moment }: Entry): void {
    this.lines.first = Math.min(this.lines.first, line);
    this.lines.last = Math.max(this.lines.last, line);
    this.last = moment ?? this.last;
    this.clock ??= this.era.clock;
    if (kind === 'cpu') this.#cpus.set(Number(facts.cpu), facts);
    else if (kind === 'instruction-cycles') this.#addInstruction(BigInt(facts.cycles ?? 0), times, ending);
    else if (kind === 'max-cycle-on-cpu') this.#addMaximum({ facts, ending });
    else this.#kept.set(kind, { facts, ending });
  }

  /** Forgets what ends with lines that may be cut off. */
  dropCut(mayBeCut: (ending: LineEnding) => boolean): void {
    const { widths = [], reach = 0 } = this.#instructions ?? {};
    // The mean of those that are left would be of the smaller ones.
    if ([...widths].some((width) => mayBeCut({ width, reach, breakWidth: null }))) this.#instructions = null;
    for (const [kind, { ending }] of this.#kept)
      if (ending !== null && mayBeCut(ending)) this.#kept.delete(kind);
  }

  /** Whether nothing of it is left. */
  get isEmpty(): boolean {
    return this.#kept.size + this.#cpus.size === 0 && this.#instructions === null;
  }

  /** Whether its average lies outside its extremes, so that they cannot be of one sweep. */
  get contradictsItself(): boolean {
    const [least, mean, most] = ['smallest-cycles', 'average-cycles', 'largest-cycles'].map(
      (kind) => this.#facts(kind as LineKind)?.cycles,
    );
    if (mean === undefined) return false;
    return (
      (least !== undefined && BigInt(least) > BigInt(mean)) ||
      (most !== undefined && BigInt(most) < BigInt(mean))
    );
  }

  #facts(kind: LineKind): LineFacts | undefined {
    return this.#kept.get(kind)?.facts;
  }

  /** Whether the log names fewer CPUs than it says took part. */
  get missesCpus(): boolean {
    const said = exactNumber(this.#facts('phases')?.cpus);
    return said !== null && this.#cpus.size > 0 && this.#cpus.size !== said;
  }

  /** Whether the log has the time of the sweep as a time. */
  get #isTotalPrinted(): boolean {
    return TOTALS.some((kind) => printedNs(this.#facts(kind) ?? {}) !== null);
  }

  get #isOver(): boolean {
    return TOTALS.some((kind) => this.#kept.has(kind));
  }

  /** Whether a total can be one more way of telling the same sweep. */
  #agrees(kind: LineKind, facts: LineFacts): boolean {
    if (!this.#isOver) return true;
    const clock = this.clock ?? this.era.clock;
    const factsOf = (one: LineKind) => (one === kind ? facts : undefined);
    const [own, other] = [totalNs((one) => this.#facts(one), clock), totalNs(factsOf, clock)];
    const [ownRegions, otherRegions] = [regionsOf((one) => this.#facts(one)), regionsOf(factsOf)];
    const isOneSweep = ownRegions === null || otherRegions === null || ownRegions === otherRegions;
    return isOneSweep && own !== null && other !== null && Math.abs(own / other - 1) <= SAME_TOTAL_SHARE;
  }

  /** @param namesHost whether the log has several hosts to tell apart */
  resultRows(namesHost: boolean): ImportedResultRow[] {
    return this.#figureRows(namesHost).map((row) => {
      const doubtful = this.#doubtfulIn(row);
      return doubtful === '' ? row : { ...row, doubtful };
    });
  }

  /** The columns of a row whose figures are doubtful. */
  #doubtfulIn(row: ImportedResultRow): string {
    if (this.disturbances.length === 0 && this.era.clockFault === null) return '';
    const isDisturbed = this.disturbances.some(({ kind }) => kind === 'disturbed');
    const isIncomplete = this.disturbances.some(({ kind }) => kind === 'lost');
    const isOfLines = (name: string) =>
      INSTRUCTION_COLUMNS.includes(name) ? this.#hasListed : IN_RMPOPT_COLUMNS.includes(name);
    const isOfCycles = (name: string) =>
      INSTRUCTION_COLUMNS.includes(name) || (name === 'elapsedNs' && !this.#isTotalPrinted);
    const isOfFaultyClock = (name: string) =>
      this.era.clockFault !== null && name !== 'issued' && row.phase === 'total' && isOfCycles(name);
    return FIGURE_COLUMNS.filter(
      (name) =>
        row[name] !== null &&
        (isDisturbed || (isIncomplete && isOfLines(name)) || (isOfFaultyClock(name) && !this.#isSumOfPhases)),
    ).join(';');
  }

  /** Whether it has figures of many lines, of which each may be missing. */
  get #hasListed(): boolean {
    return this.#instructions !== null || this.#kept.has('max-cycle-on-cpu');
  }

  get #isSumOfPhases(): boolean {
    return this.#facts('phases') !== undefined && this.#facts('execution-cycles') === undefined;
  }

  #figureRows(namesHost: boolean): ImportedResultRow[] {
    const row = this.#blankRow(namesHost);
    const phases = this.#facts('phases');
    const regions = this.#regions();
    const remoteCpus = exactNumber(phases?.cpus);
    const local = exactNumber(phases?.localNs);
    const remote = exactNumber(phases?.remoteNs);
    const perCpu = remote === null || !remoteCpus ? null : meanOf(remote, remoteCpus);
    const outcomes = this.#outcomes();
    return [
      {
        ...{ ...row, ...regions.row, phase: 'local', elapsedNs: local, perCpuNs: local, ...outcomes.local },
        optimizedRegions: outcomes.local?.optimized ?? null,
        derived: names(regions.derived, outcomes.local === null ? '' : 'issued;optimizedRegions;failed'),
      },
      {
        ...{ ...row, ...regions.row, phase: 'remote', elapsedNs: remote, perCpuNs: perCpu },
        ...{ ...this.#inRmpoptFigures(), ...outcomes.remote },
        derived: names(
          regions.derived,
          perCpu === null ? '' : 'perCpuNs',
          this.#cpus.size > 0 && !this.missesCpus ? IN_RMPOPT_DERIVED : '',
          outcomes.remote === null ? '' : OUTCOME_DERIVED,
        ),
      },
      {
        ...this.#totalRow(
          { ...row, ...regions.row },
          names(regions.derived, outcomes.total === null ? '' : OUTCOME_DERIVED),
        ),
        ...outcomes.total,
      },
    ];
  }

  /** How many RMPOPTs were issued, and of these optimized, where lines say so. */
  #outcomes(): Readonly<Record<'local' | 'remote' | 'total', Outcome | null>> {
    const phases = this.#facts('phases');
    const local = outcomeOf(exactNumber(phases?.regions), phases?.optimized);
    const ofCpus = [...this.#cpus.values()].map((facts) =>
      outcomeOf(exactNumber(facts.count), facts.optimized),
    );
    const remote = ofCpus.length === 0 || this.missesCpus ? null : ofCpus.reduce(sumOfOutcomes);
    return { local, remote, total: sumOfOutcomes(local, remote) };
  }

  /** One row per CPU that a line tells of: what it did in the remote phase. */
  cpuRows(namesHost: boolean): ImportedCpuRow[] {
    return [...this.#cpus].map(([cpu, facts]) => ({
      ...this.#names(namesHost),
      ...{
        seed: null,
        run: this.run,
        phase: 'remote',
        cpu,
        core: null,
        l3: null,
        node: null,
        role: 'remote',
      },
      ...(outcomeOf(exactNumber(facts.count), facts.optimized) ?? NO_OUTCOME),
      inRmpoptNs: exactNumber(facts.ns),
      interrupts: exactNumber(facts.count),
      longestNs: exactNumber(facts.longestNs),
      peggedShare: null,
    }));
  }

  /** What names its rows: what the user says, and the host where there are several. */
  #names(namesHost: boolean): Omit<SweepKey, 'seed' | 'run'> {
    const { scenario, mapping, strategy, threads } = this.#labels;
    const state = this.state ?? this.#labels.state;
    const variation = namesHost && this.era.host !== '' ? `host=${this.era.host}` : '';
    return { scenario, state, variation, mapping, strategy, threads, hypothesis: '', machine: '' };
  }

  #totalRow(row: ImportedResultRow, derivedSoFar: string): ImportedResultRow {
    const clock = this.clock ?? this.era.clock;
    const elapsedNs = totalNs((kind) => this.#facts(kind), clock);
    const instruction = this.#instructionNs(clock);
    const computed = Object.entries(instruction).map(([name, ns]) => (ns === null ? '' : name));
    const derived = names(
      derivedSoFar,
      this.#isTotalPrinted || elapsedNs === null ? '' : 'elapsedNs',
      ...computed,
    );
    return { ...row, phase: 'total', elapsedNs, ...instruction, derived };
  }

  /** Times inside one RMPOPT: the extremes and the average the log names, else those of the instructions it lists. */
  #instructionNs(
    clock: ClockRate | null,
  ): Pick<ImportedResultRow, 'issued' | 'instructionMinNs' | 'instructionMeanNs' | 'instructionMaxNs'> {
    const listed = this.#listedInstructions();
    const named = (kind: LineKind) => (this.contradictsItself ? undefined : this.#facts(kind)?.cycles);
    const largest = named('largest-cycles') ?? this.#facts('max-cycle-on-cpu')?.cycles;
    return {
      issued: listed?.count ?? null,
      instructionMinNs: cyclesToNs(named('smallest-cycles') ?? listed?.least.toString(), clock),
      instructionMeanNs: cyclesToNs(named('average-cycles') ?? listed?.mean, clock),
      instructionMaxNs: cyclesToNs(largest ?? listed?.most.toString(), clock),
    };
  }

  #listedInstructions() {
    const sums = this.#instructions;
    return sums === null ? null : { ...sums, mean: Number(sums.sum) / sums.count };
  }

  /** What the CPUs' own lines come to. */
  #inRmpoptFigures(): Partial<ImportedResultRow> {
    const busy = [...this.#cpus].flatMap(([cpu, { ns }]) => {
      const inRmpoptNs = exactNumber(ns);
      return inRmpoptNs === null ? [] : [{ cpu, inRmpoptNs }];
    });
    const ranked = busy.sort((a, b) => a.inRmpoptNs - b.inRmpoptNs || a.cpu - b.cpu);
    const slowest = ranked.find(({ inRmpoptNs }) => inRmpoptNs === ranked.at(-1)?.inRmpoptNs);
    if (ranked.length === 0 || this.missesCpus) return {};
    const times = ranked.map(({ inRmpoptNs }) => inRmpoptNs);
    const longest = [...this.#cpus.values()].map(({ longestNs }) => exactNumber(longestNs));
    return {
      inRmpoptMeanNs: meanOf(
        times.reduce((sum, ns) => sum + ns, 0),
        times.length,
      ),
      fastestCpu: ranked[0]?.cpu ?? null,
      fastestNs: ranked[0]?.inRmpoptNs ?? null,
      medianNs: percentile(times, 0.5),
      p99Ns: percentile(times, 0.99),
      slowestCpu: slowest?.cpu ?? null,
      slowestNs: slowest?.inRmpoptNs ?? null,
      longestInterruptNs: longest.reduce(
        (most, ns) => (most === null || ns === null ? null : Math.max(most, ns)),
        0,
      ),
    };
  }

  /** The regions swept, as printed, or by the range of addresses. */
  #regions(): { row: Pick<ImportedResultRow, 'regions'>; derived: string } {
    const regions = regionsOf((kind) => this.#facts(kind));
    const isPrinted = this.#facts('phases')?.regions !== undefined;
    return { row: { regions }, derived: regions === null || isPrinted ? '' : 'regions' };
  }

  /** The largest of a maximum that is printed whenever it grows. */
  #addMaximum(kept: KeptFacts): void {
    const known = this.#facts('max-cycle-on-cpu')?.cycles ?? '0';
    if (BigInt(kept.facts.cycles ?? 0) >= BigInt(known)) this.#kept.set('max-cycle-on-cpu', kept);
  }

  #addInstruction(cycles: bigint, times: number, ending: LineEnding | null): void {
    this.#instructions ??= { count: 0, sum: 0n, least: cycles, most: cycles, widths: new Set(), reach: 0 };
    const sums = this.#instructions;
    if (ending !== null && ending.width !== null) {
      sums.widths.add(ending.width);
      sums.reach = Math.max(sums.reach, ending.reach);
    }
    sums.count += times;
    sums.sum += cycles * BigInt(times);
    if (cycles < sums.least) sums.least = cycles;
    if (cycles > sums.most) sums.most = cycles;
  }

  #blankRow(namesHost: boolean): ImportedResultRow {
    return {
      ...BLANK_ROW,
      ...this.#names(namesHost),
      memoryBytes: this.#labels.memoryBytes,
      run: this.run,
    };
  }
}

/** One literal, since objects that grow to so many properties take many times the memory. */
const BLANK_ROW: ImportedResultRow = {
  scenario: '',
  state: '',
  variation: '',
  mapping: '',
  strategy: '',
  threads: '',
  hypothesis: '',
  machine: '',
  topology: '',
  memoryBytes: null,
  regions: null,
  cpus: null,
  seed: null,
  run: null,
  phase: 'total',
  elapsedNs: null,
  elapsedLowNs: null,
  elapsedHighNs: null,
  rangeOver: '',
  perCpuNs: null,
  issued: null,
  optimized: null,
  optimizedRegions: null,
  failed: null,
  instructionMinNs: null,
  instructionMeanNs: null,
  instructionMaxNs: null,
  ipis: null,
  cpuTimeNs: null,
  peggedCpus: null,
  inRmpoptMeanNs: null,
  fastestCpu: null,
  fastestNs: null,
  medianNs: null,
  p99Ns: null,
  slowestCpu: null,
  slowestNs: null,
  longestInterruptNs: null,
  origin: 'imported',
  derived: '',
  doubtful: '',
};

/** What came of RMPOPTs. */
type Outcome = Pick<ImportedResultRow, 'issued' | 'optimized' | 'failed'>;
const NO_OUTCOME: Outcome = { issued: null, optimized: null, failed: null };

function outcomeOf(issued: number | null, text: string | undefined): Outcome | null {
  const optimized = exactNumber(text);
  if (issued === null || optimized === null || optimized > issued) return null;
  return { issued, optimized, failed: issued - optimized };
}

function sumOfOutcomes(a: Outcome | null, b: Outcome | null): Outcome | null {
  if (a === null || b === null) return null;
  const sum = (name: keyof Outcome) => (a[name] ?? 0) + (b[name] ?? 0);
  return { issued: sum('issued'), optimized: sum('optimized'), failed: sum('failed') };
}

const OUTCOME_DERIVED = 'issued;optimized;failed';
const IN_RMPOPT_DERIVED = 'inRmpoptMeanNs;medianNs;p99Ns';
const INSTRUCTION_COLUMNS: readonly string[] = [
  ...['issued', 'instructionMinNs', 'instructionMeanNs', 'instructionMaxNs'],
];
const IN_RMPOPT_COLUMNS: readonly string[] = [
  ...['inRmpoptMeanNs', 'fastestNs', 'medianNs', 'p99Ns', 'slowestNs', 'longestInterruptNs'],
];
const FIGURE_COLUMNS = [
  ...(['elapsedNs', 'perCpuNs', 'issued'] as const),
  ...(['instructionMinNs', 'instructionMeanNs', 'instructionMaxNs'] as const),
  ...(['inRmpoptMeanNs', 'fastestNs', 'medianNs', 'p99Ns', 'slowestNs', 'longestInterruptNs'] as const),
];

function names(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(';');
}

type FactsOf = (kind: LineKind) => LineFacts | undefined;

function totalNs(factsOf: FactsOf, clock: ClockRate | null): number | null {
  const phases = factsOf('phases');
  const [local, remote] = [exactNumber(phases?.localNs), exactNumber(phases?.remoteNs)];
  const sum = local === null || remote === null ? null : local + remote;
  const totals = TOTALS.flatMap((kind) => factsOf(kind) ?? []);
  const times = [...totals.map(printedNs), ...totals.map(({ cycles }) => cyclesToNs(cycles, clock))];
  return times.find((ns) => ns !== null) ?? exactNumber(sum?.toString());
}

function regionsOf(factsOf: FactsOf): number | null {
  const printed = exactNumber(factsOf('phases')?.regions);
  if (printed !== null) return printed;
  const { address, addressEnd } =
    TOTALS.flatMap((kind) => factsOf(kind) ?? []).find((facts) => facts.address !== undefined) ?? {};
  if (address === undefined || addressEnd === undefined) return null;
  // Some print the last address, some the one after it.
  return Number((BigInt(addressEnd) - BigInt(address) + REGION_BYTES / 2n) / REGION_BYTES);
}
