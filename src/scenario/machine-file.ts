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
import type { RmpSegment } from '../machine/rmp-placement.js';
import { parseTopology } from '../machine/topology.js';
import { PROVENANCES } from '../provenance.js';
import { parseMemoryBytes, parseSizeBytes } from '../units.js';
import { nameField, proseField, textField } from './fields.js';
import { parseKnownRanges } from './known-ranges.js';
import { formatPlausibleSets, parsePlausibleSets } from './plausible-sets.js';
import { closedMapping, type FaultWords } from './schema-faults.js';
import { problemAtSource, type SourceOf } from './source.js';
import { listChoices, suggest } from './suggest.js';

const sourceField = proseField('where the value comes from');

/** One parameter as a machine file gives it. */
type ParameterEntry = z.output<ReturnType<typeof parameterSchema>>;

const NAME_EXPECTED = 'a name of letters, digits, dots, dashes and underscores';

const wholeNs = z.int({ error: 'whole nanoseconds' }).min(0, { error: 'whole nanoseconds from 0' });

/** A sweep that figures are of, and what it takes under the costs that were fitted to them. */
const fittedConditionSchema = closedMapping('a condition: {strategy, threads, memory, localNs, remoteNs}', {
  strategy: nameField,
  threads: nameField,
  memory: textField('a size with its unit, such as 2TiB', parseMemoryBytes),
  localNs: wholeNs,
  remoteNs: wholeNs,
});

/** A parameter set that explains the published figures in its own way. */
const hypothesisSchema = closedMapping('a hypothesis: a mapping with says and parameters', {
  says: proseField('what the hypothesis says'),
  calibration: closedMapping('what a calibration found', {
    figures: z.array(z.string()).describe('names of the files of figures'),
    convergence: closedMapping('how well the walks agree', {
      rHat: z.number().describe('the largest split R-hat of all quantities'),
      effectiveSize: z.number().describe('the smallest effective sample size of all quantities'),
    }),
    noise: closedMapping('noise, as standard deviations of logarithms', {
      sigma: z.array(z.number()).length(3).describe('of a sweep: 5 % point, middle, 95 % point'),
      second: z.array(z.number()).length(3).describe('how far a second sweep is above the first, likewise'),
    }),
    intervals: z
      .record(z.string(), z.array(z.number()).length(2))
      .describe('middle nine tenths of the draws'),
    undetermined: z.array(z.string()).describe('parameters that came back as they were before'),
    strained: z
      .array(z.string())
      .describe('why the hypothesis is strained by the figures; empty where it is not'),
  }).optional(),
  /** As text, which `parsePlausibleSets` reads. */
  plausibleSets: textField('a line of parameter names and lines of values', checkedSets)
    .default('')
    .describe('draws of the costs given the figures: a line of names, then a line of values each'),
  ranges: textField('a line of names and lines of values', parseKnownRanges)
    .default([])
    .describe(
      'ranges of the sweeps of shipped scenarios, over all draws: a line of names, then a line of values each',
    ),
  /** Nine in ten measurements like it should fall between low and high. */
  leftOut: z
    .record(
      z.string(),
      closedMapping('what others say of a figure', {
        measuredNs: z.number(),
        lowNs: z.number(),
        highNs: z.number(),
      }),
    )
    .default({})
    .describe('by figure it was fitted to: where the figures of other conditions say that it should fall'),
  /** Agreeing with figures of these confirms nothing. */
  fittedTo: z
    .record(nameField, fittedConditionSchema, {
      error: ({ code }) =>
        code === 'invalid_key'
          ? NAME_EXPECTED
          : 'a mapping of conditions with the times they take, as calibrate writes it',
    })
    .default({})
    .describe('conditions of the figures that the costs were fitted to, with the times that the costs give'),
  /** Values in place of the machine's, with the reason; what is plausible stays the same. */
  parameters: closedMapping(
    'the parameters it sets',
    perParameter((name) => changeSchema(name).optional()),
  ),
});

export type FittedCondition = z.output<typeof fittedConditionSchema>;
export type Hypothesis = z.output<typeof hypothesisSchema>;

