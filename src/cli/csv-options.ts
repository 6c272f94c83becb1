import type { Command, OptionValues } from '@commander-js/extra-typings';
import { describeFound, type ProblemList, UnreadableValue } from '../errors.js';
import { type CsvStyle, PLAIN_CSV } from '../report/csv-style.js';
import type { Format } from '../report/formats.js';
import type { CsvChoice } from '../report/render.js';
import { listChoices } from '../scenario/suggest.js';

/** How CSV is to be written, as typed. */
export interface CsvOptions {
  readonly delimiter?: string | undefined;
  readonly decimal?: string | undefined;
}

/** How numbers and cells of CSV are written. */
export function withCsvStyle<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option('--delimiter <character>', 'what separates the cells of CSV: , ; : | or tab (default: ,)')
    .option('--decimal <character>', 'decimal separator of the numbers in CSV: . or , (default: .)');
}

/** One row a sweep, for commands that print runs. */
export function withWide<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command.option('--wide', 'CSV with one row per sweep: local, remote and total side by side');
}

/** What may separate cells: no character that numbers, names or quotes have. */
const DELIMITERS = [',', ';', ':', '|', '\t'];
const DECIMALS = ['.', ','];
/** How a tab can be typed. */
const TAB_NAMES = ['tab', String.raw`\t`];

/** How rows become CSV; whoever says so of another format is told. */
export function readCsvChoice(
  { delimiter, decimal, wide }: CsvOptions & { readonly wide?: true | undefined },
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
