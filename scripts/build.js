// Bundles src/ into dist/: a command loads only the files it needs. The packages that end up inside are named with their licences,
// as those ask. The scenarios and machines that come with the program are read once here, since reading YAML takes longer than most
// runs: dist/compiled has each as a line of JSON, followed by the YAML it was read from.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'rolldown';

/**
 * What is needed together is in one file: each takes, with all they import, the modules that none before it has taken. `full`
 * reads these five, `--version` the first two; without them every module that two commands share would be a file to read.
 */
const FILES = [
  // The command line takes its names from here; threads, which know no command line, load this without main.
  { name: 'names', test: /src\/sweep\/strategies\.ts$|src\/scenario\/(mapping|suggest)\.ts$/ },
  { name: 'main', test: /src\/main\.ts$/ },
  { name: 'simulation', test: /src\/measure\/cell-task\.ts$/ },
  { name: 'run', test: /src\/cli\/plan-action\.ts$/ },
  { name: 'table', test: /src\/report\/(run-report|table)\.ts$/ },
];

const PROGRAM = {
  // The process, and the threads of a pool.
  input: { main: 'src/main.ts', worker: 'src/jobs/worker.ts' },
  platform: 'node',
  // main.cjs exports to the others what it took of them, instead of being one file more that imports from a second.
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: 'dist',
    // Loading an ES module takes Node.js longer than all that --version does.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    // Decoded ten times as fast.
    charset: 'ascii',
    comments: { legal: true, annotation: false, jsdoc: false },
    codeSplitting: { groups: FILES.map((file, i) => ({ ...file, priority: FILES.length - i })) },
  },
};

/** What compiles the shipped files and describes the commands; not part of the program. */
const MAKERS = {
  input: ['src/cli/compile-shipped.ts', 'src/cli/command-docs.ts'],
  platform: 'node',
  // They load at once what the program loads on demand.
  checks: { ineffectiveDynamicImport: false },
  output: { dir: 'dist/makers', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
};

await rm('dist', { recursive: true, force: true });
const [{ output }] = await build([PROGRAM, MAKERS]);
await compileShippedFiles();
await writeCommandTree();
await rm('dist/makers', { recursive: true });
await writeFile('dist/THIRD-PARTY-LICENSES.txt', (await licences(bundledPackages(output))).join('\n'));

async function compileShippedFiles() {
  const { compileShipped } = await import(resolve('dist/makers/compile-shipped.mjs'));
  for (const { path, content } of compileShipped(resolve('.'))) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** What completion answers from: the commands with all that they take. */
async function writeCommandTree() {
  const { commandTree } = await import(resolve('dist/makers/command-docs.mjs'));
  await writeFile('dist/command-tree.json', JSON.stringify(await commandTree(resolve('.'))));
}

function bundledPackages(files) {
  const folders = files
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
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
