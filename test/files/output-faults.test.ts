import fs, {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError, WriteFault } from '../../src/errors.js';
import { Files } from '../../src/files/files.js';

const { writeSync } = fs;
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmpopt-bench-test-'));
  path = join(folder, 'out.json');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
});

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(folder, { recursive: true });
});

type Call = 'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'fchmodSync' | 'fchownSync';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made to fail`), { code });
}

/** Has such a call fail once, the n-th, as the system would. */
function failing(call: Call, code: string, nth = 1): void {
  const real: (...args: readonly never[]) => unknown = fs[call];
  let calls = 0;
  vi.spyOn(fs, call).mockImplementation((...args: readonly unknown[]) => {
    calls++;
    if (calls === nth) throw systemError(code);
    return Reflect.apply(real, fs, args);
  });
  syncBuiltinESMExports();
}

/** Has the system take only some of the bytes at a time. */
function writingBy(write: (descriptor: number, bytes: Buffer, at: number) => number): void {
  vi.spyOn(fs, 'writeSync').mockImplementation(write as typeof fs.writeSync);
  syncBuiltinESMExports();
}

function replaceBy(...parts: readonly string[]): void {
  const files = new Files();
  const output = files.output('--output', path);
  try {
    for (const part of parts) output?.write(part);
    output?.finish();
  } finally {
    files.discard();
  }
}

describe('the old file is there, whole and alone, when', () => {
  test.each([
    ['the first write fails', 'writeSync', 'ENOSPC', 1],
    ['the third write fails', 'writeSync', 'EDQUOT', 3],
    ['the file grows beyond its limit', 'writeSync', 'EFBIG', 2],
    ['flushing fails', 'fsyncSync', 'EIO', 1],
    ['renaming fails', 'renameSync', 'EBUSY', 1],
    ['renaming over the file of another user fails', 'renameSync', 'EPERM', 1],
  ] as const)('%s', (_, call, code, from) => {
    failing(call, code, from);
    expect(() => replaceBy('one', 'two', 'three')).toThrow(
      new WriteFault(`could not write ${path}: ${code}: made to fail`),
    );
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.json'], 'old']);
  });

  test('closing fails', () => {
    // Those before it are of the look beforehand and of the file that is there.
    failing('closeSync', 'EIO', 4);
    expect(() => replaceBy('new')).toThrow(WriteFault);
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.json'], 'old']);
  });

  test.each([1, 2, 3, 4])('opening fails for the %i. time', (from) => {
    failing('openSync', 'EACCES', from);
    expect(() => replaceBy('new')).toThrow(InputError);
    failing('openSync', 'ENOSPC', from);
    expect(() => replaceBy('new')).toThrow(WriteFault);
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.json'], 'old']);
  });

  test('the program is at fault between two writes', () => {
    const files = new Files();
    files.output('--output', path)?.write('new');
    expect(readdirSync(folder)).toHaveLength(2);
    files.discard();
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.json'], 'old']);
  });
});

describe('the new file is there, whole and alone, when', () => {
  const TEXT = 'a text with ä, € and 😀, of which the system takes a little at a time';

  test('the system takes a few bytes at a time', () => {
    writingBy((descriptor, bytes, at) => writeSync(descriptor, bytes, at, Math.min(7, bytes.length - at)));
    replaceBy(TEXT, TEXT);
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.json'], TEXT + TEXT]);
  });

  test('the system asks to try again', () => {
    let calls = 0;
    writingBy((descriptor, bytes, at) => {
      if (calls++ % 3 !== 2) throw systemError('EAGAIN');
      return writeSync(descriptor, bytes, at, Math.min(20, bytes.length - at));
    });
    replaceBy(TEXT);
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
  });

  test.each(['fchmodSync', 'fchownSync'] as const)('its file system knows no %s', (call) => {
    failing(call, 'EPERM');
    replaceBy(TEXT);
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
  });
});

test('what a text is put beside may be read by nobody who may not read the file', () => {
  chmodSync(path, 0o600);
  const files = new Files();
  files.output('--output', path)?.write('secret');
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  files.discard();
  expect(modes).toEqual([0o600, 0o600]);
});

test('what is left behind by a process that was killed says whose it is and of which file', () => {
  const files = new Files();
  files.output('--output', path)?.write('new');
  expect(readdirSync(folder).filter((name) => name !== 'out.json')).toEqual([
    expect.stringMatching(/^\.out\.json\.rmpopt-bench-\w+\.tmp$/),
  ]);
  files.discard();
});

test('a name as long as the system takes is written, too', () => {
  path = join(folder, `${'ä'.repeat(125)}.json`);
  replaceBy('new');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('what takes the name of a file that was read in the meantime is not written', () => {
  const files = new Files();
  const read = join(folder, 'in.json');
  writeFileSync(read, 'read');
  files.read(read, 100);
  const output = files.output('--output', path);
  output?.write('new');
  rmSync(path);
  fs.linkSync(read, path);
  expect(() => output?.finish()).toThrow('--output: expected another file than those read');
  expect([readdirSync(folder).sort(), readFileSync(read, 'utf8')]).toEqual([['in.json', 'out.json'], 'read']);
});

test('a file that another one has replaced since it was read is not written either', () => {
  const files = new Files();
  files.read(path, 100);
  writeFileSync(join(folder, 'other'), 'newer');
  fs.renameSync(join(folder, 'other'), path);
  expect(() => files.output('--output', path)).toThrow('another file than those read');
});

test('what is to be written is not read', () => {
  const files = new Files();
  files.output('--output', path);
  expect(() => files.read(join(folder, '.', 'out.json'), 100)).toThrow(
    '--output: expected another file than those read',
  );
});
