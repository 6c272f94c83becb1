import { z } from 'zod';
import { importedSchema, jitteredRunSchema, runSchema } from './run-document.js';
import { jitteredPartSchema, partSchema } from './shard-document.js';

/** The JSON Schema of run documents, draft 7: whole runs and parts of a grid, with random costs or without, and what logs tell. */
export function runDocumentSchema(): object {
  const documents = z.union([runSchema, partSchema, jitteredRunSchema, jitteredPartSchema, importedSchema]);
  const { $schema, ...rest } = z.toJSONSchema(documents, { target: 'draft-7' });
  return { $schema, title: 'rmpopt-bench run document', ...rest };
}
