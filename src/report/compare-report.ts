import type { ComparisonRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { type Block, type Manner, prose, type Report, table, title } from './blocks.js';
import { type ChoiceColumn, cellName, variedChoices } from './cell-names.js';
import { comparisonSummary, RANGE_HEAD, RATIO_RANGE_HEAD } from './compare-summary.js';
import { comparisonInWords } from './compare-words.js';
import { cpuBlocks } from './cpu-tables.js';
import { compactMs, compactRange, counted, duration, milliseconds, percent, ratioText } from './figures.js';
import type { FieldColumn } from './layout.js';
import { machineLine } from './machine-line.js';
import { remoteHead } from './run-summary.js';
import { jitterInHeading, spreadBlocks } from './spread.js';
import { type ComparedSweep, reportedSweeps, stateName } from './sweeps.js';

/** A grid for a person: a line per sweep, what explains the ratios, and what the other CPUs notice. */
export function comparisonReport(document: RunDocument, manner: Manner): Report {
  const { by, setting, isVerbose } = manner;
  const varied = variedChoices(document.comparisons, document);
  const isOneState = varied.length > 0 && new Set(document.comparisons.map(stateName)).size === 1;
  // Where there is one state, the choice says which cell is meant.
  const nameOf = (total: ComparisonRow) =>
    isOneState ? cellName(total, varied).replace(`${stateName(total)} `, '') : cellName(total, varied);
  const sweeps = reportedSweeps(document).map((sweep): ComparedSweep => {
    const { comparison: total, disturbance } = sweep;
    if (total === null || disturbance === null) throw new Error('a grid misses rows of a sweep');
    return { sweep, total, disturbance, name: nameOf(total) };
  });
  return {
    title: 'SIMULATED RMPOPT sweeps compared, times in ms',
    heading: heading(sweeps, varied, jitterInHeading(document)),
    blocks: [
      ratioTable(sweeps, varied),
      ...comparisonSummary(sweeps, document.missing, varied, manner),
      ...cpuBlocks(sweeps, by),
      ...spreadBlocks(document, setting),
      ...(isVerbose ? [...disturbances(sweeps, varied), ...comparisonInWords(sweeps)] : []),
    ],
  };
}

/** What all sweeps have in common; what they have not is in the table. */
function heading(
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
  jitter: string,
): string[] {
  const machines = [...new Set(sweeps.map(({ sweep }) => machineLine(sweep)))];
  const [first] = sweeps;
  if (first === undefined) return [];
  const { hypothesis, strategy, threads, variation } = first.total;
  const heads = varied.map(({ head }) => head);
  const common = [
    ...(heads.includes('strategy') ? [] : [strategy]),
    ...(heads.includes('threads') ? [] : [`${threads} threads`]),
    ...(heads.includes('variation') || variation === '' ? [] : variation.split(';')),
    ...(heads.includes('hypothesis') ? [] : [`hypothesis ${hypothesis}`]),
  ];
  const hosts = heads.filter((head) => head === 'topology' || head === 'memory');
  const shown =
    machines.length === 1 || heads.includes('machine')
      ? machines
      : [`machine ${first.sweep.machine.file}, ${hosts.join(' and ') || 'costs'} varied`];
  const rest = [...common, jitter].filter(Boolean);
  const ids = new Set(
    sweeps.map(({ sweep }) => `${sweep.machine.name} ${sweep.machine.topology} ${sweep.machine.memoryBytes}`),
  );
  if (ids.size === 1) {
    const { machine } = first.sweep;
    const regions = new Set(sweeps.map(({ sweep }) => sweep.total.regions));
    const swept = regions.size === 1 ? `${counted(first.sweep.total.regions, 'region')}, ` : '';
    return [[`machine ${machine.name}: ${swept}${counted(machine.cores, 'core')}`, ...rest].join(', ')];
  }
  return [...shown, rest.join(', ')].filter((line) => line !== '');
}

type Column = FieldColumn<ComparedSweep>;

const LOCAL: Column = {
  head: 'local',
  unit: 'ms',
  align: 'right',
  field: ({ sweep }) => compactMs(sweep.local.elapsedNs),
};
const REMOTE: Column = {
  head: 'remote',
  unit: 'ms',
  align: 'right',
  field: ({ sweep }) => compactMs(sweep.remote.elapsedNs),
};
const TOTAL: Column = {
  head: 'total',
  unit: 'ms',
  align: 'right',
  field: ({ sweep }) => milliseconds(sweep.total.elapsedNs),
};
const RANGE: Column = {
  head: RANGE_HEAD,
  unit: 'ms',
  align: 'right',
  field: ({ sweep: { total } }) =>
    total.elapsedLowNs === null || total.elapsedHighNs === null
      ? '-'
      : compactRange(total.elapsedLowNs, total.elapsedHighNs),
};

/** The mail's own comparison: against the local phase. */
function perCpuColumn(sweeps: readonly ComparedSweep[]): Column {
  return {
    head: remoteHead(sweeps.map(({ sweep }) => sweep)),
    unit: 'ms',
    align: 'right',
    field: ({ sweep: { remote } }) => (remote.issued === 0 ? '-' : compactMs(remote.perCpuNs ?? 0)),
  };
}

const RATIO_COLUMNS: readonly Column[] = [
  { ...LOCAL, dispensable: 3 },
  { ...REMOTE, dispensable: 3 },
  TOTAL,
  { ...RANGE, dispensable: 1 },
  { group: 'to baseline', head: 'ratio', align: 'right', field: ({ total }) => ratioText(total.ratio) },
  {
    group: 'to baseline',
    head: RATIO_RANGE_HEAD,
    align: 'right',
    field: ({ total: { ratioLow, ratioHigh } }) => {
      const [low, high] = [ratioText(ratioLow), ratioText(ratioHigh)];
      return low === high ? low : `${low}-${high}`;
    },
    dispensable: 2,
  },
];

function ratioTable(sweeps: readonly ComparedSweep[], varied: readonly ChoiceColumn[]): Block {
  const columns = withPerCpu(RATIO_COLUMNS.filter(isKnown(sweeps)), sweeps);
  return table([...namingColumns(varied), ...columns], sweeps);
}

/** Beside the other times. */
function withPerCpu(columns: readonly Column[], sweeps: readonly ComparedSweep[]): Column[] {
  const i = columns.findIndex(({ group }) => group !== undefined);
  return [...columns.slice(0, i), perCpuColumn(sweeps), ...columns.slice(i)];
}

/** Tells of columns whether they say anything: there are no ranges beside random times. */
function isKnown(sweeps: readonly ComparedSweep[]): (column: Column) => boolean {
  const hasRanges = sweeps.some(({ sweep }) => sweep.total.elapsedLowNs !== null);
  return ({ head }) => !head.endsWith('range') || hasRanges;
}

function namingColumns(varied: readonly ChoiceColumn[]): Column[] {
  return [
    { head: 'state', align: 'left', field: ({ total }) => stateName(total), label: 'name' },
    ...varied.map(
      ({ head, field }): Column => ({
        head,
        align: 'left',
        field: ({ total }) => field(total),
        label: 'name',
      }),
    ),
  ];
}

/** Choices that change how often and for how long others are interrupted. */
const DISTURBING = ['strategy', 'threads', 'variation'];

const NOTICED: readonly Column[] = [
  {
    group: 'interrupts',
    head: 'per CPU',
    align: 'right',
    field: ({ disturbance: { interruptsMin, interruptsMax } }) =>
      interruptsMin === interruptsMax ? String(interruptsMax) : `${interruptsMin}-${interruptsMax}`,
    dispensable: 1,
  },
  {
    group: 'interrupts',
    head: 'per s',
    align: 'right',
    // A rate of a single interrupt says nothing.
    field: ({ disturbance: { interruptsMax, interruptsPerSecond } }) =>
      interruptsMax < 2 ? '-' : Math.round(interruptsPerSecond).toString(),
    dispensable: 3,
  },
  {
    group: 'longest',
    head: 'stretch',
    align: 'right',
    field: ({ disturbance: { longestInterruptNs, longestInterruptHighNs } }) =>
      duration(longestInterruptHighNs ?? longestInterruptNs),
  },
  {
    group: 'in RMPOPT',
    head: 'mean',
    align: 'right',
    field: ({ disturbance }) => percent(disturbance.takenMeanShare, 1),
  },
  {
    group: 'in RMPOPT',
    head: 'low-high',
    align: 'right',
    field: ({ disturbance: { takenLowShare: low, takenHighShare: high } }) => {
      if (low === null || high === null) return '-';
      const [least, most] = [percent(low, 1), percent(high, 1)];
      return least === most ? most : `${least} to ${most}`;
    },
    dispensable: 2,
  },
];

function disturbances(sweeps: readonly ComparedSweep[], varied: readonly ChoiceColumn[]): Block[] {
  if (!varied.some(({ head }) => DISTURBING.includes(head))) return [];
  const naming = namingColumns(varied.filter(({ isImplied }) => isImplied !== true));
  return [
    title('SIMULATED, what the remote CPUs notice while the sweep runs'),
    table([...naming, ...NOTICED], sweeps),
    prose(
      'A stretch is the time in the RMPOPTs of one callback, interrupts off; entering and leaving the callback come on top and are part of what an IPI costs. Low and high are over CPUs in two orders of service, by CPU number and starting at another CPU for each region; nobody has measured the order.',
    ),
  ];
}
