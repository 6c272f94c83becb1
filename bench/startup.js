// How long commands take from start to end, beside the start of Node.js alone. Runs are interleaved, so that a busy moment of the
// machine falls on all of them alike, and medians are compared.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { printTable } from './support/print.js';

const ROUNDS = 21;
const BIN = resolve(import.meta.dirname, '../bin/rmpopt-bench.js');
const BARE_NODE = ['-e', '0'];

/** What is run, with the most times the start of Node.js alone that it is to take; null: no goal. */
const COMMANDS = [
  { name: 'node -e 0', args: BARE_NODE, goal: null },
  { name: 'an empty module', args: [resolve(import.meta.dirname, 'support/empty.js')], goal: null },
  { name: '--version', args: [BIN, '--version'], goal: 2 },
  { name: '--help', args: [BIN, '--help'], goal: 2 },
  { name: 'full', args: [BIN, 'full'], goal: 6 },
  { name: 'compare full empty again --vary mapping=4k,2m,1g', args: [BIN, ...gridOfNine()], goal: null },
];

export const title = 'Start-up';

export function run() {
  const timesMs = COMMANDS.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { args }] of COMMANDS.entries()) timesMs[i].push(timeMs(args));
  }
  const medians = timesMs.map(median);
  const [bareMs] = medians;
  printTable(
    ['command', 'median ms', 'x node -e 0', 'goal'],
    COMMANDS.map(({ name, goal }, i) => [
      name,
      medians[i].toFixed(0),
      (medians[i] / bareMs).toFixed(2),
      goal === null ? '' : `${goal.toFixed(1)} ${medians[i] <= goal * bareMs ? 'met' : 'missed'}`,
    ]),
  );
}

function gridOfNine() {
  return ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g'];
}

function timeMs(args) {
  const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env;
  const startMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - startMs;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
