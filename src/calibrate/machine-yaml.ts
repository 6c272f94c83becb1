import { type Document, parseDocument, Scalar, YAMLMap } from 'yaml';
import { PARAMETER_NAMES, type ParameterName, type ParameterValue } from '../machine/parameters.js';
import { formatKnownRanges } from '../scenario/known-ranges.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { formatPlausibleSets } from '../scenario/plausible-sets.js';
import { nanoseconds, sizeText } from '../units.js';
import type { CalibratedHypothesis } from './calibrate.js';
import { figureRows } from './calibration-rows.js';
import { type FittedCost, fittedCosts, knownRanges, noiseOf, strainsOf } from './findings.js';
import { asScenario, simulateCondition } from './simulate-condition.js';

/**
 * The text of a machine file with what a calibration found in place of what was there; the rest, comments too, stays.
 * @param source text of the machine file that was fitted
 * @param machine of that text
 * @param figures names of the files of figures used
 * @param hypotheses fits to all figures, fits that left a condition out, or both; the machine gets the costs of the former if there are any
 */
export function calibratedMachineYaml(
  source: string,
  machine: MachineFile,
  figures: readonly string[],
  hypotheses: readonly CalibratedHypothesis[],
): string {
  const document = parseDocument(source);
  const whole = hypotheses.filter(({ leftOut }) => leftOut === null);
  for (const one of whole.length > 0 ? whole : hypotheses) {
    const path = ['hypotheses', one.hypothesis];
    const costs = fittedCosts(one);
    for (const { name, value } of costs) {
      const change = changeOf(document, one.hypothesis, name, value, figures);
      document.setIn([...path, 'parameters', name], inline(document, change));
    }
    const fittedTo = new YAMLMap();
    for (const [name, condition] of fittedConditions(one, machine, costs)) {
      fittedTo.set(name, inline(document, condition));
    }
    document.setIn([...path, 'fittedTo'], fittedTo);
    document.setIn([...path, 'calibration'], document.createNode(calibrationOf(one, costs, figures)));
    const plausibleSets = setsText(one);
    document.setIn([...path, 'plausibleSets'], literal(plausibleSets));
    const ranges = formatKnownRanges(knownRanges(one, machine, plausibleSets));
    document.setIn([...path, 'ranges'], literal(ranges));
    // Where the figures of other conditions say that each should fall.
    const others = hypotheses.filter(
      ({ hypothesis, leftOut }) => hypothesis === one.hypothesis && leftOut !== null,
    );
    document.deleteIn([...path, 'leftOut']);
    for (const { id, publishedNs: measuredNs, lowNs, highNs } of whole.length > 0
      ? others.flatMap(figureRows)
      : []) {
      document.setIn([...path, 'leftOut', id], inline(document, { measuredNs, lowNs, highNs }));
    }
  }
  return document.toString({ lineWidth: 120 });
}

/** Draws of a hypothesis that a machine keeps. */
const SETS = 1000;

/** As many draws as a machine keeps, spread evenly over all walks. */
function setsText({ names, draws }: CalibratedHypothesis): string {
  const count = Math.min(SETS, draws.length);
  const sorted = PARAMETER_NAMES.filter((name) => names.includes(name));
  const sets = Array.from({ length: count }, (_, i) => {
    const { values, sigma, second } = draws[Math.floor((i * draws.length) / count)];
    return { values: sorted.map((name) => values[names.indexOf(name)]), sigma, second };
  });
  return formatPlausibleSets(sorted, sets);
}

/** How the source of a fitted value begins that was measured before any fit. */
const MEASURED_FIRST = 'measured, then ';

/** A fitted value stays as well known as the parameter was: a fit measures nothing. What it has moved is measured no more. */
function changeOf(
  document: Document,
  hypothesis: string,
  name: ParameterName,
  value: ParameterValue,
  figures: readonly string[],
) {
  const before = (what: 'provenance' | 'source') =>
    document.getIn(['hypotheses', hypothesis, 'parameters', name, what]) ??
    document.getIn(['parameters', name, what]);
  const source = `fitted to ${figures.join(', ')}`;
  const wasMeasured = before('provenance') === 'measured' || `${before('source')}`.startsWith(MEASURED_FIRST);
  return wasMeasured
    ? { value, provenance: 'inferred', source: `${MEASURED_FIRST}${source}` }
    : { value, provenance: before('provenance'), source };
}

/** The conditions it was fitted to, with what each takes under the costs as they are written. */
function fittedConditions(
  { hypothesis, fittedTo }: CalibratedHypothesis,
  machine: MachineFile,
  costs: readonly FittedCost[],
) {
  const parameters = new Map(costs.map(({ name, value }) => [name, value]));
  return fittedTo.map(({ name, condition, readings: [likeliest] }) => {
    const read = asScenario(condition, likeliest);
    const overrides = { topology: null, parameters };
    const { localPs, remotePs } = simulateCondition(read, machine, hypothesis, overrides);
    const { strategy, threads, memory } = condition;
    const times = { localNs: nanoseconds(localPs), remoteNs: nanoseconds(remotePs) };
    return [name, { strategy, threads, memory: sizeText(memory), ...times }] as const;
  });
}

function calibrationOf(one: CalibratedHypothesis, costs: readonly FittedCost[], figures: readonly string[]) {
  const { sigma, second } = noiseOf(one);
  return {
    figures: [...figures],
    convergence: {
      rHat: Number(Math.max(...one.agreements.map(({ rHat }) => rHat)).toFixed(3)),
      effectiveSize: Math.round(Math.min(...one.agreements.map(({ effectiveSize }) => effectiveSize))),
    },
    noise: { sigma, second },
    intervals: Object.fromEntries(costs.map(({ name, low, high }) => [name, [low, high]])),
    undetermined: costs.filter(({ standing }) => standing === 'undetermined').map(({ name }) => name),
    strained: strainsOf(one),
  };
}

function literal(text: string) {
  const scalar = new Scalar(text);
  scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
}

function inline(document: Document, value: unknown) {
  return document.createNode(value, { flow: true });
}