const hypothesesField = z.record(nameField, hypothesisSchema, {
  error: ({ code }) => (code === 'invalid_key' ? NAME_EXPECTED : 'a mapping of hypotheses'),
});

const ADDRESS_EXPECTED = 'an address such as 0x8800000 or 136MiB';
const addressField = z.union(
  [z.int().min(0), textField(ADDRESS_EXPECTED, (text) => parseSizeBytes(text, '136MiB or 64GiB'))],
  { error: ADDRESS_EXPECTED },
);

const rmpSegmentsField = z
  .array(
    closedMapping('a segment: {at, covers: [from, to]}', {
      at: addressField,
      covers: z.tuple([addressField, addressField], {
        error: 'two addresses: [from, to], such as [0, 64GiB]',
      }),
    })
      .superRefine(({ covers: [from, to] }, context) => {
        if (from < to) return;
        const words = { expected: 'covers [from, to] with from below to', found: `[${from}, ${to}]` };
        context.addIssue({ code: 'custom', path: ['covers'], params: words satisfies FaultWords });
      })
      .transform(
        ({ at, covers: [coversFromBytes, coversToBytes] }): RmpSegment => ({
          atBytes: at,
          coversFromBytes,
          coversToBytes,
        }),
      ),
    { error: 'a list of segments: {at, covers: [from, to]}' },
  )
  .min(1, { error: 'a list of at least one segment' });

const machineFields = {
  name: nameField,
  title: proseField('a title'),
  topology: textField('a topology such as 2x8x32x2', parseTopology),
  memory: textField('a size such as 2TiB', parseMemoryBytes),
  hypothesis: z.string({ error: 'the name of a hypothesis' }),
};
const BASE_EXPECTED = 'the name or the path of a machine, such as posted-2p';

/** A machine file: a topology, a value with its source for every parameter, and hypotheses that replace some of them. */
export const machineFileSchema = closedMapping('a machine: a mapping with topology and parameters', {
  ...machineFields,
  rmpSegments: rmpSegmentsField.optional(),
  parameters: closedMapping(
    'every parameter with its value and source (base: posted-2p takes those of that host)',
    perParameter((name) => parameterSchema(name)),
  ),
  hypotheses: hypothesesField,
}).transform(({ memory, rmpSegments, hypothesis, parameters, hypotheses, ...rest }) => ({
  ...rest,
  memoryBytes: memory,
  /** Empty: each at the top of the socket whose memory it covers, assumed. */
  rmpSegments: rmpSegments ?? [],
  defaultHypothesis: hypothesis,
  parameters,
  hypotheses,
}));

export type MachineFile = z.output<typeof machineFileSchema>;

/** What a file with `base` says: how a host differs from another, named as shipped or by a path from the folder of the file. */
export const machineChangesSchema = closedMapping('a machine: a mapping with base and what differs', {
  base: z.string({ error: BASE_EXPECTED }).min(1, { error: BASE_EXPECTED }),
  name: nameField.optional(),
  title: machineFields.title.optional(),
  topology: machineFields.topology.optional(),
  memory: machineFields.memory.optional(),
  rmpSegments: rmpSegmentsField.optional(),
  hypothesis: machineFields.hypothesis.optional(),
  parameters: closedMapping(
    'the parameters it changes',
    perParameter((name) => parameterSchema(name, 'optional').optional()),
  ).default({}),
  hypotheses: hypothesesField.default({}),
}).superRefine(({ name, parameters }, context) => {
  if (name !== undefined || Object.keys(parameters).length === 0) return;
  const expected = 'a name, since its costs are no longer those of its base';
  context.addIssue({ code: 'custom', path: ['name'], params: { expected, found: 'nothing' } });
});

export type MachineChanges = z.output<typeof machineChangesSchema>;

/**
 * The machine that differs from a base in what a file says. A cost that the file sets is set under every hypothesis and in every
 * plausible set; the file's hypotheses come beside those of the base, or in place of those of the same name.
 * @param name of the file, for a machine that has none of its own
 */
