import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, systemCode } from '../errors.js';
import type { Place } from './place.js';

/** What is written: text, or the bytes of a file. */
export type Content = string | Uint8Array;

/** Something open to write to. */
export interface Sink {
  readonly descriptor: number;
  /** Ends writing; a file takes its name. */
  readonly finish: () => void;
  /** Ends writing for nothing; a file that was there stays what it is. */
  readonly discard: () => void;
}

/**
 * Opens what a path leads to. Instead of a file a new one beside it is opened, which takes its name in the end. Symbolic links lead
 * where they did; permissions stay, and the owner where the system lets us. Other names of the same file, hard links, keep the old
 * one. What is no file is written directly, as a shell's `>>` would.
 */
export function openSink(place: Place): Sink {
  if (place.kind === 'descriptor') return { descriptor: place.descriptor, finish() {}, discard() {} };
  return place.kind === 'stream' ? openStream(place.path) : openBeside(place);
}

/** Checks that something can be written, and leaves it as it is. */
export function checkWritable(place: Place): void {
  if (place.kind === 'file') openBeside(place).discard();
  else if (place.kind === 'descriptor') writeSync(place.descriptor, '');
  else checkStream(place);
}

/** Pipes and devices are not opened to check them: closing a pipe again would end its reader. */
function checkStream({ path, stats }: { readonly path: string; readonly stats: BigIntStats }): void {
  accessSync(path, constants.W_OK);
  // Opening these fails, and the system says why.
  if (stats.isDirectory() || stats.isSocket()) openStream(path).finish();
}

function openStream(path: string): Sink {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  const close = () => closeSync(descriptor);
  return { descriptor, finish: close, discard: close };
}

function openBeside({ path, stats }: { readonly path: string; readonly stats: BigIntStats | null }): Sink {
  // A file that must not be written is not replaced either.
  if (stats !== null) closeSync(openSync(path, constants.O_WRONLY));
  const temporary = join(dirname(path), temporaryName(basename(path)));
  const descriptor = openNew(temporary, stats);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(descriptor);
  };
  return {
    descriptor,
    finish: () => {
      fsyncSync(descriptor);
      close();
      renameSync(temporary, path);
    },
    discard: () => {
      attempt(close);
      attempt(() => unlinkSync(temporary));
    },
  };
}

const STICKY = 0o1000;

/** Where everybody may write, as in /tmp, a file is replaced by its owner alone, or by that of the folder: what rename finds at the end. */
function mayReplace(folder: string, user: number, { uid }: BigIntStats): boolean {
  const { mode, uid: owner } = statSync(folder);
  return (mode & STICKY) === 0 || [0, owner, Number(uid)].includes(user);
}

/** @param stats of the file that it will replace */
function openNew(path: string, stats: BigIntStats | null): number {
  if (stats === null) return openSync(path, 'wx');
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    if (!mayReplace(dirname(path), fstatSync(descriptor).uid, stats)) {
      closeSync(descriptor);
      unlinkSync(path);
      const reason = "EPERM: another user's file in a folder with the sticky bit";
      throw Object.assign(new Error(reason), { code: 'EPERM' });
    }
    keepOwnerAndMode(descriptor, stats);
    return descriptor;
  } catch (error) {
    throw new NoFileBeside(error);
  }
}

/** A file may be writable in a folder where no other can be made, or none can take its place. */
export class NoFileBeside extends Error {
  override readonly name = 'NoFileBeside';
  readonly code: string | null;

  constructor(cause: unknown) {
    super(messageOf(cause));
    this.code = systemCode(cause);
  }
}

/** Names the program and the file: somebody may find it after a power failure. */
function temporaryName(name: string): string {
  const unique = Math.random().toString(36).slice(2);
  return `.${name.slice(0, NAME_MAX_LENGTH)}.rmpopt-bench-${unique}.tmp`;
}

/** File systems take 255 bytes; a character has up to four, and the rest of the name some thirty. */
const NAME_MAX_LENGTH = 40;

/** What fchown takes for an owner that stays. */
const UNCHANGED = -1;

/** Not every user may give files away, and not every file system knows owners. */
function keepOwnerAndMode(descriptor: number, { uid, gid, mode }: BigIntStats): void {
  if (!attempt(() => fchownSync(descriptor, Number(uid), Number(gid)))) {
    attempt(() => fchownSync(descriptor, UNCHANGED, Number(gid)));
  }
  attempt(() => fchmodSync(descriptor, Number(mode) & 0o777));
}

/** @returns whether it worked */
function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes all there is: the system may take less of it at a time where a disk fills up or a pipe is slow.
 * @returns whether somebody still reads it
 */
export function writeWhole(descriptor: number, content: Content): boolean {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER_MS);
    }
  }
  return true;
}

/** A pipe that somebody has set to be non-blocking is full until its reader has read. */
const RETRY_AFTER_MS = 1;
