import type { Problem } from '../errors.js';
import { durationText, formatBytes, PAGE_BYTES } from '../units.js';
import { entryProblems } from './check-scenario.js';
import { arrivalsSchema, STEP_ACTION_NAMES, timeField } from './churn-schema.js';
import { field, type Item, itemsOf, keyed } from './file-items.js';
import { MAPPINGS } from './mapping.js';
import { guestSchema, memoryField, privateSchema } from './scenario-schema.js';
import { problemAtSource, type SourceOf } from './source.js';
import { listChoices, suggest } from './suggest.js';

/**
 * What no schema can say about a churn scenario file: sizes that suit mapping and memory, guests that leave after they came, and
 * streams of guests that can be lived through. Looks at each part by itself, so that a fault elsewhere hides nothing.
 */
export function checkChurn(value: unknown, sourceOf: SourceOf): Problem[] {
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
