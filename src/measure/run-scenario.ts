import { assertNever, ProblemList } from '../errors.js';
import { type MemoryChange, PrivateMemory } from '../guests/private-memory.js';
import type { MachineConfig } from '../machine/config.js';
import type { JitterSource } from '../machine/jitter.js';
import { Machine } from '../machine/machine.js';
import {
  type Guest,
  type PrivateMemory as PrivateEntry,
  type Scenario,
  stateNames,
} from '../scenario/scenario.js';
import type { RegionHistogram, SweepHistogram } from '../sweep/predict.js';
import type { PhaseTimeline } from '../sweep/run-sweep.js';
import { timesInOtherOrder } from '../sweep/service-order.js';
import type { SweepChoice } from '../sweep/strategies.js';
import type { Phase } from '../sweep/strategy.js';
import { Sweeper } from '../sweep/sweeper.js';
import { accountPhase, type PhaseAccount } from './phase-account.js';
import { RoundLog } from './round-log.js';

/** One timed sweep of a scenario. */
export interface Measurement {
  readonly state: string;
  /** Regions swept. */
  readonly regions: number;
  /** What it met. */
  readonly histogram: RegionHistogram;
  readonly timeline: readonly PhaseTimeline[];
  /** What CPUs would spend if those of a round were served in the other order, by phase; `null` where that was not asked for. */
  readonly otherOrder: ReadonlyMap<Phase, PhaseAccount> | null;
  /** Round by round, where that was asked for. */
  readonly log: RoundLog | null;
  /** RMPUPDATEs executed before it. */
  readonly rmpUpdates: number;
}

/** One change of private memory, and what it took. */
export interface RecordedChange {
  /** Number of the step, from 1; 0 for what was there before the first. */
  readonly step: number;
  readonly event: 'assign' | 'launch' | 'terminate' | 'free';
  /** What was assigned or launched; the name of the guest that left; `null` when all is freed. */
  readonly subject: PrivateEntry | string | null;
  /** Regions reached, and those of them that a sweep covers. */
  readonly regions: number;
  readonly regionsInWindow: number;
  readonly rmpUpdates: number;
  /** How many pages they are about. */
  readonly pages: number;
}

/** What happened when a scenario was run. */
export interface ScenarioRecord {
  readonly measurements: readonly Measurement[];
  readonly changes: readonly RecordedChange[];
}

/** Where what is random in a scenario comes from. */
export interface ScenarioDraws {
  /** Of random placements. */
  readonly seed: number;
  /** Of random costs; `null`: they are what the machine says. */
  readonly jitter: JitterSource | null;
}

/** What is wanted of timed sweeps beside what they come to. */
export interface SweepDetail {
  /** Their rounds. */
  readonly rounds: boolean;
  /** With random costs, times of CPUs in both orders of service: that takes as long again. Without, these are always there. */
  readonly bothOrders: boolean;
}

const NO_DETAIL: SweepDetail = { rounds: false, bothOrders: false };

/**
 * Runs the steps of a scenario on a fresh machine.
 * @throws InputError when there is no room for a guest, or a sweep would take longer than can be counted
 */
export function runScenario(
  scenario: Scenario,
  config: MachineConfig,
  choice: SweepChoice,
  draws: ScenarioDraws,
  detail = NO_DETAIL,
): ScenarioRecord {
  const changes: RecordedChange[] = [];
  const measurements: Measurement[] = [];
  for (const { state, sweeper, rmpUpdates } of stepThrough(scenario, config, choice, draws, changes)) {
    const histogram = sweeper.histogram(choice);
    const regions = sweeper.regionsOf(choice).length;
    const log = detail.rounds ? new RoundLog(draws.jitter !== null) : null;
    const otherOrder = otherOrderOf(sweeper, choice, histogram, config, draws.jitter, detail);
    const timeline = sweeper.sweep(choice, log?.observe);
    measurements.push({ state, regions, histogram, timeline, otherOrder, log, rmpUpdates });
  }
  return { measurements, changes };
}

function otherOrderOf(
  sweeper: Sweeper,
  choice: SweepChoice,
  histogram: SweepHistogram,
  { values }: MachineConfig,
  jitter: JitterSource | null,
  { bothOrders }: SweepDetail,
): Measurement['otherOrder'] {
  if (jitter !== null && !bothOrders) return null;
  const met = jitter === null ? histogram : sweeper.histogram(choice, false);
  const { cpus } = met.topology;
  const timelines = timesInOtherOrder(met, values, jitter);
  return new Map(timelines.map((timeline) => [timeline.phase, accountPhase(timeline, cpus)]));
}

/**
 * What every timed sweep of a scenario is about to meet.
 * @throws InputError when there is no room for a guest
 */
export function histogramsOf(
  scenario: Scenario,
  config: MachineConfig,
  choice: SweepChoice,
  seed: number,
): RegionHistogram[] {
  const histograms: RegionHistogram[] = [];
  const last = stateNames(scenario).length;
  for (const { sweeper } of stepThrough(scenario, config, choice, { seed, jitter: null }, [])) {
    histograms.push(sweeper.histogram(choice));
    // What comes after the last timed sweep is met by none.
    if (histograms.length === last) break;
    sweeper.sweep(choice);
  }
  return histograms;
}

/** A scenario halted before a timed sweep. */
interface Halt {
  readonly state: string;
  readonly sweeper: Sweeper;
  readonly rmpUpdates: number;
}

/** Goes through the steps and halts before every timed sweep, which is for the caller to run; changes are added to a list. */
function* stepThrough(
  scenario: Scenario,
  config: MachineConfig,
  choice: SweepChoice,
  { seed, jitter }: ScenarioDraws,
  changes: RecordedChange[],
): Generator<Halt> {
  const machine = new Machine(config, { jitter });
  const memory = new PrivateMemory(machine, seed);
  const sweeper = new Sweeper(machine);
  const problems = new ProblemList();
  const record = (
    what: Pick<RecordedChange, 'step' | 'event' | 'subject'>,
    { regions, rmpUpdates, pages }: MemoryChange,
  ) => {
    const regionsInWindow = [...regions].filter((region) => machine.isCovered(region)).length;
    changes.push({ ...what, regions: regions.size, regionsInWindow, rmpUpdates, pages });
  };
  const launch = (step: number, guest: Guest) => {
    const change = problems.collect(() => memory.launch(guest));
    if (change !== null) record({ step, event: 'launch', subject: guest }, change);
  };
  for (const entry of scenario.privateMemory) {
    if (entry.kind === 'guest') launch(0, entry);
    else record({ step: 0, event: 'assign', subject: entry }, memory.assignInEachRegion(entry));
  }
  for (const [i, step] of scenario.steps.entries()) {
    switch (step.kind) {
      case 'sweep':
        sweeper.sweep(choice);
        break;
      case 'measure':
        // What a guest without room leaves to measure is not what was asked for; the other guests may have no room either.
        if (!problems.isAny) yield { state: step.state, sweeper, rmpUpdates: machine.rmpUpdates };
        break;
      case 'launch':
        launch(i + 1, step.guest);
        break;
      case 'terminate':
        if (!memory.isRunning(step.name)) break;
        record({ step: i + 1, event: 'terminate', subject: step.name }, memory.terminate(step.name));
        break;
      case 'free-all':
        record({ step: i + 1, event: 'free', subject: null }, memory.freeAll());
        break;
      default:
        assertNever(step);
    }
  }
  if (problems.isAny) throw problems.toError();
}
