import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compileShipped } from '../../src/cli/compile-shipped.js';
import { Files } from '../../src/files/files.js';
import type { FileReader } from '../../src/scenario/compiled-reader.js';
import { compiledFirst, openCompiled, readCompiled } from '../../src/scenario/compiled-reader.js';
import { namesIn, shippedFolders } from '../../src/scenario/shipped.js';
import { yamlReader } from '../../src/scenario/yaml-reader.js';

const folder = mkdtempSync(join(tmpdir(), 'rmpopt-bench-'));
cpSync(join(import.meta.dirname, '../../scenarios'), join(folder, 'scenarios'), { recursive: true });
for (const { path, content } of compileShipped(folder)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
afterAll(() => rmSync(folder, { recursive: true }));

const installation = { packageFolder: folder, files: new Files() };
const { scenarios, churn, machines } = shippedFolders(folder);
const fileOf = (below: string, name: string) => join(below, `${name}.yaml`);
const files = (below: string) => namesIn(below).map((name) => fileOf(below, name));

describe('what comes with the program reads the same from what the build has compiled as from its YAML', () => {
  const compiled = openCompiled(installation, [scenarios, churn, machines].flatMap(files));
  const both = (read: (reader: FileReader) => unknown) => {
    if (compiled === null) throw new Error('not opened');
    return [read(compiled), read(yamlReader(installation))];
  };

  test.each(namesIn(scenarios))('scenario %s', (name) => {
    const [ours, theirs] = both((reader) => reader.scenario(name, fileOf(scenarios, name)));
    expect(ours).toEqual(theirs);
  });

  test.each(namesIn(churn))('churn scenario %s, with the place of each step and stream', (name) => {
    const [ours, theirs] = both((reader) => reader.churn(name, fileOf(churn, name)));
    expect(ours).toEqual(theirs);
    expect(JSON.stringify(theirs)).toContain('sourceLine');
  });

  test.each(namesIn(machines))('machine %s', (name) => {
    const [ours, theirs] = both((reader) => reader.machine(fileOf(machines, name)));
    expect(ours).toEqual(theirs);
  });
});

describe('beside files of users', () => {
  const unread = () => {
    throw new Error('read from its YAML');
  };
  const none = { scenario: unread, churn: unread, machine: unread, hasKey: unread };

  test('what comes with the program is read as compiled', () => {
    const reader = compiledFirst(installation, none);
    expect(reader.machine(fileOf(machines, 'posted-2p')).name).toBe('posted-2p');
    expect(reader.scenario('empty', fileOf(scenarios, 'empty')).name).toBe('empty');
    expect(reader.churn('busy-hour', fileOf(churn, 'busy-hour')).name).toBe('busy-hour');
  });

  test('theirs are not, whatever lies beside them', () => {
    const own = join(folder, 'own.yaml');
    writeFileSync(own, 'steps: [measure]\n');
    const besideCompiled = join(folder, 'dist', 'own.yaml.json');
    writeFileSync(besideCompiled, JSON.stringify({ text: 'steps: [measure]\n', json: '{"name":"other"}' }));
    expect(() => compiledFirst(installation, none).scenario('own', own)).toThrow('read from its YAML');
  });
});

test('a file that has changed since it was compiled is not read as compiled', () => {
  const file = fileOf(churn, 'busy-hour');
  expect(openCompiled(installation, [file])).not.toBeNull();
  appendFileSync(file, '# changed\n');
  expect(openCompiled(installation, [file])).toBeNull();
  expect(readCompiled(installation, file)).toBeNull();
});
