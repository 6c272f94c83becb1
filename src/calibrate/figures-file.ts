import { z } from 'zod';
import { describeFound, type Problem } from '../errors.js';
import type { InputFiles } from '../files/files.js';
import { nameField, proseField, textField } from '../scenario/fields.js';
import { MAPPING_NAMES } from '../scenario/scenario.js';
import { closedMapping } from '../scenario/schema-faults.js';
import { problemAtSource, type SourceOf } from '../scenario/source.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { readYamlFile } from '../scenario/yaml-file.js';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { parseMemoryBytes } from '../units.js';

/**
 * What a figure is of: the elapsed time of a sweep, or the time inside one RMPOPT. The largest and smallest instruction are
 * bounds: a simulation without jitter has to stay between them, not to meet them.
 */
export const FIGURE_KINDS = {
  total: { isBound: false, says: 'elapsed time of the sweep' },
  local: { isBound: false, says: 'elapsed time of the local loop' },
  remote: { isBound: false, says: 'elapsed time of the remote loop' },
  'instruction-mean': { isBound: false, says: 'mean time of one RMPOPT' },
  'instruction-max': { isBound: true, says: 'largest time of one RMPOPT' },
  'instruction-min': { isBound: true, says: 'smallest time of one RMPOPT' },
} as const;
export type FigureKind = keyof typeof FIGURE_KINDS;
const FIGURE_KIND_NAMES = Object.keys(FIGURE_KINDS) as readonly FigureKind[];

/** What figures are used for. */
const FIGURE_USES = ['fitted', 'predicted', 'unexplained'] as const;

const conditionSchema = closedMapping('a condition: a mapping with scenario and strategy', {
  says: proseField('what the condition is').describe('the condition in words'),
  scenario: z.string({ error: 'a scenario' }).describe('name or path of a scenario with one measure'),
  strategy: z.enum(STRATEGY_NAMES),
  threads: z.enum(THREADS),
  memory: textField('a size with its unit, such as 2TiB', parseMemoryBytes),
  mapping: z
    .enum(MAPPING_NAMES)
    .optional()
    .describe('how private memory was mapped; unless given, as the scenario has it'),
  use: z
    .enum(FIGURE_USES)
    .default('fitted')
    .describe(
      'whether a fit aims at it, or it stays beside the fit; unexplained where no mechanism of the machine can explain it',
    ),
  readings: z
    .array(z.string({ error: 'a scenario' }), { error: 'a list of scenarios' })
    .default([])
    .describe('other scenarios that the words of the source fit as well: each is as likely as the first'),
  host: z
    .string({ error: 'a name' })
    .default('')
    .describe('another host than that of the machine: its figures share an offset that nobody knows'),
  unknown: z
    .array(proseField('what was not stated'), { error: 'a list of what was not stated' })
    .default([])
    .describe('what the source leaves open'),
});

const time = z.number({ error: 'a number above 0' }).positive({ error: 'a number above 0' });

const figureSchema = closedMapping('a figure: a mapping with id, condition, kind and ns or cycles', {
  id: nameField.describe('unique in the file'),
  condition: z.string({ error: 'the name of a condition' }),
  kind: z.enum(FIGURE_KIND_NAMES),
  ns: time.optional().describe('nanoseconds; either these or cycles'),
  cycles: time.optional().describe('cycles of the time stamp counter; need tscGhz'),
  sweep: nameField
    .optional()
    .describe('figures of one sweep have the same name here; unless given, it is the only one'),
  second: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('of the second of two sweeps in a row'),
  noisePct: z
    .number({ error: 'a percentage from 0 to 50' })
    .min(0, { error: 'a percentage from 0 to 50' })
    .max(50, { error: 'a percentage from 0 to 50' })
    .default(0)
    .describe('noise of its own, beside that of the sweep, such as that of counters without a lock'),
  date: proseField('a date').optional(),
  source: proseField('where the figure was published'),
});

/** A file of published or measured figures. */
export const figuresFileSchema = closedMapping('figures: a mapping with conditions and figures', {
  name: nameField,
  title: proseField('a title'),
  tscGhz: z
    .number({ error: 'a frequency in GHz from 0.1 to 10' })
    .min(0.1, { error: 'a frequency in GHz from 0.1 to 10' })
    .max(10, { error: 'a frequency in GHz from 0.1 to 10' })
    .optional(),
  conditions: z.record(nameField, conditionSchema, { error: 'a mapping of conditions' }),
  figures: z.array(figureSchema, { error: 'a list of figures' }).min(1, { error: 'at least one figure' }),
});

export type Condition = z.output<typeof conditionSchema>;
export type FiguresFile = z.output<typeof figuresFileSchema>;

/** @throws InputError with every problem of the file */
export function readFigures(file: string, files: InputFiles): FiguresFile {
  return readYamlFile(file, files, figuresFileSchema, checkFigures).value;
}

/** What the schema cannot say: ids that differ, conditions that exist, and one unit per figure. */
function checkFigures(value: unknown, sourceOf: SourceOf): Problem[] {
  const { figures, conditions, tscGhz } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(figures)) return [];
  const known = typeof conditions === 'object' && conditions !== null ? Object.keys(conditions) : [];
  const ids = new Set<unknown>();
  return figures.flatMap((figure: unknown, i) => {
    const source = sourceOf(['figures', i]);
    const { id, condition, ns, cycles } = (figure ?? {}) as Readonly<Record<string, unknown>>;
    const problems: Problem[] = [];
    if (ids.has(id))
      problems.push(problemAtSource(source.at('id'), 'an id no other figure has', describeFound(id)));
    ids.add(id);
    if (typeof condition === 'string' && !known.includes(condition)) {
      const expected = listChoices(known);
      const hint = suggest(condition, known);
      problems.push(problemAtSource(source.at('condition'), expected, describeFound(condition), hint));
    }
    if ((ns === undefined) === (cycles === undefined)) {
      const found = ns === undefined ? 'neither' : 'both';
      problems.push(problemAtSource(source, 'the figure in one unit, ns or cycles', found));
    }
    if (cycles !== undefined && tscGhz === undefined) {
      problems.push(
        problemAtSource(source.at('cycles'), 'tscGhz in the file, to make time of cycles', 'none'),
      );
    }
    return problems;
  });
}
