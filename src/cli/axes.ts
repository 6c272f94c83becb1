import { describeFound, ProblemList, readAt, UnreadableValue } from '../errors.js';
import {
  acceptedValues,
  isParameterName,
  PARAMETER_NAMES,
  type ParameterName,
  type ParameterValue,
  parseParameterValue,
} from '../machine/parameters.js';
import { formatTopology, parseTopology, type Topology } from '../machine/topology.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { checkHypothesisOfAny } from '../scenario/resolve-machine.js';
import { MAPPING_NAMES, type Mapping } from '../scenario/scenario.js';
import { suggest } from '../scenario/suggest.js';
import { STRATEGY_NAMES, type StrategyName } from '../sweep/strategies.js';
import { THREADS, type Threads } from '../sweep/strategy.js';
import { parseMemoryBytes, parseSizeBytes, sizeText } from '../units.js';
import { distinct, oneOf, parseBatch, repeated } from './choices.js';
import { expandRange, isRange, VALUES_MAX } from './ranges.js';

/** What a cell of a grid can choose; `null`: what the strategy, the scenario or the machine say. */
export interface Choices {
  readonly mapping: Mapping | null;
  readonly strategy: StrategyName;
  readonly threads: Threads | null;
  readonly batch: number | null;
  /** `null`: what the machine says. */
  readonly hypothesis: string | null;
  /** Which of the machines of the grid. */
  readonly machine: number;
  readonly topology: Topology | null;
  readonly memoryBytes: number | null;
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
}

/** One value of an axis: how it is written, and what it changes. */
export interface AxisValue {
  readonly text: string;
  /** What a column of the axis holds: a number where the value is one. */
  readonly field: string | number;
  readonly choose: (choices: Choices) => Choices;
}

export interface Axis {
  readonly name: string;
  /** At least one, all different. */
  readonly values: readonly AxisValue[];
}

/** The machines of a grid, each with what it was called by. */
export interface Hosts {
  /** At least one. */
  readonly machines: readonly { readonly reference: string; readonly file: MachineFile }[];
}

/** How the values of an axis are read. */
interface AxisKind {
  readonly one: (text: string) => AxisValue;
  /** Of axes of numbers: the numbers of a range, as texts for `one`. */
  readonly range?: (text: string, countMax: number) => string[];
  /** Of axes of names: all of them. */
  readonly choices?: readonly string[];
}

/**
 * Reads `mapping=4k,2m,1g` or `ipiPerTargetNs=60..120+20`.
 * @param hosts that can be named, and whose hypotheses
 * @param others axes that have been read before
 * @throws InputError with everything wrong with it
 */
export function parseAxis(text: string, hosts: Hosts, others: readonly Axis[] = []): Axis {
  const [, name = '', list = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === '') {
    throw new UnreadableValue('axis=values, such as mapping=4k,2m,1g', describeFound(text));
  }
  const kind = axisKind(name, hosts);
  const problems = new ProblemList();
  const texts = list.split(',').map((part) => part.trim());
  let left = others.reduce((rest, other) => rest - other.values.length, VALUES_MAX);
  const values = texts.flatMap(
    (part) =>
      problems.collect(() => {
        return readAt(`--vary ${name}`, () => {
          if (kind.range === undefined || !isRange(part)) return [kind.one(part)];
          const own = kind.range(part, left);
          left -= own.length;
          return own.map(kind.one);
        });
      }) ?? [],
  );
  for (const text of repeated(values.map((value) => value.text))) {
    problems.add({ where: `--vary ${name}`, expected: 'each value once', found: `${text} again` });
  }
  if (problems.isAny) throw problems.toError();
  return { name, values };
}

function axisKind(name: string, hosts: Hosts): AxisKind {
  if (Object.hasOwn(AXES, name)) return AXES[name as keyof typeof AXES](hosts);
  if (isParameterName(name)) return parameterAxis(name);
  const known = [...Object.keys(AXES), ...PARAMETER_NAMES];
  const hint = suggest(name, known) ?? `The parameters are ${PARAMETER_NAMES.join(', ')}.`;
  const expected = `${Object.keys(AXES).join(', ')}, scan or another parameter`;
  throw new UnreadableValue(expected, describeFound(name), hint);
}

/** Every axis with the values it has, where these are names. */
export function axisChoices(hosts: Hosts): { readonly name: string; readonly values: readonly string[] }[] {
  const kinds = [
    ...Object.entries(AXES).map(([name, kind]) => ({ name, kind: kind(hosts) })),
    ...PARAMETER_NAMES.map((name) => ({ name, kind: parameterAxis(name) })),
  ];
  return kinds.map(({ name, kind: { choices = [] } }) => ({ name, values: choices }));
}

const AXES = {
  mapping: () => choiceAxis(MAPPING_NAMES, (mapping) => ({ mapping })),
  strategy: () => choiceAxis(STRATEGY_NAMES, (strategy) => ({ strategy })),
  threads: () => choiceAxis(THREADS, (threads) => ({ threads })),
  machine: ({ machines }: Hosts): AxisKind => ({
    one: (text) => {
      const number = machines.findIndex(({ reference, file }) => reference === text || file.name === text);
      const { [number]: host } = machines;
      if (host === undefined) throw new UnreadableValue('a machine of this grid', describeFound(text));
      return value(host.file.name, { machine: number });
    },
    choices: machines.map(({ reference }) => reference),
  }),
  hypothesis: ({ machines }: Hosts): AxisKind => ({
    one: (text) => {
      const hypothesis = checkHypothesisOfAny(
        machines.map(({ file }) => file),
        text,
      );
      return value(hypothesis, { hypothesis });
    },
    choices: distinct(machines.flatMap(({ file }) => Object.keys(file.hypotheses))),
  }),
  topology: (): AxisKind => ({
    one: (text) => {
      const topology = parseTopology(text);
      return value(formatTopology(topology), { topology });
    },
  }),
  memory: (): AxisKind => ({
    one: (text) => {
      const memoryBytes = parseMemoryBytes(text);
      return value(sizeText(memoryBytes), { memoryBytes });
    },
    range: (text, countMax) => expandRange(text, (size) => parseSizeBytes(size), sizeText, countMax),
  }),
  batch: (): AxisKind => ({
    one: (text) => {
      const batch = parseBatch(text);
      return { ...value(String(batch), { batch }), field: batch };
    },
    range: (text, countMax) => expandRange(text, parseBatch, String, countMax),
  }),
} as const satisfies Record<string, (hosts: Hosts) => AxisKind>;

function parameterAxis(name: ParameterName): AxisKind {
  const one = (text: string): AxisValue => {
    const parameter = parseParameterValue(name, text);
    return {
      text: String(parameter),
      field: typeof parameter === 'number' ? parameter : String(parameter),
      choose: (choices) => ({ ...choices, parameters: new Map([...choices.parameters, [name, parameter]]) }),
    };
  };
  const accepted = acceptedValues(name);
  if ('values' in accepted) return { one, choices: accepted.values.map(String) };
  const parse = (end: string) => Number(parseParameterValue(name, end));
  return { one, range: (text, countMax) => expandRange(text, parse, String, countMax) };
}

function choiceAxis<T extends string>(names: readonly T[], chosen: (name: T) => Partial<Choices>): AxisKind {
  return { one: (text) => value(oneOf(names)(text), chosen(oneOf(names)(text))), choices: names };
}

function value(text: string, chosen: Partial<Choices>): AxisValue {
  return { text, field: text, choose: (choices) => ({ ...choices, ...chosen }) };
}
