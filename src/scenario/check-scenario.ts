import type { Problem } from '../errors.js';
import { formatBytes } from '../units.js';
import { field, type Item, itemsOf, keyed } from './file-items.js';
import { mappingProblem } from './scenario.js';
import { guestSchema, memoryField, privateSchema, toPrivateMemory } from './scenario-schema.js';
import { type Located, problemAtSource, type SourceOf } from './source.js';
import { listChoices, suggest } from './suggest.js';

/**
 * What no schema can say about a scenario file: sizes that suit mapping and memory, guests that come once and leave once, one
 * measure or more, each with a name of its own. Looks at each part by itself, so that a fault elsewhere hides nothing.
 */
export function checkScenario(name: string, value: unknown, sourceOf: SourceOf): Problem[] {
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
