import { type BigIntStats, fstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where a path leads, all links followed. */
export type Place =
  /** Something this process has open already, such as /dev/stdout and /dev/fd/3. */
  | { readonly kind: 'descriptor'; readonly descriptor: number; readonly stats: BigIntStats }
  /** A pipe, a device, or something another process has open. */
  | { readonly kind: 'stream'; readonly path: string; readonly stats: BigIntStats }
  /** A file; `stats` is `null` where there is none yet. */
  | { readonly kind: 'file'; readonly path: string; readonly stats: BigIntStats | null };

/** @throws what the system says of the path; that nothing is there yet is no error */
export function placeOf(path: string): Place {
  // The system may refuse to follow a link of somebody else's, so it is asked first.
  const stats = statOf(path);
  const end = endOfLinks(path);
  const descriptor = ownDescriptor(end);
  if (descriptor !== null) {
    return { kind: 'descriptor', descriptor, stats: fstatSync(descriptor, { bigint: true }) };
  }
  const isFile = stats === null || (stats.isFile() && !DESCRIPTOR.test(end));
  return isFile ? { kind: 'file', path: end, stats } : { kind: 'stream', path: end, stats };
}

/** What a file is known by, whatever path leads to it; none for what is no file. */
export function keysOf(place: Place): string[] {
  const keys = place.stats === null ? [] : keysOfStats(place.stats);
  return place.kind === 'file' ? [...keys, nameKey(place.path)] : keys;
}

/** Device and inode, which all names and links of a file share. */
export function keysOfStats(stats: BigIntStats): string[] {
  return stats.isFile() || stats.isBlockDevice() ? [`${stats.dev}:${stats.ino}`] : [];
}

/** For a file that is not there yet, or that another one has replaced. The folder may have several spellings, too. */
function nameKey(path: string): string {
  const { dev, ino } = statSync(dirname(path), { bigint: true });
  return `${dev}:${ino}/${basename(path)}`;
}

const DESCRIPTOR = /^(?:\/proc\/\d+(?:\/task\/\d+)?|\/dev)\/fd\/(\d+)$/;

function ownDescriptor(path: string): number | null {
  const number = DESCRIPTOR.exec(path)?.[1];
  const isOwn = number !== undefined && (path.startsWith('/dev/') || isOwnProcess(path));
  return isOwn ? Number(number) : null;
}

function isOwnProcess(path: string): boolean {
  return path.startsWith(`${realpathSync('/proc/self')}/`);
}

/** A link to what a process has open is where the way ends: its text need not be a path. */
function endOfLinks(path: string): string {
  const place = join(realpathSync(dirname(path)), basename(path));
  const target = DESCRIPTOR.test(place) ? null : linkText(place);
  return target === null ? place : endOfLinks(resolve(dirname(place), target));
}

function linkText(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function statOf(path: string): BigIntStats | null {
  // Only a folder can be called so.
  const isFolder = path.endsWith('/');
  return statSync(path, { bigint: true, throwIfNoEntry: isFolder }) ?? null;
}
