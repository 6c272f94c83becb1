import { z } from 'zod';
import type { Problem } from '../errors.js';
import type { InputFiles } from '../files/files.js';
import { durationText, formatBytes, PAGE_BYTES, parseDurationNs, parseSizeBytes } from '../units.js';
import {
  type Arrivals,
  type ChurnScenario,
  DURATION_MAX_NS,
  TIMINGS,
  type TimedStep,
} from './churn-scenario.js';
import { nameField, proseField, textField } from './fields.js';
import { MAPPING_NAMES, MAPPINGS, PLACEMENTS } from './scenario.js';
import {
  entryProblems,
  guestSchema,
  memoryField,
  privateSchema,
  toGuest,
  toPrivateMemory,
} from './scenario-file.js';
import { closedMapping } from './schema-faults.js';
import {
  field,
  type Item,
  itemsOf,
  keyed,
  type Located,
  problemAtSource,
  type SourceOf,
  sourceAt,
} from './source.js';
import { listChoices, suggest } from './suggest.js';
import { readYamlFile } from './yaml-file.js';

const COUNT_MAX = 100_000;

const timeField = textField('a time with its unit, such as 90s or 5min', (text) =>
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
const STEP_ACTION_NAMES = Object.keys(STEP_ACTIONS) as readonly (keyof typeof STEP_ACTIONS)[];

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

/**
 * Loads a churn scenario file; what it leaves open is completed.
 * @throws InputError with every problem of the file
 */
export function loadChurn(name: string, file: string, files: InputFiles): ChurnScenario {
  const { value, sourceOf } = readYamlFile(file, files, churnFileSchema, checkChurn);
  return {
    name,
    title: value.title ?? name,
    memoryBytes: value.memory ?? null,
    durationNs: value.duration ?? null,
    privateMemory: value.private.map((entry, i) => toPrivateMemory(entry, sourceOf(['private', i]))),
    timeline: value.timeline.map((step, i) => toTimedStep(step, sourceOf(['timeline', i]))),
    arrivals: value.arrivals.map((entry, i) => toArrivals(entry, sourceOf(['arrivals', i]))),
  };
}

function toTimedStep(step: TimedStepText, located: Located): TimedStep {
  const { at: atNs, launch, terminate } = step;
  const source = sourceAt(located);
  if (launch !== undefined) {
    return { atNs, source, kind: 'launch', guest: toGuest(launch, located.at('launch')) };
  }
  if (terminate !== undefined) return { atNs, source, kind: 'terminate', name: terminate };
  return { atNs, source, kind: 'free-all' };
}

function toArrivals(entry: ArrivalsText, located: Located): Arrivals {
  const { guests, timing, every, lifetime, size, mapping, placement, from, until, count } = entry;
  return {
    name: guests,
    timing,
    everyNs: every,
    lifetimeNs: lifetime,
    fromNs: from,
    untilNs: until ?? null,
    count: count ?? null,
    sizesBytes: typeof size === 'number' ? [size] : size,
    mappings: typeof mapping === 'string' ? [mapping] : mapping,
    placement,
    source: sourceAt(located),
  };
}

/**
 * What no schema can say about a churn scenario file: sizes that suit mapping and memory, guests that leave after they came, and
 * streams of guests that can be lived through. Looks at each part by itself, so that a fault elsewhere hides nothing.
 */
function checkChurn(value: unknown, sourceOf: SourceOf): Problem[] {
  const memory = field(value, 'memory');
  const entries = itemsOf(value, 'private', sourceOf);
  const steps = itemsOf(value, 'timeline', sourceOf);
  const arrivals = itemsOf(value, 'arrivals', sourceOf);
  const launches = steps.flatMap((step) => keyed(step, 'launch') ?? []);
  return [
    ...entries.flatMap((entry) => entryProblems(entry, privateSchema, memory)),
    ...launches.flatMap((entry) => entryProblems(entry, guestSchema, memory)),
    ...steps.flatMap(actionProblems),
    ...nameProblems([...entries, ...launches], arrivals),
    ...exitProblems(entries, steps),
    ...arrivals.flatMap((entry) => arrivalProblems(entry, memory)),
    ...(isMapping(value) && isEmptyList(value, 'timeline') && isEmptyList(value, 'arrivals')
      ? [problemAtSource(sourceOf([]), 'a timeline or arrivals with at least one entry', 'neither')]
      : []),
  ];
}

/** A step says one thing. What is written wrong there is said by others. */
function actionProblems({ value, source }: Item): Problem[] {
  if (!isMapping(value)) return [];
  const actions = STEP_ACTION_NAMES.filter((name) => field(value, name) !== undefined);
  const hasUnknown = Object.keys(value).some((key) => key !== 'at' && !isAction(key));
  if (actions.length === 1 || (actions.length === 0 && hasUnknown)) return [];
  const expected = `one of ${listChoices(STEP_ACTION_NAMES)} at a time`;
  return [problemAtSource(source, expected, actions.length === 0 ? 'none' : actions.join(' and '))];
}

function isAction(key: string): boolean {
  return STEP_ACTION_NAMES.some((name) => name === key);
}

/** Every guest has a name of its own; those of a stream are its name and a number. */
function nameProblems(guests: readonly Item[], arrivals: readonly Item[]): Problem[] {
  const problems: Problem[] = [];
  const streams = new Set<string>();
  for (const entry of arrivals) {
    const name = keyed(entry, 'guests');
    if (typeof name?.value !== 'string') continue;
    if (streams.has(name.value)) {
      const expected = 'a name that no other stream of guests has';
      problems.push(problemAtSource(name.source, expected, `"${name.value}" again`));
    }
    streams.add(name.value);
  }
  const known = new Set<string>();
  for (const entry of guests) {
    const name = keyed(entry, 'guest');
    if (typeof name?.value !== 'string') continue;
    const [, stream] = /^(.+)-\d+$/.exec(name.value) ?? [];
    if (known.has(name.value)) {
      problems.push(problemAtSource(name.source, 'a name that no other guest has', `"${name.value}" again`));
    } else if (stream !== undefined && streams.has(stream)) {
      const expected = `a name that no guest of the stream ${stream} can have`;
      problems.push(problemAtSource(name.source, expected, `"${name.value}"`));
    }
    known.add(name.value);
  }
  return problems;
}

/** A step with a time that can be read. */
interface DatedItem {
  readonly item: Item;
  readonly atNs: number;
}

/** Goes through the steps in the order of their times and finds exits of guests that do not run then. */
function exitProblems(entries: readonly Item[], steps: readonly Item[]): Problem[] {
  const dated = steps.flatMap((item): DatedItem[] => {
    const atNs = timeField.safeParse(field(item.value, 'at')).data;
    return atNs === undefined ? [] : [{ item, atNs }];
  });
  const launchedAtNs = new Map<string, number>();
  for (const { item, atNs } of dated) {
    for (const name of guestOf(keyed(item, 'launch'))) launchedAtNs.set(name, atNs);
  }
  const running = new Set(entries.flatMap(guestOf));
  const gone = new Set<string>();
  const leave = (name: string) => {
    running.delete(name);
    gone.add(name);
  };
  const problems: Problem[] = [];
  for (const { item, atNs } of dated.toSorted((a, b) => a.atNs - b.atNs || rank(a) - rank(b))) {
    const [launch, terminate] = [keyed(item, 'launch'), keyed(item, 'terminate')];
    for (const name of guestOf(launch)) running.add(name);
    if (field(item.value, 'free') === 'all') for (const name of [...running]) leave(name);
    if (typeof terminate?.value !== 'string') continue;
    const { value: name, source } = terminate;
    if (running.has(name)) {
      leave(name);
      continue;
    }
    const then = `at ${durationText(atNs)}`;
    const expected =
      running.size === 0
        ? `a guest that runs ${then} (there is none)`
        : `${listChoices(running)}, running ${then}`;
    const fate = gone.has(name) ? 'is gone by then' : fateOf(launchedAtNs.get(name), atNs);
    problems.push(problemAtSource(source, expected, `"${name}", which ${fate}`, suggest(name, running)));
  }
  return problems;
}

/** The name of a guest, where it has one. */
function guestOf(launch: Item | null): string[] {
  const name = field(launch?.value, 'guest');
  return typeof name === 'string' ? [name] : [];
}

/** Of what happens at once, exits come first: they make room. */
function rank({ item }: DatedItem): number {
  return keyed(item, 'launch') === null ? 0 : 1;
}

function fateOf(launchedAtNs: number | undefined, atNs: number): string {
  if (launchedAtNs === undefined) return 'is never launched';
  if (launchedAtNs > atNs) return `is launched only at ${durationText(launchedAtNs)}`;
  return 'is launched then, and exits come before launches of the same time';
}

function arrivalProblems(entry: Item, memory: unknown): Problem[] {
  const parsed = arrivalsSchema.safeParse(entry.value);
  if (!parsed.success) return [];
  const { size, mapping, every, lifetime, count, from, until } = parsed.data;
  const { source } = entry;
  const problems: Problem[] = [];
  const add = (key: string, expected: string, found: string, hint?: string) =>
    problems.push(problemAtSource(source.at(key), expected, found, hint));
  if (every === 0 && count === undefined) {
    add('every', 'more than 0s', '0s', 'With a count, 0s launches that many guests at once.');
  }
  if (lifetime === 0) add('lifetime', 'more than 0s', '0s');
  if (until !== undefined && until <= from) {
    add('until', `a time after from, ${durationText(from)}`, durationText(until));
  }
  const sizes = typeof size === 'number' ? [size] : size;
  const mappings = typeof mapping === 'string' ? [mapping] : mapping;
  const memoryBytes = memoryField.safeParse(memory).data;
  for (const bytes of sizes) {
    for (const name of mappings) {
      const pageBytes = MAPPINGS[name].pages * PAGE_BYTES;
      if (bytes % pageBytes === 0) continue;
      add('size', `a multiple of ${formatBytes(pageBytes)} for mapping ${name}`, formatBytes(bytes));
    }
    if (memoryBytes !== undefined && bytes > memoryBytes) {
      add('size', `at most the memory of the host, ${formatBytes(memoryBytes)}`, formatBytes(bytes));
    }
  }
  return problems;
}

function isEmptyList(value: object, key: string): boolean {
  const list = field(value, key);
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
