import { describeFound, ProblemList, readAt, UnreadableValue } from '../errors.js';
import type { OutputFile } from '../files/output-file.js';
import type { Shard } from '../jobs/shards.js';
import {
  isParameterName,
  PARAMETER_NAMES,
  type ParameterName,
  type ParameterValue,
  parseParameterValue,
} from '../machine/parameters.js';
import { parseTopology } from '../machine/topology.js';
import { type Plan, planRun } from '../measure/plan.js';
import { CPU_GROUPING_NAMES, type CpuGrouping } from '../report/cpu-groups.js';
import { isForPeople } from '../report/formats.js';
import type { CsvChoice } from '../report/rows.js';
import type { JitterRecord } from '../run-document/run-document.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { checkHypothesisOfAny } from '../scenario/resolve-machine.js';
import type { Scenario } from '../scenario/scenario.js';
import { MAPPING_NAMES } from '../scenario/scenario.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { chooseSweep, STRATEGY_NAMES, type StrategyName, takesBatch } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { parseCount, parseMemoryBytes } from '../units.js';
import { distinct, oneOf, parseBatch, repeated, splitLists } from './choices.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { type OutputChoice, type OutputOptions, readOutput } from './output-options.js';
import { readFileBesides } from './trace-output.js';

/** The options of `run` as typed. */
export interface RunOptions extends OutputOptions {
  readonly mapping?: readonly string[] | undefined;
  readonly memory?: string | undefined;
  readonly machine?: string | undefined;
  readonly hypothesis?: readonly string[] | undefined;
  readonly topology?: string | undefined;
  readonly strategy?: string | undefined;
  readonly threads?: string | undefined;
  readonly batch?: string | undefined;
  readonly scan?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly jitter?: true | undefined;
  readonly runs?: string | undefined;
  readonly jobs?: string | undefined;
  readonly seed?: string | undefined;
  readonly perCpu?: true | undefined;
  readonly trace?: string | undefined;
  readonly by?: string | undefined;
}

/** More threads than any host has CPUs. */
const JOBS_MAX = 65_536;

/** What a command that runs cells was asked for, complete and checked. */
export interface PlanCommand {
  readonly plan: Plan;
  /** How many threads the user wants; `null`: as many as there are cores. */
  readonly jobs: number | null;
  /** The part of a grid that is wanted; `null`: all of it. */
  readonly shard: Shard | null;
  readonly output: OutputChoice;
  /** Where the trace goes; `null`: there is none. */
  readonly trace: OutputFile | null;
  readonly by: CpuGrouping;
}

const SEED_MAX = 2 ** 32 - 1;

/**
 * Turns the command line into complete values.
 * @throws InputError with every problem of the command line and of the files it names
 */
export function readRunCommand(
  references: readonly string[],
  options: RunOptions,
  catalogue: Catalogue,
  { tool, argv, files }: Pick<CommandContext, 'tool' | 'argv' | 'files'>,
): PlanCommand {
  const problems = new ProblemList();
  const { strategy, threads, batch, ...choices } = readHostChoices(options, problems);
  const output = readOutput(options, files, problems);
  const trace = readFileBesides('--trace', options.trace, files, problems);
  const { perCpu, by } = readCpuChoice(options, output, problems);
  const jobs = readJobs(options, problems);
  const machine = problems.collect(() => catalogue.machine(options.machine ?? DEFAULTS.machine));
  const hypotheses = machine === null ? [] : readHypotheses(options.hypothesis, machine, problems);
  const scenarios = readScenarios(references, catalogue, problems);
  if (batch !== null && !takesBatch(strategy)) addUselessBatch('--batch', [strategy], problems);
  if (machine === null || problems.isAny) throw problems.toError();
  const bandHypotheses = options.hypothesis === undefined ? Object.keys(machine.hypotheses) : hypotheses;
  // Formats that only carry rows have no place for what the other hypotheses say.
  const withAlternatives = isForPeople(output.format) || output.format === 'json';
  const sweep = chooseSweep(strategy, threads, batch);
  const named = { tool, command: argv, scenarios, machine, hypotheses, bandHypotheses };
  const withTrace = trace !== null;
  const plan = planRun({ ...named, withAlternatives, withTrace, sweep, perCpu, ...choices });
  return { plan, jobs, shard: null, output, trace, by };
}

/** What the options choose of host, sweep and costs; `null` where they say nothing. */
export function readHostChoices(options: RunOptions, problems: ProblemList) {
  const choices = {
    mappings: problems.read('--mapping', options.mapping, listOf(MAPPING_NAMES)) ?? [],
    memoryBytes: problems.read('--memory', options.memory, parseMemoryBytes),
    topology: problems.read('--topology', options.topology, parseTopology),
    strategy: problems.read('--strategy', options.strategy, oneOf(STRATEGY_NAMES)) ?? DEFAULTS.strategy,
    threads: problems.read('--threads', options.threads, oneOf(THREADS)),
    batch: problems.read('--batch', options.batch, parseBatch),
    parameters: readParameters(options, problems),
    seed: readSeed(options.seed, problems),
    jitter: readJitter(options, problems),
  };
  return choices;
}

/** Without random jitter every run is the same, so there is one. */
function readJitter({ jitter, runs }: RunOptions, problems: ProblemList): JitterRecord | null {
  const isJittered = jitter === true;
  const wanted = problems.read('--runs', runs, isJittered ? parseRuns : parseOneRun) ?? 1;
  return isJittered ? { runs: wanted } : null;
}

