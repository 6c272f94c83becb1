import { Ajv, type ValidateFunction } from 'ajv';
import { runDocumentSchema } from '../../src/run-document/json-schema.js';

/** A schema of documents takes a second to compile; test files of one process share it. */
const compiled = new Map<string, ValidateFunction>();

/** Tells documents that keep to a JSON Schema from others. */
export function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  // What the optimizer of Ajv would save is less than it takes.
  const validate =
    compiled.get(key) ?? new Ajv({ allowUnionTypes: true, code: { optimize: false } }).compile(schema);
  compiled.set(key, validate);
  return validate;
}

let ofRuns: ValidateFunction | null = null;

/** What a run document has that its JSON Schema does not allow; empty where it keeps to it. */
export function faultsOf(document: unknown): string {
  ofRuns ??= validatorOf(runDocumentSchema());
  return ofRuns(document) ? '' : JSON.stringify(ofRuns.errors);
}
