import type { Warning } from '../run-document/run-document.js';
import type { Disturbance } from './disturbances.js';
import type { Era } from './era.js';
import type { ImportedSweep } from './imported-sweep.js';

/** What there is to warn of. */
interface Circumstances {
  readonly sweeps: readonly ImportedSweep[];
  readonly hosts: readonly string[];
  readonly eras: readonly Era[];
  readonly disturbances: readonly Disturbance[];
  /** How many lines are in notes. */
  readonly notes: number;
  readonly leftOut: { readonly observations: number; readonly sweeps: number };
  readonly limits: { readonly observations: number; readonly sweeps: number };
}

/** So many are named one by one. */
const NAMED_MAX = 6;

/** What a reader of an imported log should know before trusting a figure of it. */
export function warningsOf(all: Circumstances): Warning[] {
  const { sweeps, hosts, notes, leftOut, limits } = all;
  const incomplete = sweeps.filter(({ missesCpus }) => missesCpus);
  const contradicting = sweeps.filter(({ contradictsItself }) => contradictsItself);
  return [
    ...clockWarnings(all),
    ...disturbanceWarnings(all),
    ...when(contradicting.length > 0, 'figures-contradict', () => {
      return `${sweepsText(contradicting)}: the average is not between smallest and largest, so none of the three is used`;
    }),
    ...when(hosts.length > 1, 'several-hosts', () => {
      return `the log has lines of ${hosts.length} hosts, told apart in the column variation`;
    }),
    ...when(incomplete.length > 0, 'cpus-missing', () => {
      return `${sweepsText(incomplete)}: not every remote CPU has a line, so nothing is said of fastest to slowest`;
    }),
    ...when(notes > 0, 'not-understood', () => {
      return notes === 1
        ? '1 line looked relevant and could not be used as it stands, see notes'
        : `${notes} lines looked relevant and could not be used as they stand, see notes`;
    }),
    ...when(leftOut.sweeps > 0, 'sweeps-left-out', () => {
      return `${leftOut.sweeps} lines about sweeps beyond the first ${limits.sweeps} are in no result`;
    }),
    ...when(leftOut.observations > 0, 'observations-not-listed', () => {
      return `${leftOut.observations} figures beyond the first ${limits.observations} are not listed one by one`;
    }),
  ];
}

function when(applies: boolean, kind: string, message: () => string): Warning[] {
  return applies ? [{ kind, message: message() }] : [];
}

/** How cycles were made time, for each stretch of lines with one rate. */
function clockWarnings({ eras }: Circumstances): Warning[] {
  const uses = eras.flatMap(({ host, uses, clock }) =>
    uses.map((use) => ({ ...use, clock: use.clock ?? clock, on: host === '' ? '' : ` on ${host}` })),
  );
  const rates = new Set(uses.map(({ clock }) => clock));
  const isOneOf = (on: string) => uses.filter((use) => use.on === on).length === 1;
  const texts = uses.map(({ clock, first, last, on }) => {
    const of = rates.size === 1 || isOneOf(on) ? on : ` of ${spanText(first, last)}${on}`;
    return clock === null
      ? {
          kind: 'clock-rate-unknown',
          message: `cycles${of} stay cycles: the log does not name the rate of the TSC; --tsc-ghz does`,
        }
      : { kind: 'clock-rate', message: `cycles${of} are made time at ${clock.ghz} GHz, by ${clock.origin}` };
  });
  const distinct = [...new Map(texts.map((text) => [text.message, text])).values()];
  return [
    ...distinct.slice(0, NAMED_MAX),
    ...when(distinct.length > NAMED_MAX, 'clock-rate', () => {
      return `and so on, for ${distinct.length - NAMED_MAX} more stretches of the log, each by its own rate`;
    }),
  ];
}

function disturbanceWarnings({ eras, sweeps, disturbances }: Circumstances): Warning[] {
  const faults = eras.filter(({ clockFault, uses }) => clockFault !== null && uses.length > 0);
  const disturbed = (kind: Disturbance['kind']) => {
    const near = sweeps.filter((sweep) => sweep.disturbances.some((one) => one.kind === kind));
    const own = disturbances.filter(
      (one) => one.kind === kind && near.some((sweep) => sweep.disturbances.includes(one)),
    );
    return { near, named: own.map(({ line, what }) => `line ${line}: ${what}`) };
  };
  const [lost, other] = [disturbed('lost'), disturbed('disturbed')];
  return [
    ...when(faults.length > 0, 'clock-unstable', () => {
      const named = faults.map(({ clockFault }) => `line ${clockFault?.line}: ${clockFault?.what}`);
      return `${listText(named)}; times made from cycles are doubtful`;
    }),
    ...when(lost.near.length > 0, 'log-incomplete', () => {
      return `the log is incomplete near ${sweepsText(lost.near)} (${listText(lost.named)}): least, mean and most are of the lines that are left`;
    }),
    ...when(other.near.length > 0, 'host-disturbed', () => {
      return `the host was disturbed near ${sweepsText(other.near)} (${listText(other.named)}): its times are doubtful`;
    }),
  ];
}

function sweepsText(sweeps: readonly ImportedSweep[]): string {
  const numbers = sweeps.map(({ run }) => String(run));
  return `${numbers.length === 1 ? 'sweep' : 'sweeps'} ${listText(numbers)}`;
}

function spanText(first: number, last: number): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function listText(texts: readonly string[]): string {
  const left = texts.length - NAMED_MAX;
  return [...texts.slice(0, NAMED_MAX), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}
