import { InputError } from '../errors.js';
import { type ConversionCosts, conversionPs } from '../guests/conversion.js';
import { hostEvents } from '../guests/host-events.js';
import { HostHistory } from '../guests/host-history.js';
import { SharedMemory } from '../guests/shared-memory.js';
import { SWEEP_POLICIES, type SweepPolicy, type SweepPolicyName } from '../guests/sweep-policy.js';
import { SweepingHost } from '../guests/sweeping-host.js';
import type { MachineConfig } from '../machine/config.js';
import { WINDOW_REGIONS } from '../machine/memory.js';
import { pagesPerEntry } from '../machine/rmp.js';
import { WINDOW_NAMES, type WindowName } from '../machine/window.js';
import { CHURN_SCHEMA } from '../run-document/churn-columns.js';
import type { ChurnDocument } from '../run-document/churn-document.js';
import { churnWithMapping, mappingOfChurn } from '../scenario/churn-scenario.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import type { Guest } from '../scenario/scenario.js';
import { MAPPINGS } from '../scenario/scenario.js';
import { GIB_BYTES, PAGE_BYTES, SECOND_NS } from '../units.js';
import { type ChurnRequest, churnRows, type NamedRegime, type WatchedRegime } from './churn-rows.js';
import { MachineRegister } from './machine-register.js';
import { spreadOverSeeds } from './seed-spread.js';
import { churnWarnings } from './warnings.js';

/**
 * Watches a scenario once for every policy, delay, window and hypothesis: on one history of guests, each on a host of its own.
 * Yields now and then which share is done, since it may take long.
 * @throws InputError when a guest has no room, too many would come, or a sweep would take longer than can be counted
 */
export function* churn(request: ChurnRequest): Generator<number, ChurnDocument> {
  const documents: ChurnDocument[] = [];
  for (let run = 0; run < request.runs; run++) {
    const history = oneHistory({ ...request, seed: request.seed + run });
    documents.push(yield* partOf(history, run, request.runs));
  }
  const [first] = documents;
  if (first === undefined) throw new RangeError('a history is needed');
  return { ...first, seeds: spreadOverSeeds(documents) };
}

/** Work that is one of several: yields shares of the whole. */
function* partOf<T>(work: Generator<number, T>, number: number, parts: number): Generator<number, T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    yield (number + step.value) / parts;
  }
}

function* oneHistory(request: ChurnRequest): Generator<number, ChurnDocument> {
  const { machine, mapping, hypotheses, bandHypotheses, seed } = request;
  const scenario = mapping === null ? request.scenario : churnWithMapping(request.scenario, mapping);
  const memoryBytes = request.memoryBytes ?? scenario.memoryBytes ?? machine.memoryBytes;
  const resolve = (name: string) => resolveMachine(machine, name, memoryBytes, request);
  const configs = hypotheses.map(resolve);
  const delayNs = request.delayNs ?? delayOf(configs);
  const [config] = configs;
  if (config === undefined) throw new RangeError('a hypothesis is needed');
  const others = bandHypotheses.filter((name) => !hypotheses.includes(name)).map(resolve);
  checkOneHistory([config, ...configs, ...others]);
  const durationNs =
    request.durationNs ?? scenario.durationNs ?? suitableDurationNs(request, delayNs, config.values);
  const events = hostEvents(scenario, durationNs, seed);
  const shared = new SharedMemory(memoryBytes / GIB_BYTES, config.preassigned);
  const regimes = regimesOf(request, delayNs, memoryBytes);
  const boot = (one: MachineConfig, regime: NamedRegime, isReported: boolean): WatchedRegime => {
    const host = new SweepingHost(one, shared, regime, durationNs);
    return { regime, config: one, host, isReported };
  };
  const askedFor = regimes.filter(({ isAskedFor }) => isAskedFor);
  const watchedRegimes = [
    ...configs.flatMap((one) => regimes.map((regime) => boot(one, regime, true))),
    ...others.flatMap((one) => askedFor.map((regime) => boot(one, regime, false))),
  ];
  const hosts = watchedRegimes.map(({ host }) => host);
  const account = new HostHistory(shared, hosts, config.values, seed);
  const history = yield* account.live(scenario.privateMemory, events, durationNs);
  const machines = new MachineRegister();
  const watched = {
    regimes: watchedRegimes,
    history,
    assigned: account.curve,
    durationNs,
    mapping: mappingOfChurn(scenario),
  };
  const tables = churnRows(request, watched, machines);
  return {
    schema: CHURN_SCHEMA,
    origin: 'simulated',
    ...{ tool: request.tool, command: request.command, seed, delayNs },
    machines: machines.recorded,
    ...tables,
    seeds: [],
    warnings: churnWarnings(machines.recorded, {
      parameters: [...request.parameters.keys()],
      strategy: request.sweep.strategy,
      windows: regimes.map(({ window }) => window),
      isDelayGiven: request.delayNs !== null,
    }),
  };
}

