import { z } from 'zod';
import { parseDurationNs, parseSizeBytes } from '../units.js';
import { DURATION_MAX_NS, TIMINGS } from './churn-scenario.js';
import { nameField, proseField, textField } from './fields.js';
import { MAPPING_NAMES } from './mapping.js';
import { PLACEMENTS } from './scenario.js';
import { guestSchema, memoryField, privateSchema } from './scenario-schema.js';
import { closedMapping } from './schema-faults.js';

const COUNT_MAX = 100_000;

export const timeField = textField('a time with its unit, such as 90s or 5min', (text) =>
  parseDurationNs(text, DURATION_MAX_NS),
);

const sizeField = textField('a size with its unit, such as 100GiB', parseSizeBytes);
const mappingField = z.enum(MAPPING_NAMES);
const SIZES_EXPECTED = 'a size such as 16GiB, or a list of sizes';
const MAPPINGS_EXPECTED = '4k, 2m or 1g, or a list of these';

/** What can happen at a time, one of these a step. */
const STEP_ACTIONS = {
  launch: guestSchema.optional(),
  terminate: nameField.optional().describe('name of the guest that leaves'),
  free: z
    .literal('all')
    .optional()
    .describe('all guests leave at once, and all private pages are given back'),
};
export const STEP_ACTION_NAMES = Object.keys(STEP_ACTIONS) as readonly (keyof typeof STEP_ACTIONS)[];

const stepSchema = closedMapping('a step such as {at: 90s, terminate: a}', {
  at: timeField.describe('when, from the start'),
  ...STEP_ACTIONS,
}).describe('a time, and what happens then: launch, terminate or free');

export const arrivalsSchema = closedMapping('a stream of guests, such as {guests: web, every: 30s, …}', {
  guests: nameField.describe('what the guests are called: web-1, web-2, ...; unique in the file'),
  timing: z
    .enum(TIMINGS)
    .default('random')
    .describe(
      'random: intervals and lifetimes from exponential distributions, by the seed; regular: always the same',
    ),
  every: timeField.describe('from one launch to the next; the mean of it under random'),
  lifetime: timeField.describe('from launch to exit; the mean of it under random'),
  size: z
    .union([sizeField, z.array(sizeField).min(1, { error: SIZES_EXPECTED })], { error: SIZES_EXPECTED })
    .describe('private memory of each guest: one of these, equally likely'),
  mapping: z
    .union([mappingField, z.array(mappingField).min(1, { error: MAPPINGS_EXPECTED })], {
      error: MAPPINGS_EXPECTED,
    })
    .default('4k')
    .describe('how it is mapped: one of these, equally likely'),
  placement: z.enum(PLACEMENTS).default('contiguous').describe('as for a guest of its own'),
  from: timeField.default(0).describe('launches happen from here on'),
  until: timeField.optional().describe('and before this time; unless given, to the end'),
  count: z
    .int({ error: `a number of guests from 1 to ${COUNT_MAX}` })
    .min(1, { error: `a number of guests from 1 to ${COUNT_MAX}` })
    .max(COUNT_MAX, { error: `a number of guests from 1 to ${COUNT_MAX}` })
    .optional()
    .describe('how many guests come at most'),
}).describe('guests alike that come one after another, stay, and leave');

/** A churn scenario file as written. */
export const churnFileSchema = closedMapping(
  'a churn scenario: a mapping with the keys timeline and arrivals, or one of them',
  {
    $schema: z.string().optional().describe('for editors of JSON files; ignored'),
    title: proseField('a title').optional().describe('what the scenario shows, in a line'),
    memory: memoryField
      .optional()
      .describe('memory of the host, in whole GiB; unless given, what the machine has'),
    duration: timeField
      .optional()
      .describe(
        'how long the host is watched; unless given, an hour, or without arrivals until two minutes after the last step',
      ),
    private: z
      .array(privateSchema, { error: 'a list of private memory' })
      .default([])
      .describe('private memory from the start, placed in this order'),
    timeline: z
      .array(stepSchema, { error: 'a list of steps with their times' })
      .default([])
      .describe('launches and exits at given times'),
    arrivals: z
      .array(arrivalsSchema, { error: 'a list of streams of guests' })
      .default([])
      .describe('guests that come and go by themselves'),
  },
);

export type TimedStepText = z.output<typeof stepSchema>;
export type ArrivalsText = z.output<typeof arrivalsSchema>;
