import {
  type CalibratedHypothesis,
  type CalibrationRequest,
  calibrate,
  inOrder,
} from '../calibrate/calibrate.js';
import { agreementRows, figureRows, noiseRow, parameterRows } from '../calibrate/calibration-rows.js';
import type { Asked, FitHost, UsedCondition } from '../calibrate/chain-task.js';
import { figuresOf } from '../calibrate/figures.js';
import { FIGURE_KINDS } from '../calibrate/figures-file.js';
import type { LoadedFigures } from '../calibrate/imported-figures.js';
import { loadFigures } from '../calibrate/load-figures.js';
import { calibratedMachineYaml } from '../calibrate/machine-yaml.js';
import { type MergedFigures, mergeFigures } from '../calibrate/merge-figures.js';
import { readingsOf } from '../calibrate/simulate-condition.js';
import { describeFound, InputError, type Problem, ProblemList } from '../errors.js';
import { histogramsOf } from '../measure/run-scenario.js';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { CALIBRATE_SCHEMA, type CalibrateDocument } from '../run-document/calibrate-document.js';
import type { Warning } from '../run-document/run-document.js';
import { Catalogue } from '../scenario/catalogue.js';
import { machineText } from '../scenario/load-machine.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import type { Scenario } from '../scenario/scenario.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { chooseSweep } from '../sweep/strategies.js';
import { parseCount } from '../units.js';
import { startFits } from './calibrate-execution.js';
import { distinct, repeated } from './choices.js';
import type { CommandContext } from './context.js';
import { type CostsOptions, readCosts, writeCosts } from './costs-action.js';
import { DEFAULTS } from './defaults.js';
import { writeDocument } from './document-output.js';
import type { ThreadChoice } from './execution.js';
import { type OutputOptions, readOutput } from './output-options.js';
import { writeWarnings } from './report-output.js';
import { readJobs, readSeed } from './run-request.js';
import { readFileBesides } from './trace-output.js';

interface CalibrateOptions extends Omit<OutputOptions, 'output'>, CostsOptions {
  readonly machine?: string | undefined;
  readonly leaveOut?: readonly string[] | undefined;
  readonly crossValidate?: true | undefined;
  readonly seed?: string | undefined;
  readonly steps?: string | undefined;
  readonly jobs?: string | undefined;
}

/** Steps of each walk: enough for two hundred independent draws of everything under the shipped hypotheses. */
const STEPS = 20_000;
const STEPS_MIN = 100;
const STEPS_MAX = 10_000_000;
/** One step in so many is kept. */
const STEPS_PER_DRAW = 12;
/** Walks that agree less, or draws that are worth fewer independent ones, say nothing. */
const R_HAT_MAX = 1.05;
const EFFECTIVE_SIZE_MIN = 50;
/** Below this, ranges of draws are rough. */
const EFFECTIVE_SIZE_WANTED = 200;
/** The loops kernels have run: what users ask for most, and so what walks have to agree about. */
const STRATEGIES_ASKED = ['local-first', 'broadcast'] as const;

