import { describeFound, UnreadableValue } from '../errors.js';
import type { Provenance } from '../provenance.js';
import { decimalCommaHint } from '../units.js';
import { RMP_LAYOUTS } from './rmp-placement.js';

/** What a parameter's number means, and so which values are impossible for it. */
type ParameterDefinition =
  | { readonly kind: 'cost'; readonly unit: 'ns' }
  | { readonly kind: 'delay'; readonly unit: 's' }
  | { readonly kind: 'multiplier' | 'probability' | 'spread'; readonly unit: '' }
  | { readonly kind: 'switch'; readonly unit: ''; readonly values: readonly (string | boolean)[] };

interface ParameterRow {
  readonly says: string;
  /**
   * What reads it: a sweep, only a sweep whose regions overlap, the account of RMPUPDATEs and the conversion after a guest's exit,
   * random jitter, or the sweep delayed after an exit.
   */
  readonly affects: 'sweep' | 'overlap' | 'conversion' | 'jitter' | 'churn';
  /** Whether 0 means that the mechanism does not exist, whatever range is plausible where it does. */
  readonly isOffAtZero?: true;
}

const ns = { kind: 'cost', unit: 'ns' } as const;
const onOff = { kind: 'switch', unit: '', values: [true, false] } as const;

/**
 * Every cost parameter and switch of the machine, by the name that `--set`, machine files and JSON use. Values, ranges and
 * sources are the machine file's. `entry` is one 2 MiB entry of the scan, or one 4 KiB entry under `scan: 4k`.
 */
export const PARAMETERS = {
  rmpoptFixedNs: {
    ...ns,
    affects: 'sweep',
    says: 'fixed cost of one RMPOPT, with the entry at which its scan stops',
  },
  entryScanLocalNs: {
    ...ns,
    affects: 'sweep',
    says: "per entry read, if the region is on the core's socket",
  },
  entryScanRemoteNs: { ...ns, affects: 'sweep', says: 'per entry read, if the region is on another socket' },
  entryScanWarmNs: {
    ...ns,
    affects: 'sweep',
    says: 'per entry read, if the L3 group has already fetched it in this sweep',
  },
  resultHitNs: { ...ns, affects: 'sweep', says: 'reading a result that another core left' },
  resultServiceNs: {
    ...ns,
    affects: 'sweep',
    says: 'recording a success; cores do this one after another',
    isOffAtZero: true,
  },
  groupServiceNs: {
    ...ns,
    affects: 'sweep',
    says: 'fetching a whole region; L3 groups do this one after another',
    isOffAtZero: true,
  },
  ipiBaseNs: { ...ns, affects: 'sweep', says: 'per IPI round, whatever its size' },
  ipiPerTargetNs: {
    ...ns,
    affects: 'sweep',
    says: 'per target of an IPI round; all of this time passes before the first target starts',
  },
  ipiBurstNs: { ...ns, affects: 'sweep', says: 'delay from one target of an IPI round to the next' },
  ipiShorthand: {
    ...onOff,
    affects: 'sweep',
    says: 'an IPI round to all online CPUs (--threads all) reaches all of them at once',
  },
  guestExitNs: { ...ns, affects: 'sweep', says: 'per IPI round while guests run: vCPUs leave guest mode' },
  disturbance: {
    kind: 'multiplier',
    unit: '',
    affects: 'sweep',
    says: 'factor on remote RMPOPTs while guests run',
  },
  serialCallNs: { ...ns, affects: 'sweep', says: 'one call to one CPU in a serial sweep' },
  condReschedNs: { ...ns, affects: 'sweep', says: 'one cond_resched' },
  clockReadNs: { ...ns, affects: 'sweep', says: 'one read of the clock' },
  earlyExit: { ...onOff, affects: 'sweep', says: 'a scan stops at the first private or reserved page' },
  scan: {
    kind: 'switch',
    unit: '',
    values: ['2m', '4k'],
    affects: 'sweep',
    says: 'size of the entries that a scan reads: 2m (512 per region) or 4k (262,144)',
  },
  resultShared: {
    kind: 'switch',
    unit: '',
    values: ['machine', 'l3', 'none'],
    affects: 'sweep',
    says: 'who can use the result of a scan that found no private page: the machine, the L3 group or nobody',
  },
  failureShared: {
    ...onOff,
    affects: 'sweep',
    says: 'a scan that found a private page also leaves a result',
  },
  resultQueueScope: {
    kind: 'switch',
    unit: '',
    values: ['region', 'machine'],
    affects: 'overlap',
    says: 'whether successes queue per region or for the whole machine',
  },
  arrivalOrder: {
    kind: 'switch',
    unit: '',
    values: ['cpu', 'rotate'],
    affects: 'sweep',
    says: 'which CPU of a round is served first: the lowest, or another one for each region',
  },
  rmpLayout: {
    kind: 'switch',
    unit: '',
    values: RMP_LAYOUTS,
    affects: 'sweep',
    says: 'RMP in segments, or in one piece at the top of memory',
  },
  rmpupdateNs: { ...ns, affects: 'conversion', says: 'one RMPUPDATE; not part of a sweep' },
  flushPerPageNs: {
    ...ns,
    affects: 'conversion',
    says: 'flushing caches for 4 KiB that a guest gives back; not part of a sweep',
  },
  delayAfterExitS: {
    kind: 'delay',
    unit: 's',
    affects: 'churn',
    says: 'time from a guest exit to its sweep',
  },
  jitterSigma: {
    kind: 'spread',
    unit: '',
    affects: 'jitter',
    says: 'spread of random costs (standard deviation of the logarithm)',
  },
  tailProbability: {
    kind: 'probability',
    unit: '',
    affects: 'jitter',
    says: 'probability of a rare slow RMPOPT',
  },
  tailNs: { ...ns, affects: 'jitter', says: 'mean extra time of a rare slow RMPOPT' },
} as const satisfies Record<string, ParameterDefinition & ParameterRow>;

