// Writes what is made from the commands and the schemas: docs/cli.md, the man page and scenarios/schemas.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.js';

const folder = await mkdtemp(join(tmpdir(), 'rmpopt-bench-'));
try {
  const file = join(folder, 'command-docs.mjs');
  await bundle('src/cli/command-docs.ts', file);
  const { commandDocs } = await import(file);
  for (const { path, content } of await commandDocs(resolve('.'))) await writeFile(path, content);
} finally {
  await rm(folder, { recursive: true });
}
