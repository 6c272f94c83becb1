import { z } from 'zod';
import type { Problem } from '../errors.js';
import type { InputFiles } from '../files/files.js';
import { formatBytes, parseMemoryBytes, parseSizeBytes } from '../units.js';
import { nameField, proseField, textField } from './fields.js';
import {
  type Guest,
  MAPPING_NAMES,
  mappingProblem,
  PLACEMENTS,
  POSITIONS,
  type PrivateMemory,
  type Scenario,
  type Step,
} from './scenario.js';
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

/**
 * Loads a scenario file; what it leaves open is completed.
 * @throws InputError with every problem of the file
 */
export function loadScenario(name: string, file: string, files: InputFiles): Scenario {
  const { value, sourceOf } = readYamlFile(file, files, scenarioFileSchema, (plain, at) =>
    checkScenario(name, plain, at),
  );
  return {
    name,
    title: value.title ?? name,
    memoryBytes: value.memory ?? null,
    privateMemory: value.private.map((entry, i) => toPrivateMemory(entry, sourceOf(['private', i]))),
    steps: value.steps.map((step, i) => toStep(step, name, sourceOf(['steps', i]))),
  };
}

function toStep(step: StepText, scenarioName: string, source: Located): Step {
  if (step === 'sweep') return { kind: 'sweep' };
  if (step === 'measure') return { kind: 'measure', state: scenarioName };
  if ('measure' in step) return { kind: 'measure', state: step.measure };
  if ('launch' in step) return { kind: 'launch', guest: toGuest(step.launch, source.at('launch')) };
  if ('terminate' in step) return { kind: 'terminate', name: step.terminate };
  return { kind: 'free-all' };
}

/**
 * What no schema can say about a scenario file: sizes that suit mapping and memory, guests that come once and leave once, one
 * measure or more, each with a name of its own. Looks at each part by itself, so that a fault elsewhere hides nothing.
 */
function checkScenario(name: string, value: unknown, sourceOf: SourceOf): Problem[] {
  const entries = itemsOf(value, 'private', sourceOf);
  const steps = itemsOf(value, 'steps', sourceOf);
  const launches = steps.flatMap((step) => keyed(step, 'launch') ?? []);
  return [
    ...entries.flatMap((entry) => entryProblems(entry, privateSchema, field(value, 'memory'))),
    ...launches.flatMap((entry) => entryProblems(entry, guestSchema, field(value, 'memory'))),
    ...guestProblems(entries, steps),
    ...(Array.isArray(field(value, 'steps')) ? measureProblems(name, steps, sourceOf(['steps'])) : []),
  ];
}

/** Every piece is kept by itself; the pieces of so much memory take half a GiB. */
const FRAGMENTED_MAX_BYTES = 8 * 2 ** 40;

/** What is wrong with the size of an entry; nothing where the entry itself is wrong, which others say. */
export function entryProblems(
  { value, source }: Item,
  schema: typeof privateSchema | typeof guestSchema,
  memory: unknown,
): Problem[] {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return [];
  const entry = toPrivateMemory(parsed.data, source);
  const problems = [mappingProblem(entry)].filter((problem) => problem !== null);
  const memoryBytes = memoryField.safeParse(memory).data;
  if (entry.kind === 'guest' && memoryBytes !== undefined && entry.sizeBytes > memoryBytes) {
    const expected = `at most the memory of the host, ${formatBytes(memoryBytes)}`;
    problems.push(problemAtSource(source.at('size'), expected, formatBytes(entry.sizeBytes)));
  }
  if (entry.kind === 'guest' && entry.placement === 'fragmented' && entry.sizeBytes > FRAGMENTED_MAX_BYTES) {
    const expected = `at most ${formatBytes(FRAGMENTED_MAX_BYTES)} of a guest in pieces (placement: fragmented)`;
    problems.push(problemAtSource(source.at('size'), expected, formatBytes(entry.sizeBytes)));
  }
  return problems;
}

/** Every guest has a name of its own, and leaves at most once, after it came. */
function guestProblems(entries: readonly Item[], steps: readonly Item[]): Problem[] {
  const problems: Problem[] = [];
  const known = new Set<string>();
  const running = new Set<string>();
  const launched = [...entries, ...steps.flatMap((step) => keyed(step, 'launch') ?? [])];
  const everyone = new Set(launched.map((item) => keyed(item, 'guest')?.value));
  const start = (item: Item) => {
    const guest = keyed(item, 'guest');
    if (typeof guest?.value !== 'string') return;
    const { value: name, source } = guest;
    if (known.has(name))
      problems.push(problemAtSource(source, 'a name that no other guest has', `"${name}" again`));
    known.add(name);
    running.add(name);
  };
  const end = ({ value: name, source }: Item) => {
    if (typeof name !== 'string' || running.delete(name)) return;
    const expected = running.size === 0 ? 'a running guest (there is none)' : listChoices(running);
    const fate = known.has(name)
      ? 'is gone already'
      : everyone.has(name)
        ? 'is launched only later'
        : 'was never launched';
    const found = `"${name}", which ${fate}`;
    problems.push(problemAtSource(source, expected, found, suggest(name, running)));
  };
  for (const entry of entries) start(entry);
  for (const step of steps) {
    const [launch, terminate] = [keyed(step, 'launch'), keyed(step, 'terminate')];
    if (launch !== null) start(launch);
    if (terminate !== null) end(terminate);
    if (keyed(step, 'free')?.value === 'all') running.clear();
  }
  return problems;
}

/** Something must be timed, and every timed sweep needs a name that tells it from the others. */
function measureProblems(scenarioName: string, steps: readonly Item[], source: Located): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<unknown>();
  for (const step of steps) {
    const state = step.value === 'measure' ? scenarioName : keyed(step, 'measure')?.value;
    if (state === undefined) continue;
    if (seen.has(state)) {
      const found = `"${state}" again`;
      const hint = 'Write {measure: <state>}; without one, it is called as the scenario.';
      problems.push(
        problemAtSource(
          keyed(step, 'measure')?.source ?? step.source,
          'a name that no other measure has',
          found,
          hint,
        ),
      );
    }
    seen.add(state);
  }
  if (seen.size === 0) problems.push(problemAtSource(source, 'at least one measure among the steps', 'none'));
  return problems;
}
