import { z } from 'zod';
import { describeFound } from '../errors.js';
import { PROVENANCES } from '../provenance.js';
import { GIB_BYTES } from '../units.js';
import {
  COMPARISON_COLUMNS,
  type ComparisonRow,
  CPU_COLUMNS,
  IMPORT_TABLES,
  IMPORTED_CPU_COLUMNS,
  IMPORTED_RESULT_COLUMNS,
  JITTER_TABLES,
  RESULT_COLUMNS,
  RUN_SCHEMA,
  RUN_TABLES,
  SEGMENT_COLUMNS,
  TERM_COLUMNS,
} from './columns.js';
import { fieldOf, listOf, rowOf, tableOf, tablesOf, withGaps } from './table-schema.js';

const text = fieldOf('text');
const count = fieldOf('integer');

const parameterSchema = z.object(
  {
    name: text,
    value: z.union([z.number(), z.string(), z.boolean()], 'a number, a text, true or false'),
    unit: z.enum(['ns', 's', ''], 'ns, s or an empty text'),
    low: fieldOf('number?').describe('what is plausible, from here; null of switches'),
    high: fieldOf('number?').describe('to here'),
    provenance: z.enum(PROVENANCES, PROVENANCES.join(', ')),
    source: text,
  },
  'a parameter',
);

const machineFields = z.object(
  {
    id: text.describe('what rows name it by'),
    name: text,
    file: text.describe('name of the machine file: the host may have another shape'),
    hypothesis: text,
    topology: text,
    ...{ cpus: count, cores: count, sockets: count, l3Groups: count, threadsPerCore: count },
    ...{ memoryBytes: count, regions: count },
    reservedRegions: count.describe(
      'of these, regions with pages of the RMP or of firmware: never optimized',
    ),
    rmpSegments: listOf('segments', rowOf(SEGMENT_COLUMNS)).describe(
      'where the segments of the RMP lie, as the machine file lists them; empty: assumed',
    ),
    strained: listOf('texts', text).describe(
      'why the figures that the hypothesis was fitted to strain it; empty where they do not',
    ),
    parameters: listOf('parameters', parameterSchema),
  },
  'a machine',
);

/** A machine as recorded, complete enough to run it again. */
const machineSchema = machineFields.check(({ value, issues }) => {
  const fault = shapeFault(value) ?? nameFault(value);
  if (fault === null) return;
  const { path = [], expected, found } = fault;
  issues.push({ code: 'custom', input: value, path: [...path], message: expected, params: { found } });
});

/** A parameter as recorded: switches have neither low nor high. */
export type RecordedParameter = Readonly<z.infer<typeof parameterSchema>>;
export type RecordedMachine = Readonly<z.infer<typeof machineFields>>;

interface MachineFault {
  readonly path?: readonly (string | number)[];
  readonly expected: string;
  readonly found: string;
}

/** More regions than any host has, 256 TiB. */
const REGIONS_MAX = 2 ** 18;
/** More CPUs than any host has. */
const CPUS_MAX = 65_536;

/** What a machine says of its host that cannot be. */
function shapeFault(machine: RecordedMachine): MachineFault | null {
  const { topology, cpus, cores, sockets, l3Groups, threadsPerCore, memoryBytes, regions } = machine;
  const [a = 0, b = 0, c = 0, d = 0, ...more] = topology.split('x').map(Number);
  const counts = [a, a * b, a * b * c, d, a * b * c * d];
  const isHost = counts.every((one) => Number.isSafeInteger(one) && one > 0) && a * b * c * d <= CPUS_MAX;
  if (!isHost || more.length > 0) {
    const expected = `a topology of at most ${CPUS_MAX} CPUs, such as 2x8x32x2`;
    return { path: ['topology'], expected, found: describeFound(topology) };
  }
  const told = [sockets, l3Groups, cores, threadsPerCore, cpus];
  if (told.some((one, i) => one !== counts[i])) {
    return { expected: `the counts of topology ${topology}, ${counts.join(', ')}`, found: told.join(', ') };
  }
  if (memoryBytes === regions * GIB_BYTES && regions >= 1 && regions <= REGIONS_MAX) return null;
  const expected = 'memoryBytes of as many GiB as there are regions, at most 256 TiB';
  return { expected, found: `${memoryBytes} and ${regions}` };
}

