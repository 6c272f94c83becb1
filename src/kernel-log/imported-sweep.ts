import type { CpuRow, Partly, ResultRow } from '../run-document/columns.js';
import { type ClockRate, exactNumber } from './figures.js';
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

const GIB_BYTES = 2n ** 30n;

/** Lines that each tell the time of a whole sweep. */
const TOTALS: readonly LineKind[] = ['execution-time', 'execution-cycles'];

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

  constructor(run: number, host: string, labels: SweepLabels) {
    this.run = run;
    this.host = host;
    this.#labels = labels;
  }

  /** Whether a line can be one more of this sweep: a second total, or a second line on one CPU, is another's. */
  accepts({ kind, facts }: Recognized): boolean {
    if (kind === 'instruction-cycles' || kind === 'max-cycle-on-cpu') return true;
    if (kind === 'cpu') return !this.#cpus.has(Number(facts.cpu));
    if (TOTALS.includes(kind)) return !TOTALS.some((one) => this.#facts.has(one));
    return !this.#facts.has(kind);
  }

  add({ kind, facts }: Recognized): void {
    if (kind === 'cpu') this.#cpus.set(Number(facts.cpu), facts);
    else if (kind === 'instruction-cycles') this.#addInstruction(BigInt(facts.cycles ?? 0));
    else if (kind === 'max-cycle-on-cpu') this.#addMaximum(facts);
    else this.#facts.set(kind, facts);
  }

  resultRows(clock: ClockRate | null): Partly<ResultRow>[] {
    const row = this.#blankRow();
    const phases = this.#facts.get('phases');
    const regions = this.#regions();
    const remoteCpus = exactNumber(phases?.cpus);
    const local = exactNumber(phases?.localNs);
    const remote = exactNumber(phases?.remoteNs);
    const perCpu = remote === null || !remoteCpus ? null : Math.floor(remote / remoteCpus + 0.5);
    return [
      { ...row, ...regions.row, phase: 'local', elapsedNs: local, perCpuNs: local, derived: regions.derived },
      {
        ...{ ...row, ...regions.row, phase: 'remote', elapsedNs: remote, perCpuNs: perCpu },
        ...this.#busyFigures(),
        derived: names(
          regions.derived,
          perCpu === null ? '' : 'perCpuNs',
          this.#cpus.size > 0 ? BUSY_DERIVED : '',
        ),
      },
      this.#totalRow({ ...row, ...regions.row }, regions.derived, local, remote, clock),
    ];
  }

  /** One row per CPU that a line tells of: what it did in the remote phase. */
  cpuRows(): Partly<CpuRow>[] {
    const { scenario, measure, mapping, strategy, threads } = this.#labels;
    return [...this.#cpus].map(([cpu, facts]) => ({
      ...{ scenario, measure, variation: '', mapping, strategy, threads, hypothesis: '', machine: '' },
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

  #totalRow(
    row: Partly<ResultRow>,
    derivedSoFar: string,
    localNs: number | null,
    remoteNs: number | null,
    clock: ClockRate | null,
  ): Partly<ResultRow> {
    const printedNs = exactNumber(this.#facts.get('execution-time')?.ns);
    const cycles = this.#facts.get('execution-cycles')?.cycles;
    const fromCycles = toNs(cycles, clock);
    const sum = localNs === null || remoteNs === null ? null : localNs + remoteNs;
    const elapsedNs = printedNs ?? fromCycles ?? sum;
    const instruction = this.#instructionNs(clock);
    const isDerived = printedNs === null && elapsedNs !== null;
    return {
      ...row,
      phase: 'total',
      elapsedNs,
      ...instruction,
      derived: names(
        derivedSoFar,
        isDerived ? 'elapsedNs' : '',
        ...Object.entries(instruction).map(([name, ns]) => (ns === null ? '' : name)),
      ),
    };
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
      instructionMinNs: toNs(named('smallest-cycles') ?? listed(least), clock),
      instructionMeanNs: toNs(mean, clock),
      instructionMaxNs: toNs(named('largest-cycles') ?? named('max-cycle-on-cpu') ?? listed(most), clock),
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
    const at = (share: number) => ranked[Math.max(1, Math.ceil(share * ranked.length)) - 1]?.busyNs ?? null;
    if (ranked.length === 0) return {};
    const longest = [...this.#cpus.values()].map(({ longestNs }) => exactNumber(longestNs) ?? 0);
    return {
      fastestCpu: ranked[0]?.cpu ?? null,
      fastestNs: ranked[0]?.busyNs ?? null,
      medianNs: at(0.5),
      p99Ns: at(0.99),
      slowestCpu: slowest?.cpu ?? null,
      slowestNs: slowest?.busyNs ?? null,
      longestInterruptNs: longest.reduce((most, ns) => Math.max(most, ns), 0),
    };
  }

  /** The regions swept, as printed, or by the range of addresses. */
  #regions(): { row: Pick<Partly<ResultRow>, 'regions'>; derived: string } {
    const printed = exactNumber(this.#facts.get('phases')?.regions);
    if (printed !== null) return { row: { regions: printed }, derived: '' };
    const { address, addressEnd } =
      this.#facts.get('execution-time') ?? this.#facts.get('execution-cycles') ?? {};
    if (address === undefined || addressEnd === undefined) return { row: { regions: null }, derived: '' };
    const [from, to] = [BigInt(address), BigInt(addressEnd)];
    if (to <= from) return { row: { regions: null }, derived: '' };
    // Some print the last address, some the one after it.
    return { row: { regions: Number((to - from + GIB_BYTES / 2n) / GIB_BYTES) }, derived: 'regions' };
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

  #blankRow(): Partly<ResultRow> {
    const { scenario, measure, mapping, strategy, threads, memoryBytes } = this.#labels;
    return {
      ...{ scenario, measure, variation: '', mapping, strategy, threads, hypothesis: '', machine: '' },
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

function toNs(cycles: string | undefined, clock: ClockRate | null): number | null {
  if (cycles === undefined || clock === null) return null;
  const ns = Math.round(Number(cycles) / clock.ghz);
  return Number.isSafeInteger(ns) ? ns : null;
}

function names(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(';');
}
