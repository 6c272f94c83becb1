/** What of the simulator the benchmarks call. */
// biome-ignore-all lint/performance/noBarrelFile: this is what the bundler is to start from.

export { Files } from '../../src/files/files.js';
export { Machine } from '../../src/machine/machine.js';
export { parseTopology } from '../../src/machine/topology.js';
export { runCellTask } from '../../src/measure/cell-task.js';
export { Catalogue } from '../../src/scenario/catalogue.js';
export { NO_OVERRIDES, resolveMachine } from '../../src/scenario/resolve-machine.js';
export { mappingOf, withMapping } from '../../src/scenario/scenario.js';
export { chooseSweep } from '../../src/sweep/strategies.js';
export { Sweeper } from '../../src/sweep/sweeper.js';
