import { isMap, isNode, LineCounter, type Node, type Document as ParsedDocument, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeFound, type FilePlace, InputError, messageOf, type Problem } from '../errors.js';
import type { InputFiles } from '../files/files.js';
import { type Fault, schemaFaults } from './schema-faults.js';
import type { Path, SourceOf } from './source.js';
import { readTextFile } from './text-file.js';

/** Looks at a plain value, whether or not it fits its schema, for what a schema cannot say. */
export type Check = (value: unknown, sourceOf: SourceOf) => Problem[];

/** Tags beyond the plain types of JSON mean nothing here; what the parser would print is reported as problems instead. */
const PARSE_OPTIONS = { prettyErrors: false, logLevel: 'error', resolveKnownTags: false } as const;

/** What the parser says in the words of its own interface. */
const SYNTAX_WORDS: Readonly<Record<string, string>> = { MULTIPLE_DOCS: 'a second document (---)' };

function keyAt(source: string, from: number, to: number): string {
  return /^[^\s:]+/.exec(source.slice(from, Math.max(to, from + 64)))?.[0] ?? 'a key';
}

/** A file's value, and where its parts stand. */
export interface YamlFile<T> {
  readonly value: T;
  readonly sourceOf: SourceOf;
}

/**
 * Reads a YAML 1.2 file (JSON is YAML) and holds it against a schema.
 * @throws InputError with every problem of the file, each with its line and column
 */
export function readYamlFile<T>(
  file: string,
  files: InputFiles,
  schema: z.ZodType<T>,
  check: Check = () => [],
): YamlFile<T> {
  const source = readTextFile(file, files);
  const lines = new LineCounter();
  const document = parseDocument(source, { ...PARSE_OPTIONS, lineCounter: lines });
  const at = (offset: number) => placeAt(file, source, lines, offset);
  const syntaxProblems = [...document.errors, ...document.warnings].map(
    ({ code, message, pos: [offset, end] }): Problem => ({
      where: 'syntax',
      expected: code === 'DUPLICATE_KEY' ? 'each key once' : 'YAML',
      found:
        code === 'DUPLICATE_KEY'
          ? `${describeFound(keyAt(source, offset, end))} again`
          : (SYNTAX_WORDS[code] ?? firstLine(message)),
      place: at(offset),
    }),
  );
  if (syntaxProblems.length > 0) throw new InputError(syntaxProblems);
  const value: unknown = toPlainValue(document, file);
  const sourceOf: SourceOf = (path) => ({
    path: formatPath(path),
    place: at(offsetOf(document, path, false)),
    at: (key) => sourceOf([...path, key]),
  });
  const parsed = schema.safeParse(value);
  const faults = parsed.success ? [] : schemaFaults(parsed.error, value);
  const problems = [
    ...faults.map((fault) => faultToProblem(fault, at(offsetOf(document, fault.path, fault.atKey)))),
    ...check(value, sourceOf),
  ];
  if (parsed.success && problems.length === 0) return { value: parsed.data, sourceOf };
  throw new InputError(problems.sort(byPlace));
}

function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/**
 * Whether a file is a mapping with a key; what else it is does not matter.
 * @throws InputError when the file cannot be read or is not text
 */
export function hasKey(file: string, key: string, files: InputFiles): boolean {
  const document = parseDocument(readTextFile(file, files), PARSE_OPTIONS);
  return isMap(document.contents) && document.contents.has(key);
}

/** Aliases that multiply beyond reason are refused by the parser; everything else has been reported before. */
function toPlainValue(document: ParsedDocument, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const found = firstLine(messageOf(error));
    throw new InputError([{ where: file, expected: 'YAML that can be resolved', found }]);
  }
}

function faultToProblem({ path, expected, found, hint }: Fault, place: FilePlace): Problem {
  return { where: formatPath(path), expected, found, place, ...(hint === undefined ? {} : { hint }) };
}

/** `private[0].mapping`; the file as a whole is "the file". */
function formatPath(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** Where a fault is in the source: at the key if the key is wrong, else at the value, else at what should hold it. */
function offsetOf(document: ParsedDocument, path: Path, atKey: boolean): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(key));
      const node = atKey || !isNode(pair?.value) ? pair?.key : pair.value;
      if (isNode(node)) return startOf(node);
    }
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node)) return startOf(node);
  }
  return isNode(document.contents) ? startOf(document.contents) : 0;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function placeAt(file: string, source: string, lines: LineCounter, offset: number): FilePlace {
  const { line, col } = lines.linePos(offset);
  const sourceLine = source.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
  return { file, line: Math.max(1, line), column: Math.max(1, col), sourceLine };
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
