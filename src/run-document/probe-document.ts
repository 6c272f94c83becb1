import { z } from 'zod';
import type { RowOf } from './columns.js';
import { PROBE_SCHEMA, PROBE_TABLES } from './probe-columns.js';
import { headFields, warningsField } from './run-document.js';
import { tablesOf } from './table-schema.js';

/** What the probe has measured on a host: rounds of IPIs, and no sweep of RMPOPT. */
export const probeSchema = z.object({
  schema: z.literal(PROBE_SCHEMA),
  origin: z.literal('imported', 'imported'),
  ...headFields,
  ...tablesOf(PROBE_TABLES),
  warnings: warningsField,
});

export type ProbeDocument = Readonly<z.infer<typeof probeSchema>>;
export type ProbeHostRow = RowOf<typeof PROBE_TABLES.hosts>;
export type ProbeRow = RowOf<typeof PROBE_TABLES.results>;
export type ProbeCpuRow = RowOf<typeof PROBE_TABLES.cpus>;
export type ProbeCallRow = RowOf<typeof PROBE_TABLES.calls>;
