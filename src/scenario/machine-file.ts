import { z } from 'zod';
import { describeFound, type Problem } from '../errors.js';
import {
  acceptedValues,
  expectedValue,
  PARAMETER_NAMES,
  PARAMETERS,
  type ParameterName,
  type ParameterValue,
} from '../machine/parameters.js';
import { parseTopology, type Topology } from '../machine/topology.js';
import { PROVENANCES, type Provenance } from '../provenance.js';
import { parseMemoryBytes } from '../units.js';
import { nameField, proseField, textField } from './fields.js';
import { NO_SETS, type PlausibleSets, parsePlausibleSets } from './plausible-sets.js';
import { closedMapping, type FaultWords } from './schema-faults.js';
import { problemAtSource, type SourceOf } from './source.js';
import { listChoices, suggest } from './suggest.js';

/** One parameter as a machine file gives it. */
export interface ParameterEntry {
  readonly value: ParameterValue;
  readonly low: number | null;
  readonly high: number | null;
  readonly provenance: Provenance;
  readonly source: string;
}

/** A parameter set that explains the published figures in its own way. */
export interface Hypothesis {
  readonly says: string;
  /** Conditions of published figures from which its parameters were derived: agreeing with those confirms nothing. */
  readonly fittedTo: readonly string[];
  /** Vectors that reproduce the figures it was fitted to; empty where it never was. */
  readonly plausibleSets: PlausibleSets;
  readonly parameters: Partial<Readonly<Record<ParameterName, ParameterChange>>>;
}

/** A value a hypothesis puts in place of the machine's, with the reason; what is plausible stays the same. */
export type ParameterChange = Pick<ParameterEntry, 'value' | 'provenance' | 'source'>;

/** A machine file: a topology, a value with its source for every parameter, and hypotheses that replace some of them. */
export interface MachineFile {
  readonly name: string;
  readonly title: string;
  readonly topology: Topology;
  readonly memoryBytes: number;
  readonly defaultHypothesis: string;
  readonly parameters: Readonly<Record<ParameterName, ParameterEntry>>;
  readonly hypotheses: Readonly<Record<string, Hypothesis>>;
}

const sourceField = proseField('where the value comes from');

const parameterSchemas = Object.fromEntries(
  PARAMETER_NAMES.map((name) => [name, parameterSchema(name)]),
) as Record<ParameterName, ReturnType<typeof parameterSchema>>;

const changeSchemas = Object.fromEntries(
  PARAMETER_NAMES.map((name) => [name, changeSchema(name).optional()]),
) as Record<ParameterName, z.ZodOptional<ReturnType<typeof changeSchema>>>;

const hypothesisSchema = closedMapping('a hypothesis: a mapping with says and parameters', {
  says: proseField('what the hypothesis says'),
  calibration: closedMapping('what a calibration found', {
    figures: z.array(z.string()).describe('names of the files of figures'),
    residualsPct: z.record(z.string(), z.number()).describe('simulated against the mean of each figure'),
    tolerancesPct: z.record(z.string(), z.number()).describe('how far from it a plausible set may be'),
    outOfReach: z
      .array(z.string())
      .describe('figures that no costs in their ranges come closer to than their tolerance'),
    intervals: z
      .record(z.string(), z.array(z.number()).length(2))
      .describe('middle nine tenths over the plausible sets'),
    atBound: z.array(z.string()).describe('parameters the fit left at an end of their range'),
    notIdentified: z.array(z.string()).describe('parameters the figures leave half of their range or more'),
  }).optional(),
  plausibleSets: textField('a line of parameter names and lines of values', parsePlausibleSets)
    .default(NO_SETS)
    .describe('parameter vectors that reproduce the figures: a line of names, then a line of values each'),
  fittedTo: z.array(nameField, { error: 'a list of conditions of figures' }).default([]),
  parameters: closedMapping('the parameters it sets', changeSchemas),
});

export const machineFileSchema = closedMapping('a machine: a mapping with topology and parameters', {
  name: nameField,
  title: proseField('a title'),
  topology: textField('a topology such as 2x8x32x2', parseTopology),
  memory: textField('a size such as 2TiB', parseMemoryBytes),
  hypothesis: z.string({ error: 'the name of a hypothesis' }),
  parameters: closedMapping('every parameter with its value and source', parameterSchemas),
  hypotheses: z.record(nameField, hypothesisSchema, {
    error: ({ code }) =>
      code === 'invalid_key'
        ? 'a name of letters, digits, dots, dashes and underscores'
        : 'a mapping of hypotheses',
  }),
}).transform(
  ({ memory, hypothesis, parameters, hypotheses, ...rest }): MachineFile => ({
    ...rest,
    memoryBytes: memory,
    defaultHypothesis: hypothesis,
    parameters,
    hypotheses: hypotheses as MachineFile['hypotheses'],
  }),
);

/** What a parameter accepts; one message for all that is wrong with it, since that says what would be right. */
function valueSchema(name: ParameterName): z.ZodType<ParameterValue> {
  const accepted = acceptedValues(name);
  const error = expectedValue(name);
  if ('values' in accepted) return z.literal([...accepted.values], { error });
  return (
    z
      .number({ error })
      .min(accepted.min, { error })
      .max(accepted.max, { error })
      // Adding 0 turns -0, which would show in outputs, into 0.
      .transform((value) => value + 0)
  );
}

function changeSchema(name: ParameterName) {
  return closedMapping(`${name}: {value, provenance, source}`, {
    value: valueSchema(name),
    provenance: z.enum(PROVENANCES),
    source: sourceField,
  });
}

function parameterSchema(name: ParameterName) {
  const bound = z.number({ error: 'a number' }).min(0, { error: 'a number, 0 or more' }).optional();
  return closedMapping(`${name}: {value, low, high, provenance, source}`, {
    value: valueSchema(name),
    low: bound,
    high: bound,
    provenance: z.enum(PROVENANCES),
    source: sourceField,
  })
    .superRefine(({ low, high }, context) => {
      const isSwitch = PARAMETERS[name].kind === 'switch';
      const isBounded = low !== undefined && high !== undefined && low <= high;
      if (isSwitch ? low === undefined && high === undefined : isBounded) return;
      const expected = isSwitch ? 'a switch without low and high' : 'low and high, low not above high';
      const found = `low ${low ?? 'missing'}, high ${high ?? 'missing'}`;
      context.addIssue({ code: 'custom', params: { expected, found } satisfies FaultWords });
    })
    .transform(
      ({ low, high, ...rest }): ParameterEntry => ({ ...rest, low: low ?? null, high: high ?? null }),
    );
}

/** What the schema cannot say: the default hypothesis is one of those the file has. */
export function checkMachine(value: unknown, sourceOf: SourceOf): Problem[] {
  const { hypothesis, hypotheses } = (value ?? {}) as { hypothesis?: unknown; hypotheses?: unknown };
  if (typeof hypothesis !== 'string' || typeof hypotheses !== 'object' || hypotheses === null) return [];
  const known = Object.keys(hypotheses);
  if (known.includes(hypothesis)) return [];
  const expected = known.length === 0 ? 'a file with at least one hypothesis' : listChoices(known);
  return [
    problemAtSource(
      sourceOf(['hypothesis']),
      expected,
      describeFound(hypothesis),
      suggest(hypothesis, known),
    ),
  ];
}
