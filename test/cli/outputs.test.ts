import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { BIN, cli, SCRATCH, scratchFile, shell, startCli } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { beforeEachTask, waitMs } from '../support/threads.js';

const SMALL = ['empty', '--topology', '1x1x2x1', '--memory', '16GiB', '--hypothesis', 'shared', '--csv'];
/** More than fits into a pipe, in one piece. */
const LARGE = [
  'full',
  '--topology',
  '2x8x16x2',
  '--memory',
  '4GiB',
  '--hypothesis',
  'shared',
  '--per-cpu',
  '--csv',
  '-q',
];
/** The same in many pieces. */
const ROWS = [
  ...['compare', 'empty', '--topology', '1x1x2x1', '--memory', '64GiB', '--hypothesis', 'shared'],
  ...['--vary', 'ipiPerTargetNs=60..64+1', '--format', 'ndjson'],
];
const { stdout: TEXT } = await cli(SMALL);
const { stdout: LARGE_TEXT } = await cli(LARGE);
const { stdout: ROWS_TEXT } = await cli(ROWS);

/** A folder that holds one file, with an old text. */
function folderWith(name: string): { readonly folder: string; readonly file: string } {
  const folder = join(SCRATCH, name);
  mkdirSync(folder);
  const file = join(folder, 'out');
  writeFileSync(file, 'old');
  return { folder, file };
}

describe('a file is replaced', () => {
  test('with its permissions and owner, and what links to it still does', async () => {
    const { folder, file } = folderWith('links');
    chmodSync(file, 0o604);
    if (process.getuid?.() === 0) chownSync(file, 1234, 2345);
    const { uid, gid } = statSync(file);
    const link = join(folder, 'link');
    symlinkSync('out', link);
    await cli([...SMALL, '-o', link]);
    const after = statSync(file);
    expect([readFileSync(file, 'utf8'), readlinkSync(link)]).toEqual([TEXT, 'out']);
    expect([after.mode & 0o777, after.uid, after.gid]).toEqual([0o604, uid, gid]);
    expect(readdirSync(folder)).toEqual(['link', 'out']);
  });

  test('of which another hard link keeps the old text', async () => {
    const { folder, file } = folderWith('hard');
    linkSync(file, join(folder, 'other'));
    await cli([...SMALL, '-o', file]);
    expect([readFileSync(file, 'utf8'), readFileSync(join(folder, 'other'), 'utf8')]).toEqual([TEXT, 'old']);
  });

  test('and made where a link leads to none', async () => {
    const { folder } = folderWith('dangling');
    symlinkSync('made', join(folder, 'link'));
    await cli([...SMALL, '-o', join(folder, 'link')]);
    expect(readFileSync(join(folder, 'made'), 'utf8')).toBe(TEXT);
    expect(readlinkSync(join(folder, 'link'))).toBe('made');
  });

  test('of a name that is that of a shipped scenario, too, again and again', async () => {
    const { folder } = folderWith('shipped');
    for (let time = 0; time < 2; time++) {
      const { exitCode } = await shell(`cd ${folder} && $BIN full --memory 16GiB --csv -q -o full`);
      expect(exitCode).toBe(0);
    }
    expect(readFileSync(join(folder, 'full'), 'utf8')).toContain('full,');
  });
});