/** Every way in which the host is to be swept: first under the delay asked for, then under the others. */
function regimesOf(request: ChurnRequest, delayNs: number, memoryBytes: number): NamedRegime[] {
  const { policies, delaysNs, maxWaitNs, sweep } = request;
  const windows = request.windows ?? (memoryBytes > WINDOW_REGIONS * GIB_BYTES ? WINDOW_NAMES : ['low']);
  const regime = (policyName: SweepPolicyName, window: WindowName, ownDelayNs: number): NamedRegime => {
    const policy: SweepPolicy = SWEEP_POLICIES[policyName];
    const delay = { delayNs: policy.isDelayed ? ownDelayNs : 0, maxWaitNs };
    const isAskedFor = ownDelayNs === delayNs;
    return { policyName, policy, delay, window, sweep, isAskedFor, keepsHistograms: isAskedFor };
  };
  const asked = windows.flatMap((window) => policies.map((policy) => regime(policy, window, delayNs)));
  const delayed = policies.filter((name) => SWEEP_POLICIES[name].isDelayed);
  const [window = 'low'] = windows;
  const others = delaysNs.filter((ns) => ns !== delayNs);
  return [...asked, ...delayed.flatMap((policy) => others.map((ns) => regime(policy, window, ns)))];
}

function delayOf(configs: readonly MachineConfig[]): number {
  return Math.round((configs[0]?.values.delayAfterExitS ?? 0) * SECOND_NS);
}

/**
 * Guests come and go, and are converted, once for all hypotheses.
 * @throws InputError where they say that this takes different times
 */
function checkOneHistory(configs: readonly [MachineConfig, ...MachineConfig[]]): void {
  const [first] = configs;
  for (const name of ['rmpupdateNs', 'flushPerPageNs'] as const) {
    const other = configs.find(({ values }) => values[name] !== first.values[name]);
    if (other === undefined) continue;
    const found = `${first.values[name]} (${first.hypothesis}) and ${other.values[name]} (${other.hypothesis})`;
    const hint = 'Choose one with --hypothesis, or give a value with --set.';
    throw new InputError([{ where: name, expected: 'one value for all hypotheses', found, hint }]);
  }
}

/**
 * An hour of guests that come by themselves; else long enough after the last step for a sweep under every delay, and for the largest
 * guest to be converted.
 */
function suitableDurationNs(
  { scenario, delaysNs, maxWaitNs }: ChurnRequest,
  delayNs: number,
  costs: ConversionCosts,
): number {
  if (scenario.arrivals.length > 0) return HOUR_NS;
  const lastNs = scenario.timeline.reduce((last, { atNs }) => Math.max(last, atNs), 0);
  const longestNs = Math.max(delayNs, maxWaitNs, ...delaysNs);
  const launched = scenario.timeline.flatMap((step) => (step.kind === 'launch' ? [step.guest] : []));
  const guests = scenario.privateMemory.flatMap((entry) => (entry.kind === 'guest' ? [entry] : []));
  const conversionNs = Math.max(
    0,
    ...[...guests, ...launched].map((guest) => guestConversionNs(guest, costs)),
  );
  return lastNs + conversionNs + Math.max(AFTER_LAST_STEP_NS, 2 * longestNs);
}

function guestConversionNs({ sizeBytes, mapping }: Guest, costs: ConversionCosts): number {
  const pages = sizeBytes / PAGE_BYTES;
  const rmpUpdates = pages / pagesPerEntry(MAPPINGS[mapping].entrySize);
  return Math.ceil(conversionPs({ rmpUpdates, pages }, costs) / 1000);
}

const HOUR_NS = 3600 * SECOND_NS;
const AFTER_LAST_STEP_NS = 120 * SECOND_NS;
