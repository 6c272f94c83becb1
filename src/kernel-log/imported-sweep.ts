import type { CpuRow, Partly, ResultRow, SweepKey } from '../run-document/columns.js';
import { meanOf, percentile } from '../run-document/statistics.js';
import { type ClockRate, cyclesToNs } from './clock-rates.js';
import { exactNumber, REGION_BYTES } from './figures.js';
import type { LineFacts, LineKind, Recognized } from './line-kinds.js';

/** What the user says a log is of; empty and `null` where nothing is said. */
export interface SweepLabels {
  readonly scenario: string;
  readonly measure: string;
  readonly mapping: string;
  readonly strategy: string;
  readonly threads: string;
  readonly memoryBytes: number | null;
}

/** Lines that each tell the time of a whole sweep. */
const TOTALS: readonly LineKind[] = ['execution-time', 'execution-cycles', 'phases'];
/** Two ways of timing one sweep differ by the readings of the clock between them. */
const SAME_TOTAL_SHARE = 0.02;

/** One sweep a log tells of, as its lines come in. */
export class ImportedSweep {
  /** From 1, in the order of the log. */
  readonly run: number;
  readonly host: string;
  readonly #labels: SweepLabels;
  readonly #facts = new Map<LineKind, LineFacts>();
  readonly #cpus = new Map<number, LineFacts>();
  /** Of RMPOPTs whose cycles were printed one by one. */
  readonly #instructions = { count: 0, sum: 0n, least: null as bigint | null, most: 0n };

  /** The rate of the clock when its lines were printed; `null` while the log has not said. */
  clock: ClockRate | null;

  constructor(run: number, host: string, labels: SweepLabels, clock: ClockRate | null) {
    this.run = run;
    this.host = host;
    this.#labels = labels;
    this.clock = clock;
  }

  /** Whether a line can be one more of this sweep: a second total, or a second line on one CPU, is another's. */
  accepts({ kind, facts }: Recognized, clock: ClockRate | null): boolean {
    switch (kind) {
      case 'instruction-cycles':
      case 'max-cycle-on-cpu':
        // Printed while a sweep runs, so before its total.
        return !this.#isOver;
      case 'cpu':
        return !this.#cpus.has(Number(facts.cpu));
      case 'execution-time':
      case 'execution-cycles':
      case 'phases':
        return !this.#facts.has(kind) && this.#agrees(kind, facts, clock);
      default:
        return !this.#facts.has(kind);
    }
  }

