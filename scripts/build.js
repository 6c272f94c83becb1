// Bundles src/ into dist/: one entry, one chunk per command, so that a command loads only what it needs. The packages that
// end up inside are named with their licences, as those ask. The scenarios and machines that come with the program are
// read once here and left as JSON beside the code, since reading YAML takes longer than most runs.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const COMMON = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...COMMON,
  // The threads of a pool begin at a file of their own.
  entryPoints: { main: 'src/main.ts', 'cell-worker': 'src/jobs/cell-worker.ts' },
  outdir: 'dist',
  splitting: true,
  sourcemap: true,
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
});
await compileShippedFiles();
await writeFile('dist/THIRD-PARTY-LICENSES.txt', (await licences(bundledPackages(metafile))).join('\n'));

async function compileShippedFiles() {
  const outfile = resolve('dist/compile-shipped.js');
  await build({ ...COMMON, entryPoints: ['src/scenario/compile-shipped.ts'], outfile });
  const { compileShipped } = await import(outfile);
  for (const { path, content } of compileShipped(resolve('.'))) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  await rm(outfile);
}

function bundledPackages({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}

async function licences(folders) {
  return Promise.all(
    folders.map(async (folder) => {
      const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    }),
  );
}
