// How time and memory grow with the simulated host. Each host is simulated in a process of its own that does nothing else.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { printTable } from './support/print.js';
import { withSimulator } from './support/simulator.js';

const CPUS = [
  ['64', '1x4x8x2'],
  ['256', '2x4x16x2'],
  ['1024', '2x8x32x2'],
  ['4096', '4x16x32x2'],
  ['16384', '16x16x32x2'],
];
const MEMORY_GIB = [64, 512, 2048, 8192, 65_536];
const MEASURE = resolve(import.meta.dirname, 'support/measure-growth.js');

export const title = 'Growth with the host';

export function run() {
  return withSimulator(printGrowth);
}

function printGrowth(simulatorFile) {
  const hosts = [
    ...CPUS.map(([cpus, topology]) => ({ cpus, topology, memoryGib: 2048 })),
    ...MEMORY_GIB.map((memoryGib) => ({ cpus: '1024', topology: '2x8x32x2', memoryGib })),
    { cpus: '16384', topology: '16x16x32x2', memoryGib: 65_536 },
  ];
  const rows = hosts.map(({ cpus, topology, memoryGib }) => {
    const full = measured(simulatorFile, { scenario: 'full', topology, memoryGib });
    const again = measured(simulatorFile, { scenario: 'again', topology, memoryGib });
    const memory = Math.max(full.peakMib, again.peakMib);
    return [cpus, String(memoryGib), full.firstMs.toFixed(0), again.firstMs.toFixed(0), memory.toFixed(0)];
  });
  printTable(['CPUs', 'GiB', 'full ms', 'again ms', 'process MiB'], rows);
}

function measured(simulatorFile, choice) {
  const args = [MEASURE, simulatorFile, JSON.stringify(choice)];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return JSON.parse(output);
}
