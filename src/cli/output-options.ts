import type { Command, OptionValues } from '@commander-js/extra-typings';
import { describeFound, type ProblemList, UnreadableValue } from '../errors.js';
import type { Files } from '../files/files.js';
import type { OutputFile } from '../files/output-file.js';
import { type CsvStyle, PLAIN_CSV } from '../report/csv-style.js';
import { FORMAT_NAMES, type Format, formatOfName, isForPeople } from '../report/formats.js';
import type { CsvChoice } from '../report/rows.js';
import { listChoices } from '../scenario/suggest.js';
import { distinct, oneOf } from './choices.js';

/** The options of every command that writes a report, as typed. */
export interface OutputOptions {
  readonly format?: string | undefined;
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
  readonly wide?: true | undefined;
  readonly delimiter?: string | undefined;
  readonly decimal?: string | undefined;
  readonly output?: string | undefined;
  readonly color: boolean | null;
  readonly quiet?: true | undefined;
  readonly verbose?: true | undefined;
}

/** Where and how a report goes. */
export interface OutputChoice extends CsvChoice {
  readonly format: Format;
  /** `null`: stdout. */
  readonly file: OutputFile | null;
  readonly color: boolean | null;
  readonly quiet: boolean;
  /** Whether more is wanted than the answer. */
  readonly isVerbose: boolean;
}

interface FormatNames {
  readonly formats?: readonly Format[];
  readonly defaultFormat?: Format;
}

/** How to write a report, and where. */
export function withOutputOptions<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
  names: FormatNames = {},
) {
  return withScreenOptions(
    withFormatOptions(command, names).option('-o, --output <file>', 'write output to FILE'),
  );
}

/** How to write it, for commands whose `--output` is something else. */
export function withReportOptions<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
  names: FormatNames,
) {
  return withScreenOptions(withFormatOptions(command, names));
}

function withFormatOptions<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
  { formats = FORMAT_NAMES, defaultFormat = 'table' }: FormatNames,
) {
  return command
    .option('--format <name>', `${formats.join(', ')} (default: ${defaultFormat})`)
    .option('--json', 'same as --format json')
    .option('--csv', 'same as --format csv')
    .option('--delimiter <character>', 'delimiter in CSV: , ; : | or tab (default: ,)')
    .option('--decimal <character>', 'decimal separator in CSV: . or , (default: .)');
}

function withScreenOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option('-v, --verbose', 'show more details than the short default screen')
    .option('--color', 'force colour')
    .option('--no-color', 'no colour')
    .option('-q, --quiet', 'no warnings and no progress bar');
}

/** One row a sweep, for commands that print runs. */
export function withWide<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command.option('--wide', 'CSV with one row per sweep, with columns for local, remote and total');
}

/** Commander makes `--no-color` a default of true; only what the user typed is a wish. */
export function colorWish(command: {
  getOptionValueSource: (name: 'color') => string | undefined;
  opts: () => { color?: boolean };
}): boolean | null {
  return command.getOptionValueSource('color') === 'cli' ? command.opts().color === true : null;
}

/** @param formats what the command writes */
export function readOutput(
  options: OutputOptions,
  files: Files,
  problems: ProblemList,
  formats: readonly Format[] = FORMAT_NAMES,
): OutputChoice {
  const format = readFormat(options, problems, formats);
  const file = problems.read('--output', options.output, (text) => {
    const opened = files.output('--output', text);
    checkFileName(text, format, formats);
    if (opened !== null || format !== 'xlsx') return opened;
    throw new UnreadableValue(WORKBOOK_FILE, 'stdout');
  });
  if (format === 'xlsx' && options.output === undefined) {
    problems.add({ where: '--output', expected: WORKBOOK_FILE, found: 'nothing', hint: 'Add -o FILE.xlsx.' });
  }
  return {
    format,
    file,
    ...readCsvChoice(options, format, problems),
    color: options.color,
    quiet: options.quiet === true,
    isVerbose: options.verbose === true,
  };
}

const WORKBOOK_FILE = 'the path of a file for the workbook';

/** A name that promises another format misleads whoever opens the file; most likely an option is missing. */
function checkFileName(file: string, format: Format, formats: readonly Format[]): void {
  const promised = formatOfName(file);
  if (promised === null || promised === format) return;
  // What people read is text under any name, but no workbook.
  if (isForPeople(format) && promised !== 'xlsx') return;
  const option = promised === 'json' || promised === 'csv' ? `--${promised}` : `--format ${promised}`;
  const hint = formats.includes(promised)
    ? `To write ${promised}, add ${option}${format === 'table' ? '' : ` in place of ${format}`}.`
    : `This command does not write ${promised}.`;
  throw new UnreadableValue(`a file name for format ${format}`, describeFound(file), hint);
}

function readFormat(
  { format, json, csv }: OutputOptions,
  problems: ProblemList,
  formats: readonly Format[],
): Format {
  const named = problems.read('--format', format, oneOf(formats));
  const short: Format[] = [
    ...(json === true ? ['json' as const] : []),
    ...(csv === true ? ['csv' as const] : []),
  ];
  const wanted = distinct(named === null ? short : [named, ...short]);
  if (wanted.length > 1) {
    problems.add({ where: '--format', expected: 'one format', found: wanted.join(' and ') });
  }
  return wanted[0] ?? 'table';
}

/** What may separate cells: no character that numbers, names or quotes have. */
const DELIMITERS = [',', ';', ':', '|', '\t'];
const DECIMALS = ['.', ','];
/** How a tab can be typed. */
const TAB_NAMES = ['tab', String.raw`\t`];

/** How rows become CSV; whoever says so of another format is told. */
function readCsvChoice(
  { delimiter, decimal, wide }: OutputOptions,
  format: Format,
  problems: ProblemList,
): CsvChoice {
  const given = { '--delimiter': delimiter, '--decimal': decimal, '--wide': wide };
  for (const [where, value] of Object.entries(given)) {
    if (value === undefined || format === 'csv') continue;
    problems.add({ where, expected: '--csv', found: `--format ${format}` });
  }
  const style: CsvStyle = {
    delimiter: problems.read('--delimiter', delimiter, parseDelimiter) ?? PLAIN_CSV.delimiter,
    decimal: problems.read('--decimal', decimal, parseDecimal) ?? PLAIN_CSV.decimal,
  };
  if (style.delimiter === style.decimal) {
    problems.add({
      where: delimiter === undefined ? '--decimal' : '--delimiter',
      expected: 'a delimiter that is not the decimal separator',
      found: `"${style.decimal}" for both`,
      hint: "For a spreadsheet that writes 0,5: --delimiter ';' --decimal ,",
    });
  }
  return { csv: style, isWide: wide === true };
}

function parseDelimiter(text: string): string {
  if (TAB_NAMES.includes(text.toLowerCase())) return '\t';
  if (DELIMITERS.includes(text)) return text;
  throw new UnreadableValue('one of , ; : | or tab', describeFound(text));
}

function parseDecimal(text: string): string {
  if (DECIMALS.includes(text)) return text;
  throw new UnreadableValue(listChoices(DECIMALS), describeFound(text));
}