/** Fits a machine to figures, or shows how well a fit to some predicts the others. */
export async function calibrateMachine(
  references: readonly string[],
  options: CalibrateOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const catalogue = await Catalogue.open(context);
  const { output: _, ...printed } = options;
  const output = readOutput(printed, context.files, problems, TEXT_FORMAT_NAMES);
  const machineFile = readFileBesides('--output', options.output, context.files, problems);
  const seed = readSeed(options.seed, problems);
  const jobs = readJobs(options, problems);
  const steps =
    problems.read('--steps', options.steps, (text) => parseCount(text, STEPS_MIN, STEPS_MAX)) ?? STEPS;
  const base = problems.collect(() => catalogue.machine(options.machine ?? DEFAULTS.machine));
  const measured = readCosts(options, base, seed, context, problems);
  if (options.costs !== undefined && references.length === 0) {
    for (const name of ['leaveOut', 'crossValidate'] as const) {
      if (options[name] !== undefined) problems.add(withoutFigures(name));
    }
    if (measured === null || problems.isAny) throw problems.toError();
    machineFile?.replace(measured.yaml);
    await writeCosts(measured, seed, output, context);
    return;
  }
  const machine = measured?.machine ?? base;
  const names = references.length === 0 ? [DEFAULTS.figures] : references;
  for (const name of repeated(names)) {
    problems.add({ where: 'figures', expected: 'each file once', found: `${name} again` });
  }
  const files = distinct(names).flatMap(
    (name) => problems.collect(() => loadWithFigures(name, context, machine)) ?? [],
  );
  const conditions = problems.collect(() => usedConditions(mergeFigures(files), catalogue)) ?? [];
  const leftOut = readLeftOut(options, conditions, problems);
  if (machine === null || problems.isAny) throw problems.toError();
  for (const file of [...files, ...(measured === null ? [] : [measured])])
    writeWarnings(file, output, context);
  const documents = {
    tool: context.tool,
    command: context.argv,
    seed,
    machine: machine.name,
    figures: names,
  };
  const host = { machine, seed };
  const asked = askedOn(machine, catalogue);
  const isWhole = leftOut.length === 0 || (options.crossValidate === true && machineFile !== null);
  const requests = requestsOf(host, conditions, isWhole ? [null, ...leftOut] : leftOut, asked, steps);
  const hypotheses = await calibrateAll(host, requests, { jobs, isQuiet: output.quiet }, context);
  const warnings = convergenceWarnings(hypotheses, steps);
  writeWarnings({ warnings }, output, context);
  const document: CalibrateDocument = {
    schema: CALIBRATE_SCHEMA,
    ...documents,
    ...tablesOf(hypotheses, machine),
  };
  if (machineFile !== null) {
    const source = measured?.yaml ?? machineText(options.machine ?? DEFAULTS.machine, context);
    machineFile.replace(calibratedMachineYaml(source, machine, names, hypotheses));
  }
  await writeDocument(document, output, context);
}

function withoutFigures(name: 'leaveOut' | 'crossValidate'): Problem {
  const where = name === 'leaveOut' ? '--leave-out' : '--cross-validate';
  return { where, expected: 'figures to fit to', found: 'measured costs alone' };
}

/** Nothing is written before all of it is done: a machine fitted in part would pass for one that was fitted. */
async function calibrateAll(
  host: FitHost,
  requests: readonly CalibrationRequest[],
  choice: ThreadChoice,
  context: CommandContext,
): Promise<CalibratedHypothesis[]> {
  const execution = await startFits(host, requests, choice, context);
  const announce = choice.isQuiet ? () => {} : context.writeStderr;
  try {
    const started = requests.map((request) =>
      calibrate(request, execution.execute, (hypothesis) => announce(announcement(hypothesis, request))),
    );
    return (await inOrder(started)).flat();
  } finally {
    await execution.close();
  }
}

/** The scenarios that come with the program; guests of some have no room on a small machine. */
export function askedOn(machine: MachineFile, catalogue: Catalogue): Asked[] {
  return catalogue
    .scenarioNames()
    .map((name) => catalogue.scenario(name))
    .filter((scenario) => hasRoom(machine, scenario))
    .flatMap((scenario) => STRATEGIES_ASKED.map((strategy) => ({ scenario, strategy })));
}

