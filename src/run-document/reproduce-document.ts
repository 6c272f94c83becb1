import { z } from 'zod';
import type { RowOf } from './columns.js';
import { REPRODUCE_COLUMNS, REPRODUCE_SCHEMA, SUMMARY_COLUMNS } from './reproduce-columns.js';
import { headFields, machinesField } from './run-document.js';
import { fieldOf, listOf, tablesOf } from './table-schema.js';

const text = fieldOf('text');
const ns = fieldOf('integer');
const percent = fieldOf('number?');

const conditionSchema = z.object({ name: text, says: text, unknown: listOf('texts', text) }, 'a condition');

const repeatedSchema = z.object(
  {
    condition: text,
    kind: text,
    ids: listOf('texts', text),
    ratio: fieldOf('number').describe('the largest over the smallest'),
  },
  'samples of one condition, which nothing tells apart',
);

const readingSchema = z.object(
  {
    ...{ condition: text, hypothesis: text, mapping: text, placement: text, simulatedNs: ns },
    excluded: z.enum(['yes', 'no'], 'yes or no').describe('whether the published samples exclude it'),
  },
  'a reading',
);

const rangeSchema = z.object({ hypothesis: text, lowNs: ns, highNs: ns }, 'a range');

/** How well totals of again and of last-page are known: standard deviations, in percent. */
const known = { againPct: percent, lastPagePct: percent };

const measurementSchema = z.object(
  {
    ...{ scenario: text, state: text, strategy: text },
    kind: text.describe('total, local, remote or instruction-mean'),
    bits: fieldOf('number').describe('how much it would tell of which hypothesis holds'),
    ...known,
    ranges: listOf('ranges', rangeSchema),
  },
  'a measurement',
);

const nextSchema = z.object(
  {
    bitsMax: fieldOf('number').describe('of knowing which hypothesis holds'),
    ...known,
    figures: listOf('measurements', measurementSchema).describe('the most telling first'),
  },
  'what to measure next, or null',
);

/** Published figures beside simulated ones. */
export const reproduceSchema = z.object({
  schema: z.literal(REPRODUCE_SCHEMA),
  origin: z.literal('simulated', 'simulated'),
  ...headFields,
  machines: machinesField,
  ...tablesOf({ results: REPRODUCE_COLUMNS, summaries: SUMMARY_COLUMNS }),
  conditions: listOf('conditions', conditionSchema),
  independentFacts: ns.describe(
    'how many separate things the figures say: a mean per condition and kind, and each distinct unexplained ratio',
  ),
  repeated: listOf('repeated figures', repeatedSchema),
  readings: listOf('readings', readingSchema).describe(
    'of conditions whose source leaves them open, and what they would have given',
  ),
  next: nextSchema.nullable().describe('null for a machine that was never calibrated'),
});

export type ReproduceDocument = Readonly<z.infer<typeof reproduceSchema>>;
export type ReproduceRow = RowOf<typeof REPRODUCE_COLUMNS>;
/** How well one hypothesis does over all figures that are no bounds; residuals without their sign. */
export type HypothesisSummary = RowOf<typeof SUMMARY_COLUMNS>;
export type Reading = Readonly<z.infer<typeof readingSchema>>;
export type NextMeasurement = Readonly<z.infer<typeof measurementSchema>>;
/** What to measure next, and how well totals are known today. */
export type NextMeasurements = Readonly<z.infer<typeof nextSchema>>;
