/** What of the simulator the benchmarks call. */
// biome-ignore-all lint/performance/noBarrelFile: this is what the bundler is to start from.

export { calibrate } from '../../src/calibrate/calibrate.js';
export {
  askedSweeps,
  predictionsOf,
  runChainTask,
  uniformOf,
  World,
} from '../../src/calibrate/chain-task.js';
export { SIGMA, sigmaOf } from '../../src/calibrate/evidence.js';
export { FIGURE_KINDS } from '../../src/calibrate/figures-file.js';
export { loadFigures } from '../../src/calibrate/load-figures.js';
export { mergeFigures } from '../../src/calibrate/merge-figures.js';
export { Prior } from '../../src/calibrate/prior.js';
export { gaussianFrom } from '../../src/calibrate/sampler.js';
export { onlyHistogram } from '../../src/calibrate/simulate-condition.js';
export {
  askedOn,
  convergenceWarnings,
  requestsOf,
  usedConditions,
} from '../../src/cli/calibrate-action.js';
export { InputError } from '../../src/errors.js';
export { Files } from '../../src/files/files.js';
export { Machine } from '../../src/machine/machine.js';
export { parseTopology } from '../../src/machine/topology.js';
export { bandsOfCluster, clustersOf, envelope } from '../../src/measure/bands.js';
export { runCellTask } from '../../src/measure/cell-task.js';
export { drawBits } from '../../src/random.js';
export { Catalogue } from '../../src/scenario/catalogue.js';
export { NO_OVERRIDES, resolveMachine } from '../../src/scenario/resolve-machine.js';
export { mappingOf, withMapping } from '../../src/scenario/scenario.js';
export { Predictor } from '../../src/sweep/predict.js';
export { chooseSweep } from '../../src/sweep/strategies.js';
export { Sweeper } from '../../src/sweep/sweeper.js';
