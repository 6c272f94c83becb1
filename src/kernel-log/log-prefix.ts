/** What stands in front of a message, as far as it can be read. */
export interface Prefix {
  /** The time as printed, empty without one. */
  readonly stamp: string;
  /** The host, empty where none is named. */
  readonly host: string;
}

const TIME = '\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?';
const ZONE = '(?:Z|[+-]\\d\\d(?::?\\d\\d)?)';

/** Times, the most telling first: the kernel's own, then those of loggers, each with its name in a group. */
const STAMPS: readonly RegExp[] = [
  // [    0.123456], or [    0.123456 <    0.000010>] as dmesg -d has it
  /\[\s*(\d{1,10}\.\d{1,9})(?:\s*<[^<>]*>)?\]/g,
  // 6,1234,232789187,-; as /dev/kmsg and netconsole have it
  /(?:^|[^\d,])\d{1,3},\d+,(\d+),[-c+](?:,[^;]*)?;/g,
  // [Wed Mar 11 10:00:00 2026] as dmesg -T has it, in any language
  new RegExp(`\\[(\\S+\\s+\\S+\\s+\\d{1,2}\\s+${TIME}\\s+\\d{4})\\]`, 'g'),
  new RegExp(`(\\d{4}-\\d\\d-\\d\\d[T ]${TIME}\\s?${ZONE}?)`, 'g'),
  // Mar 11 10:00:00, or the day first
  new RegExp(
    `((?:[^\\s\\d:\\[]\\S{0,11}\\s+\\d{1,2}|\\d{1,2}[. ]\\s?[^\\s\\d]\\S{1,11}|\\d{1,2}\\S{1,2}\\s+\\d{1,2})\\s+${TIME})`,
    'g',
  ),
  /(?:^|[\s>|])(\d{9,11}\.\d{1,9})(?=\s)/g,
  new RegExp(`(?:^|[^\\d:])(${TIME})(?![\\d:])`, 'g'),
];

/** `host kernel:`, or `host kernel -` as RFC 5424 has it. */
const HOST_OF_JOURNAL = /(?:^|\s)(\S{1,255})\s+kernel(?:\[[^\]]*\])?(?::|\s+(?:-|\d+)\s)/;
/** `host | ` or `host: [`, as tools print them that ask many hosts. */
const HOST_IN_FRONT = /^\s*([A-Za-z][\w.-]{0,254})(?:\s+\||:(?=\s*\[|\s+kern\b))/;
const NO_HOST =
  /^(?:kern|kernel|dmesg|console|serial|user|daemon|syslog|log|err|warn|warning|info|notice|debug|crit|alert|emerg)$/i;
/** A time, a zone, or a part of either. */
const NO_NAME = /^(?:[\d:.,+TZ/-]+|[A-Z]{2,5}|\[.*|.*\])$/;

export function readPrefix(prefix: string): Prefix {
  return { stamp: stampIn(prefix), host: hostIn(prefix) };
}

function stampIn(prefix: string): string {
  for (const pattern of STAMPS) {
    let last: string | undefined;
    for (const [, stamp] of prefix.matchAll(pattern)) last = stamp;
    if (last !== undefined) return last.trim();
  }
  return '';
}

function hostIn(prefix: string): string {
  const [, named = ''] = HOST_OF_JOURNAL.exec(prefix) ?? [];
  if (named !== '' && !NO_NAME.test(named) && !NO_HOST.test(named)) return named;
  const [, front = ''] = HOST_IN_FRONT.exec(prefix) ?? [];
  return NO_HOST.test(front) ? '' : front;
}

/** When something was printed, as far as a stamp tells. */
export interface Moment {
  /** Only moments of one clock can be compared. */
  readonly clock: 'kernel' | 'wall';
  readonly seconds: number;
  /** How far apart two different stamps are at least. */
  readonly resolutionSeconds: number;
}

/** The moment a stamp tells; `null` where it tells none, as without seconds. */
export function momentOf(stamp: string): Moment | null {
  const [, kernelSeconds, decimals = ''] = /^(\d{1,8}\.(\d+))$/.exec(stamp) ?? [];
  if (kernelSeconds !== undefined) {
    return { clock: 'kernel', seconds: Number(kernelSeconds), resolutionSeconds: 10 ** -decimals.length };
  }
  if (/^\d{1,16}$/.test(stamp))
    return { clock: 'kernel', seconds: Number(stamp) / 1e6, resolutionSeconds: 1e-6 };
  const [, hours, minutes, seconds, fraction = ''] = /(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?/.exec(stamp) ?? [];
  if (hours === undefined) {
    const unix = /^\d{9,11}\.(\d+)$/.exec(stamp);
    if (unix === null) return null;
    return { clock: 'wall', seconds: Number(stamp), resolutionSeconds: 10 ** -(unix[1] ?? '').length };
  }
  const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(`${seconds}.${fraction}`);
  return { clock: 'wall', seconds: dayOf(stamp) * 86_400 + ofDay, resolutionSeconds: 10 ** -fraction.length };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A number that grows with the days; months in other languages are not told apart. */
function dayOf(stamp: string): number {
  const [, iso] = /(\d{4}-\d\d-\d\d)/.exec(stamp) ?? [];
  if (iso !== undefined) return Date.parse(iso) / 86_400_000;
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name}`, 'i').test(stamp));
  const [, day = '0'] = /(?:^|\s)(\d{1,2})\s/.exec(stamp) ?? [];
  return Math.max(month, 0) * 31 + Number(day);
}
