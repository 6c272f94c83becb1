import { describe, expect, test } from 'vitest';
import { readLog, totalsIn } from '../support/logs.js';

const RANGE = '0x0000000000000000 - 0x0000020000000000';
const TOTAL = `SEV-SNP: RMPOPT execution time 311135734 ns for physical address range ${RANGE} on all cpus`;
const LINES = ['SEV-SNP: RMPOPT instruction cycles 83680', 'SEV-SNP: RMPOPT instruction cycles 91234', TOTAL];

async function printedIn(log: string): Promise<(string | null)[]> {
  return (await readLog(log)).observations.map(({ printed }) => printed);
}

describe('a figure at the end of a line', () => {
  test.each([
    ['numbered lines', '17:SEV-SNP: RMPOPT average cycles 1\n18:20345\n'],
    ['numbered lines with the first bare', 'SEV-SNP: RMPOPT average cycles 1\n18:20345\n'],
    ['stamped lines', '[  232.789187] RMPOPT average cycles 1\n[  232.789187] 20345\n'],
    ['a list behind a mark', 'Memory @ 12GB: CPU(s): 1\n# 0-1023\n'],
    ['a list behind a host', 'h kernel: Memory @ 12GB: CPU(s): 1\nh kernel: 0-1023\n'],
    ['a break that is written out', 'Memory @ 12GB: CPU(s): 10\\n-1023\n'],
  ])('is in doubt where the next has the rest of it: %s', async (_, log) => {
    const { observations, notes } = await readLog(log);
    expect(observations.filter(({ unit }) => unit !== 'GB')).toEqual([]);
    expect(notes).toHaveLength(1);
  });

  test('is in doubt where it is an address without all digits and the next line has letters of it', async () => {
    const log = 'RMP segment 13 mapped size (0x1400000000) reduced to 0x27f2\n    c00000\n';
    expect(await printedIn(log)).not.toContain('0x27f2');
  });
});

test('an address that a terminal has written over is not taken', async () => {
  const log = `SEV-SNP: RMP table physical range [0x0000000047c00000 - 0x00000000583ffff5\bf]\n`;
  expect(await printedIn(log)).not.toContain('0x00000000583ffff5');
});

describe('a line that ends within the first words of its message', () => {
  const words = 'RMPOPT average';
  test.each(Array.from(words.slice(1), (_, i) => words.slice(0, i + 1)))('goes on: %s', async (begun) => {
    const rest = 'RMPOPT average cycles 120345'.slice(begun.length);
    expect(await printedIn(`> SEV-SNP: ${begun}\n> ${rest}\n`)).toEqual(['120345']);
  });

  test('is noted where the next is no rest of it', async () => {
    const { notes } = await readLog('SEV-SNP: RMPO\nusb 1-1: new device\n');
    expect(notes).toMatchObject([{ line: 1, reason: 'cut off' }]);
  });
});

test('a note shows a line as it is, and leaves it to the report to spell what is invisible', async () => {
  const line = 'SEV-SNP: RMPOPT average cycles 5\x0765';
  expect((await readLog(`\x1b[1m${line}\x1b[0m\n`)).notes).toMatchObject([{ text: line }]);
});

describe('what a mail says twice counts once', () => {
  const plain = `${LINES.join('\n')}\n`;
  const html = `<html><body>${LINES.map((line) => `<div>${line}</div>`).join('\n')}</body></html>\n`;
  const mail = (...parts: readonly (readonly [string, string])[]) =>
    [
      'Subject: a log\nContent-Type: multipart/alternative;\n boundary="b1"\n',
      ...parts.map(([type, text]) => `--b1\nContent-Type: ${type}; charset=utf-8\n\n${text}`),
      '--b1--\n',
    ].join('\n');

  test.each([
    ['as text and as HTML', mail(['text/plain', plain], ['text/html', html])],
    ['as HTML and as text', mail(['text/html', html], ['text/plain', plain])],
    ['as HTML alone', mail(['text/plain', 'Your program shows no HTML.\n'], ['text/html', html])],
    ['and quotes', `${plain}On Wednesday, somebody wrote:\n> ${LINES.join('\n> ')}\n`],
    ['in two quotations', `>> ${LINES.join('\n>> ')}\nYes.\n> > > ${LINES.join('\n> > > ')}\n`],
  ])('%s', async (_, log) => {
    expect(totalsIn(await readLog(log))).toMatchObject([{ elapsedNs: 311_135_734, issued: 2 }]);
  });

  test('and what follows the parts counts again', async () => {
    const log = mail(['text/plain', 'none'], ['text/html', html]) + plain;
    expect(totalsIn(await readLog(log))).toHaveLength(2);
  });

  test('while equal lines of one depth are several', async () => {
    const [line = ''] = LINES;
    expect(await printedIn(`> ${line}\n> ${line}\n${line}\n`)).toHaveLength(2);
  });
});

describe('an object of JSON', () => {
  const written = (make: (line: string) => object) =>
    LINES.map((line) => JSON.stringify(make(line))).join('\n');

  test.each([
    [
      'the message and the line it came in',
      written((line) => ({ message: line, event: { original: `<6>${line}` } })),
    ],
    ['the message under several names', written((line) => ({ message: line, msg: line, _raw: line }))],
  ])('that has %s counts once', async (_, log) => {
    expect(totalsIn(await readLog(log))).toMatchObject([{ elapsedNs: 311_135_734, issued: 2 }]);
  });

  test('over several lines counts a message of two fields once, and of two objects twice', async () => {
    const object = (line: string) =>
      JSON.stringify({ MESSAGE: line, PRIORITY: 6, SYSLOG_RAW: `<6>${line}` }, null, 2);
    const [line = ''] = LINES;
    expect(await printedIn(`${object(line)}\n${object(line)}\n`)).toHaveLength(2);
  });

  test('counts equal elements of its lists one by one', async () => {
    const [line] = LINES;
    expect(await printedIn(JSON.stringify({ values: [line, line], more: { values: [line] } }))).toHaveLength(
      3,
    );
  });
});