describe('a file is left as it is, and nothing beside it', () => {
  test('where it may not be written', async () => {
    const { folder, file } = folderWith('read-only');
    chmodSync(file, 0o444);
    const { exitCode, stderr } = await asNobody(folder, [...SMALL, '-o', file]);
    expect([exitCode, readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual([2, 'old', ['out']]);
    expect(stderr).toMatch(
      /^error: --output: expected a file that can be written, found .* \(EACCES: permission denied\)\n$/,
    );
  });

  test('where it may be written, but no other beside it', async () => {
    const { folder, file } = folderWith('closed');
    chmodSync(file, 0o666);
    chmodSync(folder, 0o555);
    const { exitCode, stderr } = await asNobody(null, [...SMALL, '-o', file]);
    expect([exitCode, readFileSync(file, 'utf8')]).toEqual([2, 'old']);
    expect(stderr).toContain('To write it in place: > FILE\n');
    const inPlace = await asNobody(null, SMALL, file);
    expect([inPlace.exitCode, readFileSync(file, 'utf8')]).toEqual([0, TEXT]);
  });

  // Only root can make files of others.
  test.runIf(process.getuid?.() === 0)('where it is of another user in a folder like /tmp', async () => {
    const { folder, file } = folderWith('sticky');
    chmodSync(file, 0o666);
    chmodSync(folder, 0o1777);
    const { exitCode, stderr } = await asNobody(null, [...SMALL, '-o', file]);
    expect([exitCode, readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual([2, 'old', ['out']]);
    expect(stderr).toContain("(EPERM: another user's file in a folder with the sticky bit)");
    expect(stderr).toContain('To write it in place: > FILE\n');
  });

  test('where the disk is full', async () => {
    const { folder, file } = folderWith('disk');
    for (const args of [ROWS, LARGE]) {
      const { exitCode, stderr } = await shell(`ulimit -f 8; $BIN ${args.join(' ')} -o ${file}`);
      expect([exitCode, readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual([1, 'old', ['out']]);
      expect(stderr).toContain(`error: could not write ${file}: EFBIG`);
    }
  });

  test.each(['.', 'missing/', 'missing/file', 'out/'])('where %s is named instead', async (name) => {
    const { folder } = folderWith(`instead-${name.replaceAll('/', '-')}`);
    const { exitCode, stderr } = await cli([...SMALL, '-o', `${folder}/${name}`]);
    expect([exitCode, readdirSync(folder)]).toEqual([2, ['out']]);
    expect(stderr).toMatch(/^error: --output: expected a file that can be written, found .* \(E[A-Z]+: /);
  });

  test('where stdout goes to it as well', async () => {
    const { file } = folderWith('stdout');
    const { exitCode, stderr } = await shell(`$BIN ${SMALL.join(' ')} --trace ${file} >> ${file}`);
    expect([exitCode, readFileSync(file, 'utf8')]).toEqual([2, 'old']);
    expect(stderr).toContain('--trace: expected another file than stdout');
  });
});

/** Runs the program as a user who may do little, in a folder that is theirs. */
function asNobody(folder: string | null, args: readonly string[], stdout: string | null = null) {
  const isRoot = process.getuid?.() === 0;
  chmodSync(SCRATCH, 0o755);
  if (isRoot && folder !== null) chownSync(folder, NOBODY, NOBODY);
  return execa(process.execPath, [isRoot ? programForAll() : BIN, ...args], {
    reject: false,
    stripFinalNewline: false,
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    ...(stdout === null ? {} : { stdout: { file: stdout } }),
  });
}

/** The program where everybody may read it, which the folder of the project need not be. */
function programForAll(): string {
  const folder = join(SCRATCH, 'program');
  const project = dirname(dirname(BIN));
  const program = join(folder, 'bin', basename(BIN));
  if (existsSync(program)) return program;
  for (const name of ['bin', 'dist', 'scenarios', 'package.json']) {
    cpSync(join(project, name), join(folder, name), { recursive: true });
  }
  return program;
}

const NOBODY = 65_534;

describe('stdout', () => {
  test('that goes to a file which is read is not written', async () => {
    const { file } = folderWith('appended');
    const { stdout: run } = await cli(['full', '--memory', '16GiB', '--json']);
    writeFileSync(file, run);
    for (const args of [`diff ${file} ${file}`, `diff ${file} ${file} -o /dev/stdout`]) {
      const { exitCode, stderr } = await shell(`$BIN ${args} >> ${file}`);
      expect([exitCode, readFileSync(file, 'utf8')]).toEqual([2, run]);
      expect(stderr).toBe(`error: stdout: expected another file than those read, found ${file}\n`);
    }
  });

  test('that a full disk takes a part of ends with exit code 1 and a message', async () => {
    const { file } = folderWith('short');
    for (const args of [ROWS, LARGE, ['help', 'run'], ['schema', 'run']]) {
      const { exitCode, stderr } = await shell(`ulimit -f 1; $BIN ${args.join(' ')} > ${file}`);
      expect([exitCode, statSync(file).size]).toEqual([1, 1024]);
      expect(stderr).toContain('error: could not write to stdout: EFBIG: file too large');
    }
  });

  test('that a slow reader has set to be non-blocking gets all of it', async () => {
    const { exitCode, stdout } = await shell(`${NON_BLOCKING} $BIN ${LARGE.join(' ')} | { sleep 1; cat; }`);
    expect([exitCode, stdout]).toEqual([0, LARGE_TEXT]);
  });

  test('that nobody reads ends quietly, under whatever name', async () => {
    for (const name of ['-', '/dev/fd/1', '>(head -c 10)']) {
      const { exitCode, stderr } = await shell(`$BIN ${LARGE.join(' ')} -o ${name} | head -c 10`);
      expect([exitCode, stderr]).toEqual([0, '']);
    }
  });
});

const NON_BLOCKING = `perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK | fcntl(STDOUT, F_GETFL, 0)); exec @ARGV'`;

describe('what is no file is written as it is', () => {
  test.each(['-', '/dev/stdout', '/proc/self/fd/1', '/dev/fd/3'])(
    '%s behind what another program has written there',
    async (name) => {
      const file = scratchFile('log', 'before\n');
      const { exitCode } = await shell(`$BIN ${SMALL.join(' ')} -o ${name} >> ${file} 3>&1`);
      expect([exitCode, readFileSync(file, 'utf8')]).toEqual([0, `before\n${TEXT}`]);
    },
  );

  test('a named pipe, and one for each of two outputs', async () => {
    const line = `mkfifo a b; $BIN ${SMALL.join(' ')} -o a --trace b & cat a; tail -c 4 b; wait $!`;
    expect(await shell(line)).toEqual({ exitCode: 0, stdout: `${TEXT}\n]}\n`, stderr: '' });
    expect(statSync(join(SCRATCH, 'a')).isFIFO()).toBe(true);
  });

  test('/dev/null, by two outputs', async () => {
    expect(await cli([...SMALL, '-o', '/dev/null', '--trace', '/dev/null'])).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('what cannot be written is refused before any work', async () => {
    const line = `$BIN ${SMALL.join(' ')} -o /dev/fd/0 < /dev/null; $BIN ${SMALL.join(' ')} -o /dev/fd/77`;
    const { exitCode, stdout, stderr } = await shell(line);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.match(/EBADF/g)).toHaveLength(2);
  });
});

test('a full disk behind stderr ends nothing', async () => {
  const { exitCode, stdout } = await shell(`$BIN ${SMALL.join(' ')} 2> /dev/full; $BIN no-such 2> /dev/full`);
  expect([exitCode, stdout]).toEqual([2, TEXT]);
});

describe('a process that is ended', () => {
  /** Whether a file holds the old text or the new one; what is beside it where it may be. */
  const leftBy = (folder: string, whole: string) => {
    const [out, ...others] = [readFileSync(join(folder, 'out'), 'utf8'), ...readdirSync(folder)];
    return { isWhole: out === 'old' || out === whole, others: others.filter((name) => name !== 'out') };
  };

  test('at any moment by SIGKILL leaves the old file or the new one', async () => {
    const { folder, file } = folderWith('killed');
    for (let time = 0; time < 5; time++) {
      writeFileSync(file, 'old');
      const running = startCli([...ROWS, '-o', file]);
      await sleep(100 + 60 * time);
      running.kill('SIGKILL');
      await running;
      expect(leftBy(folder, ROWS_TEXT).isWhole).toBe(true);
    }
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s leaves nothing beside the old file',
    async (signal) => {
      const { folder, file } = folderWith(`ended-${signal}`);
      const long = ['compare', 'last-page', '--vary', 'strategy=local-first,single-ipi', '--jobs', '2'];
      const waiting = `if (task.cell.sweep.strategy === 'single-ipi') ${waitMs(30_000)}`;
      const env = beforeEachTask(`${signal}.mjs`, waiting);
      const running = startCli(
        [...long, ...FEW_SETS, '--memory', '16GiB', '--format', 'ndjson', '-o', file],
        env,
      );
      const sizes = () =>
        readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
      // The old file, and rows beside it.
      while (sizes().filter((bytes) => bytes > 0).length < 2) await sleep(20);
      // Who is asked twice ends at once.
      running.kill(signal);
      running.kill(signal);
      await running;
      expect(readdirSync(folder)).toEqual(['out']);
    },
  );
});

test('two processes that write one file leave what one of them made', async () => {
  const { folder, file } = folderWith('two');
  for (let time = 0; time < 2; time++) {
    const both = await Promise.all([startCli([...LARGE, '-o', file]), startCli([...SMALL, '-o', file])]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect([LARGE_TEXT, TEXT]).toContain(readFileSync(file, 'utf8'));
    expect(readdirSync(folder)).toEqual(['out']);
  }
});
