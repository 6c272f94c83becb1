// Executes every RMPOPT of one sweep in a process of its own and prints what memory the process took at most, in MiB.
import { importSimulator, peakMib } from './simulator.js';

const [file, topology, regions] = process.argv.slice(2);
const simulator = await importSimulator(file);
const { catalogue, chooseSweep, Machine, NO_OVERRIDES, parseTopology, resolveMachine, Sweeper } = simulator;
const machine = catalogue.machine('posted-2p');
const overrides = { ...NO_OVERRIDES, topology: parseTopology(topology) };
const config = resolveMachine(machine, machine.defaultHypothesis, Number(regions) * 2 ** 30, overrides);
const host = new Machine(config, { jitter: { seed: 1, run: 1 } });
new Sweeper(host).sweep(chooseSweep('local-first', 'all', null));
console.log(peakMib());
