import { bandOver } from '../measure/bands.js';
import { MachineRegister } from '../measure/machine-register.js';
import {
  type HypothesisSummary,
  REPRODUCE_SCHEMA,
  type Reading,
  type ReproduceDocument,
  type ReproduceRow,
} from '../run-document/reproduce-document.js';
import type { ToolInfo } from '../run-document/run-document.js';
import { percentile, roundRatio } from '../run-document/statistics.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { MAPPING_NAMES } from '../scenario/mapping.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { PLACEMENTS, type Scenario, withMapping } from '../scenario/scenario.js';
import type { SweepTotals } from '../sweep/predict.js';
import { countFacts, type Figure, figuresOf, type Sample, samplesOf } from './figures.js';
import { type Condition, FIGURE_KINDS, type FiguresFile } from './figures-file.js';
import { separations } from './separation.js';
import { figureNs, scenarioOf, simulateCondition, simulatePlausible } from './simulate-condition.js';

/** Everything a comparison needs, complete and checked. */
export interface ReproduceRequest {
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly figures: FiguresFile;
  readonly machine: MachineFile;
  readonly hypotheses: readonly string[];
}

/**
 * Puts every published figure beside the simulated one.
 * @throws InputError when a condition cannot be simulated
 */
export function reproduce(request: ReproduceRequest, catalogue: Catalogue): ReproduceDocument {
  const { figures: file, machine, hypotheses } = request;
  const conditions = Object.entries(file.conditions);
  const scenarios = new Map(conditions.map(([name, one]) => [name, scenarioOf(name, one, catalogue)]));
  const figures = figuresOf(file);
  const samples = samplesOf(figures);
  const results = hypotheses.flatMap((hypothesis) =>
    conditions.flatMap(([name, condition]) => {
      const members = samples.filter((sample) => sample.condition === name);
      if (members.length === 0) return [];
      const scenario = found(scenarios.get(name));
      const predicted = simulateCondition(condition, scenario, machine, hypothesis);
      const plausible = simulatePlausible(condition, scenario, machine, hypothesis);
      return members.flatMap((sample) =>
        sample.figures.map((figure) =>
          row(figure, condition.use, sample, predicted, plausible, machine, hypothesis),
        ),
      );
    }),
  );
  const machines = new MachineRegister();
  for (const hypothesis of hypotheses) {
    machines.register(resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES));
  }
  return {
    schema: REPRODUCE_SCHEMA,
    origin: 'simulated',
    tool: request.tool,
    command: request.command,
    machines: machines.recorded,
    results,
    conditions: conditions.map(([name, { says, unknown }]) => ({ name, says, unknown })),
    summaries: hypotheses.map((hypothesis) => summarize(hypothesis, machine, results)),
    independentFacts: countFacts(
      samples.filter(({ condition }) => file.conditions[condition]?.use !== 'unexplained'),
    ),
    repeated: samples
      .filter((sample) => sample.figures.length > 1)
      .map(({ condition, kind, ratio, figures: members }) => ({
        condition,
        kind,
        ids: members.map(({ id }) => id),
        ratio: roundRatio(ratio),
      })),
    separations: separations(machine, hypotheses, Object.values(file.conditions), catalogue),
    readings: hypotheses.flatMap((hypothesis) =>
      conditions.flatMap(([name, condition]) =>
        readingsOf(name, condition, found(scenarios.get(name)), samples, machine, hypothesis),
      ),
    ),
  };
}

function row(
  { id, condition, kind, ns, source }: Figure,
  use: Condition['use'],
  sample: Sample,
  predicted: SweepTotals,
  plausible: readonly SweepTotals[],
  machine: MachineFile,
  hypothesis: string,
): ReproduceRow {
  const simulatedNs = figureNs(predicted, kind);
  const band = plausible.length === 0 ? null : bandOver(plausible.map((one) => figureNs(one, kind)));
  const { isBound } = FIGURE_KINDS[kind];
  const isFitted = machine.hypotheses[hypothesis]?.fittedTo.includes(condition) ?? false;
  return {
    id,
    condition,
    kind,
    publishedNs: ns,
    simulatedNs,
    residualPct: residualPct(simulatedNs, ns),
    lowNs: band?.lowNs ?? null,
    highNs: band?.highNs ?? null,
    inBand: band === null ? '' : ns >= band.lowNs && ns <= band.highNs ? 'yes' : 'no',
    hypothesis,
    fitted: use === 'unexplained' ? use : isBound ? 'bound' : isFitted ? 'fitted' : 'predicted',
    verdict: verdictOf(sample, simulatedNs),
    source,
  };
}

