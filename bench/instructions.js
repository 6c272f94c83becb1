// RMPOPTs per second inside one sweep: rounds that are alike executed once, every round executed, and every RMPOPT with costs of its
// own.
import { printTable } from './support/print.js';
import { loadSimulator } from './support/simulator.js';

const TURNS = 15;
const WARM_UP_TURNS = 5;
const GIB_BYTES = 2 ** 30;

/** How a sweep is executed; the first two come to the same, which is checked. */
const PATHS = [
  { name: 'rounds that are alike once', options: () => ({}) },
  { name: 'every round', options: () => ({ rememberRounds: false }) },
  { name: 'every RMPOPT, with --jitter', options: (run) => ({ jitter: { seed: 1, run } }) },
];

export const title = 'RMPOPTs a second in one sweep of an empty host: 1024 CPUs, all threads, 2 TiB';

export async function run() {
  const simulator = await loadSimulator();
  const { catalogue, NO_OVERRIDES, resolveMachine } = simulator;
  const machine = catalogue.machine('posted-2p');
  const config = resolveMachine(machine, machine.defaultHypothesis, 2048 * GIB_BYTES, NO_OVERRIDES);
  const rmpopts = (config.memoryBytes / GIB_BYTES) * config.topology.cpus;
  const measured = PATHS.map(({ name, options }) => ({ name, ...measure(simulator, config, options) }));
  const [fast, naive] = measured;
  if (fast.elapsedPs !== naive.elapsedPs) throw new Error('the sweeps did not come to the same');
  printTable(
    ['executed', 'ms a sweep', 'million RMPOPTs/s'],
    measured.map(({ name, ms }) => [name, ms.toFixed(2), (rmpopts / ms / 1000).toFixed(0)]),
  );
}

function measure({ Machine, Sweeper, chooseSweep }, config, options) {
  const timesMs = [];
  let elapsedPs = 0;
  for (let turn = 1; turn <= TURNS; turn++) {
    const sweeper = new Sweeper(new Machine(config, options(turn)));
    const start = process.cpuUsage();
    const phases = sweeper.sweep(chooseSweep('local-first', 'all', null));
    const { user, system } = process.cpuUsage(start);
    timesMs.push((user + system) / 1000);
    elapsedPs = phases.reduce((sum, phase) => sum + phase.elapsedPs, 0);
  }
  const ascending = timesMs.slice(WARM_UP_TURNS).sort((a, b) => a - b);
  return { ms: ascending[Math.floor(ascending.length / 2)], elapsedPs };
}
