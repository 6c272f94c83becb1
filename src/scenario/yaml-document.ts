import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { describeFound, type FilePlace, InputError, type Problem } from '../errors.js';
import type { Path } from './source.js';

/**
 * Tags beyond the plain types of JSON mean nothing here; what the parser would print is reported as problems instead. That every key
 * stands once is checked below: the parser compares each key with all others.
 */
const OPTIONS = {
  prettyErrors: false,
  logLevel: 'error',
  resolveKnownTags: false,
  uniqueKeys: false,
} as const;

/** Far above what any file needs. The parser takes time and stack for every level. */
const LEVELS_MAX = 64;

/** What should have stood where the parser met something else, by its own code of the fault. */
const EXPECTED: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias without a tag or an anchor',
  BAD_ALIAS: 'the name of an anchor of this file',
  BAD_COLLECTION_TYPE: 'no tag here',
  BAD_DIRECTIVE: 'no directive (a line that begins with %)',
  BAD_DQ_ESCAPE: 'an escape that double quotes have; single quotes have none',
  BAD_INDENT: 'this to begin at the column of its neighbours',
  BAD_PROP_ORDER: 'a tag or an anchor behind the dash',
  BAD_SCALAR_START: 'quotes around this',
  BLOCK_AS_IMPLICIT_KEY: 'one key in a line, and quotes around a text with ": " in it',
  BLOCK_IN_FLOW: 'only [lists] and {mappings: in brackets} inside brackets',
  DUPLICATE_KEY: 'each key once',
  IMPOSSIBLE: 'something else here',
  KEY_OVER_1024_CHARS: 'a key of at most 1024 characters',
  MISSING_CHAR: 'a closing quote, a bracket, a comma, a colon or a space before this',
  MULTILINE_IMPLICIT_KEY: 'a colon and a space behind the key, in its line',
  MULTIPLE_ANCHORS: 'one anchor',
  MULTIPLE_DOCS: 'one document',
  MULTIPLE_TAGS: 'one tag',
  NON_STRING_KEY: 'a key that is text',
  RESOURCE_EXHAUSTION: 'less nesting',
  TAB_AS_INDENT: 'spaces, no tab',
  TAG_RESOLVE_FAILED: 'no tag here',
  UNEXPECTED_TOKEN: 'something else here',
};

