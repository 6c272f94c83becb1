import { loadFigures } from '../calibrate/load-figures.js';
import { reproduce } from '../calibrate/reproduce.js';
import { ProblemList } from '../errors.js';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeDocument } from './document-output.js';
import { type OutputOptions, readOutput } from './output-options.js';
import { writeWarnings } from './report-output.js';
import { readHypotheses } from './run-request.js';
import { untilInterrupted } from './watched-work.js';

interface ReproduceOptions extends OutputOptions {
  readonly machine?: string | undefined;
  readonly hypothesis?: readonly string[] | undefined;
}

/** Compares published and simulated figures, by every hypothesis unless told which. */
export async function reproduceFigures(
  reference: string,
  options: ReproduceOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const catalogue = await Catalogue.open(context);
  const output = readOutput(options, context.files, problems, TEXT_FORMAT_NAMES);
  const figures = problems.collect(() => loadFigures(reference, context));
  const machine = problems.collect(() => catalogue.machine(options.machine ?? DEFAULTS.machine));
  const wanted = options.hypothesis ?? Object.keys(machine?.hypotheses ?? {});
  const hypotheses = machine === null ? [] : readHypotheses(wanted, machine, problems);
  if (figures === null || machine === null || problems.isAny) throw problems.toError();
  writeWarnings(figures, output, context);
  const request = { tool: context.tool, command: context.argv, figures, machine, hypotheses };
  const document = await untilInterrupted(reproduce(request, catalogue), output.quiet, context);
  await writeDocument(document, output, context);
}
