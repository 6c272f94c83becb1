import { z } from 'zod';
import { figuresFileSchema } from '../calibrate/figures-file.js';
import { readAt } from '../errors.js';
import { renderJson } from '../report/json.js';
import { runDocumentSchema } from '../run-document/json-schema.js';
import { churnFileSchema } from '../scenario/churn-file.js';
import { machineChangesSchema, machineFileSchema } from '../scenario/machine-file.js';
import { scenarioFileSchema } from '../scenario/scenario-file.js';
import { oneOf } from './choices.js';
import type { CommandContext } from './context.js';

/** What each schema describes, as a file is written: before defaults are filled in. */
const SCHEMAS = {
  scenario: () => fileSchema('rmpopt-bench scenario file', scenarioFileSchema),
  churn: () => fileSchema('rmpopt-bench churn scenario file', churnFileSchema),
  machine: () => fileSchema('rmpopt-bench machine file', z.union([machineChangesSchema, machineFileSchema])),
  figures: () => fileSchema('rmpopt-bench figures file', figuresFileSchema),
  run: runDocumentSchema,
} as const;

/** Those of files that users write, which editors look for in scenarios/schemas. */
export const FILE_SCHEMA_NAMES = ['scenario', 'churn', 'machine', 'figures'] as const;

export function schemaText(name: keyof typeof SCHEMAS): string {
  return renderJson(SCHEMAS[name]());
}

export const SCHEMA_NAMES = Object.keys(SCHEMAS) as readonly (keyof typeof SCHEMAS)[];

/** Prints a JSON Schema, draft 7, which editors understand best. */
export async function printSchema(what: string, context: CommandContext): Promise<void> {
  const name = readAt('schema', () => oneOf(SCHEMA_NAMES)(what));
  await context.writeStdout(schemaText(name));
}

function fileSchema(title: string, schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return { $schema, title, ...rest };
}
