import { type Document, parseDocument, Scalar } from 'yaml';
import type { ParameterName } from '../machine/parameters.js';
import { formatPlausibleSets } from '../scenario/plausible-sets.js';
import type { CalibratedHypothesis } from './calibrate.js';
import { inTableOrder } from './free-parameters.js';

/**
 * The text of a machine file with what a calibration found in place of what was there; the rest, comments too, stays.
 * @param source text of the machine file that was fitted
 * @param figures names of the files of figures used
 */
export function calibratedMachineYaml(
  source: string,
  figures: readonly string[],
  hypotheses: readonly CalibratedHypothesis[],
): string {
  const document = parseDocument(source);
  for (const one of hypotheses) {
    const path = ['hypotheses', one.hypothesis];
    for (const { name, value } of one.parameters) {
      document.setIn(
        [...path, 'parameters', name],
        inline(document, changeOf(document, one.hypothesis, name, value, figures)),
      );
    }
    const conditions = [...new Set(one.figures.map(({ sample }) => sample.condition))];
    document.setIn([...path, 'fittedTo'], inline(document, conditions));
    document.setIn([...path, 'calibration'], document.createNode(calibrationOf(one, figures)));
    const names = setNames(one);
    const rows = one.sets.map((values) => names.map((name) => values[name]));
    const text = new Scalar(formatPlausibleSets({ names, rows }));
    text.type = Scalar.BLOCK_LITERAL;
    document.setIn([...path, 'plausibleSets'], text);
  }
  return document.toString({ lineWidth: 120 });
}

/** Every set names what the fit may change, and the switches in which sets differ. */
function setNames({ parameters, sets }: CalibratedHypothesis): ParameterName[] {
  const switches: ParameterName[] = sets.some(({ failureShared }) => failureShared) ? ['failureShared'] : [];
  return inTableOrder([...parameters.map(({ name }) => name), ...switches]);
}

/** A fitted value stays as well known as the parameter was: a fit measures nothing. */
function changeOf(
  document: Document,
  hypothesis: string,
  name: ParameterName,
  value: number,
  figures: readonly string[],
) {
  const provenance =
    document.getIn(['hypotheses', hypothesis, 'parameters', name, 'provenance']) ??
    document.getIn(['parameters', name, 'provenance']);
  return { value, provenance, source: `fitted to ${figures.join(', ')}` };
}

function calibrationOf({ parameters, figures: fitted }: CalibratedHypothesis, figures: readonly string[]) {
  const nameOf = ({ sample }: (typeof fitted)[number]) => `${sample.condition} ${sample.kind}`;
  const percent = (share: number) => Number((100 * share).toFixed(2)) + 0;
  return {
    figures: [...figures],
    residualsPct: Object.fromEntries(fitted.map((one) => [nameOf(one), percent(one.residual)])),
    tolerancesPct: Object.fromEntries(fitted.map((one) => [nameOf(one), percent(one.tolerance)])),
    outOfReach: fitted.filter(({ isOutOfReach }) => isOutOfReach).map(nameOf),
    intervals: Object.fromEntries(parameters.map(({ name, low, high }) => [name, [low, high]])),
    atBound: parameters.filter(({ isAtBound }) => isAtBound).map(({ name }) => name),
    notIdentified: parameters.filter(({ isIdentified }) => !isIdentified).map(({ name }) => name),
  };
}

function inline(document: Document, value: unknown) {
  return document.createNode(value, { flow: true });
}
