import { visibleText } from './visible-text.js';

/** A place in a text file; line and column count from 1, `sourceLine` is the line's text. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
}

/** One thing wrong with what the user gave: where, what would have been right, what was there. */
export interface Problem {
  readonly where: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string | undefined;
  readonly place?: FilePlace;
}

/** The user's input is at fault: every problem found, never only the first. Ends in exit code 2, without a stack. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(readonly problems: readonly Problem[]) {
    super(describeProblems(problems).join('\n'));
  }
}

/** A text that does not mean what its place asks for. The caller knows the place and turns it into an InputError. */
export class UnreadableValue extends Error {
  override readonly name = 'UnreadableValue';

  constructor(
    readonly expected: string,
    readonly found: string,
    readonly hint?: string,
  ) {
    super(mismatchText({ expected, found }));
  }
}

/** Reads a value at a known place; an UnreadableValue becomes an InputError that names the place. */
export function readAt<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableValue) throw new InputError([problemAt(where, error)]);
    throw error;
  }
}

/** An unreadable value with its place. */
export function problemAt(where: string, { expected, found, hint }: UnreadableValue): Problem {
  return { where, expected, found, hint };
}

/** Collects what is wrong, so that the user hears of all of it at once. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  get isAny(): boolean {
    return this.#problems.length > 0;
  }

  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  toError(): InputError {
    return new InputError(this.#problems);
  }

  /** The value a text means; `null` where there is no text, or none that means anything. */
  read<I, T>(where: string, given: I | undefined, parse: (given: I) => T): T | null {
    return given === undefined ? null : this.collect(() => readAt(where, () => parse(given)));
  }

  /** What a function returns; `null` when it finds the input at fault. */
  collect<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const problem of error.problems) this.add(problem);
      return null;
    }
  }
}

/** What is wrong, without its place in a file. */
export function problemText(problem: Problem): string {
  return `${problem.where}: ${mismatchText(problem)}`;
}

/** What is wrong, wherever it is. */
export function mismatchText({ expected, found }: Pick<Problem, 'expected' | 'found'>): string {
  return `expected ${expected}, found ${found}`;
}

/** One thing that is wrong. */
export function inputFault(where: string, expected: string, found: string): InputError {
  return new InputError([{ where, expected, found }]);
}

/** What somebody has thrown, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's code of an error, such as ENOENT; `null` for errors of anything else. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Those of Node's own checks (ERR_...) are faults of this program.
  return /^E[A-Z0-9]+$/.test(code) ? code : null;
}

/** Who has to mend more than these reads no further. */
const PROBLEMS_SHOWN = 20;

/** Problems as they are told, the first ones; of the others how many there are. */
export function describeProblems(problems: readonly Problem[]): string[] {
  const left = problems.length - PROBLEMS_SHOWN;
  const more = left > 0 ? [`and ${left} more ${left === 1 ? 'problem' : 'problems'}`] : [];
  return [...problems.slice(0, PROBLEMS_SHOWN).map(describeProblem), ...more];
}

/** `file:line:column: where: expected …, found …`, then the source line with a caret, then the hint. */
function describeProblem(problem: Problem): string {
  const { hint, place } = problem;
  const prefix = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
  const lines = [`${prefix}${problemText(problem)}`];
  if (place !== undefined) lines.push(...sourceLineWithCaret(place));
  if (hint !== undefined) lines.push(`  ${hint}`);
  return lines.map((line) => visibleText(line)).join('\n');
}

const SOURCE_LINE_MAX_LENGTH = 100;

function sourceLineWithCaret({ sourceLine, column }: FilePlace): string[] {
  const from = Math.max(0, column - SOURCE_LINE_MAX_LENGTH);
  const shown = sourceLine.slice(from, from + SOURCE_LINE_MAX_LENGTH).replaceAll('\t', ' ');
  const before = visibleText(shown.slice(0, column - 1 - from));
  return [`  ${shown}`, `  ${' '.repeat(before.length)}^`];
}

const FOUND_MAX_LENGTH = 60;

/** How a message names the value that was there: quoted text, shortened. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') {
    const keys = Object.keys(value).slice(0, 3);
    return keys.length === 0 ? 'an empty mapping' : `{${shortenedText(keys.join(', '))}: …}`;
  }
  return typeof value === 'string' ? `"${shortenedText(value)}"` : String(value);
}

/** A text from outside, as long as a message can hold. */
export function shortenedText(text: string): string {
  return text.length > FOUND_MAX_LENGTH ? `${text.slice(0, FOUND_MAX_LENGTH)}…` : text;
}

/** The system failed while writing: no fault of the user's, none of the program's. Ends in exit code 1, without a stack. */
export class WriteFault extends Error {
  override readonly name = 'WriteFault';
}

/** Two runs that say nothing of each other. Ends in exit code 4. */
export class IncomparableRuns extends Error {
  override readonly name = 'IncomparableRuns';
}

/** Changes that were not to happen have. Ends in exit code 3, after the report is written. */
export class ThresholdExceeded extends Error {
  override readonly name = 'ThresholdExceeded';

  constructor(readonly failures: readonly { readonly condition: string; readonly found: string }[]) {
    super(failures.map(({ condition, found }) => `${condition}: ${found}`).join('\n'));
  }
}

/** A part of the work was lost to the system: no fault of the user's. Ends in exit code 1, after the rest is written. */
export class LostWork extends Error {
  override readonly name = 'LostWork';
}

/** The user or a scheduler has ended the program. Ends in exit code 130 or 143, after what was finished is written. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM',
    message: string,
  ) {
    super(message);
  }
}

/** Keeps a `switch` over a closed set complete: adding a case elsewhere makes this call fail to compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${String(value)}`);
}
