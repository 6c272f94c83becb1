import { z } from 'zod';
import { CHURN_SCHEMA, CHURN_TABLES, type REGIME_COLUMNS } from './churn-columns.js';
import type { RowOf } from './columns.js';
import { headFields, machinesField, warningsField } from './run-document.js';
import { fieldOf, tablesOf } from './table-schema.js';

/** A host on which guests come and go, swept in several ways. Of several histories all tables but results and seeds tell of the first. */
export const churnSchema = z.object({
  schema: z.literal(CHURN_SCHEMA),
  origin: z.literal('simulated', 'simulated'),
  ...headFields,
  seed: fieldOf('integer'),
  delayNs: fieldOf('integer').describe(
    'the delay asked for: rows of results with others belong to the table of delays',
  ),
  machines: machinesField,
  ...tablesOf(CHURN_TABLES),
  warnings: warningsField,
});

export type ChurnDocument = Readonly<z.infer<typeof churnSchema>>;
export type ChurnRow = RowOf<typeof CHURN_TABLES.results>;
export type ChurnEventRow = RowOf<typeof CHURN_TABLES.events>;
export type ChurnSeedRow = RowOf<typeof CHURN_TABLES.seeds>;
export type RegimeKey = RowOf<typeof REGIME_COLUMNS>;
