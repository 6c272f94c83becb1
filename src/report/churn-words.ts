import { groupBy } from '../group-by.js';
import type { ChurnDocument, ChurnRow } from '../run-document/churn-document.js';
import { formatBytes } from '../units.js';
import { type Block, bullets, type ColumnNote, type Manner, moreHint, prose } from './blocks.js';
import { areWaitsShown, isOfRegime, isWaitCutOff, regimeName } from './churn-regimes.js';
import { counted, duration, exactDuration, grouped, percent, smallPercent, threeDigits } from './figures.js';
import { listNames } from './names.js';
import { outsideOwnRange } from './ranges.js';

/** What became of the host, in sentences computed from the rows. */
export function churnInWords(document: ChurnDocument, asked: readonly ChurnRow[], manner: Manner): Block[] {
  const { isVerbose } = manner;
  return [
    ...bullets(
      [
        ...aboutGuests(document, asked),
        ...asked.flatMap((row) => starvation(document, row, asked)),
        ...unswept(asked),
        ...missed(asked),
        ...futileSweeps(asked),
        ...extremes(asked),
        ...windows(asked),
        ...(isVerbose ? [...exchange(asked), ...conversions(document, asked), ...disturbance(asked)] : []),
      ],
      [...assumptions(document), moreHint(manner)],
      columnNotes(areWaitsShown(asked, isVerbose) ? document.results : asked),
    ),
    ...(isVerbose
      ? outsideOwnRange(asked.map((row) => ({ name: regimeName(row, asked), total: row }))).map(prose)
      : []),
  ];
}

/** @param rows those whose waits are shown */
function columnNotes(rows: readonly ChurnRow[]): ColumnNote[] {
  return [
    { head: 'range', text: 'Range of sweeping: 9 in 10 measurements should fall inside.' },
    {
      head: 'missed',
      text: 'missed: regions whose guests had exited when the sweep came, but whose memory was not yet given back.',
    },
    {
      head: 'sweep, s',
      text: `exit to sweep: longest time from an exit to the end of the next sweep, even if that misses regions${rows.some(isWaitCutOff) ? ' (>: none came before the simulation ended)' : ''}.`,
    },
    {
      head: 'waiting',
      text: 'region-s waiting: seconds from when the memory of a region is given back until the last core has optimized it, summed over regions; region-s missed: the part after a sweep that missed the region.',
    },
    { head: 'time', text: 'of free time: region-s waiting / all seconds for which regions are free.' },
  ];
}

function aboutGuests({ events }: ChurnDocument, [row]: readonly ChurnRow[]): string[] {
  if (row === undefined) return [];
  const { launches, exits, turnedAway } = row;
  const most = events.reduce((one, other) => (other.assignedRegions > one.assignedRegions ? other : one), {
    assignedRegions: 0,
    atNs: 0,
  });
  const words = [
    `Guests: ${launches === 1 ? '1 launch' : `${launches} launches`}, ${counted(exits, 'exit')}.`,
    `At most ${counted(most.assignedRegions, 'region')} had private or reserved pages (at ${exactDuration(most.atNs - (most.atNs % 1e9))}).`,
  ];
  const [first] = events.filter(({ event }) => event === 'turned-away');
  if (first === undefined) return [words.join(' ')];
  const many = turnedAway === 1 ? '1 arrival was' : `${turnedAway} arrivals were`;
  const story = `${many} turned away for lack of room, the first at ${duration(first.atNs)}: ${first.reason}.`;
  return [words.join(' '), story];
}

/** How many delays an exit has to wait before its sweep counts as starved. */
const STARVED_DELAYS = 6;

