import { describeFound, InputError, ProblemList, UnreadableValue } from '../errors.js';
import type { Shard } from '../jobs/shards.js';
import type { Cell } from '../measure/cell.js';
import type { PlannedCell } from '../measure/plan.js';
import { axisColumn } from '../run-document/columns.js';
import { SHARDS_MAX } from '../run-document/run-tables.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { checkHypothesisOfAny } from '../scenario/resolve-machine.js';
import { mappingOf, type Scenario, withMapping } from '../scenario/scenario.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { chooseSweep, takesBatch } from '../sweep/strategies.js';
import { type Axis, type AxisValue, type Choices, type Hosts, parseAxis } from './axes.js';
import { distinct, repeated, splitLists } from './choices.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { type OutputChoice, readOutput } from './output-options.js';
import {
  addUselessBatch,
  type PlanCommand,
  type RunOptions,
  readCpuChoice,
  readHostChoices,
  readHypothesesOfAny,
  readJobs,
  readScenarios,
} from './run-request.js';
import { readFileBesides } from './trace-output.js';

/** The options of `compare` as typed. */
export interface CompareOptions extends RunOptions {
  readonly vary?: readonly string[] | undefined;
  readonly ablation?: true | undefined;
  readonly baseline?: readonly string[] | undefined;
  readonly yes?: true | undefined;
  readonly shard?: string | undefined;
}

/** Grids larger than this are most likely a slip of the keyboard. */
const CELLS_MAX = 1000;
/** Grids larger than this do not fit into memory. */
const CELLS_AGREED_MAX = 100_000;

/** The seed mail's two optimizations, each off and on. */
const ABLATION = ['strategy=broadcast,local-first', 'threads=all,primary'];

/**
 * Turns the command line into a grid.
 * @throws InputError with every problem of the command line and of the files it names
 */
export function readCompareCommand(
  references: readonly string[],
  options: CompareOptions,
  catalogue: Catalogue,
  { tool, argv, files }: Pick<CommandContext, 'tool' | 'argv' | 'files'>,
): PlanCommand {
  const problems = new ProblemList();
  const { mappings, seed, jitter, ...choices } = readHostChoices(options, problems);
  const output = readOutput(options, files, problems);
  const trace = readFileBesides('--trace', options.trace, files, problems);
  const { perCpu, by } = readCpuChoice(options, output, problems);
  const jobs = readJobs(options, problems);
  const shard = readShard(options, output, problems);
  const hosts = readHosts(options, catalogue, problems);
  const scenarios = readScenarios(references, catalogue, problems);
  if (hosts === null) throw problems.toError();
  const machines = hosts.machines.map(({ file }) => file);
  const hypotheses = readHypothesesOfAny(options.hypothesis, machines, problems);
  const axes = readAxes(options, hosts, problems);
  checkContradictions(axes, options, problems);
  const listed = [
    ...(listedMachines(options).length > 1 ? [`machine=${listedMachines(options).join()}`] : []),
    ...(mappings.length > 1 ? [`mapping=${mappings.join()}`] : []),
    ...(hypotheses.length > 1 ? [`hypothesis=${hypotheses.join()}`] : []),
  ].flatMap((text) => problems.collect(() => parseAxis(text, hosts)) ?? []);
  const grid = { scenarios, axes: [...listed, ...axes], hosts };
  const baseline = readBaseline(options.baseline ?? [], grid, problems);
  checkSize(grid, options.yes === true, problems);
  const base: Choices = {
    ...choices,
    mapping: mappings.length === 1 ? (mappings[0] ?? null) : null,
    machine: 0,
    hypothesis: hypotheses[0] ?? null,
  };
  checkBatch(base, grid, problems);
  if (problems.isAny) throw problems.toError();
  const isHypothesisChosen = options.hypothesis !== undefined || hasAxis(grid, 'hypothesis');
  const cells = [...cellsOf(grid, base, isHypothesisChosen, baseline)];
  const varied = axes.flatMap(({ values }) => values.flatMap((one) => [...one.choose(base).parameters]));
  const parameters = new Map([...base.parameters, ...varied]);
  const named = { tool, command: argv, machines, parameters, seed, jitter };
  const plan = { ...named, perCpu, withTrace: trace !== null, isGrid: true, cells };
  return { plan, jobs, shard, output, trace, by };
}

