import type { InputFiles } from '../files/files.js';
import { checkChurn } from './check-churn.js';
import type { Arrivals, ChurnScenario, TimedStep } from './churn-scenario.js';
import { type ArrivalsText, churnFileSchema, type TimedStepText } from './churn-schema.js';
import { toGuest, toPrivateMemory } from './scenario-schema.js';
import { type Located, sourceAt } from './source.js';
import { readYamlFile } from './yaml-file.js';

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
