import { describe, expect, test } from 'vitest';
import { readLog, totalsIn } from '../support/logs.js';
import { PREFIXES } from './prefixes.js';

const TOTAL =
  'RMPOPT execution time 311135734 ns for physical address range 0x0000000000000000 - 0x0000020000000000 on all cpus';
const MESSAGES = ['RMPOPT average cycles 5658', 'RMPOPT largest cycles 83680', 'RMPOPT smallest cycles 60'];

describe.each(Object.entries(PREFIXES))('behind %s', (_, prefix) => {
  test('a message is found, and no digit in front of it is taken for a figure', async () => {
    for (const end of ['\n', '\r\n']) {
      const log = await readLog(`hello${end}${prefix}${TOTAL}${end}bye${end}`);
      expect(totalsIn(log)).toMatchObject([
        { elapsedNs: 311_135_734, regions: 2048, instructionMeanNs: null },
      ]);
      expect(log.observations.map(({ printed }) => printed)).toEqual(['311135734']);
      expect(log.notes).toEqual([]);
    }
  });

  test('figures at the ends of lines that follow each other are read', async () => {
    const lines = [TOTAL, ...MESSAGES, 'and so on'].map((message) => `${prefix}${message}\n`);
    const { observations, notes } = await readLog(lines.join(''), { tscGhz: 2 });
    expect(observations.map(({ printed }) => printed)).toEqual(['311135734', '5658', '83680', '60']);
    expect(notes).toEqual([]);
  });

  test('messages that were cut off take nothing from what stands in front of the next', async () => {
    for (const cut of [
      'RMPOPT average cycles',
      'RMPOPT largest cycles ',
      'RMPOPT execution time',
      TOTAL.slice(0, 70),
    ]) {
      const lines = [cut, 'other', cut, TOTAL].map((message) => `${prefix}${message}\n`);
      const { observations } = await readLog(lines.join(''), { tscGhz: 2 });
      const allowed = cut.includes('ns') ? ['311135734', '311135734', '311135734'] : ['311135734'];
      expect(allowed.join()).toContain(observations.map(({ printed }) => printed).join());
    }
  });
});

test.each([
  ['Mar 11 10:00:00 host-a kernel: ', 'Mar 11 10:00:00', 'host-a'],
  ['Wed 2026-03-11 10:00:00 UTC host-a kernel[n/a]: ', '2026-03-11 10:00:00', 'host-a'],
  ['2026-03-11T10:00:00.123456+01:00 host-a kernel: [  232.789187] ', '232.789187', 'host-a'],
  ['<6>1 2026-03-11T10:00:00.123456Z host-a kernel - - - ', '2026-03-11T10:00:00.123456Z', 'host-a'],
  ['Mar 11 10:00:01 loghost Mar 11 10:00:00 host-a kernel: ', 'Mar 11 10:00:00', 'host-a'],
  ['6,1234,232789187,-;', '232789187', ''],
  ['Mar 11 10:00:00 kernel: ', 'Mar 11 10:00:00', ''],
  ['host-a | [  232.789187] ', '232.789187', 'host-a'],
  ['kern  :info  : [Wed Mar 11 10:00:00 2026] ', 'Wed Mar 11 10:00:00 2026', ''],
  ['ao\u00fbt 19 11:08:37 host-a kernel: ', 'ao\u00fbt 19 11:08:37', 'host-a'],
  ['1773223200.123456 host-a kernel: ', '1773223200.123456', 'host-a'],
])('time and host are read where they stand: %s', async (prefix, stamp, host) => {
  const { observations } = await readLog(`${prefix}SEV-SNP: ${TOTAL}\n`);
  expect(observations).toMatchObject([{ stamp, host }]);
});
