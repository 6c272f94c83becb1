import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BIN, SCRATCH } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';

const DOCUMENT = fileURLToPath(new URL('../../docs/spreadsheets.md', import.meta.url));

/** What the commands under a heading need. */
const NEEDS: Readonly<Record<string, () => boolean>> = {
  LibreOffice: () => isInstalled('soffice'),
  pandas: hasPandas,
  SQLite: () => isInstalled('sqlite3'),
  jq: () => isInstalled('jq'),
};

const TOOLS = join(SCRATCH, 'tools');
/** Programs of the system first: packages of its Python are found by no other. */
const ENV = {
  ...process.env,
  PATH: [TOOLS, '/usr/bin', process.env.PATH].join(':'),
  HOME: SCRATCH,
  LC_ALL: 'C.UTF-8',
};

function hasPandas(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pandas, openpyxl'], { env: ENV, stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('pandas is not installed: its test is skipped\n');
    return false;
  }
}

/** Commands, and what they are said to print. */
const RECIPE = /```sh\n([\s\S]*?)```(\n\n```text\n)?([\s\S]*?)(?=\n```|$)/g;

function run(commands: string): string {
  return execFileSync('bash', ['-ec', commands], { cwd: SCRATCH, env: ENV, encoding: 'utf8' });
}

test('the commands of docs/spreadsheets.md print what it shows', async () => {
  mkdirSync(TOOLS, { recursive: true });
  symlinkSync(BIN, join(TOOLS, 'rmpopt-bench'));
  symlinkSync(process.execPath, join(TOOLS, 'node'));
  const [start = '', ...sections] = readFileSync(DOCUMENT, 'utf8').split(/(?=^## )/m);
  for (const [, commands = ''] of start.matchAll(RECIPE)) expect(run(commands)).toBe('');
  const printed = sections.map((section) => {
    const [, heading = ''] = /^## (.*)\n/.exec(section) ?? [];
    const needs = NEEDS[heading];
    expect(section.includes('```sh'), heading).toBe(needs !== undefined);
    if (needs?.() !== true) return section;
    return section.replace(
      /(```sh\n([\s\S]*?)```\n\n```text\n)[\s\S]*?(?=^```$)/gm,
      (_, before, commands) => {
        return `${before}${run(commands)}`;
      },
    );
  });
  await expect([start, ...printed].join('')).toMatchFileSnapshot(DOCUMENT);
});
