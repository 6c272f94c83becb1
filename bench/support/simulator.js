// The simulator as the benchmarks call it: bundled from the sources, so that a figure is the simulation's and not the process'.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const SOURCE = `
export { Machine } from './src/machine/machine.js';
export { parseTopology } from './src/machine/topology.js';
export { runCellTask } from './src/measure/cell-task.js';
export { Catalogue } from './src/scenario/catalogue.js';
export { mappingOf, withMapping } from './src/scenario/scenario.js';
export { NO_OVERRIDES, resolveMachine } from './src/scenario/resolve-machine.js';
export { chooseSweep } from './src/sweep/strategies.js';
export { Sweeper } from './src/sweep/sweeper.js';
`;

const root = resolve(import.meta.dirname, '../..');

/** Loads the simulator with the machine and the scenarios that come with the program. */
export async function loadSimulator() {
  const folder = await mkdtemp(join(tmpdir(), 'rmpopt-bench-'));
  const outfile = join(folder, 'simulator.mjs');
  try {
    await build({
      stdin: { contents: SOURCE, resolveDir: root, loader: 'ts' },
      ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20.19', outfile, logLevel: 'warning' },
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const simulator = await import(pathToFileURL(outfile).href);
    return { ...simulator, catalogue: await simulator.Catalogue.open(root) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A task for one cell of a grid. */
export function cellTask(simulator, { scenario, mapping, topology, memoryGib, strategy = 'local-first' }) {
  const { catalogue, parseTopology, chooseSweep, mappingOf, withMapping } = simulator;
  const read = catalogue.scenario(scenario);
  const mapped = mapping === undefined ? read : withMapping(read, mapping);
  const machine = catalogue.machine('posted-2p');
  const hypotheses = Object.keys(machine.hypotheses);
  return {
    cell: {
      scenario: mapped,
      mapping: mappingOf(mapped),
      memoryBytes: memoryGib === undefined ? machine.memoryBytes : memoryGib * 2 ** 30,
      topology: topology === undefined ? null : parseTopology(topology),
      sweep: chooseSweep(strategy, null, null),
      parameters: new Map(),
    },
    runs: { first: 1, last: 1 },
    hypotheses: [machine.defaultHypothesis],
    bandHypotheses: hypotheses,
    ...{ otherHypotheses: [], perCpu: false, headroom: null, isCompared: true },
  };
}
