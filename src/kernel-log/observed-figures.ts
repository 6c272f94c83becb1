import { type ObservationRow, REMOTE_CPUS_FIGURE } from '../run-document/columns.js';
import { type ClockRate, cyclesToNs } from './clock-rates.js';
import { exactNumber } from './figures.js';
import { type LineFacts, type LineKind, STATEMENTS } from './line-kinds.js';
import type { FoundMessage } from './messages.js';

/** What the main figure of a kind of line is of; its name where that says it. */
const MAIN_FIGURES: Partial<Readonly<Record<LineKind, string>>> = {
  ...{ 'execution-time': 'total', 'execution-cycles': 'total', cpu: 'busy', rounds: 'mean' },
  ...{ 'largest-cycles': 'largest instruction', 'smallest-cycles': 'smallest instruction' },
  ...{ 'average-cycles': 'average instruction', 'instruction-cycles': 'instruction' },
  ...{ 'max-cpu-cycles': 'max. CPU cycles', 'min-cpu-cycles': 'min. CPU cycles' },
  'max-cycle-on-cpu': 'largest instruction so far',
};

/** Kinds that tell an address and no time. */
const ADDRESS_KINDS: readonly LineKind[] = [
  ...(['attempt', 'coverage', 'rmp-table', 'rmp-reserved', 'rmp-segment'] as const),
  ...(['rmp-segment-reduced', 'rmp-too-small'] as const),
];

/** Every figure of a message, exactly as printed, before it is known which sweep it is of. */
export function observedFigures(
  { line, stamp, host, kind, facts }: FoundMessage,
  clock: ClockRate | null,
): ObservationRow[] {
  return figuresIn(kind, facts).flatMap(({ figure, printed, unit }): ObservationRow[] => {
    if (printed === undefined) return [];
    const ns = unit === 'ns' ? exactNumber(printed) : unit === 'cycles' ? cyclesToNs(printed, clock) : null;
    return [
      {
        ...{ line, stamp, host, kind, run: null, cpu: exactNumber(facts.cpu) },
        ...{ address: facts.address ?? '', addressEnd: facts.addressEnd ?? '' },
        ...{ figure, printed, unit, ns, derived: unit === 'cycles' && ns !== null ? 'yes' : 'no' },
      },
    ];
  });
}

function figuresIn(kind: LineKind, facts: LineFacts) {
  const main = MAIN_FIGURES[kind] ?? kind;
  const isMaximum = kind === 'max-cycle-on-cpu';
  return [
    { figure: main, printed: facts.ns, unit: 'ns' },
    { figure: main, printed: facts.cycles, unit: 'cycles' },
    { figure: 'local', printed: facts.localNs, unit: 'ns' },
    { figure: 'remote', printed: facts.remoteNs, unit: 'ns' },
    { figure: 'longest', printed: facts.longestNs, unit: 'ns' },
    { figure: isMaximum ? 'previous' : 'calls', printed: facts.count, unit: isMaximum ? 'cycles' : 'count' },
    { figure: 'regions', printed: facts.regions, unit: 'count' },
    { figure: REMOTE_CPUS_FIGURE, printed: facts.cpus, unit: 'count' },
    { figure: 'clock', printed: facts.mhz, unit: 'MHz' },
    { figure: kind === 'table-row' ? 'region' : 'segment size', printed: facts.gb, unit: 'GB' },
    { figure: 'CPUs', printed: facts.list?.replace(/\s+/g, ''), unit: 'CPUs' },
    { figure: 'address', printed: ADDRESS_KINDS.includes(kind) ? facts.address : undefined, unit: 'address' },
    { figure: 'reduced to', printed: facts.size, unit: 'address' },
    { figure: 'segment', printed: facts.segment, unit: 'count' },
    { figure: 'covers from', printed: facts.covers, unit: 'address' },
    { figure: 'covers to', printed: facts.coversEnd, unit: 'address' },
    { figure: 'statement', printed: STATEMENTS[kind], unit: 'text' },
  ];
}