  /** Whether the log names fewer CPUs than it says took part. */
  get missesCpus(): boolean {
    const said = exactNumber(this.#facts.get('phases')?.cpus);
    return said !== null && this.#cpus.size > 0 && this.#cpus.size !== said;
  }

  get #isOver(): boolean {
    return TOTALS.some((kind) => this.#facts.has(kind));
  }

  /** Whether a total can be one more way of telling the same sweep. */
  #agrees(kind: LineKind, facts: LineFacts, clock: ClockRate | null): boolean {
    if (!this.#isOver) return true;
    const [own, other] = [this.#totalNs(this.#facts, clock), this.#totalNs(new Map([[kind, facts]]), clock)];
    const [ownRegions, otherRegions] = [regionsOf(this.#facts), regionsOf(new Map([[kind, facts]]))];
    const isOneSweep = ownRegions === null || otherRegions === null || ownRegions === otherRegions;
    return isOneSweep && own !== null && other !== null && Math.abs(own / other - 1) <= SAME_TOTAL_SHARE;
  }

  #totalNs(facts: ReadonlyMap<LineKind, LineFacts>, clock: ClockRate | null): number | null {
    const phases = facts.get('phases');
    const [local, remote] = [exactNumber(phases?.localNs), exactNumber(phases?.remoteNs)];
    const sum = local === null || remote === null ? null : local + remote;
    return (
      exactNumber(facts.get('execution-time')?.ns) ??
      cyclesToNs(facts.get('execution-cycles')?.cycles, clock) ??
      sum
    );
  }

  add({ kind, facts }: Recognized): void {
    if (kind === 'cpu') this.#cpus.set(Number(facts.cpu), facts);
    else if (kind === 'instruction-cycles') this.#addInstruction(BigInt(facts.cycles ?? 0));
    else if (kind === 'max-cycle-on-cpu') this.#addMaximum(facts);
    else this.#facts.set(kind, facts);
  }

  /** @param namesHost whether the log has several hosts to tell apart */
  resultRows(namesHost: boolean): Partly<ResultRow>[] {
    const row = this.#blankRow(namesHost);
    const phases = this.#facts.get('phases');
    const regions = this.#regions();
    const remoteCpus = exactNumber(phases?.cpus);
    const local = exactNumber(phases?.localNs);
    const remote = exactNumber(phases?.remoteNs);
    const perCpu = remote === null || !remoteCpus ? null : meanOf(remote, remoteCpus);
    return [
      { ...row, ...regions.row, phase: 'local', elapsedNs: local, perCpuNs: local, derived: regions.derived },
      {
        ...{ ...row, ...regions.row, phase: 'remote', elapsedNs: remote, perCpuNs: perCpu },
        ...this.#busyFigures(),
        derived: names(
          regions.derived,
          perCpu === null ? '' : 'perCpuNs',
          this.#cpus.size > 0 && !this.missesCpus ? BUSY_DERIVED : '',
        ),
      },
      this.#totalRow({ ...row, ...regions.row }, regions.derived),
    ];
  }

  /** One row per CPU that a line tells of: what it did in the remote phase. */
  cpuRows(namesHost: boolean): Partly<CpuRow>[] {
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
      ...{ instructions: null, optimized: null, failed: null },
      busyNs: exactNumber(facts.ns),
      interrupts: exactNumber(facts.count),
      longestNs: exactNumber(facts.longestNs),
      peggedShare: null,
    }));
  }

