// Time inside the simulation of the grid the list asked for, with nothing around it: first in a process that has just started, then
// when the program has become warm, with and without the prices of several hundred plausible sets of costs.

import { printTable } from './support/print.js';
import { cellTask, loadSimulator } from './support/simulator.js';

const ROUNDS = 15;
const GOAL_MS = 20;

export const title = 'The grid of three states and three mappings, 1024 CPUs, 2 TiB';

export async function run() {
  const simulator = await loadSimulator();
  const host = { machines: [simulator.catalogue.machine('posted-2p')], seed: 1, jitter: null };
  const choices = ['full', 'empty', 'again'].flatMap((scenario) =>
    ['4k', '2m', '1g'].map((mapping) => ({ scenario, mapping })),
  );
  const rows = [
    ['simulation', (task) => ({ ...task, bandHypotheses: [] })],
    ['simulation and ranges', (task) => task],
  ].map(([name, choose]) => {
    const tasks = choices.map((choice) => choose(cellTask(simulator, choice)));
    const timesMs = Array.from({ length: ROUNDS }, () =>
      timeMs(() => tasks.map((task) => simulator.runCellTask(task, host))),
    );
    const warmMs = Math.min(...timesMs);
    const goal = name === 'simulation' ? `${GOAL_MS} ${warmMs < GOAL_MS ? 'met' : 'missed'} warm` : '';
    return [name, timesMs[0].toFixed(0), warmMs.toFixed(1), goal];
  });
  printTable(['', 'first ms', 'best ms', 'goal'], rows);
}

function timeMs(work) {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}
