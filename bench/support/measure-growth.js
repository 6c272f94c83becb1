// Runs one cell in a process of its own and tells, as JSON, how long the simulation took and what memory the process took at most.
import { cellTask, importSimulator, peakMib } from './simulator.js';

const [file, choiceJson] = process.argv.slice(2);
const choice = JSON.parse(choiceJson);
const simulator = await importSimulator(file);
const host = { machines: [simulator.catalogue.machine('posted-2p')], seed: 1, jitter: null };
const task = cellTask(simulator, choice);
const startMs = performance.now();
const outcome = simulator.runCellTask(task, host);
if (outcome.kind !== 'measured') throw new Error(`the cell was ${outcome.kind}`);
const firstMs = performance.now() - startMs;
console.log(JSON.stringify({ firstMs, peakMib: peakMib() }));