function nameFault({ parameters }: RecordedMachine): MachineFault | null {
  const i = indexOfRepeated(parameters.map(({ name }) => name));
  if (i === null) return null;
  const found = `${describeFound(parameters[i]?.name)} again`;
  return { path: ['parameters', i, 'name'], expected: 'one that no other has', found };
}

/** The first that stands before already. */
export function indexOfRepeated(names: readonly string[]): number | null {
  const known = new Set<string>();
  const i = names.findIndex((name) => known.size === known.add(name).size);
  return i < 0 ? null : i;
}

const toolSchema = z.object({ name: text, version: text }, 'a program with name and version');
const warningSchema = z.object({ kind: text, message: text }, 'a warning');

/** What every document begins with. */
export const headFields = { tool: toolSchema, command: listOf('words', text) };
export const machinesField = listOf('machines', machineSchema);
export const warningsField = listOf('warnings', warningSchema).default([]);

const comparisonSchema: z.ZodType<ComparisonRow> = rowOf(COMPARISON_COLUMNS)
  .catchall(z.union([text, z.number()], 'a text or a number'))
  .meta({ additionalProperties: false, patternProperties: { '^axis[.]': { type: ['string', 'number'] } } });

const first = { schema: z.literal(RUN_SCHEMA), ...headFields, machines: machinesField };
const last = {
  ...tablesOf(RUN_TABLES),
  comparisons: tableOf(comparisonSchema),
  warnings: warningsField,
};

/** What a run has come to as data: everything the reports show comes from here. */
export const runSchema = z.object({
  ...first,
  origin: z.literal('simulated', 'simulated'),
  seed: count,
  ...tablesOf({ terms: TERM_COLUMNS, results: RESULT_COLUMNS, cpus: CPU_COLUMNS }),
  ...last,
});

const RUNS_WORDS = 'how many runs there were, from 1';
const jitterSchema = z.object({ runs: z.int(RUNS_WORDS).min(1, RUNS_WORDS) }, '{runs: …}');

/** A run whose costs were random, drawn anew for every repetition. */
export const jitteredRunSchema = runSchema.extend({ jitter: jitterSchema, ...tablesOf(JITTER_TABLES) });

const { rounds, arrivals, ...logTables } = IMPORT_TABLES;

/** What a log of hardware tells, in the same form: rows with gaps, and every figure as it was printed. */
export const importedSchema = z.object({
  ...first,
  origin: z.literal('imported', 'imported'),
  seed: z.null('null'),
  ...tablesOf({ results: withGaps(IMPORTED_RESULT_COLUMNS), cpus: withGaps(IMPORTED_CPU_COLUMNS) }),
  ...last,
  ...tablesOf(logTables),
  ...tablesOf({ rounds: withGaps(rounds), arrivals: withGaps(arrivals) }),
});

export type ToolInfo = Readonly<z.infer<typeof toolSchema>>;
/** Something a reader should know before trusting a figure. */
export type Warning = Readonly<z.infer<typeof warningSchema>>;
/** That costs were random. */
export type JitterRecord = Readonly<z.infer<typeof jitterSchema>>;

type JitteredRun = Readonly<z.infer<typeof jitteredRunSchema>>;
/** The rows of a run, by table. Of CPUs there are none unless asked for, and only a grid has comparisons and missing cells. */
export type RunTables = Pick<
  JitteredRun,
  'results' | 'cpus' | keyof typeof RUN_TABLES | keyof typeof JITTER_TABLES
>;
export type RunDocument = Readonly<z.infer<typeof runSchema>> &
  Partial<Pick<JitteredRun, 'jitter' | 'spreads'>>;
export type ImportedDocument = Readonly<z.infer<typeof importedSchema>>;