  /** What names its rows: what the user says, and the host where there are several. */
  #names(namesHost: boolean): Omit<SweepKey, 'seed' | 'run'> {
    const { scenario, measure, mapping, strategy, threads } = this.#labels;
    const variation = namesHost && this.host !== '' ? `host=${this.host}` : '';
    return { scenario, measure, variation, mapping, strategy, threads, hypothesis: '', machine: '' };
  }

  #totalRow(row: Partly<ResultRow>, derivedSoFar: string): Partly<ResultRow> {
    const elapsedNs = this.#totalNs(this.#facts, this.clock);
    const isPrinted = exactNumber(this.#facts.get('execution-time')?.ns) !== null;
    const instruction = this.#instructionNs(this.clock);
    const computed = Object.entries(instruction).map(([name, ns]) => (ns === null ? '' : name));
    const derived = names(derivedSoFar, isPrinted || elapsedNs === null ? '' : 'elapsedNs', ...computed);
    return { ...row, phase: 'total', elapsedNs, ...instruction, derived };
  }

  /** Times inside one RMPOPT: the extremes and the average the log names, else those of the instructions it lists. */
  #instructionNs(
    clock: ClockRate | null,
  ): Pick<Partly<ResultRow>, 'instructions' | 'instructionMinNs' | 'instructionMeanNs' | 'instructionMaxNs'> {
    const { count, sum, least, most } = this.#instructions;
    const listed = (cycles: bigint | null) =>
      count === 0 || cycles === null ? undefined : cycles.toString();
    const named = (kind: LineKind) => this.#facts.get(kind)?.cycles;
    const mean = named('average-cycles') ?? (count === 0 ? undefined : listed(sum / BigInt(count)));
    return {
      instructions: count === 0 ? null : count,
      instructionMinNs: cyclesToNs(named('smallest-cycles') ?? listed(least), clock),
      instructionMeanNs: cyclesToNs(mean, clock),
      instructionMaxNs: cyclesToNs(
        named('largest-cycles') ?? named('max-cycle-on-cpu') ?? listed(most),
        clock,
      ),
    };
  }

  /** What the CPUs' own lines come to. */
  #busyFigures(): Partial<Partly<ResultRow>> {
    const busy = [...this.#cpus].flatMap(([cpu, { ns }]) => {
      const busyNs = exactNumber(ns);
      return busyNs === null ? [] : [{ cpu, busyNs }];
    });
    const ranked = busy.sort((a, b) => a.busyNs - b.busyNs || a.cpu - b.cpu);
    const slowest = ranked.find(({ busyNs }) => busyNs === ranked.at(-1)?.busyNs);
    if (ranked.length === 0 || this.missesCpus) return {};
    const times = ranked.map(({ busyNs }) => busyNs);
    const longest = [...this.#cpus.values()].map(({ longestNs }) => exactNumber(longestNs) ?? 0);
    return {
      fastestCpu: ranked[0]?.cpu ?? null,
      fastestNs: ranked[0]?.busyNs ?? null,
      medianNs: percentile(times, 0.5),
      p99Ns: percentile(times, 0.99),
      slowestCpu: slowest?.cpu ?? null,
      slowestNs: slowest?.busyNs ?? null,
      longestInterruptNs: longest.reduce((most, ns) => Math.max(most, ns), 0),
    };
  }

  /** The regions swept, as printed, or by the range of addresses. */
  #regions(): { row: Pick<Partly<ResultRow>, 'regions'>; derived: string } {
    const regions = regionsOf(this.#facts);
    const isPrinted = this.#facts.get('phases')?.regions !== undefined;
    return { row: { regions }, derived: regions === null || isPrinted ? '' : 'regions' };
  }

  /** The largest of a maximum that is printed whenever it grows. */
  #addMaximum(facts: LineFacts): void {
    const known = this.#facts.get('max-cycle-on-cpu')?.cycles ?? '0';
    if (BigInt(facts.cycles ?? 0) >= BigInt(known)) this.#facts.set('max-cycle-on-cpu', facts);
  }

  #addInstruction(cycles: bigint): void {
    const sums = this.#instructions;
    sums.count++;
    sums.sum += cycles;
    if (sums.least === null || cycles < sums.least) sums.least = cycles;
    if (cycles > sums.most) sums.most = cycles;
  }

  #blankRow(namesHost: boolean): Partly<ResultRow> {
    const { memoryBytes } = this.#labels;
    return {
      ...this.#names(namesHost),
      ...{ topology: '', memoryBytes, regions: null, cpus: null, seed: null, run: this.run, phase: '' },
      ...{ elapsedNs: null, elapsedLowNs: null, elapsedHighNs: null, perCpuNs: null },
      ...{ instructions: null, optimized: null, failed: null },
      ...{ instructionMinNs: null, instructionMeanNs: null, instructionMaxNs: null },
      ...{ ipis: null, cpuTimeNs: null, peggedCpus: null },
      ...{
        fastestCpu: null,
        fastestNs: null,
        medianNs: null,
        p99Ns: null,
        slowestCpu: null,
        slowestNs: null,
      },
      ...{ longestInterruptNs: null, origin: 'imported', derived: '' },
    };
  }
}

const BUSY_DERIVED = 'medianNs;p99Ns';

function names(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(';');
}

function regionsOf(facts: ReadonlyMap<LineKind, LineFacts>): number | null {
  const printed = exactNumber(facts.get('phases')?.regions);
  if (printed !== null) return printed;
  const { address, addressEnd } = facts.get('execution-time') ?? facts.get('execution-cycles') ?? {};
  if (address === undefined || addressEnd === undefined) return null;
  // Some print the last address, some the one after it.
  return Number((BigInt(addressEnd) - BigInt(address) + REGION_BYTES / 2n) / REGION_BYTES);
}
