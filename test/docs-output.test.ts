import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cliOnce } from './support/cli.js';

/** A block that shows a command and what it prints. */
const SHOWN = /```text\n\$ rmpopt-bench ([^\n]*)\n[\s\S]*?```/g;

/** The document with every shown output replaced by what the program prints now. */
async function withRealOutput(document: string): Promise<string> {
  const outputs: string[] = [];
  for (const [, line = ''] of document.matchAll(SHOWN)) {
    const { stdout, exitCode } = await cliOnce(line.split(' '));
    expect(exitCode, line).toBe(0);
    outputs.push(stdout);
  }
  let shown = 0;
  return document.replace(SHOWN, (_, line: string) => {
    const output = outputs[shown++] ?? '';
    return `\`\`\`text\n$ rmpopt-bench ${line}\n${output}\`\`\``;
  });
}

test.each([
  ['README.md', 1],
  ['docs/questions.md', 11],
  ['docs/exits.md', 3],
])('every output shown in %s is real', async (file, count) => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const document = readFileSync(path, 'utf8');
  expect([...document.matchAll(SHOWN)]).toHaveLength(count);
  await expect(await withRealOutput(document)).toMatchFileSnapshot(path);
});
