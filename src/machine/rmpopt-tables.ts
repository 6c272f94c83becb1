import { WINDOW_REGIONS } from './memory.js';

/** A set of cores as the nonzero words of a bit row: `words[i]` is a word's index, `masks[i]` its bits. */
export interface CoreBits {
  readonly words: readonly number[];
  readonly masks: readonly number[];
}

export function coreBits(cores: Iterable<number>): CoreBits {
  const maskOfWord: number[] = [];
  for (const core of cores) maskOfWord[core >>> 5] = (maskOfWord[core >>> 5] ?? 0) | (1 << (core & 31));
  const words = [...maskOfWord.keys()].filter((word) => maskOfWord[word] !== undefined);
  return { words, masks: words.map((word) => maskOfWord[word] ?? 0) };
}

/**
 * The RMPOPT table of every core: a base and one bit per 1 GiB region of the 2 TiB from that base.
 * Stored the other way round, one row of core bits per region of memory, since RMPUPDATE clears a region on all cores.
 */
export class RmpoptTables {
  /** Rows of several regions in one array, made when the first of them is set. */
  readonly #chunks: (Uint32Array | undefined)[] = [];
  readonly #wordsPerRow: number;
  /** The distinct bases in use, in regions. Nearly always there is just one. */
  readonly #baseRegions: number[] = [0];
  /** How many cores have each of them. */
  readonly #coresOfBase: number[];
  /** The base of each core, by its number among them. */
  readonly baseOfCore: Uint16Array;

  constructor(cores: number) {
    this.#coresOfBase = [cores];
    this.#wordsPerRow = Math.ceil(cores / 32);
    this.baseOfCore = new Uint16Array(cores);
  }

  /** Writes RMPOPT_BASE (MSR 0xC0010139) of a core. A new base points the table elsewhere, so it starts empty. */
  writeBase(core: number, baseRegion: number): void {
    if (baseRegion === this.baseRegion(core)) return;
    this.#clearOnCore(core);
    if (!this.#baseRegions.includes(baseRegion)) this.#baseRegions.push(baseRegion);
    const [before, now] = [this.baseOfCore[core] ?? 0, this.#baseRegions.indexOf(baseRegion)];
    this.#coresOfBase[before] = (this.#coresOfBase[before] ?? 0) - 1;
    this.#coresOfBase[now] = (this.#coresOfBase[now] ?? 0) + 1;
    this.baseOfCore[core] = now;
  }

  baseRegion(core: number): number {
    return this.#baseRegions[this.baseOfCore[core] ?? 0] ?? 0;
  }

  /** Names the set of cores whose window holds a region: for every base a 1 where its window does. */
  coverage(region: number): string {
    let names = '';
    for (const base of this.#baseRegions) {
      names += region >= base && region < base + WINDOW_REGIONS ? '1' : '0';
    }
    return names;
  }

  /** The regions of memory that some core's window holds, ascending. */
  coveredRegions(regions: number): number[] {
    const covered: number[] = [];
    const bases = this.#baseRegions.filter((_, i) => (this.#coresOfBase[i] ?? 0) > 0).sort((a, b) => a - b);
    let next = 0;
    for (const base of bases) {
      const end = Math.min(base + WINDOW_REGIONS, regions);
      for (let region = Math.max(next, base); region < end; region++) covered.push(region);
      next = Math.max(next, end);
    }
    return covered;
  }

  /** How many cores' windows hold the region. */
  coveringCores(region: number): number {
    let cores = 0;
    for (const [i, base] of this.#baseRegions.entries()) {
      if (region >= base && region < base + WINDOW_REGIONS) cores += this.#coresOfBase[i] ?? 0;
    }
    return cores;
  }

  /** On how many of the cores from `firstCore` to before `endCore` the region is optimized. */
  optimizedCores(region: number, firstCore: number, endCore: number): number {
    const chunk = this.#chunks[chunkOf(region)];
    if (chunk === undefined) return 0;
    const start = this.#rowStart(region);
    let cores = 0;
    for (let word = firstCore >>> 5; word << 5 < endCore; word++) {
      const from = Math.max(0, firstCore - 32 * word);
      const bits = Math.min(32, endCore - 32 * word) - from;
      const mask = bits === 32 ? -1 : ((1 << bits) - 1) << from;
      cores += bitCount((chunk[start + word] ?? 0) & mask);
    }
    return cores;
  }

  /** What a successful RMPOPT does, on each of the cores. */
  set({ words, masks }: CoreBits, region: number): void {
    if (words.length === 0) return;
    const number = chunkOf(region);
    this.#chunks[number] ??= new Uint32Array(CHUNK_REGIONS * this.#wordsPerRow);
    const chunk = this.#chunks[number];
    const start = this.#rowStart(region);
    for (let i = 0; i < words.length; i++) {
      const word = start + (words[i] ?? 0);
      chunk[word] = (chunk[word] ?? 0) | (masks[i] ?? 0);
    }
  }

  /** What RMPUPDATE broadcasts: the region is no longer optimized, on any core. */
  clearOnEveryCore(region: number): void {
    const start = this.#rowStart(region);
    this.#chunks[chunkOf(region)]?.fill(0, start, start + this.#wordsPerRow);
  }

  #clearOnCore(core: number): void {
    for (const chunk of this.#chunks) {
      for (let word = core >>> 5; chunk !== undefined && word < chunk.length; word += this.#wordsPerRow) {
        chunk[word] = (chunk[word] ?? 0) & ~(1 << (core & 31));
      }
    }
  }

  /** Where the row of a region begins in its chunk. */
  #rowStart(region: number): number {
    return (region % CHUNK_REGIONS) * this.#wordsPerRow;
  }
}

const CHUNK_REGIONS = 256;

function chunkOf(region: number): number {
  return Math.floor(region / CHUNK_REGIONS);
}

/** How many bits of a word are set, by halves. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
