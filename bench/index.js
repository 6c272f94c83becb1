// Runs every benchmark of this folder, or those named: `npm run bench -- startup grid`. One file is one topic: it exports a title
// and what prints its figures.
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.js') && file !== 'index.js')
  .map((file) => file.slice(0, -'.js'.length));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`error: expected ${names.join(', ')}, found ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `Node.js ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}, load average ${load}`,
  );
  for (const name of wanted.length > 0 ? wanted : names) {
    const { title, run } = await import(`./${name}.js`);
    console.log(`\n${title}\n`);
    await run();
  }
}
