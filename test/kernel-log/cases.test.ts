import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ImportedLog } from '../../src/kernel-log/import-log.js';
import { readLog, totalsIn } from '../support/logs.js';

/** Logs from the field, each of which was once misread. */
function read(name: string): Promise<ImportedLog> {
  return readLog(readFileSync(fileURLToPath(new URL(`cases/${name}`, import.meta.url))));
}

const elapsedIn = (log: ImportedLog) => totalsIn(log).map(({ elapsedNs }) => elapsedNs);
const reasonsIn = ({ notes }: ImportedLog) => notes.map(({ line, reason }) => `${line}: ${reason}`);

test.each([
  ['two-on-a-line.log', [311_135_734, 95_275_588]],
  ['two-messages-one-line.log', [311_135_734, 95_275_588]],
  ['mixed-prefixes.log', [311_135_734, 95_275_588]],
  ['journal-french.log', [311_135_734]],
  ['journal.json', [311_135_734]],
  ['qp-mail.eml', [391_609_638, 457_933_019]],
  ['html-entities.html', [391_609_638, 457_933_019]],
  ['utf16le.log', [311_135_734]],
])('%s: every sweep is found', async (name, sweeps) => {
  const log = await read(name);
  expect(elapsedIn(log)).toEqual(sweeps);
  expect(totalsIn(log).map(({ regions }) => regions)).toEqual(sweeps.map(() => 2048));
  expect(log.notes).toEqual([]);
});

describe('a figure whose end is not certain is none', () => {
  test.each([
    ['wrapped-in-figure-48.log', ['1: its last figure may go on in the next line']],
    ['soft-break-in-figure.eml', ['1: its line has no end, so its last figure may be cut off']],
    ['grouped-digits.log', ['1: not understood', '2: not understood', '3: not understood']],
  ])('%s', async (name, reasons) => {
    const log = await read(name);
    expect([log.observations, log.results]).toEqual([[], []]);
    expect(reasonsIn(log)).toEqual(reasons);
  });

  test('in a mail whose header says how it is encoded, it is put together', async () => {
    const body = readFileSync(
      fileURLToPath(new URL('cases/soft-break-in-figure.eml', import.meta.url)),
      'utf8',
    );
    const log = await readLog(`Content-Transfer-Encoding: quoted-printable\n\n${body}`);
    expect(log.observations).toMatchObject([{ printed: '5658', figure: 'average instruction' }]);
  });

  test('of an address with fewer digits than the kernel prints, the time is kept and the regions are not', async () => {
    const log = await read('range-cut.log');
    expect(totalsIn(log)).toMatchObject([{ elapsedNs: 311_135_734, regions: null }]);
    expect(reasonsIn(log)).toEqual(['1: cut off: its address may have had more digits']);
  });

  test('a list of CPUs goes on over any number of lines', async () => {
    const { observations } = await read('list-over-lines.log');
    const even = Array.from({ length: 50 }, (_, i) => 2 * i).join(',');
    expect(observations.find(({ figure }) => figure === 'CPUs')?.printed).toBe(even);
  });
});

test('averages and extremes printed before their total are of the sweep it is of', async () => {
  const [first, second] = totalsIn(await read('average-before-total.log'));
  expect(first).toMatchObject({ elapsedNs: 500_000_000, instructionMeanNs: null });
  expect(second).toMatchObject({ elapsedNs: 200_000_000, instructionMeanNs: 60_000, regions: 1038 });
});

test.each([
  ['one-second-stamps.log', 5, (4 * 60 + 5000) / 5],
  ['dmesg-T-same.log', 3, (2 * 60 + 5000) / 3],
  ['message-repeated.log', 5, (4 * 60 + 5000) / 5],
])('%s: equal lines count where nothing says that they are one', async (name, count, cycles) => {
  const log = await read(name);
  expect(totalsIn(log)).toMatchObject([{ issued: count, instructionMeanNs: Math.round(cycles / 2) }]);
  expect(log.notes).toEqual([]);
});

test('figures of a log that lacks messages are marked, and the lines that say so are named', async () => {
  const log = await read('dropped.log');
  const [row] = totalsIn(log);
  expect(row).toMatchObject({ instructionMinNs: 30, instructionMeanNs: 35, instructionMaxNs: 40 });
  expect(row?.doubtful).toBe('issued;instructionMinNs;instructionMeanNs;instructionMaxNs');
  const warning = log.warnings.find(({ kind }) => kind === 'log-incomplete');
  expect(warning?.message).toContain('line 3: 1045 messages dropped, line 5: 1045 messages missed');
});

test('each line is timed at the rate of its own machine, and the words say so', async () => {
  const log = await read('two-machines-concatenated.log');
  expect(totalsIn(log).map(({ instructionMeanNs }) => instructionMeanNs)).toEqual([1000, 500]);
  expect(log.warnings.map(({ message }) => message)).toEqual([
    'cycles of line 2 were converted to time at 2 GHz, from line 1 of the log',
    'cycles of line 4 were converted to time at 4 GHz, from line 3 of the log',
  ]);
});

test.each([
  ['tsc-only.log', []],
  ['setup-only.log', []],
  ['not-reserved.log', ['1: SNP is off: the BIOS has reserved no memory for the RMP table']],
  [
    'not-supported.log',
    [
      '1: RMPOPT is not supported on this host',
      '2: no sweep: segmented RMP required',
      '3: SNP is off: the RMP does not cover all memory',
      '5: SNP is off: the RMP does not cover all memory',
    ],
  ],
])('%s tells of no sweep, and why', async (name, reasons) => {
  const log = await read(name);
  expect([log.sweeps, log.notes]).toEqual([0, []]);
  expect(log.reasons.map(({ line, reason }) => `${line}: ${reason}`)).toEqual(reasons);
});

test('the set-up of a segmented RMP is understood', async () => {
  const { observations } = await read('setup-only.log');
  const told = observations.map(({ line, figure, printed }) => `${line} ${figure} ${printed}`);
  expect(told).toEqual([
    '2 address 0x000000009ba00000',
    '3 address 0x0000000055a00000',
    '4 address 0x0000000075a00000',
    '5 segment size 128',
    '6 address 0x8800000',
    '6 segment 0',
    '6 covers from 0x0',
    '6 covers to 0x87fffffff',
    '7 address 0x55b00000',
    '7 segment 8',
    '7 covers from 0x10000000000',
    '7 covers to 0x11fffffffff',
    '9 statement SEV-SNP enabled',
  ]);
});
