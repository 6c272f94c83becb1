import type { AssignedPoint, RecordedEvent } from '../guests/host-history.js';
import type { SweepPolicyName } from '../guests/sweep-policy.js';
import type { RecordedSweep, SweepingHost, SweepingRecord, SweepRegime } from '../guests/sweeping-host.js';
import type { MachineConfig } from '../machine/config.js';
import { formatTopology } from '../machine/topology.js';
import type { WindowName } from '../machine/window.js';
import type { ChurnDocument, ChurnEventRow, ChurnRow, RegimeKey } from '../run-document/churn-document.js';
import { ratio, roundRatio } from '../run-document/statistics.js';
import type { ChurnScenario } from '../scenario/churn-scenario.js';
import type { Band } from '../scenario/known-ranges.js';
import { rangeOver } from '../scenario/resolve-machine.js';
import type { Mapping } from '../scenario/scenario.js';
import { variationOf } from './cell.js';
import { describeSubject } from './change-rows.js';
import { churnBand, type SweptHost } from './churn-bands.js';
import type { MachineRegister } from './machine-register.js';
import type { RunRequest } from './plan.js';

/** Everything an account of a living host needs to know, complete and checked. */
export interface ChurnRequest
  extends Pick<
    RunRequest,
    | 'tool'
    | 'command'
    | 'machine'
    | 'hypotheses'
    | 'bandHypotheses'
    | 'memoryBytes'
    | 'topology'
    | 'sweep'
    | 'parameters'
    | 'seed'
  > {
  readonly scenario: ChurnScenario;
  /** Replaces every mapping; `null`: as the file says. */
  readonly mapping: Mapping | null;
  /** At least one of each. */
  readonly policies: readonly SweepPolicyName[];
  readonly windows: readonly WindowName[] | null;
  /** `null`: what the machine says. */
  readonly delayNs: number | null;
  readonly maxWaitNs: number;
  /** Further delays, for the table of delays. */
  readonly delaysNs: readonly number[];
  /** Histories, with seeds from the one asked for on; more than 1 only where they differ. */
  readonly runs: number;
  /** `null`: what the scenario says, else what suits it. */
  readonly durationNs: number | null;
}

/** A way to sweep a host, with what it is called. */
export interface NamedRegime extends SweepRegime {
  readonly policyName: SweepPolicyName;
  /** Whether it has the delay asked for, or belongs to the table of delays. */
  readonly isAskedFor: boolean;
}

/** A host that has been watched through the history, and what it was. */
export interface WatchedRegime {
  readonly regime: NamedRegime;
  readonly config: MachineConfig;
  readonly host: SweepingHost;
  /** Whether it has rows of its own, or only a say in the ranges. */
  readonly isReported: boolean;
}

/** What happened. */
export interface Watched {
  readonly regimes: readonly WatchedRegime[];
  readonly history: readonly RecordedEvent[];
  readonly assigned: readonly AssignedPoint[];
  readonly durationNs: number;
  /** What the scenario's mapping is called. */
  readonly mapping: string;
}

type Tables = Pick<ChurnDocument, 'results' | 'events' | 'assigned' | 'sweeps' | 'waiting'>;

/** The tables of a churn document. */
export function churnRows(request: ChurnRequest, watched: Watched, machines: MachineRegister): Tables {
  const ended = watched.regimes.map((one) => {
    const record = one.host.close();
    return { ...one, record, elapsedNs: sumOf(record.sweeps.map((sweep) => sweep.elapsedNs)) };
  });
  const records = ended
    .filter(({ isReported }) => isReported)
    .map((one) => ({ ...one, key: regimeKey(request, one, watched.mapping, machines) }));
  const asked = records.filter(({ regime }) => regime.isAskedFor);
  const bands = new Map(
    asked.map(({ regime }) => {
      const alike = ended.filter((one) => one.regime === regime);
      return [regime, churnBand(request.machine, request.parameters, alike)];
    }),
  );
  const over = rangeOver(request.machine, request.bandHypotheses);
  return {
    results: records.map((one) => resultRow(one, watched, { band: bands.get(one.regime) ?? null, over })),
    events: watched.history.map((event) => eventRow(event, request, watched)),
    assigned: watched.assigned.map((point) => {
      return { scenario: request.scenario.name, mapping: watched.mapping, seed: request.seed, ...point };
    }),
    sweeps: asked.flatMap(({ key, record }) => record.sweeps.map((sweep) => ({ ...key, ...sweep }))),
    waiting: asked.flatMap(({ key, record }) => record.curve.map((point) => ({ ...key, ...point }))),
  };
}

