import { influences } from '../calibrate/influence.js';
import { describeFound, InputError } from '../errors.js';
import { SWEEP_POLICIES, SWEEP_POLICY_NAMES, type SweepPolicy } from '../guests/sweep-policy.js';
import {
  isParameterName,
  PARAMETER_NAMES,
  PARAMETERS,
  type ParameterName,
  type ResolvedParameter,
} from '../machine/parameters.js';
import { regionOfPage } from '../machine/rmp.js';
import { formatTopology } from '../machine/topology.js';
import {
  LIST_SCHEMA,
  type ListDocument,
  SHOW_SCHEMA,
  type ShowDocument,
  type ShownHypothesis,
  type ShownMachine,
  type ShownMachineParameter,
  type ShownParameter,
  type ShownScenario,
} from '../run-document/catalogue-document.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { Arrivals, ChurnScenario, TimedStep } from '../scenario/churn-scenario.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import type { PrivateMemory, Scenario, Step } from '../scenario/scenario.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { STRATEGIES, STRATEGY_NAMES } from '../sweep/strategies.js';
import type { Strategy } from '../sweep/strategy.js';
import { durationText, GIB_BYTES, sizeText } from '../units.js';

/** Everything that comes with the program, with the hypotheses of one machine. */
export function listDocument(catalogue: Catalogue, machine: MachineFile): ListDocument {
  return {
    schema: LIST_SCHEMA,
    results: [
      ...catalogue.scenarioNames().map((name) => {
        return { kind: 'scenario' as const, name, title: catalogue.scenario(name).title };
      }),
      ...catalogue.churnNames().map((name) => {
        return { kind: 'churn' as const, name, title: catalogue.churn(name).title };
      }),
      ...SWEEP_POLICY_NAMES.map((name) => {
        return { kind: 'policy' as const, name, title: SWEEP_POLICIES[name].summary };
      }),
      ...catalogue.machineNames().map((name) => {
        return { kind: 'machine' as const, name, title: catalogue.machine(name).title };
      }),
      ...STRATEGY_NAMES.map((name) => ({ kind: 'strategy' as const, name, title: STRATEGIES[name].summary })),
      ...Object.entries(machine.hypotheses).map(([name, { says }]) => {
        return { kind: 'hypothesis' as const, name, title: says };
      }),
    ],
  };
}

/**
 * The thing a name or a path means.
 * @throws InputError when it means nothing
 */
export function showDocument(reference: string, catalogue: Catalogue, machine: MachineFile): ShowDocument {
  const strategy = STRATEGY_NAMES.find((name) => name === reference);
  if (strategy !== undefined) {
    const { summary, origin, defaultThreads, defaultBatch }: Strategy = STRATEGIES[strategy];
    const said = { summary, origin, defaultThreads, defaultBatch: defaultBatch ?? null };
    return { schema: SHOW_SCHEMA, kind: 'strategy', name: strategy, ...said };
  }
  const policy = SWEEP_POLICY_NAMES.find((name) => name === reference);
  if (policy !== undefined) {
    const { summary, origin }: SweepPolicy = SWEEP_POLICIES[policy];
    return { schema: SHOW_SCHEMA, kind: 'policy', name: policy, summary, origin };
  }
  if (isParameterName(reference)) return shownParameter(machine, reference);
  if (Object.hasOwn(machine.hypotheses, reference)) return shownHypothesis(machine, reference);
  if (catalogue.isMachine(reference)) return shownMachine(catalogue.machine(reference), catalogue);
  if (catalogue.isChurn(reference)) return shownChurn(catalogue.churn(reference), machine);
  if (catalogue.isScenario(reference)) return shownScenario(catalogue.scenario(reference), machine);
  const known = listDocument(catalogue, machine).results.map(({ name }) => name);
  const hint = suggest(reference, [...known, ...PARAMETER_NAMES]);
  throw new InputError([
    {
      where: 'name',
      expected: `${listChoices(known)}, a parameter, or the path of a file`,
      found: describeFound(reference),
      ...(hint === undefined ? {} : { hint }),
    },
  ]);
}

function shownHypothesis(machine: MachineFile, name: string): ShownHypothesis {
  const resolved = resolveMachine(machine, name, machine.memoryBytes, NO_OVERRIDES).parameters;
  return {
    schema: SHOW_SCHEMA,
    kind: 'hypothesis',
    name,
    machine: machine.name,
    says: machine.hypotheses[name]?.says ?? '',
    parameters: resolved.map(withMeaning),
  };
}

