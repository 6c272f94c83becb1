// The simulator as the benchmarks call it: bundled from the sources, so that a figure is the simulation's and not the process'.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '../..');

/** Loads the simulator with the machine and the scenarios that come with the program. */
export async function loadSimulator() {
  return withSimulator(importSimulator);
}

/** Calls `use` with the path of a file that holds the simulator; the file is there until it is done. */
export async function withSimulator(use) {
  const { bundle } = await import('../../scripts/bundle.js');
  const folder = await mkdtemp(join(tmpdir(), 'rmpopt-bench-'));
  const file = join(folder, 'simulator.mjs');
  try {
    await bundle(resolve(import.meta.dirname, 'simulator-modules.ts'), file);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The same from such a file, in a process that needs no memory for the bundler. */
export async function importSimulator(file) {
  const simulator = await import(pathToFileURL(file).href);
  return { ...simulator, catalogue: await openCatalogue(simulator) };
}

function openCatalogue({ Catalogue, Files }) {
  return Catalogue.open({ packageFolder: root, files: new Files() });
}

/** The figures that come with the program, as a fit takes them. */
export function loadShippedFigures({ Files, loadFigures, mergeFigures }) {
  return mergeFigures([loadFigures('list-2026-03', { packageFolder: root, files: new Files() })]);
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
      machine: 0,
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

/** What memory this process has taken at most; on Linux only. */
export function peakMib() {
  // What resourceUsage() tells may be the peak of the process that has started this one.
  const [, peakKib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(peakKib) / 1024;
}