export function changedMachine(base: MachineFile, changes: MachineChanges, name: string): MachineFile {
  const { title, topology, memory, rmpSegments, hypothesis } = changes;
  const entries = Object.entries(changes.parameters) as [ParameterName, ParameterEntry][];
  const names = entries.map(([parameter]) => parameter);
  const parameters = entries.map(([parameter, { low, high, ...entry }]) => {
    const { [parameter]: before } = base.parameters;
    return [parameter, { ...entry, low: low ?? before.low, high: high ?? before.high }];
  });
  const inherited = Object.entries(base.hypotheses).map(([one, its]) => [one, withoutParameters(its, names)]);
  return {
    name: changes.name ?? name,
    title: title ?? `${base.name} with the changes that its file makes`,
    topology: topology ?? base.topology,
    memoryBytes: memory ?? base.memoryBytes,
    // Segments are those of a host of one size.
    rmpSegments: rmpSegments ?? (memory === undefined ? base.rmpSegments : []),
    defaultHypothesis: hypothesis ?? base.defaultHypothesis,
    parameters: { ...base.parameters, ...Object.fromEntries(parameters) },
    hypotheses: { ...Object.fromEntries(inherited), ...changes.hypotheses },
  };
}

/** A hypothesis on another host: it was fitted to no figure of that one. */
function withoutParameters(
  { parameters, plausibleSets, ...rest }: Hypothesis,
  without: readonly ParameterName[],
): Hypothesis {
  const own = Object.entries(parameters).filter(([name]) => !without.includes(name as ParameterName));
  return {
    ...rest,
    fittedTo: {},
    ranges: [],
    leftOut: {},
    parameters: Object.fromEntries(own),
    plausibleSets: setsWithout(plausibleSets, without),
  };
}

function setsWithout(text: string, without: readonly ParameterName[]): string {
  if (text === '' || without.length === 0) return text;
  const { names, sets } = parsePlausibleSets(text);
  const isKept = (_: unknown, i: number) => !without.some((name) => name === names[i]);
  return formatPlausibleSets(
    names.filter(isKept),
    sets.map((set) => ({ ...set, values: set.values.filter(isKept) })),
  );
}

/** @throws UnreadableValue */
function checkedSets(text: string): string {
  parsePlausibleSets(text);
  return text;
}

function perParameter<S>(schemaOf: (name: ParameterName) => S): Record<ParameterName, S> {
  return Object.fromEntries(PARAMETER_NAMES.map((name) => [name, schemaOf(name)])) as Record<
    ParameterName,
    S
  >;
}

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

/** @param bounds whether low and high may be left out */
function parameterSchema(name: ParameterName, bounds: 'required' | 'optional' = 'required') {
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
      const isUnbounded = low === undefined && high === undefined;
      const isBounded = low !== undefined && high !== undefined && low <= high;
      if (isSwitch ? isUnbounded : isBounded || (isUnbounded && bounds === 'optional')) return;
      const expected = isSwitch ? 'a switch without low and high' : 'low and high, low not above high';
      const found = `low ${low ?? 'missing'}, high ${high ?? 'missing'}`;
      context.addIssue({ code: 'custom', params: { expected, found } satisfies FaultWords });
    })
    .transform(({ low, high, ...rest }) => ({ ...rest, low: low ?? null, high: high ?? null }));
}

/** What the schema cannot say: the default hypothesis is one of those the file has. */
export function checkMachine(value: unknown, sourceOf: SourceOf): Problem[] {
  const { base, hypothesis, hypotheses } = (value ?? {}) as Partial<Record<string, unknown>>;
  // Those of a base are not known yet.
  if (base !== undefined) return [];
  if (typeof hypothesis !== 'string' || typeof hypotheses !== 'object' || hypotheses === null) return [];
  return checkDefault(hypothesis, Object.keys(hypotheses), sourceOf);
}

/** The default hypothesis is one that the machine has. */
export function checkDefault(hypothesis: string, known: readonly string[], sourceOf: SourceOf): Problem[] {
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