/** Exits came so fast that they postponed the sweep again and again. */
function starvation({ sweeps }: ChurnDocument, row: ChurnRow, rows: readonly ChurnRow[]): string[] {
  const { delayNs, maxWaitNs, longestWaitNs, postponements, unsweptSinceNs } = row;
  if (maxWaitNs !== null || postponements === 0 || longestWaitNs <= STARVED_DELAYS * delayNs) return [];
  const name = regimeName(row, rows);
  if (isWaitCutOff(row)) {
    const since = `from ${duration(unsweptSinceNs ?? 0)} to the end (${duration(longestWaitNs)})`;
    return [
      `${name} starves: ${since} ${counted(row.exitsUnswept, 'exit')} came less than ${exactDuration(delayNs)} apart, and each postponed the sweep.`,
    ];
  }
  const served = sweeps.filter((one) => isOfRegime(one, row));
  const slowest = served.find((one) => one.startNs + one.elapsedNs - one.firstExitNs === longestWaitNs);
  if (slowest === undefined) return [];
  return [
    `${name} starved for ${duration(longestWaitNs)}: later exits postponed the sweep after the exit at ${duration(slowest.firstExitNs)} ${counted(slowest.postponements, 'time')}, because they came less than ${exactDuration(delayNs)} apart.`,
  ];
}

/** Which policies take most and least CPU time, and under which free regions wait longest and shortest. */
function extremes(rows: readonly ChurnRow[]): string[] {
  if (rows.length < 2) return [];
  const names = (figure: 'cpuTimeNs' | 'waitingRegionS', value: number) =>
    listNames(rows.filter((row) => row[figure] === value).map((row) => regimeName(row, rows)));
  const ends = (figure: 'cpuTimeNs' | 'waitingRegionS') => {
    const values = rows.map((row) => row[figure]);
    return [Math.min(...values), Math.max(...values)] as const;
  };
  const [leastNs, mostNs] = ends('cpuTimeNs');
  const [leastS, mostS] = ends('waitingRegionS');
  return [
    ...(leastNs === mostNs
      ? []
      : [
          `Least CPU time: ${names('cpuTimeNs', leastNs)} (${duration(leastNs)}). Most: ${names('cpuTimeNs', mostNs)} (${duration(mostNs)}).`,
        ]),
    ...(leastS === mostS
      ? []
      : [
          `Free regions wait least under ${names('waitingRegionS', leastS)} (${threeDigits(leastS)} region-seconds), most under ${names('waitingRegionS', mostS)} (${threeDigits(mostS)}).`,
        ]),
  ];
}

/** What waiting saves, and what it costs, against the policy that sweeps most. */
function exchange(rows: readonly ChurnRow[]): string[] {
  const groups = groupBy(rows, ({ window, hypothesis }) => `${window} ${hypothesis}`);
  return [...groups.values()].flatMap((group) => {
    const [most, ...others] = group.toSorted((a, b) => b.cpuTimeNs - a.cpuTimeNs);
    if (most === undefined || most.cpuTimeNs === 0) return [];
    const lines = others
      .filter(({ cpuTimeNs }) => cpuTimeNs < most.cpuTimeNs)
      .map((row) => {
        const savedNs = most.cpuTimeNs - row.cpuTimeNs;
        const waitedS = row.waitingRegionS - most.waitingRegionS;
        return `${regimeName(row, rows)} takes ${percent(savedNs, most.cpuTimeNs)} less, ${waitInWords(waitedS, savedNs)}.`;
      });
    if (lines.length === 0) return [];
    const head = `${regimeName(most, rows)} takes most CPU time, ${duration(most.cpuTimeNs)} in ${counted(most.sweeps, 'sweep')}.`;
    return [[head, ...lines].join(' ')];
  });
}

/** How much longer or shorter free regions wait to be optimized, and how much for each second of CPU time. */
function waitInWords(moreS: number, savedNs: number): string {
  if (moreS <= 0) return `and free regions wait ${threeDigits(-moreS)} region-seconds less`;
  const perSecond = threeDigits(moreS / (savedNs / 1e9));
  return `but free regions wait ${threeDigits(moreS)} region-seconds more, ${perSecond} for every CPU-second saved`;
}

/** What it takes to give memory back. */
function conversions({ events }: ChurnDocument, [row]: readonly ChurnRow[]): string[] {
  if (row === undefined || row.conversionNs === 0) return [];
  const gone = events.filter(({ event }) => event === 'exit');
  const longest = gone.reduce((most, { conversionNs }) => Math.max(most, conversionNs ?? 0), 0);
  const slowest = gone.find(({ conversionNs }) => conversionNs === longest);
  const [name, size] = [
    slowest?.guest ?? '',
    events.find(({ guest, event }) => event === 'launch' && guest === slowest?.guest)?.sizeBytes ?? null,
  ];
  const of = size === null ? '' : `, of ${formatBytes(size)}`;
  const most = longest === 0 ? '' : ` The longest takes ${duration(longest)} (guest ${name}${of}).`;
  return [
    `Conversion: after a guest has ended, one thread makes its pages shared and flushes them, in ${duration(row.conversionNs)} of CPU time for all of them.${most} A region is free when its last page has come back.`,
  ];
}

