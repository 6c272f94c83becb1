import { z } from 'zod';
import { parseMemoryBytes } from '../units.js';
import { nameField, proseField, textField } from './fields.js';
import { MAPPING_NAMES } from './mapping.js';
import { POSITIONS, type PrivateMemory, pagesPerRegion, type Scenario, type Step } from './scenario.js';
import { type FaultWords, mapping } from './schema-faults.js';

const PAGES_EXPECTED = 'all or a number of pages, at least 1';
const pagesField = z
  .union([z.literal('all'), z.int({ error: PAGES_EXPECTED }).min(1, { error: PAGES_EXPECTED })], {
    error: PAGES_EXPECTED,
  })
  .default('all');

const eachRegionSchema = mapping('private pages, such as {each: region, pages: all}', {
  each: z.literal('region'),
  pages: pagesField,
  at: z.enum(POSITIONS).default('first'),
  mapping: z.enum(MAPPING_NAMES).default('4k'),
})
  .superRefine(({ pages, mapping }, context) => {
    const most = pagesPerRegion(mapping);
    if (pages === 'all' || pages <= most) return;
    const params: FaultWords = { expected: `at most ${most} pages of ${mapping} in a region` };
    context.addIssue({ code: 'custom', path: ['pages'], params });
  })
  .transform(({ pages, at, mapping }): PrivateMemory => ({ kind: 'each-region', pages, at, mapping }));

const stepSchema = z.union(
  [
    z.enum(['sweep', 'measure']),
    mapping('a step', { measure: nameField }),
    mapping('a step', { free: z.literal('all') }),
  ],
  { error: 'sweep, measure, {measure: <label>} or {free: all}' },
);

/** A scenario file as written. */
export const scenarioFileSchema = mapping('a scenario: a mapping with the key steps', {
  title: proseField('a title').optional(),
  memory: textField('a size such as 2TiB', parseMemoryBytes).optional(),
  private: z.array(eachRegionSchema, { error: 'a list of private memory' }).default([]),
  steps: z
    .array(stepSchema, { error: 'a list of steps with at least one measure' })
    .superRefine(checkMeasures),
});

type StepText = z.output<typeof stepSchema>;

/** The scenario a file means; what the file leaves open is completed from its name. */
export function toScenario(name: string, file: z.output<typeof scenarioFileSchema>): Scenario {
  return {
    name,
    title: file.title ?? name,
    memoryBytes: file.memory ?? null,
    privateMemory: file.private,
    steps: file.steps.map((step) => toStep(step, name)),
  };
}

function toStep(step: StepText, scenarioName: string): Step {
  if (step === 'sweep') return { kind: 'sweep' };
  if (step === 'measure') return { kind: 'measure', label: scenarioName };
  if ('measure' in step) return { kind: 'measure', label: step.measure };
  return { kind: 'free-all' };
}

/** Something must be timed, and every timed sweep needs a label that tells it from the others. */
function checkMeasures(steps: readonly StepText[], context: z.RefinementCtx): void {
  const seen = new Set<string | null>();
  for (const [i, step] of steps.entries()) {
    const label = measureLabel(step);
    if (label === undefined) continue;
    if (seen.has(label)) {
      const params: FaultWords = {
        expected: 'a label that no other measure has',
        found: label === null ? 'a second measure without a label' : `"${label}" again`,
        hint: 'Write {measure: <label>}.',
      };
      context.addIssue({ code: 'custom', path: [i], params });
    }
    seen.add(label);
  }
  if (seen.size > 0) return;
  const params: FaultWords = { expected: 'at least one measure among the steps', found: 'none' };
  context.addIssue({ code: 'custom', params });
}

/** The label of a measure step, `null` when it takes the scenario's name; `undefined` for any other step. */
function measureLabel(step: StepText): string | null | undefined {
  if (step === 'measure') return null;
  return typeof step === 'object' && 'measure' in step ? step.measure : undefined;
}
