import { InputError, type Problem } from '../errors.js';
import { PAGES_PER_REGION } from '../machine/memory.js';
import {
  type EntrySize,
  type Owner,
  type Rmp,
  type RmpUpdate,
  type RmpUpdateOutcome,
  regionOfPage,
} from '../machine/rmp.js';
import { MAPPINGS } from '../scenario/mapping.js';
import type { EachRegion, Guest } from '../scenario/scenario.js';
import { problemAtSource } from '../scenario/source.js';
import { formatBytes, GIB_BYTES, PAGE_BYTES } from '../units.js';
import { placeInEachRegion } from './each-region.js';
import { placeGuest } from './placement.js';
import type { PageRun } from './spans.js';

/** What a change of private memory took: the regions it reached and how many RMPUPDATEs were executed. */
export interface MemoryChange {
  readonly regions: ReadonlySet<number>;
  readonly rmpUpdates: number;
}

/** What private memory is part of: a machine, or several that share an RMP. */
export interface MemoryHost {
  readonly rmp: Rmp;
  /** RMPUPDATEs executed so far. */
  readonly rmpUpdates: number;
  guestsRunning: boolean;
  rmpupdate(update: RmpUpdate): RmpUpdateOutcome;
}

interface Holding {
  readonly owner: Owner;
  readonly regions: Set<number>;
}

/** The private memory of a host: who holds what. Every change is executed, RMPUPDATE by RMPUPDATE. */
export class PrivateMemory {
  readonly #host: MemoryHost;
  readonly #seed: number;
  readonly #guests = new Map<string, Holding>();
  readonly #eachRegion: Holding[] = [];
  #guestsLaunched = 0;
  #entriesAssigned = 0;

  /** @param seed seed of random placements */
  constructor(host: MemoryHost, seed: number) {
    this.#host = host;
    this.#seed = seed;
  }

  /** Makes pages of every region private, on behalf of no guest. */
  assignInEachRegion(entry: EachRegion): MemoryChange {
    const holding = createHolding('pages in each region');
    this.#eachRegion.push(holding);
    const runs = placeInEachRegion(this.#host.rmp, entry, this.#seed, this.#entriesAssigned++);
    return this.#assign(holding, runs, MAPPINGS[entry.mapping].entrySize);
  }

  /**
   * Starts a guest on memory of its own.
   * @throws InputError when there is no room for it
   */
  launch(guest: Guest): MemoryChange {
    const place = placeGuest(this.#host.rmp, guest, this.#seed, this.#guestsLaunched++);
    if (!place.fits) {
      const memoryBytes = this.#host.rmp.regions * GIB_BYTES;
      throw new InputError([noRoom(guest, memoryBytes, place.mostPages * PAGE_BYTES)]);
    }
    const holding = createHolding(guest.name);
    this.#guests.set(guest.name, holding);
    this.#host.guestsRunning = true;
    return this.#assign(holding, place.runs, MAPPINGS[guest.mapping].entrySize);
  }

  /** How many guests run. */
  get guests(): number {
    return this.#guests.size;
  }

  isRunning(name: string): boolean {
    return this.#guests.has(name);
  }

  /** Ends a running guest; its memory goes back to the hypervisor. */
  terminate(name: string): MemoryChange {
    const holding = this.#guests.get(name);
    if (holding === undefined) throw new RangeError(`no guest ${name} runs`);
    this.#guests.delete(name);
    this.#host.guestsRunning = this.#guests.size > 0;
    return this.#giveBack([holding]);
  }

  /** Ends all guests and gives back the pages held for none; what the platform holds from boot stays. */
  freeAll(): MemoryChange {
    const holdings = [...this.#guests.values(), ...this.#eachRegion.splice(0)];
    this.#guests.clear();
    this.#host.guestsRunning = false;
    return this.#giveBack(holdings);
  }

  #assign({ owner, regions }: Holding, runs: Iterable<PageRun>, entrySize: EntrySize): MemoryChange {
    const before = this.#host.rmpUpdates;
    for (const { startPage, pages } of runs) {
      this.#update({ startPage, pages, entrySize, owner });
      const lastRegion = regionOfPage(startPage + pages - 1);
      for (let region = regionOfPage(startPage); region <= lastRegion; region++) regions.add(region);
    }
    return this.#change(regions, before);
  }

  #giveBack(holdings: readonly Holding[]): MemoryChange {
    const before = this.#host.rmpUpdates;
    const reached = new Set<number>();
    for (const { owner, regions } of holdings) {
      for (const region of regions) {
        reached.add(region);
        for (const run of this.#host.rmp.runsOfOwner(region, owner)) {
          const startPage = region * PAGES_PER_REGION + run.startPage;
          this.#update({
            startPage,
            pages: run.endPage - run.startPage,
            entrySize: run.entrySize,
            owner: null,
          });
        }
      }
    }
    return this.#change(reached, before);
  }

  #change(regions: ReadonlySet<number>, updatesBefore: number): MemoryChange {
    return { regions, rmpUpdates: this.#host.rmpUpdates - updatesBefore };
  }

  /** Placement only offers pages the hypervisor owns and owners only give back their own, so a failure is a fault. */
  #update(update: RmpUpdate): void {
    const { result } = this.#host.rmpupdate(update);
    if (result !== 'SUCCESS') throw new Error(`RMPUPDATE at page ${update.startPage}: ${result}`);
  }
}

function createHolding(name: string): Holding {
  return { owner: { name, immutable: false }, regions: new Set() };
}

function noRoom(guest: Guest, memoryBytes: number, mostBytes: number): Problem {
  const { name, sizeBytes, mapping, placement, source } = guest;
  if (sizeBytes > memoryBytes) {
    const expected = `guest ${name} within the memory of the host, ${formatBytes(memoryBytes)}`;
    return problemAtSource(source, expected, formatBytes(sizeBytes));
  }
  const inPieces =
    placement === 'contiguous' ? `in one piece aligned to ${mapping}` : `in free ${mapping} pages`;
  const expected = `room for guest ${name}, ${formatBytes(sizeBytes)} ${inPieces}`;
  return problemAtSource(source, expected, mostBytes === 0 ? 'none' : `${roughly(mostBytes)} at most`);
}

/** In GiB with a digit behind the point, rounded down; less than that exactly. */
function roughly(bytes: number): string {
  const tenths = Math.floor((10 * bytes) / GIB_BYTES);
  return tenths === 0 ? formatBytes(bytes) : `${tenths / 10} GiB`;
}