function hasRoom(machine: MachineFile, scenario: Scenario): boolean {
  const config = resolveMachine(machine, machine.defaultHypothesis, machine.memoryBytes, NO_OVERRIDES);
  try {
    histogramsOf(scenario, config, chooseSweep('local-first', null, null), 1);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * What to say of walks that agree, but not well.
 * @throws InputError where they do not agree
 */
export function convergenceWarnings(hypotheses: readonly CalibratedHypothesis[], steps: number): Warning[] {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const { hypothesis, agreements } of hypotheses) {
    const [worst] = agreements.toSorted((a, b) => b.rHat - a.rHat);
    const [least] = agreements.toSorted((a, b) => a.effectiveSize - b.effectiveSize);
    if (worst === undefined || least === undefined) continue;
    const size = Math.round(least.effectiveSize);
    if (worst.rHat > R_HAT_MAX || size < EFFECTIVE_SIZE_MIN) {
      problems.push({
        where: `hypothesis ${hypothesis}`,
        expected: `walks that agree: split R-hat of at most ${R_HAT_MAX} and ${EFFECTIVE_SIZE_MIN} effective draws of everything`,
        found: `R-hat ${worst.rHat.toFixed(3)} of ${worst.name}, ${size} effective draws of ${least.name}`,
        hint: `Make the walks longer: --steps ${10 * steps}.`,
      });
    } else if (size < EFFECTIVE_SIZE_WANTED) {
      const message = `hypothesis ${hypothesis}: the draws of ${least.name} are worth ${size} independent ones, so ranges are rough; --steps ${4 * steps} makes them finer`;
      warnings.push({ kind: 'few-effective-draws', message });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return warnings;
}

/** @throws InputError when there is nothing a fit could aim at */
function loadWithFigures(
  reference: string,
  context: CommandContext,
  machine: MachineFile | null,
): LoadedFigures {
  const file = loadFigures(reference, context, machine?.topology ?? null);
  const toFit = figuresOf(file).filter(({ condition }) => file.conditions[condition]?.use === 'fitted');
  if (toFit.every(({ kind }) => FIGURE_KINDS[kind].isBound)) {
    const expected = 'at least one figure to fit that is no bound (total or instruction-mean)';
    throw new InputError([
      { where: reference, expected, found: toFit.length === 0 ? 'none' : 'bounds only' },
    ]);
  }
  return file;
}

/**
 * The conditions that a fit aims at.
 * @throws InputError when one cannot be simulated
 */
export function usedConditions(
  { conditions, figures }: MergedFigures,
  catalogue: Catalogue,
): UsedCondition[] {
  return [...conditions]
    .map(([name, condition]) => ({
      name,
      condition,
      readings: readingsOf(name, condition, catalogue),
      figures: figures.filter((figure) => figure.condition === name),
    }))
    .filter(({ condition, figures: own }) => condition.use === 'fitted' && own.length > 0);
}

function readLeftOut(
  { leaveOut = [], crossValidate, output }: CalibrateOptions,
  conditions: readonly UsedCondition[],
  problems: ProblemList,
): string[] {
  const known = conditions.map(({ name }) => name);
  for (const name of leaveOut.filter((one) => !known.includes(one))) {
    const hint = suggest(name, known);
    const problem = { where: '--leave-out', expected: listChoices(known), found: describeFound(name) };
    problems.add(hint === undefined ? problem : { ...problem, hint });
  }
  if (crossValidate === true && leaveOut.length > 0) {
    problems.add({ where: '--cross-validate', expected: 'no --leave-out beside it', found: 'both' });
  }
  const leftOut = crossValidate === true ? known : [...leaveOut];
  if (leftOut.length > 0 && known.length < 2) {
    problems.add({
      where: 'figures',
      expected: 'two conditions or more, to leave one out',
      found: String(known.length),
    });
  }
  if (output !== undefined && crossValidate !== true && leftOut.length > 1) {
    problems.add({ where: '--output', expected: 'one fit to write', found: String(leftOut.length) });
  }
  return leftOut;
}

/** A request per condition to be left out; `null`: none is. */
export function requestsOf(
  host: FitHost,
  conditions: readonly UsedCondition[],
  leftOut: readonly (string | null)[],
  asked: readonly Asked[],
  steps: number,
): CalibrationRequest[] {
  const length = { steps, draws: Math.ceil(steps / STEPS_PER_DRAW) };
  return leftOut.map((name) => ({
    ...host,
    conditions: conditions.filter((one) => one.name !== name),
    leftOut: conditions.find((one) => one.name === name) ?? null,
    asked: name === null ? asked : [],
    length,
  }));
}

function announcement(hypothesis: string, { leftOut }: CalibrationRequest): string {
  return `fitting ${hypothesis}${leftOut === null ? '' : ` without ${leftOut.name}`}\n`;
}

/** Of fits that leave something out, only what they predict is reported. */
function tablesOf(fits: readonly CalibratedHypothesis[], machine: MachineFile) {
  const names = Object.keys(machine.hypotheses);
  const sorted = names.flatMap((name) => fits.filter(({ hypothesis }) => hypothesis === name));
  const whole = sorted.filter(({ leftOut }) => leftOut === null);
  return {
    results: sorted.flatMap((one) => figureRows(one)),
    parameters: whole.flatMap(parameterRows),
    noise: whole.map(noiseRow),
    agreements: whole.flatMap(agreementRows),
  };
}