function regimeKey(
  { scenario, sweep, parameters, seed }: ChurnRequest,
  { regime, config }: WatchedRegime,
  mapping: string,
  machines: MachineRegister,
): RegimeKey {
  const { policyName, policy, delay, window } = regime;
  return {
    scenario: scenario.name,
    policy: policyName,
    delayNs: delay.delayNs,
    maxWaitNs: policy.isBounded ? delay.maxWaitNs : null,
    window,
    variation: variationOf({ sweep, parameters }),
    mapping,
    strategy: sweep.strategy,
    threads: sweep.threads,
    hypothesis: config.hypothesis,
    machine: machines.register(config).id,
    seed,
  };
}

interface Recorded extends WatchedRegime, SweptHost {
  readonly key: RegimeKey;
  readonly config: MachineConfig;
}

function resultRow(
  { key, config, host, record, elapsedNs }: Recorded,
  { history, durationNs }: Watched,
  range: { readonly band: Band | null; readonly over: string },
): ChurnRow {
  const { sweeps, unswept, rounds, exposure } = record;
  const { topology, memoryBytes } = config;
  const coresPerNode = topology.cores / topology.sockets;
  return {
    ...key,
    topology: formatTopology(topology),
    memoryBytes,
    regions: host.regionsSwept,
    cpus: topology.cpus,
    durationNs,
    launches: history.filter(({ event }) => event === 'launch').length,
    exits: sumOf(history.map(({ exits }) => exits)),
    turnedAway: history.filter(({ event }) => event === 'turned-away').length,
    sweeps: sweeps.length,
    idleSweeps: sweeps.filter(({ waitingRegions }) => waitingRegions === 0).length,
    futileSweeps: sweeps.filter(({ newRegions }) => newRegions === 0).length,
    missedRegions: sumOf(sweeps.map(({ missedRegions }) => missedRegions)),
    rounds: rounds.rounds,
    issued: rounds.issued,
    optimized: rounds.optimized,
    ipis: rounds.ipis,
    elapsedNs,
    elapsedLowNs: range.band?.lowNs ?? null,
    elapsedHighNs: range.band?.highNs ?? null,
    rangeOver: range.band === null ? '' : range.over,
    longestSweepNs: Math.max(0, ...sweeps.map((sweep) => sweep.elapsedNs)),
    cpuTimeNs: elapsedNs + rounds.remoteInRmpoptNs,
    conversionNs: sumOf(history.map(({ conversionNs }) => conversionNs ?? 0)),
    guestIpis: rounds.guestIpis,
    guestInRmpoptNs: rounds.guestInRmpoptNs,
    guestTakenNs: rounds.guestInRmpoptNs + Math.round(rounds.guestIpis * config.values.guestExitNs),
    longestInterruptNs: rounds.longestInterruptNs,
    postponements: sumOf([...sweeps, unswept].map((one) => one?.postponements ?? 0)),
    longestWaitNs: longestWaitNs(record, durationNs),
    exitsUnswept: unswept?.exits ?? 0,
    unsweptSinceNs: unswept?.firstExitNs ?? null,
    freeRegionS: exposure.freeUs / 1e6,
    waitingRegionS: exposure.waitingUs / 1e6,
    missedRegionS: exposure.missedUs / 1e6,
    outsideRegionS: exposure.outsideUs / 1e6,
    optimizedShare: roundRatio(ratio(exposure.coreUs, exposure.freeUs * topology.cores)),
    ownNodeShare: roundRatio(ratio(exposure.ownNodeCoreUs, exposure.freeUs * coresPerNode)),
    origin: 'simulated',
  };
}

function longestWaitNs({ sweeps, unswept }: SweepingRecord, durationNs: number): number {
  const endOf = ({ startNs, elapsedNs }: RecordedSweep) => startNs + elapsedNs;
  const served = sweeps.map((sweep) => endOf(sweep) - sweep.firstExitNs);
  return Math.max(0, ...served, unswept === null ? 0 : durationNs - unswept.firstExitNs);
}

function eventRow(
  { atNs, event, subject, regions, ...happened }: RecordedEvent,
  { scenario, seed }: ChurnRequest,
  { mapping }: Watched,
): ChurnEventRow {
  return {
    ...{ scenario: scenario.name, mapping, seed, atNs, event },
    ...describeSubject(subject),
    ...{ ...happened, regionsReached: regions },
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