/** A YAML text as it was parsed, and where its parts stand. */
export class YamlDocument {
  readonly #file: string;
  readonly #source: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  /**
   * @param file for messages
   * @throws InputError with everything that is wrong with the syntax
   */
  constructor(file: string, text: string) {
    this.#file = file;
    // As YAML has it, a carriage return ends a line, with or without a line feed.
    this.#source = text.replace(/\r\n?/g, '\n');
    this.#checkVersion();
    const composer = new Composer(OPTIONS);
    const documents = [...composer.compose(this.#tokens(), true, this.#source.length)];
    // A second document without anything in it is what a --- at the end makes.
    const [first, second] = documents.filter(({ contents }) => !isNothing(contents));
    const [document = first] = first === undefined ? documents : [];
    if (document === undefined) throw new RangeError('the parser was told to make a document');
    this.#document = document;
    const problems = [
      ...documents
        .flatMap(({ errors, warnings }) => [...errors, ...warnings])
        .map((one) => this.#syntaxProblem(one)),
      ...(second === undefined
        ? []
        : [this.#problem(second.contents, EXPECTED.MULTIPLE_DOCS, 'a second document (---)')]),
      ...this.#wrongKeys(),
    ];
    if (problems.length > 0) throw this.toError(problems);
  }

  /** Whether it is a mapping with a key. */
  hasKey(key: string): boolean {
    const { contents } = this.#document;
    return isMap(contents) && this.#pairsOf(contents).has(key);
  }

  /**
   * The plain value.
   * @throws InputError where aliases multiply beyond reason
   */
  toPlainValue(): unknown {
    try {
      return this.#document.toJS();
    } catch {
      const found = 'aliases that stand for too much, or for nothing';
      throw new InputError([{ where: this.#file, expected: 'YAML that can be resolved', found }]);
    }
  }

  /** Where a value is in the source: at the key if the key is wrong, else at the value, else at what should hold it. */
  placeOf(path: Path, atKey = false): FilePlace {
    let node: unknown = this.#document.contents;
    let found = node;
    for (const [depth, key] of path.entries()) {
      const pair: Pair | undefined = isMap(node) ? this.#pairsOf(node).get(String(key)) : undefined;
      const isKeyMeant = atKey && depth === path.length - 1;
      if (isSeq(node)) node = node.items[Number(key)];
      else node = isKeyMeant || !isNode(pair?.value) ? pair?.key : pair.value;
      if (isAlias(node) && depth < path.length - 1) node = node.resolve(this.#document);
      if (!isNode(node)) break;
      found = node;
    }
    return this.#placeAt(startOf(found));
  }

  /** Problems in the order of their places. */
  toError(problems: readonly Problem[]): InputError {
    const odd = oddSpaces(problems);
    return new InputError((odd.length > 0 ? odd : [...problems]).sort(byPlace));
  }

  *#tokens() {
    const parser = new Parser(this.#lines.addNewLine);
    this.#lines.addNewLine(0);
    for (const lexeme of new Lexer().lex(this.#source)) {
      yield* parser.next(lexeme);
      if (parser.stack.length <= LEVELS_MAX) continue;
      const place = this.#placeAt(parser.offset);
      const expected = `YAML of at most ${LEVELS_MAX} levels, one inside the other`;
      throw new InputError([{ where: 'syntax', expected, found: 'more', place }]);
    }
    yield* parser.end();
  }

  /** Under YAML 1.1 the same text means something else: 010 is 8, yes is true. */
  #checkVersion(): void {
    const [line, version] = /^%YAML[ \t]+(\S+)/m.exec(this.#source) ?? [];
    if (line === undefined || version === '1.2') return;
    const hint = 'Leave the line out, or write %YAML 1.2: there 010 is 10, and yes is a text.';
    throw new InputError([{ where: 'syntax', expected: 'YAML 1.2', found: describeFound(line), hint }]);
  }

  #syntaxProblem({ code, pos: [offset] }: YAMLError): Problem {
    const [rest = ''] = this.#source.slice(offset, offset + 60).split('\n');
    const found = rest === '' ? 'the end of the line' : describeFound(rest);
    const ended = offset >= this.#source.trimEnd().length ? 'the end of the file' : found;
    return {
      where: 'syntax',
      expected: `YAML: ${EXPECTED[code]}`,
      found: ended,
      place: this.#placeAt(offset),
    };
  }

  #wrongKeys(): Problem[] {
    const problems: Problem[] = [];
    visit(this.#document, {
      Map: (_, { items }) => {
        const known = new Set<string>();
        for (const { key } of items) {
          // As a text, a key within keys would double with every level.
          if (!isScalar(key))
            problems.push(this.#problem(key, `YAML: ${EXPECTED.NON_STRING_KEY}`, 'a list or a mapping'));
          if (!isScalar(key)) continue;
          const name = String(key.value);
          if (known.has(name))
            problems.push(this.#problem(key, EXPECTED.DUPLICATE_KEY, `${describeFound(name)} again`));
          known.add(name);
        }
      },
    });
    return problems;
  }

  #problem(node: unknown, expected: string, found: string): Problem {
    return { where: 'syntax', expected, found, place: this.#placeAt(startOf(node)) };
  }

  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = new Map(map.items.map((pair) => [String(pair.key), pair]));
    this.#pairs.set(map, pairs);
    return pairs;
  }

  #placeAt(offset: number): FilePlace {
    const { line, col } = this.#lines.linePos(offset);
    const from = this.#lines.lineStarts[line - 1] ?? 0;
    const next = this.#source.indexOf('\n', from);
    const sourceLine = this.#source.slice(from, next < 0 ? undefined : next);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col), sourceLine };
  }
}

function isNothing(contents: Node | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** What looks like a space or like nothing, and is neither to YAML: pages and word processors put it into what is copied from them. */
const ODD_SPACE = /[\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/;

/** Texts in quotes, and comments, may hold anything. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|#.*$/g;

/**
 * Where a line that is wrong holds such a character, that is what is wrong with it, whatever else it led to.
 * @returns a problem for each of these lines; empty where there is none
 */
function oddSpaces(problems: readonly Problem[]): Problem[] {
  const lines = new Map(
    problems.flatMap(({ place }) => (place === undefined ? [] : [[place.line, place] as const])),
  );
  return [...lines.values()].flatMap((place) => oddSpaceIn(place));
}

function oddSpaceIn(place: FilePlace): Problem[] {
  const plain = place.sourceLine.replace(QUOTED, (text) => 'x'.repeat(text.length));
  const at = plain.search(ODD_SPACE);
  if (at < 0) return [];
  const code = plain.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  const found = `the character U+${code}, which only looks like one or like nothing`;
  return [
    { where: 'syntax', expected: 'a plain space, or none', found, place: { ...place, column: at + 1 } },
  ];
}
