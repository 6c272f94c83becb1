import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { importLog } from '../../src/kernel-log/import-log.js';
import { PROBE_LINES, readProbeLine } from '../../src/kernel-probe/probe-lines.js';
import { PARAMETER_NAMES, PARAMETERS } from '../../src/machine/parameters.js';
import { probeLine } from '../support/probes.js';

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

/** The formats of every line that the module prints, in the order of its source. */
function printedFormats(): string[] {
  const source = read('kernel/rmpopt_probe.c').replace(/"\s*\n\s*"/g, '');
  return [...source.matchAll(/\bemit\("((?:[^"\\]|\\.)*)\\n"/g)].map(([, format = '']) => format);
}

const FORMATS = Object.values(PROBE_LINES).map(({ format }) => format);

test('the module prints the lines that import reads, and no others', () => {
  expect(printedFormats().sort()).toEqual([...FORMATS].sort());
});

test('docs/probe.md has every line as the module prints it', () => {
  const [, listed = ''] = /## Lines\n[\s\S]*?```text\n([\s\S]*?)```/.exec(read('docs/probe.md')) ?? [];
  expect(listed.trimEnd().split('\n')).toEqual(FORMATS);
});

test('docs/probe.md has every key that the module takes, and no others', () => {
  const [, table = ''] = /\bkeys\[\] = \{\n([\s\S]*?)\n\};/.exec(read('kernel/rmpopt_probe.c')) ?? [];
  const keys = [...table.matchAll(/^\t\{ "(\w+)"/gm)].map(([, key]) => key);
  const [, listed = ''] = /## Keys\n([\s\S]*?)\n## /.exec(read('docs/probe.md')) ?? [];
  expect([...listed.matchAll(/^\| `(\w+)/gm)].map(([, key]) => key)).toEqual(keys);
});

test.each(Object.entries(PROBE_LINES))(
  'a line of kind %s gives its values back',
  (kind, { format, names }) => {
    const values = names.map((_, i) => i + 1);
    const line = probeLine(kind as keyof typeof PROBE_LINES, ...values);
    const conversions = [...format.matchAll(/(?<=.)%(?:llu|[su])/g)].map(([conversion]) => conversion);
    const expected = values.map((value, i) => (conversions[i] === '%s' ? String(value) : value));
    expect(readProbeLine(`  ${line}`)).toEqual({
      kind,
      values: Object.fromEntries(names.map((name, i) => [name, expected[i]])),
    });
  },
);

test('the lines of RMPOPT itself are a sweep, with what each CPU optimized', async () => {
  const native = (kind: 'phases' | 'rounds' | 'cpu', ...values: (string | number)[]) =>
    probeLine(kind, ...values).replace('probe', 'RMPOPT');
  const log = [
    probeLine('run', 'rmpopt', 'local-first', 'primary', 64, 2, 2, 'compact', 0, 'no', 'no', 'no', 'yes'),
    native('phases', 900_000, 5_000_000, 64, 2, 48),
    native('rounds', 64, 78_000, 90_000, 70_000, 77_000, 89_000),
    probeLine('split', 4000, 4100, 70_000, 77_000, 0),
    native('cpu', 1, 300_000, 64, 9000, 48, 4000, 'near'),
    native('cpu', 2, 310_000, 64, 9100, 48, 4100, 'near'),
    probeLine('end', 1),
  ].join('');
  async function* bytes() {
    yield Buffer.from(log);
  }
  const labels = {
    ...{ scenario: '', state: '', mapping: '', strategy: '', threads: '', memoryBytes: null },
  };
  const { sweeps, results, cpus, notes } = await importLog(bytes(), { labels, states: null, tscGhz: null });
  expect([sweeps, notes]).toEqual([1, []]);
  expect(results).toMatchObject([
    { phase: 'local', elapsedNs: 900_000, regions: 64, issued: 64, optimized: 48, failed: 16 },
    { phase: 'remote', elapsedNs: 5_000_000, regions: 64, issued: 128, optimized: 96, failed: 32 },
    { phase: 'total', elapsedNs: 5_900_000, issued: 192, optimized: 144, failed: 48 },
  ]);
  expect(cpus).toMatchObject([
    { cpu: 1, inRmpoptNs: 300_000, interrupts: 64, issued: 64, optimized: 48, failed: 16 },
    { cpu: 2, inRmpoptNs: 310_000, interrupts: 64, issued: 64, optimized: 48, failed: 16 },
  ]);
});

test('docs/probe.md says of each parameter of a sweep by what it is measured, once', () => {
  const [, table = ''] = /## What it identifies\n([\s\S]*?)\n\n[A-Z]/.exec(read('docs/probe.md')) ?? [];
  const named = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, names = '']) =>
    names.replaceAll('`', '').split(', '),
  );
  const measurable = PARAMETER_NAMES.filter(
    (name) => !['jitter', 'churn'].includes(PARAMETERS[name].affects),
  );
  expect(named.sort()).toEqual([...measurable].sort());
});
