// Memory of one sweep as it gets longer: every RMPOPT of it is executed, with costs of its own, in a process that does nothing else. What
// was kept of each RMPOPT, were it a number, would take 8 bytes.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { printTable } from './support/print.js';
import { withSimulator } from './support/simulator.js';

const TOPOLOGY = '8x16x32x2';
const CPUS = 8192;
const REGIONS = [32, 128, 512, 2048];
const MEASURE = resolve(import.meta.dirname, 'support/measure-memory.js');
const MIB_BYTES = 2 ** 20;

export const title = `Memory of a sweep with --jitter, ${CPUS} CPUs`;

export function run() {
  return withSimulator((simulatorFile) => {
    const rows = REGIONS.map((regions) => {
      const args = [MEASURE, simulatorFile, TOPOLOGY, String(regions)];
      const peakMib = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
      const rmpopts = regions * CPUS;
      return [String(regions), String(rmpopts), ((8 * rmpopts) / MIB_BYTES).toFixed(0), peakMib.toFixed(0)];
    });
    printTable(['regions', 'RMPOPTs', '8 bytes each, MiB', 'process MiB'], rows);
  });
}
