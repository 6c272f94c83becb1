import { groupBy } from '../group-by.js';
import type { ChangeRow, DisturbanceRow, SweepKey } from '../run-document/columns.js';
import type { RecordedMachine, RunDocument } from '../run-document/run-document.js';
import { formatBytes } from '../units.js';
import { type Block, bullets, type ColumnNote, type Manner, moreHint, table } from './blocks.js';
import {
  compactMs,
  compactRange,
  counted,
  durationRange,
  grouped,
  milliseconds,
  shortDuration,
} from './figures.js';
import type { FieldColumn } from './layout.js';
import { listNames } from './names.js';
import { setByHand } from './ranges.js';
import { naming, type ReportedSweep } from './sweeps.js';
import { missingCells, shortened } from './words.js';

type Naming = (key: SweepKey) => string;

/** The answer: a line per sweep, where the remote phase goes, and what follows from both. */
export function runSummary(sweeps: readonly ReportedSweep[], document: RunDocument, manner: Manner): Block[] {
  const nameOf = naming(sweeps);
  return [
    sweepTable(sweeps, nameOf),
    ...remoteTable(sweeps, nameOf),
    ...missingCells(document.missing),
    ...bullets(
      [
        ...guestsInWords(document.changes, sweeps, manner),
        ...slowest(sweeps, nameOf),
        ...interruptions(document.disturbances, nameOf),
        ...earlyStops(sweeps, nameOf),
        ...hypothesesInWords(sweeps, nameOf),
      ],
      [...footnote(sweeps, nameOf), moreHint(manner)],
      columnNotes(sweeps, nameOf),
    ),
  ];
}

interface Column extends FieldColumn<ReportedSweep> {
  readonly isTold?: (sweeps: readonly ReportedSweep[]) => boolean;
}

const isAny = ({ issued }: { readonly issued: number }) => issued > 0;

function sweepTable(sweeps: readonly ReportedSweep[], nameOf: Naming): Block {
  const hasRanges = sweeps.some(({ total }) => total.elapsedLowNs !== null);
  const range: Column = {
    head: '90% range',
    unit: 'ms',
    align: 'right',
    field: ({ total: { elapsedLowNs: low, elapsedHighNs: high } }) =>
      low === null || high === null ? '-' : compactRange(low, high),
  };
  const columns: Column[] = [
    { head: 'state', align: 'left', field: ({ total }) => nameOf(total), label: 'name' },
    {
      head: 'local',
      unit: 'ms',
      align: 'right',
      field: ({ local }) => (isAny(local) ? compactMs(local.elapsedNs) : '-'),
    },
    {
      head: 'remote',
      unit: 'ms',
      align: 'right',
      field: ({ remote }) => (isAny(remote) ? compactMs(remote.elapsedNs) : '-'),
    },
    { head: 'total', unit: 'ms', align: 'right', field: ({ total }) => milliseconds(total.elapsedNs) },
    ...(hasRanges ? [range] : []),
    {
      head: remoteHead(sweeps),
      unit: 'ms',
      align: 'right',
      field: ({ remote }) => (isAny(remote) ? compactMs(remote.perCpuNs ?? 0) : '-'),
      isTold: (all) => all.some(({ remote }) => isAny(remote)),
    },
    {
      head: IN_RMPOPT_HEAD,
      unit: 'ms',
      align: 'right',
      field: ({ remote }) => (isAny(remote) ? compactMs(remote.inRmpoptMeanNs) : '-'),
      isTold: (all) => all.some(({ remote }) => isAny(remote)),
      dispensable: 1,
    },
    {
      head: 'optimized',
      align: 'right',
      field: ({ total }) => grouped(total.optimizedRegions),
      dispensable: 2,
    },
  ];
  return table(
    columns.filter(({ isTold }) => isTold?.(sweeps) ?? true),
    sweeps,
  );
}

const IN_RMPOPT_HEAD = 'in RMPOPT';

/** `remote/511`: what the seed mail divides by. */
export function remoteHead(sweeps: readonly ReportedSweep[]): string {
  const counts = new Set(sweeps.map(remoteCpusOf).filter((count) => count > 0));
  return counts.size === 1 ? `remote/${[...counts][0]}` : 'remote/CPUs';
}

function remoteCpusOf({ breakdowns }: ReportedSweep): number {
  return breakdowns.find(({ phase }) => phase === 'remote')?.remoteCpus ?? 0;
}

const EXECUTING_HEAD = '+ executing RMPOPT';

const PARTS = [
  { head: 'sending IPIs', column: 'sendingNs' },
  { head: EXECUTING_HEAD, column: 'executingNs' },
  { head: '+ queued behind others', column: 'queuedNs' },
  { head: '+ loop', column: 'loopNs' },
] as const;

