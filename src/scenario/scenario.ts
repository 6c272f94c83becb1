import { InputError } from '../errors.js';
import { PAGES_PER_REGION } from '../machine/memory.js';
import { MAPPINGS, type Mapping } from './mapping.js';

/** Where the pages of an `each` entry lie in a region. */
export const POSITIONS = ['first', 'last', 'random'] as const;
export type Position = (typeof POSITIONS)[number];

/** Private pages in every region, belonging to no guest. */
export interface EachRegion {
  readonly kind: 'each-region';
  /** How many pages of `mapping` in each region, or every page of it. */
  readonly pages: number | 'all';
  readonly at: Position;
  readonly mapping: Mapping;
}

export type PrivateMemory = EachRegion;

export type Step =
  /** A sweep that is executed and not timed. */
  | { readonly kind: 'sweep' }
  /** A sweep that is timed, under a label of its own. */
  | { readonly kind: 'measure'; readonly label: string }
  /** Everything private is given back to the hypervisor. */
  | { readonly kind: 'free-all' };

/** What happens to a host before and between measured sweeps. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** `null`: as much as the machine has. */
  readonly memoryBytes: number | null;
  readonly privateMemory: readonly PrivateMemory[];
  readonly steps: readonly Step[];
}

/** How many pages of a mapping a region holds. */
export function pagesPerRegion(mapping: Mapping): number {
  return PAGES_PER_REGION / MAPPINGS[mapping].pages;
}

/**
 * The scenario with every mapping replaced.
 * @throws InputError when a number of pages no longer fits into a region
 */
export function withMapping(scenario: Scenario, mapping: Mapping): Scenario {
  const most = pagesPerRegion(mapping);
  const tooMany = scenario.privateMemory.filter(({ pages }) => pages !== 'all' && pages > most);
  if (tooMany.length > 0) {
    throw new InputError(
      tooMany.map(({ pages }) => ({
        where: `--mapping ${mapping} with scenario ${scenario.name}`,
        expected: `at most ${most} pages of ${mapping} in a region`,
        found: `pages: ${pages}`,
      })),
    );
  }
  return { ...scenario, privateMemory: scenario.privateMemory.map((entry) => ({ ...entry, mapping })) };
}

/** The mapping of a scenario's private memory: `mixed` where there are several, `none` where nothing is private. */
export function mappingOf({ privateMemory }: Scenario): Mapping | 'mixed' | 'none' {
  const [mapping, ...others] = new Set(privateMemory.map((entry) => entry.mapping));
  return others.length > 0 ? 'mixed' : (mapping ?? 'none');
}