/** Regions that a sweep came too early for. */
function missed(rows: readonly ChurnRow[]): string[] {
  const lines = rows
    .filter(({ missedRegions }) => missedRegions > 0)
    .map((row) => `${regimeName(row, rows)} ${grouped(row.missedRegions)}`);
  if (lines.length === 0) return [];
  return [`Regions missed because the sweep came too early: ${lines.join(', ')}.`];
}

/** Sweeps after which no core has more regions optimized than before. */
function futileSweeps(rows: readonly ChurnRow[]): string[] {
  const futile = rows.filter((row) => row.futileSweeps > 0);
  if (futile.length === 0) return [];
  const lines = futile.map(
    (row) =>
      `${regimeName(row, rows)} ${row.futileSweeps === row.sweeps ? 'all' : row.futileSweeps} of ${row.sweeps}`,
  );
  return [`Sweeps that found nothing new: ${lines.join(', ')}.`];
}

/** Exits that no sweep followed. */
function unswept(rows: readonly ChurnRow[]): string[] {
  const left = rows.filter(({ exitsUnswept }) => exitsUnswept > 0);
  if (left.length === 0) return [];
  const lines = left.map((row) => `${regimeName(row, rows)} ${row.exitsUnswept} of ${row.exits}`);
  return [`Exits without a later sweep: ${lines.join(', ')}.`];
}

/** What others on the host notice. */
function disturbance(rows: readonly ChurnRow[]): string[] {
  const [most] = rows.toSorted((a, b) => b.guestTakenNs - a.guestTakenNs);
  if (most === undefined || most.guestIpis === 0) return [];
  const cpus = Math.round(most.ipis / most.rounds);
  const interrupts = Math.round(most.guestIpis / cpus);
  const perSecond = threeDigits(interrupts / (most.durationNs / 1e9));
  const taken = smallPercent(most.guestTakenNs, cpus * most.durationNs);
  return [
    `Guests notice ${regimeName(most, rows)} most: while any of them runs, each of ${counted(cpus, 'other CPU')} is interrupted ${counted(interrupts, 'time')}, ${perSecond} a second on average, for RMPOPTs of ${duration(most.longestInterruptNs)} at most. If each ran a vCPU, they would lose ${taken} of their time: inside RMPOPT, and by leaving and re-entering guest mode (guestExitNs).`,
  ];
}

/** What the place of the window means on a host that has more memory than one window. */
function windows(rows: readonly ChurnRow[]): string[] {
  const kinds = [...groupBy(rows, ({ window }) => window)];
  if (kinds.length < 2) return [];
  const lines = kinds.flatMap(([window, [row]]) => {
    if (row === undefined) return [];
    const outside =
      row.outsideRegionS === 0
        ? 'no region is out of every window'
        : `${smallPercent(row.outsideRegionS, row.freeRegionS)} of free memory is in no window`;
    return [
      `window ${window}: a sweep covers ${row.regions} regions and takes ${duration(row.longestSweepNs)} at most; ${outside}; under ${row.policy} a free region is optimized on ${smallPercent(row.optimizedShare, 1)} of all cores and on ${smallPercent(row.ownNodeShare, 1)} of those of its own node.`,
    ];
  });
  return [
    ...lines,
    'Shares are means over the time that regions are free. Guests are placed without regard to nodes.',
  ];
}

function assumptions({ events, seed }: ChurnDocument): string[] {
  const isRandom = events.some(({ atNs, event }) => event === 'launch' && atNs % 1e6 !== 0);
  return [
    'Assumed: when guests come and go (the scenario), and how long it takes to give their memory back (rmpupdateNs, flushPerPageNs).',
    ...(isRandom
      ? [`Arrivals are random; this is the history of --seed ${seed}. --runs simulates several.`]
      : []),
  ];
}
