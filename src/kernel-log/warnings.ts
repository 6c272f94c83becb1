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
      return `the log has lines of ${hosts.length} hosts; the column variation names them`;
    }),
    ...when(incomplete.length > 0, 'cpus-missing', () => {
      return `${sweepsText(incomplete)}: not every remote CPU has a line, so fastest to slowest are left out`;
    }),
    ...when(notes > 0, 'not-understood', () => {
      return notes === 1
        ? '1 line looked relevant but could not be used, see notes'
        : `${notes} lines looked relevant but could not be used, see notes`;
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
    const isAlone = clock !== null && (rates.size === 1 || isOneOf(on));
    const of = isAlone ? on : ` of ${spanText(first, last)}${on}`;
    return clock === null
      ? {
          kind: 'clock-rate-unknown',
          message: `cycles${of} were not converted to time, because the log does not have the rate of the TSC: use --tsc-ghz`,
        }
      : {
          kind: 'clock-rate',
          message: `cycles${of} were converted to time at ${clock.ghz} GHz, from ${clock.origin}`,
        };
  });
  const distinct = [...new Map(texts.map((text) => [text.message, text])).values()];
  return [
    ...distinct.slice(0, NAMED_MAX),
    ...when(distinct.length > NAMED_MAX, 'clock-rate', () => {
      return `${distinct.length - NAMED_MAX} more parts of the log were converted, each at its own rate`;
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
      return `${listText(named)}; times converted from cycles are doubtful`;
    }),
    ...when(lost.near.length > 0, 'log-incomplete', () => {
      return `the log is incomplete near ${sweepsText(lost.near)} (${listText(lost.named)}): smallest, mean and largest are those of the remaining lines`;
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
