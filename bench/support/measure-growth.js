// Runs one cell in a process of its own and tells, as JSON, how long the simulation took and what memory the process took at most.
import { cellTask, loadSimulator } from './simulator.js';

const choice = JSON.parse(process.argv[2]);
const simulator = await loadSimulator();
const host = { machine: simulator.catalogue.machine('posted-2p'), seed: 1, jitter: null };
const task = cellTask(simulator, choice);
const startMs = performance.now();
const outcome = simulator.runCellTask(task, host);
if (outcome.kind !== 'measured') throw new Error(`the cell was ${outcome.kind}`);
const firstMs = performance.now() - startMs;
const maxRssMib = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ firstMs, maxRssMib }));
