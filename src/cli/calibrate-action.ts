import {
  type CalibratedHypothesis,
  type CalibrationRequest,
  calibrate,
  inOrder,
} from '../calibrate/calibrate.js';
import { figureRows, parameterRows } from '../calibrate/calibration-rows.js';
import type { UsedCondition } from '../calibrate/figure-model.js';
import { figuresOf, samplesOf } from '../calibrate/figures.js';
import { FIGURE_KINDS } from '../calibrate/figures-file.js';
import type { FitHost } from '../calibrate/fit-task.js';
import type { LoadedFigures } from '../calibrate/imported-figures.js';
import { loadFigures } from '../calibrate/load-figures.js';
import { calibratedMachineYaml } from '../calibrate/machine-yaml.js';
import { type MergedFigures, mergeFigures } from '../calibrate/merge-figures.js';
import { scenarioOf } from '../calibrate/simulate-condition.js';
import { describeFound, InputError, type Problem, ProblemList } from '../errors.js';
import { renderCalibrate, renderCalibrateCsv } from '../report/calibrate.js';
import { CALIBRATE_SCHEMA, type CalibrateDocument } from '../run-document/calibrate-document.js';
import { Catalogue } from '../scenario/catalogue.js';
import { machineText } from '../scenario/load-machine.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { startFits } from './calibrate-execution.js';
import { distinct, repeated } from './choices.js';
import type { CommandContext } from './context.js';
import { type CostsOptions, readCosts, writeCosts } from './costs-action.js';
import type { CsvOptions } from './csv-options.js';
import { DEFAULTS } from './defaults.js';
import { writeDocument } from './document-output.js';
import type { ThreadChoice } from './execution.js';
import { STDOUT } from './output.js';
import { writeWarnings } from './report-output.js';
import { readJobs, readOutput, readSeed } from './run-request.js';
import { readFileBesides } from './trace-output.js';

interface CalibrateOptions extends CsvOptions, CostsOptions {
  readonly machine?: string | undefined;
  readonly leaveOut?: readonly string[] | undefined;
  readonly crossValidate?: true | undefined;
  readonly seed?: string | undefined;
  readonly jobs?: string | undefined;
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
  readonly quiet?: true | undefined;
}

/** Over all hypotheses a few hundred. */
const SETS_PER_HYPOTHESIS = 80;
/** A prediction's range needs fewer, and cross-validation draws them once per condition. */
const SETS_PER_LEFT_OUT = 40;

/** Fits a machine to figures, or shows how well a fit to some predicts the others. */
export async function calibrateMachine(
  references: readonly string[],
  options: CalibrateOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const catalogue = await Catalogue.open(context);
  const { output: _, ...printed } = options;
  const output = readOutput({ ...printed, color: null }, context.files, problems);
  const machineFile = readFileBesides('--output', options.output, context.files, problems);
  const seed = readSeed(options.seed, problems);
  const jobs = readJobs(options, problems);
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
  const requests = requestsOf(host, conditions, leftOut);
  const hypotheses = await calibrateAll(host, requests, { jobs, isQuiet: output.quiet }, context);
  const document: CalibrateDocument = {
    schema: CALIBRATE_SCHEMA,
    ...documents,
    ...tablesOf(hypotheses, machine, leftOut),
  };
  if (machineFile !== null) {
    const source = measured?.yaml ?? machineText(options.machine ?? DEFAULTS.machine, context);
    machineFile.replace(calibratedMachineYaml(source, names, hypotheses));
  }
  const texts = { table: renderCalibrate, csv: renderCalibrateCsv };
  await writeDocument(document, texts, { ...STDOUT, format: output.format, csv: output.csv }, context);
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
function usedConditions({ conditions, figures }: MergedFigures, catalogue: Catalogue): UsedCondition[] {
  const samples = samplesOf(figures);
  return [...conditions]
    .map(([name, condition]) => ({
      name,
      condition,
      scenario: scenarioOf(name, condition, catalogue),
      samples: samples.filter((sample) => sample.condition === name),
    }))
    .filter(({ condition, samples: own }) => condition.use === 'fitted' && own.length > 0);
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
  if (output !== undefined && leftOut.length > 1) {
    problems.add({ where: '--output', expected: 'one fit to write', found: String(leftOut.length) });
  }
  return leftOut;
}

/** One request with all conditions, or one per condition to be left out. */
function requestsOf(
  host: FitHost,
  conditions: readonly UsedCondition[],
  leftOut: readonly string[],
): CalibrationRequest[] {
  if (leftOut.length === 0) {
    return [{ ...host, conditions, leftOut: null, setsPerHypothesis: SETS_PER_HYPOTHESIS }];
  }
  return leftOut.map((name) => ({
    ...host,
    conditions: conditions.filter((one) => one.name !== name),
    leftOut: conditions.find((one) => one.name === name) ?? null,
    setsPerHypothesis: SETS_PER_LEFT_OUT,
  }));
}

function announcement(hypothesis: string, { leftOut }: CalibrationRequest): string {
  return `fitting ${hypothesis}${leftOut === null ? '' : ` without ${leftOut.name}`}\n`;
}

/** Of fits that leave something out, only what they predict is reported. */
function tablesOf(fits: readonly CalibratedHypothesis[], machine: MachineFile, leftOut: readonly string[]) {
  const isWhole = leftOut.length === 0;
  const names = Object.keys(machine.hypotheses);
  const sorted = names.flatMap((name) => fits.filter(({ hypothesis }) => hypothesis === name));
  return {
    results: sorted.flatMap((one) => figureRows(one, isWhole ? 'fitted' : 'predicted')),
    parameters: isWhole ? sorted.flatMap((one) => parameterRows(one, machine)) : [],
    sets: isWhole
      ? sorted.map(({ hypothesis, sets }) => ({ hypothesis, count: sets.length }))
      : names.map((hypothesis) => ({ hypothesis, count: SETS_PER_LEFT_OUT })),
  };
}
