import { z } from 'zod';
import { parseMemoryBytes, parseSizeBytes } from '../units.js';
import { nameField, proseField, textField } from './fields.js';
import { MAPPING_NAMES } from './mapping.js';
import { type Guest, PLACEMENTS, POSITIONS, type PrivateMemory } from './scenario.js';
import { closedMapping } from './schema-faults.js';
import { type Located, sourceAt } from './source.js';

const PAGES_EXPECTED = 'all or a number of pages, at least 1';
const pagesField = z
  .union([z.literal('all'), z.int({ error: PAGES_EXPECTED }).min(1, { error: PAGES_EXPECTED })], {
    error: PAGES_EXPECTED,
  })
  .default('all')
  .describe('how many pages of the mapping in each region, or every page of it');

const mappingField = z
  .enum(MAPPING_NAMES)
  .default('4k')
  .describe('how the memory is mapped: the RMP entries it takes (2M ones for 2m and 1g) and its alignment');

const guestFields = {
  guest: nameField.describe('name of the guest, unique in the file'),
  size: textField('a size with its unit, such as 100GiB', parseSizeBytes).describe(
    'private memory of the guest, a multiple of the mapping',
  ),
  mapping: mappingField,
  placement: z
    .enum(PLACEMENTS)
    .default('contiguous')
    .describe(
      'contiguous: the lowest free piece that holds it, aligned to the mapping; scattered: equal shares over all regions with room, lowest free pages first; fragmented: pieces of 4 MiB, each in a region drawn by the seed',
    ),
};

export const guestSchema = closedMapping('a guest, such as {guest: a, size: 100GiB}', guestFields).describe(
  'a guest and its private memory',
);

const eachRegionSchema = closedMapping('private pages, such as {each: region, pages: all}', {
  each: z.literal('region').describe('the entry is about every region'),
  pages: pagesField,
  at: z.enum(POSITIONS).default('first').describe('where in the region; pages that are taken are skipped'),
  mapping: mappingField,
}).describe('private pages in every region, belonging to no guest');

export const privateSchema = z.union([guestSchema, eachRegionSchema], {
  error: 'a guest or {each: region, …}',
});

export const memoryField = textField('a size with its unit, such as 2TiB', parseMemoryBytes);

const stepSchema = z.union(
  [
    z.literal('sweep').describe('a sweep that is executed and not timed'),
    z.literal('measure').describe('a sweep that is timed, named as the scenario'),
    closedMapping('a step', { measure: nameField.describe('state of the timed sweep, unique in the file') }),
    closedMapping('a step', { launch: guestSchema }),
    closedMapping('a step', { terminate: nameField.describe('name of the guest that leaves') }),
    closedMapping('a step', {
      free: z.literal('all').describe('all guests leave and all private pages are given back'),
    }),
  ],
  { error: 'sweep, measure, {measure: <state>}, {launch: {guest: …}}, {terminate: <guest>} or {free: all}' },
);

/** A scenario file as written. */
export const scenarioFileSchema = closedMapping('a scenario: a mapping with the key steps', {
  $schema: z.string().optional().describe('for editors of JSON files; ignored'),
  title: proseField('a title').optional().describe('what the scenario shows, in a line'),
  memory: memoryField
    .optional()
    .describe('memory of the host, in whole GiB; unless given, what the machine has'),
  private: z
    .array(privateSchema, { error: 'a list of private memory' })
    .default([])
    .describe('private memory before the first step, placed in this order'),
  steps: z
    .array(stepSchema, { error: 'a list of steps with at least one measure' })
    .describe('what happens, in this order; at least one measure'),
});

export type StepText = z.output<typeof stepSchema>;

export function toPrivateMemory(entry: z.output<typeof privateSchema>, source: Located): PrivateMemory {
  if ('guest' in entry) return toGuest(entry, source);
  const { pages, at, mapping } = entry;
  return { kind: 'each-region', pages, at, mapping, source: sourceAt(source) };
}

export function toGuest(
  { guest, size, mapping, placement }: z.output<typeof guestSchema>,
  source: Located,
): Guest {
  return { kind: 'guest', name: guest, sizeBytes: size, mapping, placement, source: sourceAt(source) };
}