export type ParameterName = keyof typeof PARAMETERS;
export type ParameterValue = number | boolean | string;
type ValueOf<D> = D extends { readonly kind: 'switch'; readonly values: readonly (infer V)[] } ? V : number;
export type ParameterValues = { readonly [N in ParameterName]: ValueOf<(typeof PARAMETERS)[N]> };

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[];

/** A parameter as a run used it. `low` and `high` bound what is plausible; `null` for switches. */
export interface ResolvedParameter {
  readonly name: ParameterName;
  readonly value: ParameterValue;
  readonly unit: (typeof PARAMETERS)[ParameterName]['unit'];
  readonly low: number | null;
  readonly high: number | null;
  readonly provenance: Provenance;
  readonly source: string;
}

/** Whether a value lies in its plausible range, or says that there is no such mechanism. */
export function isPlausible({
  name,
  value,
  low,
  high,
}: Pick<ResolvedParameter, 'name' | 'value' | 'low' | 'high'>): boolean {
  const { isOffAtZero }: ParameterRow = PARAMETERS[name];
  if (typeof value !== 'number' || low === null || high === null) return true;
  return (value === 0 && isOffAtZero === true) || (value >= low && value <= high);
}

export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(PARAMETERS, name);
}

/** The most one cost may be: 1 ms, a thousand times what anything on the path of an RMPOPT can take. */
const COST_MAX_NS = 1_000_000;
const DELAY_MAX_S = 86_400;

/** The numbers that a kind of parameter accepts, and what they are. */
const NUMBERS = {
  cost: { min: 0, max: COST_MAX_NS, words: 'nanoseconds' },
  delay: { min: 0, max: DELAY_MAX_S, words: 'seconds' },
  multiplier: { min: 1, max: 1000, words: 'a factor' },
  probability: { min: 0, max: 1, words: 'a probability' },
  spread: { min: 0, max: 10, words: 'a number' },
} as const;

/** The values a parameter accepts: a choice, or numbers from min to max. */
type AcceptedValues =
  | { readonly values: readonly (string | boolean)[] }
  | { readonly min: number; readonly max: number; readonly words: string };

export function acceptedValues(name: ParameterName): AcceptedValues {
  const definition: ParameterDefinition = PARAMETERS[name];
  return definition.kind === 'switch' ? { values: definition.values } : NUMBERS[definition.kind];
}

/** What values a parameter accepts, in words that complete "expected …". */
export function expectedValue(name: ParameterName): string {
  const accepted = acceptedValues(name);
  if ('values' in accepted) return accepted.values.join(' or ');
  return `${accepted.words} from ${accepted.min} to ${accepted.max}`;
}

function isPossibleValue(name: ParameterName, value: unknown): value is ParameterValue {
  const accepted = acceptedValues(name);
  if ('values' in accepted) return accepted.values.some((allowed) => allowed === value);
  return typeof value === 'number' && value >= accepted.min && value <= accepted.max;
}

/**
 * Reads the value of a parameter from a command line.
 * @throws UnreadableValue
 */
export function parseParameterValue(name: ParameterName, text: string): ParameterValue {
  const definition: ParameterDefinition = PARAMETERS[name];
  const value =
    definition.kind === 'switch'
      ? definition.values.find((allowed) => String(allowed) === text.toLowerCase())
      : parseNumber(text);
  if (isPossibleValue(name, value)) return value;
  throw new UnreadableValue(expectedValue(name), describeFound(text), decimalCommaHint(text));
}

function parseNumber(text: string): number {
  // Adding 0 turns -0, which would show in outputs, into 0.
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) + 0 : Number.NaN;
}
