import type { z } from 'zod';
import { InputError, type Problem } from '../errors.js';
import type { InputFiles } from '../files/files.js';
import { expectedWords, schemaFaults } from './schema-faults.js';
import type { Path, SourceOf } from './source.js';
import { readTextFile } from './text-file.js';
import { YamlDocument } from './yaml-document.js';

/** Looks at a plain value, whether or not it fits its schema, for what a schema cannot say. */
export type Check = (value: unknown, sourceOf: SourceOf) => Problem[];

/** A file's value, and where its parts stand. */
export interface YamlFile<T> {
  readonly value: T;
  readonly sourceOf: SourceOf;
}

/**
 * Reads a YAML 1.2 file (JSON is YAML) and holds it against a schema.
 * @param schema or what chooses one by the plain value
 * @throws InputError with every problem of the file, each with its line and column
 */
export function readYamlFile<T>(
  file: string,
  files: InputFiles,
  schema: z.ZodType<T> | ((value: unknown) => z.ZodType<T>),
  check: Check = () => [],
): YamlFile<T> {
  const text = readTextFile(file, files);
  checkNoOutput(file, text);
  const document = new YamlDocument(file, text);
  const value = document.toPlainValue();
  const sourceOf: SourceOf = (path) => ({
    path: formatPath(path),
    place: document.placeOf(path),
    at: (key) => sourceOf([...path, key]),
  });
  const chosen = typeof schema === 'function' ? schema(value) : schema;
  const parsed = chosen.safeParse(value, { error: expectedWords });
  const faults = parsed.success ? [] : schemaFaults(parsed.error, value);
  const problems = [
    ...faults.map(({ path, atKey, ...words }) => {
      return { where: formatPath(path), place: document.placeOf(path, atKey), ...words };
    }),
    ...check(value, sourceOf),
  ];
  if (parsed.success && problems.length === 0) return { value: parsed.data, sourceOf };
  throw document.toError(problems);
}

/** The first line of what `show` prints for people. */
const SHOWN_LINE = /^(?:machine|strategy|hypothesis|parameter) (\S+)(?: of machine (\S+))?\n/;
const DOCUMENT_SCHEMA = /^\s*\{\s*"schema":\s*"(rmpopt-bench\/\w+\/\d+)"/;

/** What the program prints is easily taken for what it reads. */
function checkNoOutput(file: string, text: string): void {
  const [, document] = DOCUMENT_SCHEMA.exec(text) ?? [];
  const [, name, machine] = SHOWN_LINE.exec(text) ?? [];
  if (document === undefined && name === undefined) return;
  const found = document === undefined ? 'what show prints for people' : `a document of ${document}`;
  const isShown = document === undefined || document.includes('/show/');
  const hint = isShown
    ? `A file to edit is printed by: rmpopt-bench show ${machine ?? name ?? '<name>'} --yaml`
    : 'rmpopt-bench report makes a page of it, and diff compares it with another.';
  throw new InputError([{ where: file, expected: 'a file of rmpopt-bench in YAML', found, hint }]);
}

/**
 * Whether a file is a mapping with a key; what else it is does not matter.
 * @throws InputError when the file cannot be read or is no YAML
 */
export function hasKey(file: string, key: string, files: InputFiles): boolean {
  return new YamlDocument(file, readTextFile(file, files)).hasKey(key);
}

/** `private[0].mapping`; the file as a whole is "the file". */
function formatPath(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
