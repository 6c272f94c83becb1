/** How cells of CSV stand apart, and numbers are written. */
export interface CsvStyle {
  readonly delimiter: string;
  /** What stands before the decimals of a number. */
  readonly decimal: string;
}

export const PLAIN_CSV: CsvStyle = { delimiter: ',', decimal: '.' };