function residualPct(simulatedNs: number, publishedNs: number): number {
  return roundRatio((simulatedNs / publishedNs - 1) * 100);
}

/** Closer than this the simulated figure is called right for a single sample: nobody knows the spread of one. */
const CLOSE_PCT = 3;

function verdictOf({ kind, figures, meanNs }: Sample, simulatedNs: number): string {
  const times = figures.map(({ ns }) => ns);
  const [low, high] = [Math.min(...times), Math.max(...times)];
  if (kind === 'instruction-max') return simulatedNs <= high ? 'holds' : 'violated';
  if (kind === 'instruction-min') return simulatedNs >= low ? 'holds' : 'violated';
  if (figures.length > 1 && simulatedNs >= low && simulatedNs <= high) return 'between the samples';
  const offPct = Math.abs(residualPct(simulatedNs, meanNs));
  if (offPct <= CLOSE_PCT) return `within ${CLOSE_PCT} %`;
  return `${Math.round(offPct)} % off${figures.length > 1 ? ' their mean' : ''}`;
}

function summarize(
  hypothesis: string,
  machine: MachineFile,
  results: readonly ReproduceRow[],
): HypothesisSummary {
  const own = results.filter(
    (one) => one.hypothesis === hypothesis && (one.fitted === 'fitted' || one.fitted === 'predicted'),
  );
  const ranked = own.toSorted((a, b) => Math.abs(a.residualPct) - Math.abs(b.residualPct));
  const worst = ranked.at(-1);
  return {
    hypothesis,
    says: machine.hypotheses[hypothesis]?.says ?? '',
    medianResidualPct: percentile(
      ranked.map((one) => Math.abs(one.residualPct)),
      0.5,
    ),
    worstResidualPct: Math.abs(worst?.residualPct ?? 0),
    worstId: worst?.id ?? '',
  };
}

/** A reading further from every published sample than this is one the figures exclude: far beyond what costs can be wrong. */
const EXCLUDED_FACTOR = 1.5;

/** Where mapping or placement of guests were not stated: what each reading would have given. */
function readingsOf(
  name: string,
  condition: Condition,
  scenario: Scenario,
  samples: readonly Sample[],
  machine: MachineFile,
  hypothesis: string,
): Reading[] {
  const total = samples.find((sample) => sample.condition === name && sample.kind === 'total');
  if (total === undefined || !condition.unknown.some((one) => one === 'mapping' || one === 'placement'))
    return [];
  const times = total.figures.map(({ ns }) => ns);
  return MAPPING_NAMES.flatMap((mapping) =>
    PLACEMENTS.map((placement): Reading => {
      const variant = withPlacement(withMapping(scenario, mapping), placement);
      const simulatedNs = figureNs(simulateCondition(condition, variant, machine, hypothesis), 'total');
      const isExcluded =
        simulatedNs * EXCLUDED_FACTOR < Math.min(...times) ||
        simulatedNs > EXCLUDED_FACTOR * Math.max(...times);
      return {
        condition: name,
        hypothesis,
        mapping,
        placement,
        simulatedNs,
        excluded: isExcluded ? 'yes' : 'no',
      };
    }),
  );
}

function withPlacement(scenario: Scenario, placement: (typeof PLACEMENTS)[number]): Scenario {
  return {
    ...scenario,
    privateMemory: scenario.privateMemory.map((entry) =>
      entry.kind === 'guest' ? { ...entry, placement } : entry,
    ),
    steps: scenario.steps.map((step) =>
      step.kind === 'launch' ? { ...step, guest: { ...step.guest, placement } } : step,
    ),
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a condition without its scenario');
  return value;
}