export function readJobs({ jobs }: Pick<RunOptions, 'jobs'>, problems: ProblemList): number | null {
  return problems.read('--jobs', jobs, (text) => parseCount(text, 1, JOBS_MAX));
}

/** Whether each CPU is told, and by what. Who asks for groups of CPUs asks for CPUs; rows for programs do not change by it. */
export function readCpuChoice(
  { perCpu, by }: Pick<RunOptions, 'perCpu' | 'by'>,
  output: OutputChoice,
  problems: ProblemList,
): { readonly perCpu: boolean; readonly by: CpuGrouping } {
  checkWide({ perCpu }, output, problems);
  const wanted = problems.read('--by', by, oneOf(CPU_GROUPING_NAMES));
  return { perCpu: perCpu === true || (wanted !== null && isForPeople(output.format)), by: wanted ?? 'cpu' };
}

/** Rows of sweeps and rows of CPUs do not go into one CSV. */
export function checkWide(
  { perCpu }: Pick<RunOptions, 'perCpu'>,
  { isWide }: CsvChoice,
  problems: ProblemList,
): void {
  if (!isWide || perCpu !== true) return;
  problems.add({ where: '--wide', expected: 'a row per sweep, or --per-cpu, a row per CPU', found: 'both' });
}

export function readScenarios(
  references: readonly string[],
  catalogue: Catalogue,
  problems: ProblemList,
): Scenario[] {
  const scenarios = references.flatMap(
    (reference) => problems.collect(() => catalogue.scenario(reference)) ?? [],
  );
  checkDistinct(scenarios, problems);
  return scenarios;
}

/** Says that none of these strategies takes several regions a round. */
export function addUselessBatch(
  where: string,
  strategies: readonly StrategyName[],
  problems: ProblemList,
): void {
  const found = listChoices(distinct(strategies));
  problems.add({
    where,
    expected: `strategy ${listChoices(STRATEGY_NAMES.filter(takesBatch))}`,
    found,
  });
}

/** Values of an option that may be repeated and may hold comma-separated lists; each value once. */
export function listOf<T extends string>(choices: readonly T[]) {
  return (texts: readonly string[]): T[] => distinct(splitLists(texts).map(oneOf(choices)));
}

function readParameters(
  { set, scan }: RunOptions,
  problems: ProblemList,
): Map<ParameterName, ParameterValue> {
  const parameters = new Map<ParameterName, ParameterValue>();
  for (const assignment of (set ?? []).flatMap(splitAssignments)) {
    const parsed = problems.read('--set', assignment, parseAssignment);
    if (parsed === null) continue;
    const [name, value] = parsed;
    if (parameters.has(name) && parameters.get(name) !== value) {
      problems.add({
        where: `--set ${name}`,
        expected: 'one value',
        found: `${parameters.get(name)} and ${value}`,
      });
    }
    parameters.set(name, value);
  }
  const scanned = problems.read('--scan', scan, (text) => parseParameterValue('scan', text));
  if (scanned === null) return parameters;
  if (parameters.has('scan') && parameters.get('scan') !== scanned) {
    problems.add({ where: '--scan', expected: 'what --set scan says', found: describeFound(scan) });
  }
  return parameters.set('scan', scanned);
}

/** The assignments of a list; digits behind a comma belong to the number before it. */
function splitAssignments(text: string): string[] {
  return text.split(/,(?!\d+\s*(?:,|$))/).map((part) => part.trim());
}

function parseAssignment(text: string): [ParameterName, ParameterValue] {
  const [, name, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UnreadableValue('parameter=value, such as ipiPerTargetNs=90', describeFound(text));
  }
  if (!isParameterName(name)) {
    const hint = suggest(name, PARAMETER_NAMES) ?? `The parameters are ${PARAMETER_NAMES.join(', ')}.`;
    throw new UnreadableValue('the name of a parameter', describeFound(name), hint);
  }
  return [name, readAt(`--set ${name}`, () => parseParameterValue(name, value))];
}

/** More are most likely a slip of the keyboard. */
const RUNS_MAX = 10_000;

function parseRuns(text: string): number {
  return parseCount(text, 1, RUNS_MAX);
}

function parseOneRun(text: string): number {
  if (text === '1') return 1;
  const expected = '1, since runs without random jitter are all alike';
  throw new UnreadableValue(expected, describeFound(text), 'With --jitter they differ.');
}

export function readSeed(text: string | undefined, problems: ProblemList): number {
  return problems.read('--seed', text, (given) => parseCount(given, 0, SEED_MAX)) ?? DEFAULTS.seed;
}

export function readHypotheses(
  texts: readonly string[] | undefined,
  machine: MachineFile,
  problems: ProblemList,
): string[] {
  return texts === undefined ? [machine.defaultHypothesis] : readHypothesesOfAny(texts, [machine], problems);
}

/** Those that are asked for; each has to be one of some machine. */
export function readHypothesesOfAny(
  texts: readonly string[] | undefined,
  machines: readonly MachineFile[],
  problems: ProblemList,
): string[] {
  const names = distinct(splitLists(texts ?? []));
  return names.flatMap((name) => problems.collect(() => checkHypothesisOfAny(machines, name)) ?? []);
}

/** Rows name their scenario, so two of one name could not be told apart. */
function checkDistinct(scenarios: readonly Scenario[], problems: ProblemList): void {
  const names = scenarios.map(({ name }) => name);
  for (const name of repeated(names)) {
    problems.add({
      where: 'scenario',
      expected: 'scenarios of different names',
      found: `two called "${name}"`,
    });
  }
}
