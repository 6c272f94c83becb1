import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** Which folders of src/ a folder may import from, besides its own and the single files beside them. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  files: [],
  machine: [],
  scenario: ['files', 'machine'],
  sweep: ['machine'],
  guests: ['machine', 'scenario', 'sweep'],
  'run-document': [],
  measure: ['machine', 'scenario', 'sweep', 'guests', 'run-document'],
  calibrate: ['files', 'machine', 'scenario', 'sweep', 'guests', 'measure', 'run-document'],
  jobs: ['machine', 'scenario', 'sweep', 'measure', 'calibrate', 'run-document'],
  report: ['run-document'],
  page: ['run-document', 'report'],
  'kernel-log': ['run-document'],
  'kernel-trace': ['run-document'],
  'kernel-probe': ['run-document'],
  diff: ['run-document'],
  host: [],
  'command-tree': [],
  cli: [
    'files',
    'machine',
    'scenario',
    'sweep',
    'guests',
    'measure',
    'calibrate',
    'jobs',
    'run-document',
    'report',
    'page',
    'kernel-log',
    'kernel-trace',
    'kernel-probe',
    'diff',
    'host',
    'command-tree',
  ],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...source.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(
    ([, specifier = '']) => specifier,
  );
  return specifiers.map((specifier) => relative(SRC, resolve(SRC, dirname(file), specifier)));
}

describe('imports point one way', () => {
  test.each(Object.entries(MAY_IMPORT))('%s', (folder, allowed) => {
    for (const file of files.filter((one) => dirname(one) === folder)) {
      const folders = importsOf(file)
        .map(dirname)
        .filter((one) => one !== folder && one !== '.');
      expect(
        folders.filter((one) => !allowed.includes(one)),
        file,
      ).toEqual([]);
    }
  });

  test('from files beside the folders to nothing but each other, main.ts apart', () => {
    for (const file of files.filter((one) => dirname(one) === '.' && one !== 'main.ts')) {
      expect(
        importsOf(file).filter((one) => dirname(one) !== '.'),
        file,
      ).toEqual([]);
    }
  });

  test.each(Object.keys(MAY_IMPORT))('without a circle inside %s', (folder) => {
    const inside = new Map(
      files
        .filter((file) => dirname(file) === folder)
        .map((file) => [file, importsOf(file).map((one) => one.replace(/\.js$/, '.ts'))] as const),
    );
    const circle = (file: string, way: readonly string[]): readonly string[] | null => {
      if (way.includes(file)) return [...way, file];
      for (const next of inside.get(file) ?? []) {
        const found = inside.has(next) ? circle(next, [...way, file]) : null;
        if (found !== null) return found;
      }
      return null;
    };
    for (const file of inside.keys()) expect(circle(file, [])).toBeNull();
  });

  test('and every folder is named here', () => {
    expect([...new Set(files.map(dirname))].filter((one) => one !== '.').sort()).toEqual(
      Object.keys(MAY_IMPORT).sort(),
    );
  });
});

test('main.ts alone knows the process', () => {
  const others = files.filter((file) => file !== 'main.ts');
  expect(others.filter((file) => /\bprocess\.\w/.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
});

describe('files that a command line names', () => {
  /** Who reads files that come with the program, and what of; who only asks what there is names no user's file. */
  const OF_THE_PACKAGE: Readonly<Record<string, readonly string[]>> = {
    'main.ts': ['fstatSync', 'readFileSync'],
    'cli/command-docs.ts': ['readFileSync'],
    'cli/complete-action.ts': ['readFileSync'],
    'scenario/compiled-reader.ts': ['readFileSync'],
    'scenario/shipped.ts': ['existsSync', 'readdirSync'],
  };

  test('are opened by src/files/ alone, to read and to write', () => {
    const others = files.filter((file) => dirname(file) !== 'files');
    const used = others
      .map((file) => [file, fileCallsOf(file)] as const)
      .filter(([, calls]) => calls.length > 0);
    expect(Object.fromEntries(used)).toEqual(OF_THE_PACKAGE);
  });

  /** What a source takes of the modules of Node.js that open files. */
  function fileCallsOf(file: string): string[] {
    const source = readFileSync(join(SRC, file), 'utf8');
    const taken = source.matchAll(/import (.+?) from '(?:node:)?(?:fs|fs\/promises|child_process)'/gs);
    const loaded = source.matchAll(/(?:import|require)\('(?:node:)?(?:fs|child_process)\b.*?\)/g);
    return [...taken, ...loaded].flatMap(([text, names = text]) =>
      names.replaceAll(/[{}\s]/g, '').split(','),
    );
  }
});

test('no fault is swallowed', () => {
  const swallowing = files.filter((file) => /\.catch\(\(\) => /.test(readFileSync(join(SRC, file), 'utf8')));
  expect(swallowing).toEqual([]);
});

test('no module keeps state: there is no let outside of functions', () => {
  const stateful = files.filter((file) => /^(export )?let /m.test(readFileSync(join(SRC, file), 'utf8')));
  expect(stateful).toEqual([]);
});
