import { describe, expect, test } from 'vitest';
import { cli, cliOnce, runDocument, scratchFile } from '../support/cli.js';
import { plainLayout, rendered } from '../support/rendered.js';

const lines = (text: string) => text.trimEnd().split('\n');
const widest = (text: string) => Math.max(...lines(text).map((line) => line.length));

describe('the default screen of run', () => {
  test('has three states in 24 lines of 72 columns, and says nothing on stderr', async () => {
    const { stdout, stderr } = await cliOnce(['full', 'empty', 'again']);
    expect(lines(stdout).length).toBeLessThanOrEqual(24);
    expect(widest(stdout)).toBeLessThanOrEqual(72);
    expect(stderr).toBe('');
  });

  test('fits a mail: 40 lines of 72 columns of ASCII, with the comparison that the mail asks for', async () => {
    const { stdout } = await cli(['three-states', '--format', 'lkml']);
    expect(lines(stdout).length).toBeLessThanOrEqual(40);
    expect(widest(stdout)).toBeLessThanOrEqual(72);
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect(stdout).toMatch(/^state +local +remote +total .* remote\/511 /m);
  });

  test('has the mean per CPU of the remote phase as the document has it', async () => {
    const { results } = await runDocument(['empty']);
    const remote = results.find(({ phase }) => phase === 'remote');
    const { stdout } = await cliOnce(['empty']);
    expect(stdout).toMatch(new RegExp(`^empty .* ${((remote?.perCpuNs ?? 0) / 1e6).toPrecision(2)} `, 'm'));
  });

  test('says which times are fitted, which are predicted, and which depend on the hypothesis', async () => {
    const said = async (...args: string[]) => (await cliOnce(args)).stdout.replace(/\s+/g, ' ');
    expect(await said('full', 'empty', 'again')).toContain(
      'full and empty: fitted to measurements; again: predicted.',
    );
    expect(await said('empty', '--strategy', 'broadcast')).toContain('empty: predicted.');
    expect(await said('empty', '--set', 'ipiPerTargetNs=90')).toContain('empty: predicted.');
    // It takes the same, but nobody has measured it.
    expect(await said('empty', '--strategy', 'dirty-only')).toContain('empty: predicted.');
    expect(await said('again')).toMatch(/again depends on the hypothesis: shared \d+ ms, /);
    expect(await said('full')).not.toContain('depends on the hypothesis');
  });

  test('calls no time fitted or predicted whose costs are random, or of a grid, which says what changes', async () => {
    const small = ['empty', '--memory', '16GiB', '--topology', '1x1x2x1', '--hypothesis', 'shared'];
    for (const args of [
      [...small, '--jitter'],
      ['compare', ...small],
    ]) {
      const { bands } = await runDocument(args);
      expect(bands.map(({ basis }) => basis)).toEqual(['']);
    }
  });

  test('names the slowest without reasons where a saved run has none', async () => {
    const document = await runDocument(['full', 'empty', '--memory', '16GiB', '--topology', '1x2x2x1']);
    const stdout = await rendered({ ...document, breakdowns: [] }, plainLayout(100));
    expect(stdout).toMatch(/^- empty is slowest, [\d.]+ x full\.$/m);
  });

  test('of guests with -v says once what their memory costs', async () => {
    const { stdout } = await cli(['guest-exit', '--memory', '256GiB', '--hypothesis', 'shared', '-v']);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said.match(/Guest a \(100 GiB, 4k, contiguous\) has memory in/g)).toHaveLength(1);
    expect(said).toMatch(/has memory in 101 regions \([\d,]+ RMPUPDATEs, [\d.]+ s, not included\)/);
    expect(said.match(/Giving its memory back takes/g)).toHaveLength(1);
    const large = scratchFile(
      'beyond.yaml',
      'private: [{guest: a, size: 2100GiB, mapping: 1g}]\nsteps: [measure]\n',
    );
    const beyond = [large, '--memory', '3TiB', '--topology', '1x1x2x1', '--hypothesis', 'shared', '-v'];
    expect((await cli(beyond)).stdout.replace(/\s+/g, ' ')).toMatch(
      /has memory in 2100 regions, 2047 of them in the window \(/,
    );
  });

  test('says of guests of several scenarios whose they are, and once when a kernel sweeps after them', async () => {
    const file = (name: string, size: string) =>
      scratchFile(
        `${name}.yaml`,
        `private: [{guest: a, size: ${size}, mapping: 2m}]\nsteps: [{terminate: a}, measure]\n`,
      );
    const { stdout } = await cli([file('ten', '10GiB'), file('five', '5GiB'), '--memory', '64GiB', '-v']);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toContain('Guest a (five: 5 GiB, 2m, contiguous) has memory in 6 regions');
    expect(said).toMatch(/Guest a leaves \(ten\)\..* Guest a leaves \(five\)\./);
    expect(said.match(/A kernel sweeps/g)).toHaveLength(1);
  });

  test('names no state longest where all take the same', async () => {
    const { stdout } = await cli(['first-page', 'full']);
    expect(stdout).toContain('- All take the same, 95 ms.');
    expect(stdout).not.toContain('longest');
  });

  test('says of a host without remote CPUs only what there is', async () => {
    const { stdout } = await cli(['empty', '--topology', '1x1x1x1', '--memory', '4GiB']);
    expect(stdout).not.toMatch(/interrupted|remote CPUs|remote =/);
    expect(stdout).toMatch(/^empty +\S+ +- /m);
  });

  test('has the rest with -v', async () => {
    const [short, long] = await Promise.all([cliOnce(['empty']), cli(['empty', '-v'])]);
    expect(short.stdout).toMatch(/More:\s-v\./);
    expect(long.stdout).not.toMatch(/More:\s-v\./);
    expect(long.stdout).toContain('Where the time went:');
    expect(long.stdout.length).toBeGreaterThan(short.stdout.length);
  });

  test('names the states of one scenario once', async () => {
    const { stdout } = await cli(['guest-exit', '--memory', '256GiB']);
    expect(stdout).toContain('scenario guest-exit, machine');
    expect(stdout).toMatch(/^after-exit /m);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /Guest a leaves\. Giving its memory back takes .* not included\. A kernel sweeps 10 s after the exit/,
    );
  });
});

describe('the default screen of compare', () => {
  test('says that mappings make no difference, and why', async () => {
    const { stdout } = await cli(['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g']);
    expect(lines(stdout).length).toBeLessThanOrEqual(40);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toContain(
      'mapping makes no difference to any state: a scan reads one RMP entry per 2 MiB, whatever the mapping.',
    );
    expect(said).toContain('empty is slowest, 3.');
  });

  test('says so of no choice that does make one', async () => {
    const { stdout } = await cli(['compare', 'empty', '--vary', 'ipiPerTargetNs=62,85']);
    expect(stdout).not.toContain('makes no difference');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/: \+\S+ ms sending IPIs\./);
  });

  test('names the slowest of scenarios of any name', async () => {
    const one = scratchFile('one.yaml', 'memory: 4GiB\nsteps: [measure]\n');
    const { stdout } = await cli([one, 'full', '--memory', '4GiB', '--topology', '1x1x2x1']);
    expect(stdout).toContain('- one is slowest, ');
  });
});
