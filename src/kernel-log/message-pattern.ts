import { type FactName, LINE_KINDS, type LineKind } from './line-kinds.js';

/** Where a line was broken in two stands this, as nobody knows whether a space stood there. */
export const JOINT = '\n';

/** A message at a place in a text, as far as it is there. */
export interface Match {
  readonly kind: LineKind;
  /** Facts whose end is certain. */
  readonly facts: Partial<Record<FactName, string>>;
  /** Facts whose end is not. */
  readonly uncertain: readonly FactName[];
  /**
   * `whole`; `line end`: whole if the line is; `open`: the text ends within it; `broken`: it goes on as no message does.
   */
  readonly state: 'whole' | 'line end' | 'open' | 'broken';
  /** Where a line was broken behind a figure; `null` where none was. */
  readonly figureBreak: number | null;
  /** Whether nothing but marks stands in its line behind the figure that ends it. */
  readonly isFigureLast: boolean;
  /** Where what was matched begins and ends. */
  readonly at: number;
  readonly end: number;
}

const DIGITS = '\\d(?:\\n?\\d)*';
const HEX = '0\\n?x\\n?[0-9a-f](?:\\n?[0-9a-f])*';
const LIST_PART = `${DIGITS}(?:\\s*-\\s*${DIGITS})?`;
const NUMBER_FACTS: Readonly<Record<FactName, string>> = {
  ...{
    ns: DIGITS,
    us: DIGITS,
    ms: DIGITS,
    cycles: DIGITS,
    cpu: DIGITS,
    count: DIGITS,
    remoteNs: DIGITS,
    localNs: DIGITS,
  },
  ...{ longestNs: DIGITS, regions: DIGITS, cpus: DIGITS, optimized: DIGITS, gb: DIGITS, segment: DIGITS },
  ...{ address: HEX, addressEnd: HEX, covers: HEX, coversEnd: HEX, size: HEX },
  mhz: `${DIGITS}\\n?\\.\\n?${DIGITS}`,
  list: `none|${LIST_PART}(?:\\s*,\\s*${LIST_PART})*(?:\\s*[,-])?`,
};
const SPACES: Readonly<Record<string, string>> = {
  ...{
    ':': '\\s*:?\\s+',
    ' ': '\\s*',
    '-': '\\s*[-\\u2013]\\s*',
    '[': '(?:\\[)?',
    ']': '\\]?',
    mem: '(?:mem\\s)?',
  },
};

const isFact = (name: string): name is FactName => Object.hasOwn(NUMBER_FACTS, name);

function spacesOf(name: string): string {
  const spaces = SPACES[name];
  if (spaces === undefined) throw new Error(`{${name}} in a template is no fact`);
  return spaces;
}

/** The parts of a template, each as a regular expression that matches it whole. */
function partsOf(template: string): string[] {
  const parts: string[] = [];
  for (const [token] of template.matchAll(/\{[^}]+\}|\([^()]*\)\?|[^{}]\?|[^{}]/g)) {
    if (token.startsWith('{')) {
      const name = token.slice(1, -1);
      parts.push(isFact(name) ? `\\n?(?<${name}>${NUMBER_FACTS[name]})` : spacesOf(name));
    } else if (token.startsWith('(') && token.endsWith(')?')) {
      parts.push(`(?:${partsOf(token.slice(1, -2)).join('')})?`);
    } else if (token === ' ') parts.push('\\s+');
    else if (token.length === 2) parts.push(`(?:\\n?${escaped(token.charAt(0))})?`);
    else parts.push(`\\n?${escaped(token)}`);
  }
  return parts;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

/** Matches as much of a template as there is; the group `whole` takes part where that is all of it. */
function compile(template: string): RegExp {
  const end = { pattern: '(?<whole>)', mayBeEmpty: true };
  const nested = partsOf(template).reduceRight((rest, part) => {
    const mayBeEmpty = new RegExp(`^${part}$`).test('');
    // What is optional and matches nothing takes no part, so the group of what may be empty stands outside.
    const pattern = rest.mayBeEmpty ? `${part}${rest.pattern}` : `${part}(?:${rest.pattern})?`;
    return { pattern, mayBeEmpty: mayBeEmpty && rest.mayBeEmpty };
  }, end);
  return new RegExp(nested.pattern.replace(/^\\n\?/, ''), 'iy');
}

