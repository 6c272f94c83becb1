import { describe, expect, test } from 'vitest';
import { readLog, totalsIn } from '../support/logs.js';

const FRONT = '[  232.789187] SEV-SNP: ';
const RANGE = '0x0000000000000000 - 0x0000020000000000';
const total = (range: string) => `RMPOPT execution time 311135734 ns for physical address range ${range}`;

async function printedIn(log: string): Promise<string[]> {
  const { observations } = await readLog(log);
  return observations.map(({ figure, printed }) => `${figure} ${printed}`);
}

describe('in a log whose lines are cut off', () => {
  const width = FRONT.length + 'RMPOPT largest cycles 40'.length;
  const cut = (...messages: readonly string[]) => messages.map((one) => (FRONT + one).slice(0, width));
  const shown = cut(total(RANGE), total(RANGE));

  test.each([
    ['as long as they are', cut('RMPOPT largest cycles 408036')],
    ['longer by what came into it later', cut('RMPOPT largest cycles 408036').map((line) => `\u2026${line}`)],
    ['broken later', cut('RMPOPT largest cycles 408036').map((line) => line.replace('cycles', '\n> cycles'))],
  ])('a figure that ends a line is none where the line is %s', async (_, lines) => {
    const { observations, notes } = await readLog(`${[...shown, ...lines].join('\n')}\n`);
    expect(observations).toEqual([]);
    expect(notes.at(-1)?.reason).toBe('lines of the log are cut off, as this one may be');
  });

  test('a figure that ends a shorter line is one', async () => {
    const lines = [...shown, ...cut('RMPOPT average cycles 9')];
    expect(await printedIn(`${lines.join('\n')}\n`)).toEqual(['average instruction 9']);
  });

  test('no lines are doubted for equal lines of another program, where others are longer', async () => {
    const noise = 'Panic#2 Part17\n';
    const log = `${noise}RMPOPT average cycles\n9\n`.repeat(3);
    expect(await printedIn(`${log}${FRONT}${total(RANGE)}\n`)).toContain('average instruction 9');
  });
});

describe('an address is one', () => {
  test.each([
    ['with all its digits, whatever follows', '0x0000000000000000 - 0x0000020000000000 on all', 2048],
    ['with fewer, where the text of the message follows', '0x0 - 0x20000000000 on all cpus', 2048],
    ['with more than there are', '0x0000000000000000 - 0x0000e020000000000 on all cpus', null],
    ['with zeros in front and too few digits', '0x0000000000000000 - 0x000020000 on all cpus', null],
    ['with a mark in it', '0x000000)0000000000 - 0x0000020000000000 on all cpus', null],
    ['with digits apart', '0x0000000000000000 - 0x0000020000000000 000 on all cpus', null],
    ['broken behind its first characters', '0x0000000000000000 - 0x\n0000020000000000 on all cpus', 2048],
  ])('%s: %s', async (_, range, regions) => {
    expect(totalsIn(await readLog(`${FRONT}${total(range)}\n`))).toMatchObject([{ regions }]);
  });
});

describe('a figure is in doubt', () => {
  test.each([
    ['with a mark behind it that closes nothing', 'RMPOPT average cycles 5)\n'],
    [
      'with a part of it behind a comma',
      'RMPOPT max cycle on cpu 1, addr 0x0, cycles 34,19, prev largest 1\n',
    ],
    ['with its rest in front of another message', 'RMPOPT average cycles 9\n39[   10.080295] hello\n'],
    ['with its rest behind a mark and markup', 'RMPOPT average cycles 9\n+4<b8\n'],
    ['with its rest behind lines without words', 'RMPOPT average cycles 9\n> \n+\n45\n'],
    ['with its rest in front of a word', 'RMPOPT average cycles 9\n4 million\n'],
    ['with its rest in a word', 'RMPOPT average cycles 9\nk3\n'],
    ['of a clock with fewer digits than the kernel prints', 'tsc: Detected 2450.0 MHz processor\n'],
    [
      'in a line as wide as one that was broken',
      'RMPOPT  average cycles 9\ntsc: Detected 2000.000 M\nHz processor\n',
    ],
  ])('%s', async (_, log) => {
    expect(await printedIn(log)).not.toContain('average instruction 9');
    expect((await readLog(log)).notes.length).toBeGreaterThan(0);
  });

  test('where it is a list that the next line may go on with', async () => {
    const found = await printedIn('Memory @  0GB: CPU(s): 0,2,4\n,k6,8\nMemory @  1GB: CPU(s): 0,2\n,4\n');
    expect(found).toEqual(['region 1', 'CPUs 0,2,4']);
  });
});

describe('figures of many lines', () => {
  const maximum = (rest: string) => `${FRONT}RMPOPT max cycle on cpu 1, addr 0x0, ${rest}\n`;

  test('are marked as doubtful where one of them cannot be read', async () => {
    const log = `${FRONT.replace('232', '231')}tsc: Detected 2000.000 MHz processor\n${maximum('cycles 100, prev largest 1')}${maximum('cyc??')}${FRONT}${total(RANGE)}\n`;
    expect(totalsIn(await readLog(log))).toMatchObject([
      { instructionMaxNs: 50, doubtful: 'instructionMaxNs' },
    ]);
  });

  test('of a sweep without a total take nothing that is printed long after', async () => {
    const log = `[  100.000001] RMPOPT instruction cycles 10\n[  195.237000] RMPOPT average cycles 81449\n`;
    expect(totalsIn(await readLog(log, { tscGhz: 1 }))).toMatchObject([
      { instructionMeanNs: 10 },
      { instructionMeanNs: 81_449, issued: null },
    ]);
  });
});
