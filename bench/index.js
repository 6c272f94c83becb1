// Runs the benchmarks of this folder, or those named: `npm run bench -- startup grid`. One file is one topic: it exports a title
// and what prints its figures; one that takes options, `npm run bench -- coverage --seed 2`, is run where it is named.
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.js') && file !== 'index.js')
  .map((file) => file.slice(0, -'.js'.length));
const words = process.argv.slice(2);
const wanted = words.slice(
  0,
  [...words, '-'].findIndex((word) => word.startsWith('-')),
);
const options = words.slice(wanted.length);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  fail(`expected ${names.join(', ')}, found ${unknown.join(', ')}`);
} else {
  const chosen = wanted.length > 0 ? wanted : names;
  const all = await Promise.all(chosen.map((name) => import(`./${name}.js`)));
  const benches = all.filter(({ takesOptions }) => wanted.length > 0 || takesOptions !== true);
  if (options.length > 0 && !benches.every(({ takesOptions }) => takesOptions === true)) {
    fail(`expected options after a benchmark that takes them, found ${options.join(' ')}`);
  } else await runAll(benches);
}

async function runAll(benches) {
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `Node.js ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}, load average ${load}`,
  );
  for (const { title, run } of benches) {
    console.log(`\n${title}\n`);
    await run(options);
  }
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exitCode = 2;
}
