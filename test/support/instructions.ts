import type { Machine } from '../../src/machine/machine.js';
import { PAGES_PER_REGION, WINDOW_REGIONS } from '../../src/machine/memory.js';
import type { Rmp } from '../../src/machine/rmp.js';
import type { RmpoptTables } from '../../src/machine/rmpopt-tables.js';
import { createRoundShape } from '../../src/machine/round.js';
import { coreOfCpu } from '../../src/machine/topology.js';
import { GIB_BYTES, picoseconds } from '../../src/units.js';

/** What one RMPOPT answered: `carry` is CF, 1 when the region is optimized on this core. */
interface RmpoptAnswer {
  readonly carry: number;
  readonly durationPs: number;
}

/**
 * RMPOPT function 0, verify and report status, alone and at a time after all earlier ones on its region.
 * @param addressBytes any system physical address; hardware aligns it to its region
 */
export function issue(machine: Machine, cpu: number, addressBytes: number, startPs: number): RmpoptAnswer {
  const region = Math.floor(addressBytes / GIB_BYTES);
  if (region >= machine.regions) {
    return { carry: 0, durationPs: picoseconds(machine.config.values.rmpoptFixedNs) };
  }
  const alone = { delivery: 'local', sender: cpu, cpus: Int32Array.of(cpu), condResched: false } as const;
  const { durationPs, byCpu } = machine.execute(
    { shape: createRoundShape(alone, machine.topology), region },
    startPs,
  );
  return { carry: byCpu.optimized[0], durationPs };
}

/** RMPOPT function 1, report status: changes nothing. */
export function probe({ tables, topology }: Machine, cpu: number, addressBytes: number): 0 | 1 {
  const [core, region] = [coreOfCpu(topology, cpu), Math.floor(addressBytes / GIB_BYTES)];
  return isInWindow(tables, core, region) && tables.optimizedCores(region, core, core + 1) === 1 ? 1 : 0;
}

/** Whether a region lies in the 2 TiB window of a core. */
export function isInWindow(tables: RmpoptTables, core: number, region: number): boolean {
  const base = tables.baseRegion(core);
  return region >= base && region < base + WINDOW_REGIONS;
}

/** RMPREAD of one page: who owns it, `null` for the hypervisor. */
export function ownerOf(rmp: Rmp, page: number): string | null {
  const local = page % PAGES_PER_REGION;
  const runs = rmp.runsOf(Math.floor(page / PAGES_PER_REGION));
  return runs.find(({ startPage, endPage }) => startPage <= local && local < endPage)?.owner.name ?? null;
}
