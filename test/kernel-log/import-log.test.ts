import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countCpus } from '../../src/kernel-log/cpu-list.js';
import { importLog } from '../../src/kernel-log/import-log.js';
import type { ImportedDocument } from '../../src/run-document/run-document.js';
import { anyCharacter } from '../support/characters.js';

const NO_LABELS = {
  scenario: '',
  state: '',
  mapping: '',
  strategy: '',
  threads: '',
  memoryBytes: null,
};

async function* chunksOf(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

function read(text: string | Uint8Array, tscGhz: number | null = null) {
  return importLog(chunksOf(text), { labels: NO_LABELS, states: null, tscGhz });
}

const sample = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../docs/logs/${name}`, import.meta.url)), 'utf8');

const totalsOf = ({ results }: Pick<ImportedDocument, 'results'>) =>
  results.filter(({ phase }) => phase === 'total').map(({ elapsedNs }) => elapsedNs);

const TIME_LINE =
  'RMPOPT execution time 391609638 ns for physical address range 0x0000000000000000 - 0x0000020000000000 on all cpus';

/** What mailers, dmesg and journals put in front of a message. */
const PREFIXES = {
  none: '',
  module: 'SEV-SNP: ',
  dmesg: '[  232.789187] SEV-SNP: ',
  'dmesg with a caller': '[  232.789187][ T1234] SEV-SNP: ',
  raw: '<6>[  232.789187] SEV-SNP: ',
  'dmesg -T': '[Wed Mar 11 10:00:00 2026] SEV-SNP: ',
  journal: 'Mar 11 10:00:00 host-1 kernel: SEV-SNP: ',
  'journal with ISO times': '2026-03-11T10:00:00.123456+0000 host-1 kernel: SEV-SNP: ',
  quoted: '> [  232.789187] SEV-SNP: ',
  'quoted twice': '> >> [  232.789187] SEV-SNP: ',
  'quoted with bars': '| > SEV-SNP: ',
  'journal without a host': 'Mar 11 10:00:00 kernel: SEV-SNP: ',
  'journal in full': 'Wed 2026-03-11 10:00:00 UTC host-1 kernel: SEV-SNP: ',
  'journal by the monotonic clock': '[  232.789187] host-1 kernel: SEV-SNP: ',
  'journal by Unix time': '1773223200.123456 host-1 kernel: SEV-SNP: ',
  'dmesg by ISO time': '2026-03-11T10:00:00,123456+00:00 SEV-SNP: ',
  'dmesg -x': 'kern  :info  : [  232.789187] SEV-SNP: ',
  'dmesg with a caller apart': '[  232.789187] [ T1234] SEV-SNP: ',
};

describe('a line', () => {
  test.each(Object.entries(PREFIXES))('is found with this in front: %s', async (_, prefix) => {
    const { results, observations, notes } = await read(`hello\n${prefix}${TIME_LINE}\r\nbye\n`);
    expect(totalsOf({ results })).toEqual([391_609_638]);
    expect(observations[0]).toMatchObject({
      line: 2,
      kind: 'execution-time',
      printed: '391609638',
      unit: 'ns',
    });
    expect(results[2]).toMatchObject({ regions: 2048, derived: 'regions' });
    expect(notes).toEqual([]);
  });

  test.each([40, 60, 72, 79, 90, 110])(
    'is found where a mailer has broken it at column %i',
    async (width) => {
      const prefix = '> [  232.789187] SEV-SNP: ';
      const at = `${prefix}${TIME_LINE}`.lastIndexOf(' ', width);
      const broken = `${prefix}${TIME_LINE}`.slice(0, at);
      const rest = `${prefix}${TIME_LINE}`.slice(at + 1);
      const { results, notes } = await read(`${broken}\n> ${rest}\n> and so on\n`);
      expect(totalsOf({ results })).toEqual([391_609_638]);
      expect(results[2]?.regions).toBe(2048);
      expect(notes).toEqual([]);
    },
  );

  test('of cycles is found where its figure stands on the next line', async () => {
    const text =
      '> SEV-SNP: RMPOPT cycles taken for physical address range 0x0000000000000000\n> - 0x0000010380000000 on all cpus 63815935380\n> cycles\n';
    const { observations, notes } = await read(text);
    expect(observations).toMatchObject([{ printed: '63815935380', unit: 'cycles', ns: null }]);
    expect(notes).toEqual([]);
  });

  test('cut off after its figure still tells it', async () => {
    const { results, notes } = await read(`RMPOPT execution time 95275588 ns for physical\n[1.0] other\n`);
    expect(totalsOf({ results })).toEqual([95_275_588]);
    expect(results[2]?.regions).toBeNull();
    expect(notes).toMatchObject([{ line: 1, reason: 'cut off' }]);
  });

  test.each([
    ['RMPOPT execution time -5 ns for physical address range', 'not understood'],
    ['RMPOPT execution time 99999999999999999999 ns for physical address range', 'no kernel counts to'],
    ['RMPOPT execution time 1.5 ns for physical address range', 'not understood'],
    ['RMPOPT something new 17', 'not understood'],
    ['Memory @  1GB: CPU(s): 5-3', 'no list of CPUs'],
    ['Memory @  1GB: CPU(s): 0-3;8', 'not understood'],
    ['RMPOPT average cycles 5,658', 'not understood'],
    ['RMPOPT smallest cycles 1e3', 'not understood'],
    ['RMPOPT max. CPU cycles 12kcycles', 'not understood'],
    ['RMPOPT instruction cycles 0x1f', 'not understood'],
    ['tsc: Detected 0.000 MHz processor', 'no rate a TSC has'],
  ])('%s is noted and gives no figure', async (line, reason) => {
    const { observations, notes, results } = await read(`${line}\n[2.0] unrelated\n`);
    expect(observations).toEqual([]);
    expect(results).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ line: 1, text: line });
    expect(notes[0]?.reason).toContain(reason);
  });
});

describe('broken lines', () => {
  const whole = [
    'RMP table physical range [0x000001fdfe000000 - 0x00000207ffffffff]',
    'tsc: Detected 1996.250 MHz processor',
    'RMPOPT max cycle on cpu 320, addr 0xeb40000000, cycles 83680, prev largest 66080',
    'RMPOPT phases: local 1 ns, remote 2 ns, 3 regions, 4 remote cpus',
    'Memory @  2GB: CPU(s): 0-3, 8, 10-1023',
  ];
  test.each(whole)('%s is put together wherever a word ends', async (line) => {
    const { observations: expected } = await read(`${line}\n`);
    for (const { index } of line.matchAll(/ /g)) {
      // What is left in front has to be something that can be told from other lines.
      if (!/RMPOPT|RMP table|tsc: Det|Memory @/.test(line.slice(0, index))) continue;
      const { observations } = await read(`> ${line.slice(0, index)}\n> ${line.slice(index + 1)}\n> x\n`);
      expect(observations, line.slice(0, index)).toEqual(expected);
    }
  });

  test('a list of CPUs goes on where it stopped, and an empty one is no list', async () => {
    const lists = async (text: string) =>
      (await read(text)).observations.filter(({ figure }) => figure === 'CPUs').map(({ printed }) => printed);
    expect(await lists('Memory @  0GB: CPU(s):\n0-1023\n')).toEqual(['0-1023']);
    expect(await lists('Memory @  0GB: CPU(s): 0-8,\n10-15\n')).toEqual(['0-8,10-15']);
    expect(await lists('Memory @  0GB: CPU(s): 0-10\n23,1025\n')).toEqual(['0-1023,1025']);
    const { observations, notes } = await read('Memory @  0GB: CPU(s):\n[1.0] other\n');
    expect([observations.length, notes.length]).toEqual([0, 1]);
  });

  test('a line cut off takes nothing from the one after it', async () => {
    const { observations, notes } = await read(
      '> RMPOPT cycles taken for physical address range 0x0 - 0x10380000000 on all\n> RMPOPT cycles taken for physical address range 0x0 - 0x1000000000 on all cpus 777 cycles\n',
    );
    expect(observations).toMatchObject([{ line: 2, printed: '777', addressEnd: '0x1000000000' }]);
    expect(notes).toMatchObject([{ line: 1 }]);
  });
});

describe('which sweep a line is of', () => {
  const total = (ns: number) =>
    `RMPOPT execution time ${ns} ns for physical address range 0x0 - 0x1000000000 on all cpus\n`;

  test('running maxima and single instructions are of the sweep that ends after them', async () => {
    const maximum = (cycles: number) =>
      `RMPOPT max cycle on cpu 1, addr 0x0, cycles ${cycles}, prev largest 1\n`;
    const { results } = await read(maximum(1000) + total(600_000) + maximum(9000) + total(800_000), 2);
    const totals = results.filter(({ phase }) => phase === 'total');
    expect(totals.map(({ elapsedNs, instructionMaxNs }) => [elapsedNs, instructionMaxNs])).toEqual([
      [600_000, 500],
      [800_000, 4500],
    ]);
  });

  test('two totals that contradict each other are two sweeps, two that agree are one', async () => {
    const phases = 'RMPOPT phases: local 5000 ns, remote 6000 ns, 64 regions, 1 remote cpus\n';
    expect(totalsOf(await read(phases + total(123)))).toEqual([11_000, 123]);
    expect(totalsOf(await read(phases + total(11_050)))).toEqual([11_050]);
    const cycles =
      'RMPOPT cycles taken for physical address range 0x0 - 0x1000000000 on all cpus 22000 cycles\n';
    expect(totalsOf(await read(total(11_000) + cycles, 2))).toEqual([11_000]);
    expect(totalsOf(await read(total(11_000) + cycles, 1))).toEqual([11_000, 22_000]);
  });

  test('the same stamped line quoted again is no second sweep, and that is said', async () => {
    const stamped = `[    1.000000] ${total(5)}`;
    const { results, notes } = await read(`> ${stamped}>> ${stamped}`);
    expect(totalsOf({ results })).toEqual([5]);
    expect(notes).toMatchObject([{ line: 2, reason: 'stands in the log before' }]);
  });

  test('a range that holds no region gives none', async () => {
    const { results, notes } = await read(total(9).replace('0x1000000000', '0x20'));
    expect(results[2]).toMatchObject({ elapsedNs: 9, regions: null, derived: '' });
    expect(notes[0]?.reason).toContain('holds no region');
  });

  test('each host has a clock of its own, from when its log says so', async () => {
    const line = (host: string, message: string) => `Mar 11 10:00:00 ${host} kernel: ${message}`;
    const cycles =
      'RMPOPT cycles taken for physical address range 0x0 - 0x1000000000 on all cpus 600000 cycles\n';
    const { results } = await read(
      line('a', 'tsc: Detected 2000.000 MHz processor\n') +
        line('b', 'tsc: Detected 4000.000 MHz processor\n') +
        line('a', cycles) +
        line('b', cycles) +
        line('a', 'tsc: Detected 2500.000 MHz processor\n'),
    );
    expect(totalsOf({ results })).toEqual([300_000, 150_000]);
    expect(results.map(({ variation }) => variation)).toEqual([
      ...['host=a', 'host=a', 'host=a', 'host=b', 'host=b', 'host=b'],
    ]);
  });

  test('of CPUs that are not all there no distribution is made', async () => {
    const { results, cpus, warnings } = await read(
      'RMPOPT cpu 7: busy 10 ns, 1 calls, longest 10 ns\nRMPOPT phases: local 1 ns, remote 20 ns, 1 regions, 1023 remote cpus\n',
    );
    expect(results[1]).toMatchObject({ slowestNs: null, medianNs: null });
    expect(cpus).toHaveLength(1);
    expect(warnings.map(({ kind }) => kind)).toEqual(['cpus-missing']);
  });
});

describe('the published lines', () => {
  test('are all found, exact to the nanosecond and the cycle', async () => {
    const { results, observations } = await read(sample('published-2026-03.log'), 2);
    const exact = totalsOf({ results });
    expect(exact).toEqual([
      391_609_638, 457_933_019, 317_016_656, 369_659_769, 311_135_734, 95_275_588, 31_907_967_690,
    ]);
    const cycles = observations.filter(({ unit }) => unit === 'cycles').map(({ printed }) => printed);
    expect(cycles).toEqual([...['66080', '51480', '83680', '66080', '63815935380', '5658', '83680', '60']]);
    expect(results.at(-1)).toMatchObject({
      regions: 1038,
      instructionMinNs: 30,
      instructionMeanNs: 2829,
      instructionMaxNs: 41_840,
      derived: 'regions;elapsedNs;instructionMinNs;instructionMeanNs;instructionMaxNs',
    });
  });

  test('leave cycles cycles where nobody says how fast their clock is', async () => {
    const { results, warnings } = await read(sample('published-2026-03.log'));
    expect(results.at(-1)).toMatchObject({ elapsedNs: null, instructionMaxNs: null });
    expect(warnings.map(({ kind }) => kind)).toEqual(['clock-rate-unknown']);
  });
});

test('the rate of the clock is taken from what the kernel says of the TSC, and that is said', async () => {
  const text = '[0.0] tsc: Detected 1996.250 MHz processor\nRMPOPT instruction cycles 3992\n';
  const { results, observations, warnings } = await read(text);
  expect(results[2]).toMatchObject({ issued: 1, instructionMaxNs: 2000 });
  expect(observations.at(-1)).toMatchObject({ printed: '3992', ns: 2000, derived: 'yes' });
  expect(warnings[0]?.message).toBe('cycles were converted to time at 1.99625 GHz, from line 1 of the log');
});

test('phases, rounds and CPUs of an instrumented kernel become one sweep', async () => {
  const { results, cpus, warnings } = await read(sample('made-phases.log'));
  expect(results.map(({ phase, elapsedNs, perCpuNs }) => [phase, elapsedNs, perCpuNs])).toEqual([
    ['local', 1_043_210, 1_043_210],
    ['remote', 1_987_654, 662_551],
    ['total', 3_030_864, null],
  ]);
  expect(results[1]).toMatchObject({
    inRmpoptMeanNs: 667_193,
    fastestCpu: 1,
    slowestCpu: 2,
    slowestNs: 701_234,
    longestInterruptNs: 18_002,
  });
  expect(results[1]?.derived).toBe('perCpuNs;inRmpoptMeanNs;medianNs;p99Ns');
  expect(results[2]?.derived).toBe('elapsedNs');
  expect(cpus.map(({ cpu, inRmpoptNs, interrupts }) => [cpu, inRmpoptNs, interrupts])).toEqual([
    [1, 612_345, 64],
    [2, 701_234, 64],
    [3, 688_001, 64],
  ]);
  expect(warnings).toEqual([]);
});

test('the table of optimized regions is read row by row', async () => {
  const { observations, results } = await read(sample('made-table.log'));
  const lists = observations.filter(({ figure }) => figure === 'CPUs').map(({ printed }) => printed);
  expect(lists).toEqual(['none', '0-15', '0-8,10-15', '0-15']);
  expect(results).toEqual([]);
});

test.each([
  ['none', 0],
  ['0', 1],
  ['0-1023', 1024],
  ['0-3,8,10-1023', 1019],
  ['3-0', null],
  ['0,0', null],
  ['0-', null],
  ['a', null],
  ['0-99999999', null],
])('the CPU list %s names %s CPUs', (list, count) => {
  expect(countCpus(list)).toBe(count);
});

test('sweeps of two hosts in one journal are kept apart', async () => {
  const line = (host: string, message: string) => `Mar 11 10:00:00 ${host} kernel: ${message}\n`;
  const { results, warnings } = await read(
    line('one', 'RMPOPT cpu 1: busy 10 ns, 1 calls, longest 10 ns') +
      line('two', 'RMPOPT cpu 1: busy 20 ns, 1 calls, longest 20 ns') +
      line('one', 'RMPOPT phases: local 5 ns, remote 6 ns, 1 regions, 1 remote cpus') +
      line('two', 'RMPOPT phases: local 7 ns, remote 8 ns, 1 regions, 1 remote cpus'),
  );
  expect(totalsOf({ results })).toEqual([11, 15]);
  expect(warnings.map(({ kind }) => kind)).toEqual(['several-hosts']);
});

describe('whatever a log holds', () => {
  const pieces = fc.constantFrom(
    TIME_LINE,
    TIME_LINE.slice(0, 50),
    TIME_LINE.slice(50),
    'RMPOPT cycles taken for physical address range 0x0 - 0x40000000 on all cpus 123 cycles',
    'RMPOPT execution time 18446744073709551615 ns for physical address range 0x0 - 0x40000000 on all cpus',
    'RMPOPT execution time 18446744073709551616 ns for physical address range 0x0 - 0x40000000 on all cpus',
    'RMPOPT max cycle on cpu 32, addr 0xa040000000, cycles 50400, prev largest 42540',
    'RMPOPT largest cycles 83680',
    'RMPOPT instruction cycles 3300',
    'RMPOPT phases: local 1 ns, remote 2 ns, 3 regions, 4 remote cpus',
    'RMPOPT cpu 3: busy 10 ns, 2 calls, longest 7 ns',
    'Memory @  1GB: CPU(s): 0-3,8',
    'Memory @ -1GB: CPU(s): 0',
    'tsc: Detected 1996.250 MHz processor',
    '[   -1.000000] SEV-SNP: RMPOPT average cycles 5658',
    '[    9.0] before',
    '[    1.0] after',
    '\0\0\0',
    '> > ',
    'x'.repeat(40_000),
  );
  const line = fc.oneof(
    pieces,
    fc.string(),
    fc.string({ unit: anyCharacter }),
    fc.tuple(pieces, fc.string(), fc.nat(120)).map(([a, b, at]) => a.slice(0, at) + b + a.slice(at)),
  );
  const log = fc.array(line, { maxLength: 30 }).chain((lines) =>
    fc.record({
      text: fc.constantFrom('\n', '\r\n', '\n> ').map((end) => lines.join(end)),
      noise: fc.uint8Array({ maxLength: 200 }),
      splits: fc.array(fc.nat(5000), { maxLength: 5 }),
    }),
  );

  test('nothing crashes, and every figure stands in it or is marked derived', async () => {
    await fc.assert(
      fc.asyncProperty(log, async ({ text, noise, splits }) => {
        const bytes = Buffer.concat([new TextEncoder().encode(text), noise]);
        const cuts = [
          0,
          ...splits.map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const parts = cuts.slice(1).map((to, i) => bytes.subarray(cuts[i] ?? 0, to));
        const imported = await importLog(chunksOf(...parts), {
          labels: NO_LABELS,
          states: null,
          tscGhz: null,
        });
        const content = new TextDecoder().decode(bytes);
        // A list may go on in the next line, behind the mark of the quote.
        const joined = content
          .split('\n')
          .map((quoted) => quoted.replace(/^(?:\s*[>|]\s?)+/, ''))
          .join('')
          .replace(/\s+/g, '');
        for (const { printed, ns, derived } of imported.observations) {
          expect(joined).toContain(printed.replace(/\s+/g, ''));
          if (ns !== null && derived === 'no') expect(String(ns)).toBe(String(Number(printed)));
        }
        for (const row of [...imported.results, ...imported.cpus]) {
          const computed = 'derived' in row ? row.derived.split(';') : [];
          for (const [name, value] of Object.entries(row)) {
            const isOrdinal = ['run', 'issued'].includes(name);
            if (typeof value !== 'number' || isOrdinal || computed.includes(name)) continue;
            expect(content, `${name} ${value}`).toMatch(new RegExp(`(^|\\D)0*${value}(\\D|$)`));
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('of a log with more than is kept the first of all is kept, and how many were not is said', async () => {
    async function* manyLines() {
      const block = new TextEncoder().encode(`[ 1.0] noise\n${TIME_LINE}\nRMPOPT new\n`.repeat(100));
      for (let i = 0; i < 8; i++) yield block;
    }
    const request = { labels: NO_LABELS, states: null, tscGhz: null };
    const limits = { observations: 500, sweeps: 300, notes: 200 };
    const imported = await importLog(manyLines(), request, limits);
    expect(imported.lines).toBe(2400);
    expect(totalsOf(imported)).toHaveLength(300);
    expect([imported.observations.length, imported.notes.length]).toEqual([500, 200]);
    expect(imported.warnings.map(({ kind, message }) => [kind, message.split(' ')[0]])).toEqual([
      ...[
        ['not-understood', '800'],
        ['sweeps-left-out', '500'],
        ['observations-not-listed', '300'],
      ],
    ]);
  });
});