function readShard({ shard }: CompareOptions, { format }: OutputChoice, problems: ProblemList): Shard | null {
  const wanted = problems.read('--shard', shard, parseShard);
  if (wanted !== null && format !== 'json') {
    problems.add({ where: '--shard', expected: '--json, which merge reads', found: `--format ${format}` });
  }
  return wanted;
}

function parseShard(text: string): Shard {
  const [, first = '', second = ''] = /^([^/]*)\/([^/]*)$/.exec(text) ?? [];
  const expected = 'i/n with i from 1 to n, such as 2/8';
  if (!/^\d+$/.test(first) || !/^\d+$/.test(second)) throw new UnreadableValue(expected, describeFound(text));
  const [index, count] = [Number(first), Number(second)];
  if (index === 0 && count > 0) {
    throw new UnreadableValue(expected, describeFound(text), `Parts count from 1: the first is 1/${count}.`);
  }
  if (index > count || count > SHARDS_MAX) throw new UnreadableValue(expected, describeFound(text));
  return { index, count };
}

/** The machines that `--machine` lists. */
function listedMachines({ machine }: Pick<CompareOptions, 'machine'>): string[] {
  return machine === undefined ? [] : splitLists([machine]);
}

/** The machines that a command line names: those it lists, those it varies, or the usual one. */
export function namedMachines({ machine, vary = [] }: Pick<CompareOptions, 'machine' | 'vary'>): string[] {
  const varied = vary.flatMap((text) => /^machine=(.*)$/s.exec(text)?.[1] ?? []);
  const named = distinct([...listedMachines({ machine }), ...splitLists(varied)]);
  return named.length === 0 ? [DEFAULTS.machine] : named;
}

/** `null` where one of them cannot be read. */
function readHosts(options: CompareOptions, catalogue: Catalogue, problems: ProblemList): Hosts | null {
  const named = namedMachines(options);
  const machines = named.flatMap((reference) => {
    const file = problems.collect(() => catalogue.machine(reference));
    return file === null ? [] : [{ reference, file }];
  });
  for (const name of repeated(machines.map(({ file }) => file.name))) {
    const expected = 'machines of different names, which tell their rows apart';
    problems.add({ where: '--machine', expected, found: `two called ${name}` });
  }
  return machines.length < named.length ? null : { machines };
}

function machineOf({ machine }: Choices, { hosts }: Grid): MachineFile {
  const host = hosts.machines[machine];
  if (host === undefined) throw new Error(`there is no machine ${machine}`);
  return host.file;
}

interface Grid {
  readonly scenarios: readonly Scenario[];
  readonly axes: readonly Axis[];
  readonly hosts: Hosts;
}

function hasAxis({ axes }: Grid, name: string): boolean {
  return axes.some((axis) => axis.name === name);
}

function readAxes({ vary = [], ablation }: CompareOptions, hosts: Hosts, problems: ProblemList): Axis[] {
  const texts = [...(ablation === true ? ABLATION : []), ...vary];
  const axes: Axis[] = [];
  for (const text of texts) {
    const axis = problems.read('--vary', text, (given) => parseAxis(given, hosts, axes));
    if (axis !== null) axes.push(axis);
  }
  const names = axes.map(({ name }) => name);
  for (const name of repeated(names)) {
    problems.add({ where: '--vary', expected: `${name} varied once, with all its values`, found: 'twice' });
  }
  return axes;
}

/** What is varied cannot be given, too. */
function checkContradictions(axes: readonly Axis[], options: CompareOptions, problems: ProblemList): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const set = splitLists(options.set ?? []).map((assignment) => assignment.split('=')[0]);
  for (const { name } of axes) {
    const option = given[name] !== undefined ? `--${name}` : set.includes(name) ? `--set ${name}` : null;
    if (option === null) continue;
    problems.add({ where: option, expected: `${name} either given or varied`, found: 'both' });
  }
}

/** A batch is for strategies that take one, of which the grid should have some. */
function checkBatch(base: Choices, grid: Grid, problems: ProblemList): void {
  if (base.batch === null && !hasAxis(grid, 'batch')) return;
  const axis = grid.axes.find(({ name }) => name === 'strategy');
  const strategies =
    axis === undefined ? [base.strategy] : axis.values.map(({ choose }) => choose(base).strategy);
  if (strategies.some(takesBatch)) return;
  addUselessBatch(base.batch === null ? '--vary batch' : '--batch', strategies, problems);
}

