import { InputError, type Problem } from '../errors.js';
import { PAGES_PER_REGION } from '../machine/memory.js';
import {
  type Owner,
  pagesPerEntry,
  type Rmp,
  type RmpUpdate,
  type RmpUpdateOutcome,
  regionOfPage,
} from '../machine/rmp.js';
import type { EachRegion, Guest } from '../scenario/scenario.js';
import { MAPPINGS } from '../scenario/scenario.js';
import { problemAtSource } from '../scenario/source.js';
import { formatBytes, GIB_BYTES, PAGE_BYTES } from '../units.js';
import { placeInEachRegion } from './each-region.js';
import { type FileOrder, RunOrder } from './file-order.js';
import { placeGuest } from './placement.js';
import type { PageRun } from './spans.js';

/** What a change of private memory took: the regions it reached, how many RMPUPDATEs were executed, and of how many pages. */
export interface MemoryChange {
  readonly regions: ReadonlySet<number>;
  readonly rmpUpdates: number;
  readonly pages: number;
}

/** What private memory is part of: a machine, or several that share an RMP. */
export interface MemoryHost {
  readonly rmp: Rmp;
  guestsRunning: boolean;
  rmpupdate(update: RmpUpdate): RmpUpdateOutcome;
}

/** What a guest holds, or an entry of pages in each region. */
export interface Holding {
  readonly owner: Owner;
  readonly isGuest: boolean;
  readonly entryPages: number;
  readonly entries: number;
  readonly regions: ReadonlySet<number>;
  readonly fileOrder: () => FileOrder;
}

/** Pages that have a place. */
interface Placed extends Pick<Guest | EachRegion, 'kind' | 'mapping'> {
  readonly runs: readonly PageRun[];
  readonly fileOrder: () => FileOrder;
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
    const runs = [...placeInEachRegion(this.#host.rmp, entry, this.#seed, this.#entriesAssigned++)];
    const entryPages = pagesPerEntry(MAPPINGS[entry.mapping].entrySize);
    const fileOrder = () => new RunOrder(runs, entryPages);
    const holding = this.#assign('pages in each region', { ...entry, runs, fileOrder });
    this.#eachRegion.push(holding);
    return changeOf([holding]);
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
    const holding = this.#assign(guest.name, { ...guest, ...place });
    this.#guests.set(guest.name, holding);
    this.#host.guestsRunning = true;
    return changeOf([holding]);
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
    return this.#giveBack([this.leave(name)]);
  }

  /** Ends all guests and gives back the pages held for none; what the platform holds from boot stays. */
  freeAll(): MemoryChange {
    return this.#giveBack(this.leaveAll());
  }

  /** Ends a running guest, whose memory is to be given back region by region. */
  leave(name: string): Holding {
    const holding = this.#guests.get(name);
    if (holding === undefined) throw new RangeError(`no guest ${name} runs`);
    this.#guests.delete(name);
    this.#host.guestsRunning = this.#guests.size > 0;
    return holding;
  }

  /** Ends all guests; what they held, and the pages held for none, are to be given back. */
  leaveAll(): Holding[] {
    const holdings = [...this.#guests.values(), ...this.#eachRegion.splice(0)];
    this.#guests.clear();
    this.#host.guestsRunning = false;
    return holdings;
  }

  #assign(name: string, { kind, mapping, runs, fileOrder }: Placed): Holding {
    const { entrySize } = MAPPINGS[mapping];
    const entryPages = pagesPerEntry(entrySize);
    const owner = { name, immutable: false };
    const regions = new Set<number>();
    let allPages = 0;
    for (const { startPage, pages } of runs) {
      update(this.#host, { startPage, pages, entrySize, owner });
      allPages += pages;
      const lastRegion = regionOfPage(startPage + pages - 1);
      for (let region = regionOfPage(startPage); region <= lastRegion; region++) regions.add(region);
    }
    const isGuest = kind === 'guest';
    return { owner, isGuest, entryPages, entries: allPages / entryPages, regions, fileOrder };
  }

  #giveBack(holdings: readonly Holding[]): MemoryChange {
    for (const holding of holdings) {
      for (const region of holding.regions) giveBackIn(this.#host, holding, region);
    }
    return changeOf(holdings);
  }
}

/** Gives back what is held in a region. */
export function giveBackIn(host: MemoryHost, { owner }: Holding, region: number): void {
  for (const { startPage, endPage, entrySize } of host.rmp.runsOfOwner(region, owner)) {
    const pages = endPage - startPage;
    update(host, { startPage: region * PAGES_PER_REGION + startPage, pages, entrySize, owner: null });
  }
}

/** What it takes to assign all that is held, or to give it back. */
export function changeOf(holdings: readonly Holding[]): MemoryChange {
  const [only, ...others] = holdings;
  const isOne = only !== undefined && others.length === 0;
  const regions = isOne ? only.regions : new Set(holdings.flatMap((holding) => [...holding.regions]));
  const rmpUpdates = holdings.reduce((sum, { entries }) => sum + entries, 0);
  const pages = holdings.reduce((sum, { entries, entryPages }) => sum + entries * entryPages, 0);
  return { regions, rmpUpdates, pages };
}

/** Placement only offers pages the hypervisor owns and owners only give back their own, so a failure is a fault. */
function update(host: MemoryHost, asked: RmpUpdate): void {
  const { result } = host.rmpupdate(asked);
  if (result !== 'SUCCESS') throw new Error(`RMPUPDATE at page ${asked.startPage}: ${result}`);
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
