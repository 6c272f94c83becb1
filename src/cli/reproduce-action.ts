import { loadFigures } from '../calibrate/load-figures.js';
import { reproduce } from '../calibrate/reproduce.js';
import { ProblemList } from '../errors.js';
import { renderReproduce, renderReproduceCsv } from '../report/reproduce.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import type { CsvOptions } from './csv-options.js';
import { DEFAULTS } from './defaults.js';
import { writeDocument } from './document-output.js';
import { writeWarnings } from './report-output.js';
import { readHypotheses, readOutput } from './run-request.js';

interface ReproduceOptions extends CsvOptions {
  readonly machine?: string | undefined;
  readonly hypothesis?: readonly string[] | undefined;
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
  readonly output?: string | undefined;
  readonly verbose?: true | undefined;
}

/** Compares published and simulated figures, by every hypothesis unless told which. */
export async function reproduceFigures(
  reference: string,
  options: ReproduceOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const catalogue = await Catalogue.open(context);
  const output = readOutput({ ...options, color: null }, context.files, problems);
  const figures = problems.collect(() => loadFigures(reference, context));
  const machine = problems.collect(() => catalogue.machine(options.machine ?? DEFAULTS.machine));
  const wanted = options.hypothesis ?? Object.keys(machine?.hypotheses ?? {});
  const hypotheses = machine === null ? [] : readHypotheses(wanted, machine, problems);
  if (figures === null || machine === null || problems.isAny) throw problems.toError();
  writeWarnings(figures, output, context);
  const request = { tool: context.tool, command: context.argv, figures, machine, hypotheses };
  const document = reproduce(request, catalogue);
  await writeDocument(document, { table: renderReproduce, csv: renderReproduceCsv }, output, context);
}