/** The words by which a message is found: of a template the first two, or as many as there are before its first fact. */
function headOf(template: string): string {
  const [literal = ''] = /^[^{(]*/.exec(template.replace(/.\?/g, '{')) ?? [];
  const [first = '', second] = literal.split(' ');
  return second === undefined || second === '' || first === 'RMPOPT' ? first : `${first} ${second}`;
}

/** The letters with which the words behind `RMPOPT` may begin; empty where a message begins otherwise. */
function initialsOf(template: string): string {
  const [, optional = '', initial = ''] = /^RMPOPT(?::\?)? (?:\((\w)[^)]*\)\?)?(\w)/.exec(template) ?? [];
  return optional + initial;
}

const WORD_BEHIND = /RMPOPT:?\s+(\w)/y;

const PATTERNS = Object.entries(LINE_KINDS).flatMap(([kind, { words }]) =>
  words.map((template) => ({
    kind: kind as LineKind,
    head: headOf(template),
    initials: initialsOf(template),
    pattern: compile(template),
    facts: [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter(isFact),
  })),
);
const HEADS = [...new Set(PATTERNS.map(({ head }) => head))].sort((a, b) => b.length - a.length);
const ANY_HEAD = new RegExp(HEADS.map((head) => head.replace(/[^\w ]/g, '\\$&')).join('|'), 'g');

/** Where the next message may begin, from a place on; `null` where none does. */
export function nextHead(text: string, from: number): number | null {
  ANY_HEAD.lastIndex = from;
  return ANY_HEAD.exec(text)?.index ?? null;
}

/** Where, behind the name of its subsystem, the first words of a message begin that are not all there; `null` where none do. */
export function headBegunAtEnd(text: string): number | null {
  const [, begun] = /\bSEV-SNP:\s+(\S.{0,30})$/.exec(text) ?? [];
  const isBegun = begun !== undefined && HEADS.some((head) => head !== begun && head.startsWith(begun));
  return isBegun ? text.length - begun.length : null;
}

/** The message that begins at a place; `null` where it begins as none does. */
export function matchMessage(text: string, at: number): Match | null {
  WORD_BEHIND.lastIndex = at;
  const letter = WORD_BEHIND.exec(text)?.[1]?.toLowerCase() ?? '';
  let best: Match | null = null;
  for (const { kind, head, initials, pattern, facts } of PATTERNS) {
    // Most messages are of few kinds, and a log may have millions of them.
    if (letter !== '' && initials !== '' && !initials.includes(letter)) continue;
    if (!text.startsWith(head, at)) continue;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) continue;
    if (best !== null && found.groups?.whole === undefined && at + found[0].length <= best.end) continue;
    const match = judge(kind, facts, found, text);
    if (match.state === 'whole' || match.state === 'line end') return match;
    if (best === null || match.end > best.end) best = match;
  }
  return best;
}

function judge(kind: LineKind, names: readonly FactName[], found: RegExpExecArray, text: string): Match {
  const { groups = {}, index } = found;
  const end = index + found[0].length;
  const facts: Partial<Record<FactName, string>> = {};
  const uncertain: FactName[] = [];
  const isWhole = groups.whole !== undefined;
  let isAtLineEnd = false;
  let figureBreak: number | null = null;
  let valueEnd = index;
  for (const name of names) {
    const value = groups[name];
    if (value === undefined) continue;
    // Nothing between two facts looks like one.
    valueEnd = text.indexOf(value, valueEnd) + value.length;
    const proof = proofOf(name, value, text, { valueEnd, end, isWhole });
    if (proof === 'open') uncertain.push(name);
    else facts[name] = value.replaceAll(JOINT, '');
    isAtLineEnd ||= proof === 'line end';
    if (text[valueEnd] === JOINT) figureBreak ??= valueEnd;
  }
  const isAtEnd = BEGUN_ADDRESS.test(text.slice(end));
  const isFigureLast = text.slice(valueEnd, end).trim() === '' && /^[^\w\n]*$/.test(text.slice(end));
  const state =
    isWhole && uncertain.length === 0 ? (isAtLineEnd ? 'line end' : 'whole') : isAtEnd ? 'open' : 'broken';
  return { kind, facts, uncertain, state, figureBreak, isFigureLast, at: index, end };
}

/** The end of a text, where an address may have begun. */
const BEGUN_ADDRESS = /^\s*(?:0x?)?\s*$/;

type Proof = 'proven' | 'line end' | 'open';

interface Around {
  readonly valueEnd: number;
  /** The end of what was matched. */
  readonly end: number;
  readonly isWhole: boolean;
}

/** Whether it is certain that a value ends where it was found to end, from what follows it. */
function proofOf(name: FactName, value: string, text: string, around: Around): Proof {
  const { valueEnd, end, isWhole } = around;
  // A line is broken once in a figure, if at all.
  if (name !== 'list' && value.split(JOINT).length > 2) return 'open';
  const rest = text.slice(valueEnd, valueEnd + REST_LENGTH);
  const isFollowed = isOwnText(text.slice(valueEnd, end).trim(), isWhole && !/\w/.test(text.charAt(end)));
  if (NUMBER_FACTS[name] === HEX && !(name === 'size' && !isFollowed)) {
    const digits = value.replaceAll(JOINT, '');
    const { length } = digits;
    if (length === HEX_LENGTH) return isFollowed || !MORE_DIGITS.test(rest) ? 'proven' : 'open';
    // The kernel prints all digits, or none in front that are zeros.
    return isFollowed && !/^0x0./.test(digits) && length < HEX_LENGTH ? 'proven' : 'open';
  }
  if (name === 'mhz' && !/\.\n?\d\n?\d\n?\d$/.test(value)) return 'open';
  if (isFollowed) return 'proven';
  // The end of a line, and all that may follow a message, ends figures only where the message ends with them.
  if (!isWhole || /[,-]$/.test(value)) return 'open';
  if (value === 'none') return /^\w/.test(rest) ? 'open' : 'proven';
  if (rest.trim() === '') return 'line end';
  const [marks] = /^["'`\])}]*/.exec(rest) ?? [''];
  const isClosed = marks === '' || closesMarks(text.slice(0, valueEnd), marks);
  return isClosed && FOLLOWS.test(rest) ? 'proven' : 'open';
}

/** Whether text of a message behind a figure proves its end; marks alone do only where they end the message. */
function isOwnText(text: string, isEnd: boolean): boolean {
  return /[\da-z]/i.test(text) || (isEnd && text !== '');
}

/** What may be more digits of an address. */
const MORE_DIGITS = /^(?:[\w\p{L}]|\s*\ufffd|\s+[\da-f]+(?![\w\p{L}]))/iu;

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Whether each of some marks closes one that is open in the text before. */
function closesMarks(before: string, marks: string): boolean {
  const count = (mark: string) => before.split(mark).length - 1;
  return [...new Set(marks)].every((mark) => {
    const opening = OPENING[mark];
    return opening === undefined ? count(mark) % 2 === 1 : count(opening) > count(mark);
  });
}

/** `0x` and the 16 digits the kernel prints. */
const HEX_LENGTH = 18;
const REST_LENGTH = 80;

/**
 * What may follow a number at the end of a message in its line: a closing mark, or the next message behind a space. All else may
 * be a part of the number, or of what came in between: digits in groups, a fraction, a unit, three dots, a remark, the message of
 * another CPU.
 */
const FOLLOWS = new RegExp(
  [
    '^["\'`\\])}]+(?:$|[\\s,;])(?!\\s*[\\d.\\u2026])',
    '^\\\\[nrt](?!\\s*[\\d,-])',
    '^\\s+\\|(?!\\s*[\\d.])',
    '^\\s+(?:<\\d{1,3}>)?\\[\\s*(?:\\d+\\.\\d+\\]|[A-Z][a-z]{2} )',
    '^\\s+(?:SEV-SNP: |RMPOPT |kern\\s*:|[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d|\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d)',
  ].join('|'),
);

/** Whether a number that ends a message may have this behind it. */
export function mayFollowNumber(rest: string): boolean {
  return rest.trim() === '' || FOLLOWS.test(rest);
}