function shownParameter(machine: MachineFile, name: ParameterName): ShownMachineParameter {
  const { low, high } = machine.parameters[name];
  const { says, affects, unit } = PARAMETERS[name];
  const values = Object.keys(machine.hypotheses).flatMap((hypothesis) => {
    const { parameters } = resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES);
    return parameters
      .filter((one) => one.name === name)
      .map(({ value, provenance, source }) => ({ hypothesis, value, provenance, source }));
  });
  const named = { schema: SHOW_SCHEMA, kind: 'parameter', name, machine: machine.name } as const;
  return { ...named, says, affects, unit, low, high, values };
}

function shownMachine(machine: MachineFile, catalogue: Catalogue): ShownMachine {
  const { name, title, topology, memoryBytes, defaultHypothesis, hypotheses } = machine;
  const { parameters, preassigned } = resolveMachine(machine, defaultHypothesis, memoryBytes, NO_OVERRIDES);
  const preassignedRegions = new Set<number>();
  for (const { startPage, pages } of preassigned) {
    const last = regionOfPage(startPage + pages - 1);
    for (let region = regionOfPage(startPage); region <= last; region++) preassignedRegions.add(region);
  }
  const { sockets, l3Groups, cores, cpus } = topology;
  return {
    schema: SHOW_SCHEMA,
    kind: 'machine',
    name,
    title,
    topology: formatTopology(topology),
    ...{ sockets, l3Groups, cores, cpus, memoryBytes },
    regions: memoryBytes / GIB_BYTES,
    preassignedRegions: preassignedRegions.size,
    hypothesis: defaultHypothesis,
    hypotheses: Object.entries(hypotheses).map(([hypothesis, { says }]) => ({ name: hypothesis, says })),
    parameters: parameters.map(withMeaning),
    influences: influences(machine, defaultHypothesis, catalogue),
  };
}

function withMeaning(parameter: ResolvedParameter): ShownParameter {
  return { ...parameter, says: PARAMETERS[parameter.name].says };
}

function shownScenario(scenario: Scenario, machine: MachineFile): ShownScenario {
  const { name, title, privateMemory, steps } = scenario;
  return {
    schema: SHOW_SCHEMA,
    kind: 'scenario',
    name,
    machine: machine.name,
    scenario: {
      title,
      memory: sizeText(scenario.memoryBytes ?? machine.memoryBytes),
      ...(privateMemory.length === 0 ? {} : { private: privateMemory.map(asWritten) }),
      steps: steps.map(stepAsWritten),
    },
  };
}

function shownChurn(scenario: ChurnScenario, machine: MachineFile): ShownScenario {
  const { name, title, durationNs, privateMemory, timeline, arrivals } = scenario;
  return {
    schema: SHOW_SCHEMA,
    kind: 'churn',
    name,
    machine: machine.name,
    scenario: {
      title,
      memory: sizeText(scenario.memoryBytes ?? machine.memoryBytes),
      ...(durationNs === null ? {} : { duration: durationText(durationNs) }),
      ...(privateMemory.length === 0 ? {} : { private: privateMemory.map(asWritten) }),
      ...(timeline.length === 0 ? {} : { timeline: timeline.map(timedStepAsWritten) }),
      ...(arrivals.length === 0 ? {} : { arrivals: arrivals.map(arrivalsAsWritten) }),
    },
  };
}

function timedStepAsWritten(step: TimedStep): Readonly<Record<string, unknown>> {
  const at = durationText(step.atNs);
  switch (step.kind) {
    case 'launch':
      return { at, launch: asWritten(step.guest) };
    case 'terminate':
      return { at, terminate: step.name };
    case 'free-all':
      return { at, free: 'all' };
  }
}

function arrivalsAsWritten(entry: Arrivals): Readonly<Record<string, unknown>> {
  const { name, timing, everyNs, lifetimeNs, fromNs, untilNs, count, sizesBytes, mappings, placement } =
    entry;
  return {
    guests: name,
    timing,
    every: durationText(everyNs),
    lifetime: durationText(lifetimeNs),
    size: sizesBytes.map(sizeText),
    mapping: mappings,
    placement,
    from: durationText(fromNs),
    ...(untilNs === null ? {} : { until: durationText(untilNs) }),
    ...(count === null ? {} : { count }),
  };
}

function asWritten(entry: PrivateMemory): Readonly<Record<string, unknown>> {
  if (entry.kind === 'each-region') {
    const { pages, at, mapping } = entry;
    return { each: 'region', pages, at, mapping };
  }
  const { name, sizeBytes, mapping, placement } = entry;
  return { guest: name, size: sizeText(sizeBytes), mapping, placement };
}

function stepAsWritten(step: Step): unknown {
  switch (step.kind) {
    case 'sweep':
      return 'sweep';
    case 'measure':
      return { measure: step.state };
    case 'launch':
      return { launch: asWritten(step.guest) };
    case 'terminate':
      return { terminate: step.name };
    case 'free-all':
      return { free: 'all' };
  }
}