/** The loop itself takes next to nothing, but its costs can be set to anything. */
const LOOP_SHARE_SHOWN = 0.01;

/** Where the remote phase goes, for what has one. */
function remoteTable(sweeps: readonly ReportedSweep[], nameOf: Naming): Block[] {
  const rows = sweeps.flatMap(({ total, remote, breakdowns }) => {
    const row = breakdowns.find(({ phase }) => phase === 'remote');
    return row === undefined || !isAny(remote) ? [] : [{ name: nameOf(total), row, remote }];
  });
  if (rows.length === 0) return [];
  const hasLoop = rows.some(({ row, remote }) => row.loopNs > LOOP_SHARE_SHOWN * remote.elapsedNs);
  const columns: FieldColumn<(typeof rows)[number]>[] = [
    { head: 'remote =', align: 'left', field: ({ name }) => name, label: 'name' },
    ...PARTS.filter(({ column }) => column !== 'loopNs' || hasLoop).map(
      ({ head, column }): FieldColumn<(typeof rows)[number]> => ({
        head,
        unit: 'ms',
        align: 'right',
        field: ({ row }) => compactMs(row[column]),
      }),
    ),
  ];
  return [table(columns, rows)];
}

const CHANGES_SHOWN = { brief: 3, verbose: 8 };

/** Guests that came or went: how much of the host they hold, and what giving it back takes. The same by every hypothesis. */
function guestsInWords(
  changes: readonly ChangeRow[],
  [sweep]: readonly ReportedSweep[],
  { isVerbose }: Manner,
): string[] {
  const varied = (['scenario', 'mapping'] as const).filter(
    (name) => new Set(changes.map((change) => change[name])).size > 1,
  );
  const exits = new Set<string>();
  const sentences = changes.flatMap((change) => {
    const { event, guest, rmpUpdates, rmpUpdateNs, regionsReached, regionsInWindow } = change;
    const where = varied.length > 0 ? ` (${varied.map((name) => change[name]).join(', ')})` : '';
    const updates = counted(rmpUpdates, 'RMPUPDATE');
    if (event === 'terminate') {
      const exit = `Guest ${guest} leaves${where}. Giving its memory back takes ${shortDuration(change.conversionNs ?? 0)} of one CPU (${updates}, and flushing): done before the sweep here, and not included.`;
      exits.add(exit);
      return [exit];
    }
    if (event !== 'launch') return [];
    const of = varied.includes('scenario') ? `${change.scenario}: ` : '';
    const size = `${of}${formatBytes(change.sizeBytes ?? 0)}, ${change.pageMapping}, ${change.placement}`;
    const inWindow = regionsInWindow === regionsReached ? '' : `, ${regionsInWindow} of them in the window`;
    const detail = isVerbose ? `${inWindow} (${updates}, ${shortDuration(rmpUpdateNs)}, not included)` : '';
    return [`Guest ${guest} (${size}) has memory in ${counted(regionsReached, 'region')}${detail}.`];
  });
  const [firstExit] = exits;
  const distinct = [...new Set(sentences)].map((sentence) =>
    sentence === firstExit ? `${sentence} ${kernelDelayInWords(sweep?.machine)}` : sentence,
  );
  const shown = isVerbose ? CHANGES_SHOWN.verbose : CHANGES_SHOWN.brief;
  const left = distinct.length - shown;
  const rest = isVerbose ? ', which JSON has in full' : ': -v';
  return [
    ...distinct.slice(0, shown),
    ...(left > 0 ? [`${counted(left, 'more change')} of guests${rest}.`] : []),
  ];
}

/** A kernel does not wait for memory to come back. */
function kernelDelayInWords(machine: RecordedMachine | undefined): string {
  const delayS = numberOf(machine?.parameters ?? [], 'delayAfterExitS');
  return `A kernel sweeps ${delayS} s after the exit (delayAfterExitS), even if not all memory is back.`;
}

/** Sweeps of one hypothesis and one repetition that have something to do, the longest first. */
function ranked(sweeps: readonly ReportedSweep[]): ReportedSweep[][] {
  const groups = groupBy(
    sweeps.filter(({ total }) => isAny(total)),
    ({ total }) => total.hypothesis,
  );
  return [...groups.values()].map((own) => own.toSorted((a, b) => b.total.elapsedNs - a.total.elapsedNs));
}

/** Times that are nearer to each other are called the same. */
const SAME = 1.01;