function checkSize({ scenarios, axes }: Grid, isAgreed: boolean, problems: ProblemList): void {
  const count = axes.reduce((product, { values }) => product * values.length, scenarios.length);
  const most = isAgreed ? CELLS_AGREED_MAX : CELLS_MAX;
  if (count <= most) return;
  const expected = `at most ${most} cells${isAgreed ? '' : ', or --yes to run them all'}`;
  const found = Number.isSafeInteger(count) ? count : `more than ${Number.MAX_SAFE_INTEGER}`;
  problems.add({ where: '--vary', expected, found: `a grid of ${found}` });
}

/** The values that single out the baseline, by axis; `scenario` is an axis, too. */
function readBaseline(
  texts: readonly string[],
  { scenarios, axes, hosts }: Grid,
  problems: ProblemList,
): Map<string, string> {
  const known = new Map([
    ['scenario', scenarios.map(({ name }) => name)],
    ...axes.map(({ name, values }) => [name, values.map(({ text }) => text)] as const),
  ]);
  const wanted = new Map<string, string>();
  for (const text of splitLists(texts)) {
    problems.read('--baseline', text, () => {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === '') throw new UnreadableValue('axis=value, such as mapping=4k', describeFound(text));
      const values = known.get(name);
      if (values === undefined) {
        throw new UnreadableValue(
          `an axis of this grid: ${listChoices([...known.keys()])}`,
          describeFound(name),
          suggest(name, [...known.keys()]),
        );
      }
      const meant =
        name === 'scenario' ? value : (parseAxis(`${name}=${value}`, hosts).values[0]?.text ?? '');
      if (!values.includes(meant)) {
        throw new UnreadableValue(`a value of this grid: ${listChoices(values)}`, describeFound(value));
      }
      if (wanted.has(name)) throw new UnreadableValue(`${name} once`, 'twice');
      wanted.set(name, meant);
    });
  }
  return wanted;
}

/** The cells, the last axis changing fastest. */
function* cellsOf(
  grid: Grid,
  base: Choices,
  isHypothesisChosen: boolean,
  baseline: ReadonlyMap<string, string>,
): Generator<PlannedCell> {
  for (const scenario of grid.scenarios) {
    for (const values of combinations(grid.axes)) {
      const names = [['scenario', scenario.name], ...grid.axes.map(({ name }, i) => [name, values[i]?.text])];
      const mayBeBaseline = names.every(([name = '', text]) =>
        [undefined, text].includes(baseline.get(name)),
      );
      const choices = values.reduce((chosen, { choose }) => choose(chosen), base);
      const machine = machineOf(choices, grid);
      const hypothesis = choices.hypothesis ?? machine.defaultHypothesis;
      yield {
        scenario: scenario.name,
        name: names
          .slice(1)
          .map(([name, text]) => `${name}=${text}`)
          .join(';'),
        axes: Object.fromEntries(grid.axes.map(({ name }, i) => [axisColumn(name), values[i]?.field ?? ''])),
        mayBeBaseline,
        hypotheses: [hypothesis],
        otherHypotheses: [],
        bandHypotheses: isHypothesisChosen ? [hypothesis] : Object.keys(machine.hypotheses),
        cell: buildCell(scenario, choices, hypothesis, grid),
      };
    }
  }
}

function* combinations(axes: readonly Axis[]): Generator<AxisValue[]> {
  const [first, ...others] = axes;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const value of first.values) {
    for (const rest of combinations(others)) yield [value, ...rest];
  }
}

/** A cell; an error where its values do not go together. */
function buildCell(scenario: Scenario, choices: Choices, hypothesis: string, grid: Grid): Cell | InputError {
  const machine = machineOf(choices, grid);
  const { mapping, strategy, threads, batch, topology, memoryBytes, parameters } = choices;
  if (hasAxis(grid, 'batch') && !takesBatch(strategy)) {
    return new InputError([{ where: 'batch', expected: 'a strategy that takes one', found: strategy }]);
  }
  const problems = new ProblemList();
  problems.collect(() => checkHypothesisOfAny([machine], hypothesis));
  const mapped = mapping === null ? scenario : problems.collect(() => withMapping(scenario, mapping));
  if (mapped === null || problems.isAny) return problems.toError();
  return {
    machine: choices.machine,
    scenario: mapped,
    // Where it is varied, it tells cells apart that are otherwise alike.
    mapping: mapping !== null && hasAxis(grid, 'mapping') ? mapping : mappingOf(mapped),
    memoryBytes: memoryBytes ?? scenario.memoryBytes ?? machine.memoryBytes,
    topology: topology ?? machine.topology,
    sweep: chooseSweep(strategy, threads, batch),
    parameters,
  };
}
