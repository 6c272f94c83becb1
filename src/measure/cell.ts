import type { MachineConfig } from '../machine/config.js';
import { PARAMETER_NAMES, type ParameterName, type ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import type { AlternativeRow, ChangeRow, SweepKey } from '../run-document/columns.js';
import type { JitterRecord } from '../run-document/run-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { rangeOver, resolveMachine } from '../scenario/resolve-machine.js';
import { type Scenario, stateNames } from '../scenario/scenario.js';
import { predictSweep } from '../sweep/predict.js';
import { type SweepChoice, takesBatch } from '../sweep/strategies.js';
import { remoteCpus } from '../sweep/strategy.js';
import { LOCAL_CPU } from '../sweep/sweeper.js';
import { nanoseconds } from '../units.js';
import { type BandRequest, bandsOf, type PredictedSweep, predictWithSets, type SweepBands } from './bands.js';
import { changeRows } from './change-rows.js';
import { HistogramSource } from './histogram-source.js';
import type { MachineRegister } from './machine-register.js';
import { accountPhase } from './phase-account.js';
import { type Measurement, runScenario } from './run-scenario.js';
import type { SweepResult } from './sweep-result.js';
import { eventsForBatches, type TraceHeadroom } from './trace-budget.js';
import { traceSweep } from './trace-sweep.js';

/** One scenario on one host, swept in one way: everything that is chosen but the hypothesis. */
export interface Cell {
  /** Which of the machines of the command. */
  readonly machine: number;
  readonly scenario: Scenario;
  /** What the scenario's mapping is called. */
  readonly mapping: string;
  readonly memoryBytes: number;
  readonly topology: Topology;
  readonly sweep: SweepChoice;
  /** What the user has set. */
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
}

/** What a cell came to under one hypothesis. */
export interface CellRecord {
  /** One per measure step. */
  readonly measured: readonly Omit<SweepResult, 'bands' | 'rangeOver'>[];
  readonly changes: readonly ChangeRow[];
  /** One per measure step, where that was asked for; else none. */
  readonly traced: readonly TracedSweep[];
}

/** What is random in the runs of a cell. */
export interface Chance {
  /** Seed of random placements, the same in every run, and of random costs. */
  readonly seed: number;
  /** `null`: costs are what the machine says. */
  readonly jitter: JitterRecord | null;
}

/** Runs a cell under hypotheses, and says how far their figures can be trusted. */
export class CellRunner {
  readonly #cell: Cell;
  readonly #machine: MachineFile;
  readonly #chance: Chance;
  readonly #register: MachineRegister;
  readonly #headroom: TraceHeadroom | null;
  readonly #histograms: HistogramSource;

  /** @param headroom of the traces of its first run; `null` for none */
  constructor(
    cell: Cell,
    machine: MachineFile,
    chance: Chance,
    register: MachineRegister,
    headroom: TraceHeadroom | null,
  ) {
    this.#cell = cell;
    this.#machine = machine;
    this.#chance = chance;
    this.#register = register;
    this.#headroom = headroom;
    this.#histograms = new HistogramSource(cell.scenario, cell.sweep, chance.seed);
  }

  /**
   * @param run number of the run, from 1: random costs differ from run to run, and nothing else does
   * @param perCpu whether times of each CPU are wanted
   * @throws InputError when there is no room for a guest, or a sweep would take longer than can be counted
   */
  run(hypothesis: string, run: number, perCpu: boolean): CellRecord {
    const { scenario, sweep } = this.#cell;
    const config = this.#resolve(hypothesis);
    const key = { ...this.#key(hypothesis, config), run };
    const { seed, jitter } = this.#chance;
    const draws = { seed, jitter: jitter === null ? null : { seed, run } };
    const detail = { rounds: this.#isTraced(run), bothOrders: perCpu };
    const { measurements, changes } = runScenario(scenario, config, sweep, draws, detail);
    this.#histograms.keep(
      config,
      measurements.map(({ histogram }) => histogram),
    );
    const measured = measurements.map((measurement) => ({
      key: sweepKey(key, measurement.state),
      ...accountsOf(measurement, config, sweep),
    }));
    return {
      measured,
      changes: changeRows(key, changes, config.values),
      traced: measured.flatMap((one, i) => this.#trace(measurements[i], one) ?? []),
    };
  }

  /** What the plausible sets of hypotheses say, one list per measure step; none where there are no sets. */
  predictWithSets(hypotheses: readonly string[]): PredictedSweep[][] {
    return predictWithSets(this.#bandRequest(hypotheses), this.#histograms);
  }

  /**
   * Ranges under hypotheses, one per measure step; `null` where there are none.
   * @param predicted what `predictWithSets` has said of the same hypotheses; `null`: it was not asked
   */
  bands(
    hypotheses: readonly string[],
    predicted: readonly (readonly PredictedSweep[])[] | null,
  ): readonly SweepBands[] | null {
    return bandsOf(this.#bandRequest(hypotheses), this.#histograms, predicted);
  }

  #bandRequest(hypotheses: readonly string[]): BandRequest {
    return { ...this.#cell, machine: this.#machine, hypotheses, seed: this.#chance.seed };
  }

  rangeOver(hypotheses: readonly string[]): string {
    return rangeOver(this.#machine, hypotheses);
  }

  /** What another hypothesis says, one row per measure step. */
  alternatives(hypothesis: string): AlternativeRow[] {
    const config = this.#resolve(hypothesis);
    const key = this.#key(hypothesis, config);
    const states = stateNames(this.#cell.scenario);
    return this.#histograms.under(config).map((histogram, i) => {
      const { localPs, remotePs } = predictSweep(histogram, config.values, 'elapsed');
      const [localNs, remoteNs] = [nanoseconds(localPs), nanoseconds(remotePs)];
      return { ...sweepKey(key, states[i] ?? ''), localNs, remoteNs, totalNs: localNs + remoteNs };
    });
  }

  /** Of several runs the first is drawn. */
  #isTraced(run: number): boolean {
    return this.#headroom !== null && run === 1;
  }

  #trace(measurement: Measurement | undefined, sweep: CellRecord['measured'][number]): TracedSweep | null {
    const log = measurement?.log ?? null;
    if (log === null || this.#headroom === null) return null;
    return traceSweep(log, sweep, eventsForBatches(this.#headroom, sweep.topology, this.#cell.sweep.threads));
  }

  #resolve(hypothesis: string): MachineConfig {
    return resolveMachine(this.#machine, hypothesis, this.#cell.memoryBytes, this.#cell);
  }

  /** What names the cell under a hypothesis. */
  #key(hypothesis: string, config: MachineConfig): Omit<SweepKey, 'state'> {
    const { scenario, mapping, sweep } = this.#cell;
    return {
      scenario: scenario.name,
      variation: variationOf(this.#cell),
      mapping,
      strategy: sweep.strategy,
      threads: sweep.threads,
      hypothesis,
      machine: this.#register.register(config).id,
      seed: this.#chance.seed,
      run: 1,
    };
  }
}

/** The naming columns in their order. */
function sweepKey({ scenario, ...rest }: Omit<SweepKey, 'state'>, state: string): SweepKey {
  return { scenario, state, ...rest };
}

function accountsOf(
  { timeline, otherOrder, regions, histogram, rmpUpdates }: Measurement,
  { file: machineFile, topology, memoryBytes }: MachineConfig,
  { threads }: SweepChoice,
): Omit<SweepResult, 'key' | 'bands' | 'rangeOver'> {
  const phase = (name: 'local' | 'remote') =>
    accountPhase(
      timeline.find((one) => one.phase === name),
      topology.cpus,
    );
  return {
    machineFile,
    topology,
    memoryBytes,
    regions,
    localCpu: LOCAL_CPU,
    remoteCpus: remoteCpus({ topology, localCpu: LOCAL_CPU, threads }),
    local: phase('local'),
    remote: phase('remote'),
    otherOrder,
    histogram,
    rmpUpdates,
  };
}

/** What the command line changed beyond the columns: the batch, then parameters in the order of their table. */
export function variationOf({
  sweep: { strategy, batch },
  parameters,
}: Pick<Cell, 'sweep' | 'parameters'>): string {
  const set = PARAMETER_NAMES.filter((name) => parameters.has(name));
  return [
    ...(takesBatch(strategy) ? [`batch=${batch}`] : []),
    ...set.map((name) => `${name}=${parameters.get(name)}`),
  ].join(';');
}
