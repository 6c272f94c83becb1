import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { cli, runDocument, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { validatorOf } from '../support/schemas.js';

const json = async (...args: string[]) => JSON.parse((await cli([...args, '--json'])).stdout);

test('list names everything there is, and show knows every name it prints', async () => {
  const { schema, results } = await json('list');
  expect(schema).toBe('rmpopt-bench/list/2');
  const text = (await cli(['list'])).stdout;
  const firsts = new Set<string>();
  for (const { kind, name } of results) {
    expect(text).toContain(`  ${name} `);
    expect(await json('show', name)).toMatchObject({ schema: 'rmpopt-bench/show/2', kind, name });
    if (!firsts.has(kind)) expect((await cli(['show', name])).exitCode).toBe(0);
    firsts.add(kind);
  }
  expect(new Set(results.map(({ kind }: { kind: string }) => kind)).size).toBe(6);
});

test('a shown scenario is a file that gives the same results', async () => {
  for (const name of ['guest-exit', 'three-states', 'last-page']) {
    const { stdout } = await cli(['show', name]);
    const file = scratchFile(`${name}.yaml`, stdout);
    expect((await cli([file, '--csv'])).stdout).toBe((await cli([name, '--csv'])).stdout);
    expect(parse(stdout)).toEqual((await json('show', name)).scenario);
  }
});

test('a machine shows every parameter with value, range, provenance and source', async () => {
  const { parameters, preassignedRegions } = await json('show', 'posted-2p');
  const { stdout } = await cli(['show', 'posted-2p']);
  expect(preassignedRegions).toBe(10);
  for (const { name, value, provenance } of parameters) {
    expect(stdout).toMatch(new RegExp(`^${name} +${value} .*${provenance}$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${name}: `, 'm'));
  }
});

test('a machine shows how far each open parameter moves what was asked for', async () => {
  const { influences } = await json('show', 'posted-2p');
  const of = (parameter: string, state: string) =>
    influences.find(
      (one: { parameter: string; state: string }) => one.parameter === parameter && one.state === state,
    );
  expect(of('ipiPerTargetNs', 'empty').lowPct).toBeLessThan(-5);
  expect(of('ipiPerTargetNs', 'empty').highPct).toBeGreaterThan(5);
  expect(of('guestExitNs', 'empty')).toMatchObject({ lowPct: 0, highPct: 0 });
  expect(of('guestExitNs', 'guest-exit').highPct).toBeGreaterThan(1);
  expect((await cli(['show', 'posted-2p'])).stdout).toMatch(/^ipiPerTargetNs .* #+$/m);
});

test('show tells a machine file from a scenario file', async () => {
  const { stdout } = await cli(['show', 'nope']);
  expect(stdout).toBe('');
  const scenario = scratchFile('some.yaml', 'steps: [measure]\n');
  expect(await json('show', scenario)).toMatchObject({ kind: 'scenario', name: 'some' });
  const machine = scratchFile('some-machine.yaml', 'topology: 1x1x1x1\n');
  expect((await cli(['show', machine])).stderr).toContain('parameters: expected');
});

test.each([
  [['show', 'guest-exitt'], 'Did you mean guest-exit?'],
  [['show', './none.yaml'], 'found no such file'],
  [['show'], "missing required argument 'name'"],
  [['schema', 'scenarios'], 'Did you mean scenario?'],
  [['list', 'all'], 'too many arguments'],
])('%j is refused', async (args, message) => {
  const { stdout, stderr, exitCode } = await cli(args);
  expect([stdout, exitCode]).toEqual(['', 2]);
  expect(stderr).toContain(message);
});

test('run documents keep to the schema the program prints, and nothing else does', async () => {
  const validate = validatorOf(JSON.parse((await cli(['schema', 'run'])).stdout));
  for (const args of [
    ['guest-exit', 'three-states', '--per-cpu', '--topology', '1x2x2x2', ...FEW_SETS],
    ['empty', '--topology', '1x1x1x1'],
  ]) {
    const document = await runDocument(args);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...document, schema: 'rmpopt-bench/run/1' })).toBe(false);
    expect(validate({ ...document, results: [{}] })).toBe(false);
  }
});

test('files that come with the program keep to the schemas it prints', async () => {
  const validate = validatorOf(JSON.parse((await cli(['schema', 'scenario'])).stdout));
  const { results } = await json('list');
  for (const { name } of results.filter(({ kind }: { kind: string }) => kind === 'scenario')) {
    expect(validate(parse((await cli(['show', name])).stdout)), name).toBe(true);
  }
  expect(validate({ steps: ['mesure'] })).toBe(false);
});