/** Which state takes longest, and which parts make it longer: computed, since the fullest host does not. */
function slowest(sweeps: readonly ReportedSweep[], nameOf: Naming): string[] {
  return ranked(sweeps).flatMap((own) => {
    const [longest] = own;
    const shortest = own.at(-1);
    if (longest === undefined || shortest === undefined) return [];
    const [mostNs, leastNs] = [longest.total.elapsedNs, shortest.total.elapsedNs];
    if (mostNs < SAME * leastNs) {
      return own.length < 2 ? [] : [`All take the same, ${shortDuration(mostNs)}.`];
    }
    const slow = alikeTo(longest, own, nameOf);
    const fast = alikeTo(shortest, own, nameOf);
    const are = slow.length > 1 ? 'are' : 'is';
    const how = `${listNames(slow)} ${are} slowest, ${timesAs(mostNs, leastNs)} ${listNames(fast)}`;
    return [`${how}${differenceInWords(longest, shortest)}.`];
  });
}

function alikeTo(one: ReportedSweep, sweeps: readonly ReportedSweep[], nameOf: Naming): string[] {
  const ns = one.total.elapsedNs;
  return sweeps
    .filter(({ total }) => Math.abs(total.elapsedNs - ns) < (SAME - 1) * ns)
    .map(({ total }) => nameOf(total));
}

/** `3.3 x`, or how much more where that says more. */
export function timesAs(ns: number, thanNs: number): string {
  const times = ns / thanNs;
  return times >= 1.1 ? `${times.toFixed(times < 10 ? 1 : 0)} x` : `${Math.round(100 * (times - 1))}% above`;
}

/** What a part of the time is called where it makes a difference. */
const REASONS = [
  { phase: 'remote', column: 'queuedNs', says: 'queueing' },
  { phase: 'remote', column: 'sendingNs', says: 'sending IPIs' },
  { phase: 'remote', column: 'executingNs', says: 'executing RMPOPT' },
  { phase: 'remote', column: 'loopNs', says: 'remote loop overhead' },
  { phase: 'local', column: 'executingNs', says: 'local' },
  { phase: 'local', column: 'queuedNs', says: 'queueing in the local phase' },
  { phase: 'local', column: 'sendingNs', says: 'sending in the local phase' },
  { phase: 'local', column: 'loopNs', says: 'local loop overhead' },
] as const;

/** A part that makes less of the difference is not worth a word. */
const SHARE_SHOWN = 0.05;

/** Which parts make one sweep longer than another, the largest first, behind a colon. */
export function differenceInWords(longer: ReportedSweep, shorter: ReportedSweep): string {
  const partNs = ({ breakdowns }: ReportedSweep, { phase, column }: (typeof REASONS)[number]) =>
    breakdowns.find((row) => row.phase === phase)?.[column] ?? 0;
  const moreNs = longer.total.elapsedNs - shorter.total.elapsedNs;
  const parts = REASONS.map((reason) => {
    return { ...reason, ns: partNs(longer, reason) - partNs(shorter, reason) };
  })
    .filter(({ ns }) => ns > SHARE_SHOWN * moreNs)
    .sort((a, b) => b.ns - a.ns);
  const told = parts.slice(0, 2).map((part) => `+${compactMs(part.ns)} ms ${part.says}`);
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}

/** How often remote CPUs are interrupted, and for how long at most: by whichever order of service gives more. */
function interruptions(disturbances: readonly DisturbanceRow[], nameOf: Naming): string[] {
  const told = disturbances.filter(({ interruptsMax }) => interruptsMax > 0);
  const byCount = groupBy(told, ({ interruptsMin: least, interruptsMax: most }) =>
    least === most ? counted(most, 'time') : `${grouped(least)} to ${counted(most, 'time')}`,
  );
  return [...byCount].map(([often, rows]) => {
    const byLongest = groupBy(rows, ({ longestInterruptNs, longestInterruptHighNs }) =>
      shortDuration(longestInterruptHighNs ?? longestInterruptNs),
    );
    const longest = [...byLongest].map(([most, own]) =>
      byLongest.size === 1 && byCount.size === 1 ? most : `${most} (${own.map(nameOf).join(', ')})`,
    );
    return `Each remote CPU is interrupted ${often}; each time it spends at most ${longest.join(' or ')} in RMPOPT.`;
  });
}

/** Failed RMPOPTs that cost less than this share of a whole scan have stopped at its beginning. */
const EARLY = 0.25;

/** States in which every RMPOPT gives up early: the place of the private page decides, so a reader should know. */
function earlyStops(sweeps: readonly ReportedSweep[], nameOf: Naming): string[] {
  const names = sweeps.flatMap(({ local, remote, total, machine }) => {
    const first = isAny(local) ? local : remote;
    const scanNs = numberOf(machine.parameters, 'entryScanLocalNs') * ENTRIES_PER_REGION;
    const isEarly = total.optimized === 0 && isAny(total) && first.instructionMaxNs < EARLY * scanNs;
    return isEarly ? [nameOf(total)] : [];
  });
  if (names.length === 0) return [];
  const states = listNames([...new Set(names)]);
  return [`${states}: RMPOPT stops at the first private page of each region.`];
}

