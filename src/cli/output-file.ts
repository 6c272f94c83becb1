import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError, WriteFault } from '../errors.js';

/**
 * Writes a file whole or not at all: beside it first, then in its place. What is no regular file (a device, a pipe) is
 * written directly.
 * @throws InputError when it cannot be opened
 * @throws WriteFault when writing fails; the partial file is removed
 */
export function writeFileWhole(file: string, text: string): void {
  const target = opened(file, () => targetOf(file));
  if (!target.isReplaceable) {
    write(
      opened(file, () => openSync(target.path, 'w')),
      file,
      text,
    );
    return;
  }
  const draft = join(dirname(target.path), `.${basename(target.path)}.unfinished`);
  const descriptor = opened(file, () => openSync(draft, 'w'));
  try {
    write(descriptor, file, text);
    renameSync(draft, target.path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** The file behind a path, symbolic links followed, and whether another may take its place. */
function targetOf(file: string): { path: string; isReplaceable: boolean } {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { path: file, isReplaceable: true };
  return { path: realpathSync(file), isReplaceable: stats.isFile() };
}

function opened<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split(',');
    const found = `${file} (${reason})`;
    throw new InputError([{ where: '--output', expected: 'a file that can be written', found }]);
  }
}

function write(descriptor: number, file: string, text: string): void {
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    throw new WriteFault(
      `could not write ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    closeSync(descriptor);
  }
}
