import { type ObservationRow, REMOTE_CPUS_FIGURE } from '../run-document/columns.js';
import { type ClockRate, timeNs } from './clock-rates.js';
import { exactNumber } from './figures.js';
import { type FactName, figureOf, type LineKind, STATEMENTS } from './line-kinds.js';
import type { FoundMessage } from './messages.js';

/** What a fact is called as a figure, and its unit, in the order in which figures of a line are listed. */
const FIGURES: readonly {
  readonly fact: FactName;
  readonly unit: string;
  /** `null` where it is none of the kind. */
  readonly nameFor: (kind: LineKind) => string | null;
}[] = [
  { fact: 'ns', unit: 'ns', nameFor: mainFigure },
  { fact: 'us', unit: 'us', nameFor: mainFigure },
  { fact: 'ms', unit: 'ms', nameFor: mainFigure },
  { fact: 'cycles', unit: 'cycles', nameFor: mainFigure },
  { fact: 'localNs', unit: 'ns', nameFor: () => 'local' },
  { fact: 'remoteNs', unit: 'ns', nameFor: () => 'remote' },
  { fact: 'longestNs', unit: 'ns', nameFor: () => 'longest' },
  { fact: 'count', unit: 'count', nameFor: (kind) => (isMaximum(kind) ? null : 'calls') },
  { fact: 'count', unit: 'cycles', nameFor: (kind) => (isMaximum(kind) ? 'previous' : null) },
  { fact: 'regions', unit: 'count', nameFor: () => 'regions' },
  { fact: 'cpus', unit: 'count', nameFor: () => REMOTE_CPUS_FIGURE },
  { fact: 'optimized', unit: 'count', nameFor: () => 'optimized' },
  { fact: 'mhz', unit: 'MHz', nameFor: () => 'clock' },
  { fact: 'gb', unit: 'GB', nameFor: (kind) => (kind === 'table-row' ? 'region' : 'segment size') },
  { fact: 'list', unit: 'CPUs', nameFor: () => 'CPUs' },
  { fact: 'address', unit: 'address', nameFor: (kind) => (figureOf(kind) === 'address' ? 'address' : null) },
  { fact: 'size', unit: 'address', nameFor: () => 'reduced to' },
  { fact: 'segment', unit: 'count', nameFor: () => 'segment' },
  { fact: 'covers', unit: 'address', nameFor: () => 'covers from' },
  { fact: 'coversEnd', unit: 'address', nameFor: () => 'covers to' },
];

/** Units of times are called as the facts are. */
const TIME_UNITS = ['ns', 'us', 'ms', 'cycles'];

function mainFigure(kind: LineKind): string {
  return figureOf(kind) ?? kind;
}

function isMaximum(kind: LineKind): boolean {
  return kind === 'max-cycle-on-cpu';
}

/** Every figure of a message, exactly as printed, before it is known which sweep it is of. */
export function observedFigures(found: FoundMessage, clock: ClockRate | null): ObservationRow[] {
  const { kind, facts } = found;
  const rows: ObservationRow[] = [];
  for (const { fact, unit, nameFor } of FIGURES) {
    const value = facts[fact];
    const figure = value === undefined ? null : nameFor(kind);
    if (value === undefined || figure === null) continue;
    const printed = fact === 'list' ? value.replace(/\s+/g, '') : value;
    rows.push(rowOf(found, { figure, printed, unit }, clock));
  }
  const statement = STATEMENTS[kind];
  if (statement !== undefined)
    rows.push(rowOf(found, { figure: 'statement', printed: statement, unit: 'text' }, clock));
  return rows;
}

function rowOf(
  { line, stamp, host, kind, facts }: FoundMessage,
  { figure, printed, unit }: Pick<ObservationRow, 'figure' | 'printed' | 'unit'>,
  clock: ClockRate | null,
): ObservationRow {
  const ns = TIME_UNITS.includes(unit) ? timeNs({ [unit]: printed }, clock) : null;
  // One literal: an object that grows from spreads takes several times the memory.
  return {
    line,
    stamp,
    host,
    kind,
    run: null,
    cpu: exactNumber(facts.cpu),
    address: facts.address ?? '',
    addressEnd: facts.addressEnd ?? '',
    figure,
    printed,
    unit,
    ns,
    derived: unit === 'cycles' && ns !== null ? 'yes' : 'no',
  };
}
