import { ProblemList, UnreadableValue } from '../errors.js';
import { SWEEP_POLICY_NAMES, type SweepPolicyName } from '../guests/sweep-policy.js';
import { WINDOW_NAMES } from '../machine/window.js';
import type { ChurnRequest } from '../measure/churn-rows.js';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import type { Catalogue } from '../scenario/catalogue.js';
import { type ChurnScenario, DURATION_MAX_NS } from '../scenario/churn-scenario.js';
import type { Placement } from '../scenario/scenario.js';
import { chooseSweep, takesBatch } from '../sweep/strategies.js';
import { parseCount, parseDurationNs } from '../units.js';
import { distinct, splitLists } from './choices.js';
import type { CommandContext } from './context.js';
import { CHURN_DEFAULTS, DEFAULTS } from './defaults.js';
import { type OutputChoice, readOutput } from './output-options.js';
import { addUselessBatch, listOf, type RunOptions, readHostChoices, readHypotheses } from './run-request.js';

/** The options of `churn` as typed. */
export interface ChurnOptions extends RunOptions {
  readonly policy?: readonly string[] | undefined;
  readonly delay?: string | undefined;
  readonly maxWait?: string | undefined;
  readonly delays?: readonly string[] | undefined;
  readonly window?: readonly string[] | undefined;
  readonly duration?: string | undefined;
}

/**
 * Turns the command line into complete values.
 * @throws InputError with every problem of the command line and of the files it names
 */
export function readChurnCommand(
  reference: string,
  options: ChurnOptions,
  catalogue: Catalogue,
  { tool, argv, files }: Pick<CommandContext, 'tool' | 'argv' | 'files'>,
): { readonly request: ChurnRequest; readonly output: OutputChoice } {
  const problems = new ProblemList();
  const { strategy, threads, batch, mappings, ...choices } = readHostChoices(
    { ...options, runs: undefined },
    problems,
  );
  const output = readOutput(options, files, problems, TEXT_FORMAT_NAMES);
  const waits = readWaits(options, problems);
  const machine = problems.collect(() => catalogue.machine(options.machine ?? DEFAULTS.machine));
  const hypotheses = machine === null ? [] : readHypotheses(options.hypothesis, machine, problems);
  const scenario = problems.collect(() => catalogue.churn(reference));
  const runs = problems.read('--runs', options.runs, parseRuns) ?? 1;
  if (runs > 1 && scenario !== null && !dependsOnSeed(scenario)) {
    const expected = '1, since nothing in this scenario is random';
    problems.add({ where: '--runs', expected, found: String(runs) });
  }
  if (batch !== null && !takesBatch(strategy)) addUselessBatch('--batch', [strategy], problems);
  if (mappings.length > 1) {
    problems.add({ where: '--mapping', expected: 'one mapping', found: mappings.join(' and ') });
  }
  if (machine === null || scenario === null || problems.isAny) throw problems.toError();
  const { memoryBytes, topology, parameters, seed } = choices;
  const bandHypotheses = options.hypothesis === undefined ? Object.keys(machine.hypotheses) : hypotheses;
  return {
    request: {
      ...{ tool, command: argv, scenario, machine, hypotheses, bandHypotheses },
      ...{ memoryBytes, topology, parameters, seed, runs, ...waits },
      mapping: mappings[0] ?? null,
      sweep: chooseSweep(strategy, threads, batch),
    },
    output,
  };
}

function readWaits(options: ChurnOptions, problems: ProblemList) {
  return {
    policies: problems.read('--policy', options.policy, parsePolicies) ?? [CHURN_DEFAULTS.policy],
    windows: problems.read('--window', options.window, listOf(WINDOW_NAMES)),
    delayNs: problems.read('--delay', options.delay, parseTime),
    maxWaitNs: problems.read('--max-wait', options.maxWait, parseTime) ?? CHURN_DEFAULTS.maxWaitNs,
    delaysNs: problems.read('--delays', options.delays, parseTimes) ?? CHURN_DEFAULTS.delaysNs,
    durationNs: problems.read('--duration', options.duration, parseWatch),
  };
}

/** Whether another seed makes another history. */
function dependsOnSeed({ arrivals, privateMemory, timeline }: ChurnScenario): boolean {
  const launched = timeline.flatMap((step) => (step.kind === 'launch' ? [step.guest] : []));
  const isDrawn = (placement: Placement) => placement !== 'contiguous';
  return (
    arrivals.some(({ timing, placement, sizesBytes, mappings }) => {
      return timing === 'random' || isDrawn(placement) || sizesBytes.length > 1 || mappings.length > 1;
    }) ||
    launched.some(({ placement }) => isDrawn(placement)) ||
    privateMemory.some((one) => (one.kind === 'guest' ? isDrawn(one.placement) : one.at === 'random'))
  );
}

const RUNS_MAX = 1000;

function parseRuns(text: string): number {
  return parseCount(text, 1, RUNS_MAX);
}

/** Names of policies, or `all`. */
function parsePolicies(texts: readonly string[]): readonly SweepPolicyName[] {
  const names = listOf([...SWEEP_POLICY_NAMES, 'all'])(texts);
  return names.includes('all') ? SWEEP_POLICY_NAMES : names.filter((name) => name !== 'all');
}

function parseTime(text: string): number {
  return parseDurationNs(text, DURATION_MAX_NS);
}

function parseTimes(texts: readonly string[]): number[] {
  return distinct(splitLists(texts).map(parseTime)).sort((a, b) => a - b);
}

function parseWatch(text: string): number {
  const durationNs = parseTime(text);
  if (durationNs > 0) return durationNs;
  throw new UnreadableValue('more than 0s', text);
}