/** What a scan of a whole region reads: an entry for each 2 MiB. */
const ENTRIES_PER_REGION = 512;

function numberOf(parameters: ReportedSweep['machine']['parameters'], name: string): number {
  return Number(parameters.find((one) => one.name === name)?.value ?? 0);
}

/** Hypotheses that differ by more than this are told apart. */
const DISAGREEMENT = 1.05;
/** Times that differ by less are told together. */
const ALIKE = 1.02;

/** States whose time depends on which hypothesis holds. */
function hypothesesInWords(sweeps: readonly ReportedSweep[], nameOf: Naming): string[] {
  const lines = sweeps.flatMap(({ total, alternatives }) => {
    const all = [
      { hypothesis: total.hypothesis, totalNs: total.elapsedNs },
      ...alternatives.filter(({ hypothesis }) => hypothesis !== total.hypothesis),
    ];
    const times = all.map(({ totalNs }) => totalNs);
    if (Math.max(...times) < DISAGREEMENT * Math.min(...times)) return [];
    const [own, ...others] = all;
    const otherNs = others.map(({ totalNs }) => totalNs);
    const mostNs = Math.max(...otherNs);
    const areAlike = others.length > 1 && mostNs < ALIKE * Math.min(...otherNs);
    const told = areAlike
      ? [
          `${own?.hypothesis} ${shortDuration(own?.totalNs ?? 0)}`,
          `others ${durationRange(Math.min(...otherNs), mostNs)}`,
        ]
      : all.map(({ hypothesis, totalNs }) => `${hypothesis} ${shortDuration(totalNs)}`);
    return [`${nameOf(total)} depends on the hypothesis: ${told.join(', ')}.`];
  });
  return shortened([...new Set(lines)], 'state');
}

/** What two columns mean, and how far CPUs are apart. */
function columnNotes(sweeps: readonly ReportedSweep[], nameOf: Naming): ColumnNote[] {
  const remote = sweeps.filter((sweep) => isAny(sweep.remote));
  if (remote.length === 0) return [];
  const known = remote.flatMap(({ total, remote: { inRmpoptLowNs: low, inRmpoptHighNs: high } }) =>
    low === null || high === null || low === high ? [] : [{ name: nameOf(total), low, high }],
  );
  const low = known.reduce((least, one) => Math.min(least, one.low), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, one) => Math.max(most, one.high), 0);
  const of = known.length < remote.length ? ` in ${listNames(known.map(({ name }) => name))}` : '';
  const single =
    known.length === 0 ? '' : `; single CPUs${of}: ${compactRange(low, high).replace('-', ' to ')} ms`;
  const perCpu = remoteHead(sweeps);
  return [
    { head: perCpu, text: `${perCpu}: (end - middle) / remote CPUs.` },
    { head: EXECUTING_HEAD, text: "Parts of remote: of each round's last CPU, not always the same, summed." },
    { head: IN_RMPOPT_HEAD, text: `in RMPOPT: mean per CPU, with queueing${single}.` },
  ];
}

/** What a range is, which states are fitted, what no sweep can optimize, and where there is more. */
function footnote(sweeps: readonly ReportedSweep[], nameOf: Naming): string[] {
  const over = sweeps.find(({ total }) => total.elapsedLowNs !== null)?.total.rangeOver;
  const under = over === 'all' ? 'under any hypothesis' : `under ${over?.replaceAll('+', ' or ')}`;
  const range = over === undefined ? [] : [`90% range: 9 in 10 measurements, ${under}.`];
  const reserved = [...new Set(sweeps.map(({ machine }) => machine.reservedRegions))];
  const [count] = reserved;
  const never =
    reserved.length === 1 && count !== undefined && count > 0
      ? [`${counted(count, 'region')} can never be optimized.`]
      : [];
  return [...range, setByHand(sweeps).trim(), ...basis(sweeps, nameOf), ...never];
}

/** Which times agree because the costs were fitted to them, and which are predicted. */
function basis(sweeps: readonly ReportedSweep[], nameOf: Naming): string[] {
  const known = sweeps.filter(({ isFitted }) => isFitted !== null);
  if (known.length === 0) return [];
  const told = (['fitted', 'predicted'] as const).flatMap((word) => {
    const own = known.filter(({ isFitted }) => isFitted === (word === 'fitted'));
    const how = word === 'fitted' ? 'fitted to measurements' : word;
    if (own.length === sweeps.length && own.length > 1) return [`All are ${how}`];
    return own.length === 0 ? [] : [`${listNames(own.map(({ total }) => nameOf(total)))}: ${how}`];
  });
  return [`${told.join('; ')}.`];
}
