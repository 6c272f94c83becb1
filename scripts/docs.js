// Writes the documentation that is made from the commands: docs/cli.md and the man page.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

// Inside the package, from where the libraries that are left out of the bundle are found.
const folder = await mkdtemp(resolve('node_modules/.docs-'));
try {
  const outfile = join(folder, 'command-docs.js');
  const entryPoints = ['src/cli/command-docs.ts'];
  await build({ entryPoints, outfile, bundle: true, packages: 'external', format: 'esm', platform: 'node' });
  const { commandDocs } = await import(outfile);
  for (const { path, content } of await commandDocs(resolve('.'))) await writeFile(path, content);
} finally {
  await rm(folder, { recursive: true });
}
