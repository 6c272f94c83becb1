import { bandOfMeasurements } from '../measure/bands.js';
import { MachineRegister } from '../measure/machine-register.js';
import { REPRODUCE_SCHEMA } from '../run-document/reproduce-columns.js';
import type {
  HypothesisSummary,
  Reading,
  ReproduceDocument,
  ReproduceRow,
} from '../run-document/reproduce-document.js';
import type { ToolInfo } from '../run-document/run-document.js';
import { percentile, roundRatio } from '../run-document/statistics.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { MAPPING_NAMES, PLACEMENTS, type Scenario, withMapping } from '../scenario/scenario.js';
import { figureLogNs, sigmaOf } from './evidence.js';
import { countFacts, type Figure, figuresOf, type Sample, samplesOf } from './figures.js';
import { type Condition, FIGURE_KINDS, type FiguresFile } from './figures-file.js';
import { nextMeasurements } from './next-measurement.js';
import {
  asScenario,
  figurePs,
  type ReadCondition,
  readingsOf,
  simulateCondition,
  simulateWithSets,
} from './simulate-condition.js';

/** Everything a comparison needs, complete and checked. */
export interface ReproduceRequest {
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly figures: FiguresFile;
  readonly machine: MachineFile;
  readonly hypotheses: readonly string[];
}

/**
 * Puts every published figure beside the simulated one. Yields now and then which share is done, from 0 to 1.
 * @throws InputError when a condition cannot be simulated
 */
export function* reproduce(
  request: ReproduceRequest,
  catalogue: Catalogue,
): Generator<number, ReproduceDocument> {
  const { figures: file, machine, hypotheses } = request;
  const conditions = Object.entries(file.conditions);
  const figures = figuresOf(file);
  const samples = samplesOf(figures);
  const asked = conditions.map(([name, condition]) => {
    const own = samples.filter((sample) => sample.condition === name);
    const scenarios = readingsOf(name, condition, catalogue);
    return {
      condition,
      samples: own,
      readings: scenarios.map((scenario) => asScenario(condition, scenario)),
      guests: guestReadings(name, condition, scenarios[0], own),
    };
  });
  const results: ReproduceRow[] = [];
  const readings: Reading[] = [];
  for (const [i, hypothesis] of hypotheses.entries()) {
    for (const [j, one] of asked.entries()) {
      yield (i + j / asked.length) / hypotheses.length;
      const [likeliest] = one.readings;
      if (one.samples.length === 0 || likeliest === undefined) continue;
      const totals = simulateCondition(likeliest, machine, hypothesis);
      const ranges = new Ranges(one.readings, machine, hypothesis);
      for (const sample of one.samples) {
        for (const figure of sample.figures) {
          const simulatedNs = Math.round(figurePs(totals, figure.kind) / 1000);
          results.push(row(figure, one.condition.use, sample, simulatedNs, ranges, machine, hypothesis));
        }
      }
      readings.push(...one.guests.map((guests) => readingOf(guests, machine, hypothesis)));
    }
  }
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
    next: nextMeasurements(machine, hypotheses, catalogue),
    readings,
  };
}

function row(
  figure: Figure,
  use: Condition['use'],
  sample: Sample,
  simulatedNs: number,
  ranges: Ranges,
  machine: MachineFile,
  hypothesis: string,
): ReproduceRow {
  const { id, condition, kind, ns, source } = figure;
  const { isBound } = FIGURE_KINDS[kind];
  const isFitted = Object.hasOwn(machine.hypotheses[hypothesis]?.fittedTo ?? {}, condition);
  const fitted = use === 'unexplained' ? use : isBound ? 'bound' : isFitted ? 'fitted' : 'predicted';
  const hasRange = fitted === 'fitted' || fitted === 'predicted';
  const range = hasRange ? ranges.of(figure, isFitted) : null;
  return {
    id,
    condition,
    kind,
    publishedNs: ns,
    simulatedNs,
    residualPct: residualPct(simulatedNs, ns),
    lowNs: range?.lowNs ?? null,
    highNs: range?.highNs ?? null,
    rangeFrom: range?.from ?? '',
    inRange: range === null ? '' : ns >= range.lowNs && ns <= range.highNs ? 'yes' : 'no',
    hypothesis,
    fitted,
    verdict: verdictOf(sample, simulatedNs),
    source,
  };
}

/** Where measurements under a condition should fall. */
class Ranges {
  readonly #readings: readonly ReadCondition[];
  readonly #machine: MachineFile;
  readonly #hypothesis: string;
  #simulated: ReturnType<typeof simulateWithSets> | null = null;

  constructor(readings: readonly ReadCondition[], machine: MachineFile, hypothesis: string) {
    this.#readings = readings;
    this.#machine = machine;
    this.#hypothesis = hypothesis;
  }

  /** @param isFitted whether the machine was fitted to the figures of the condition: then those of others are to tell, if that is known */
  of(
    { id, kind, ns, isSecond, noise }: Figure,
    isFitted: boolean,
  ): { readonly lowNs: number; readonly highNs: number; readonly from: 'others' | 'fit' } | null {
    const { [id]: others } = this.#machine.hypotheses[this.#hypothesis]?.leftOut ?? {};
    // Files of one's own may use the same names.
    if (isFitted && others !== undefined && others.measuredNs === Math.round(ns)) {
      return { lowNs: others.lowNs, highNs: others.highNs, from: 'others' };
    }
    const simulated = this.#simulate();
    if (simulated.length === 0) return null;
    const host = this.#readings[0]?.condition.host ?? '';
    const ofHost = host === '' ? 0 : sigmaOf(`host ${host}`);
    const forecasts = simulated.map(({ totals, set }) => ({
      logNs: figureLogNs(totals, kind) + (isSecond ? set.second : 0),
      sigma: Math.hypot(set.sigma, noise, ofHost),
    }));
    const { lowNs, highNs } = bandOfMeasurements(forecasts);
    return { lowNs, highNs, from: isFitted ? 'fit' : 'others' };
  }

  /** Under each reading, all as likely. */
  #simulate(): ReturnType<typeof simulateWithSets> {
    this.#simulated ??= this.#readings.flatMap((reading) =>
      simulateWithSets(reading, this.#machine, this.#hypothesis),
    );
    return this.#simulated;
  }
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

/** A way to read what the source of a condition leaves open about its guests. */
interface GuestReading {
  readonly name: string;
  readonly mapping: string;
  readonly placement: string;
  readonly read: ReadCondition;
  /** The published totals. */
  readonly timesNs: readonly number[];
}

/** Where mapping or placement of guests were not stated: all they may have been. */
function guestReadings(
  name: string,
  condition: Condition,
  scenario: Scenario | undefined,
  samples: readonly Sample[],
): GuestReading[] {
  const total = samples.find(({ kind }) => kind === 'total');
  if (scenario === undefined || total === undefined) return [];
  if (!condition.unknown.some((one) => one === 'mapping' || one === 'placement')) return [];
  const timesNs = total.figures.map(({ ns }) => ns);
  return MAPPING_NAMES.flatMap((mapping) =>
    PLACEMENTS.map((placement): GuestReading => {
      const variant = withPlacement(withMapping(scenario, mapping), placement);
      return { name, mapping, placement, read: asScenario(condition, variant), timesNs };
    }),
  );
}

/** What a reading would have given. */
function readingOf(
  { name, mapping, placement, read, timesNs }: GuestReading,
  machine: MachineFile,
  hypothesis: string,
): Reading {
  const simulatedNs = Math.round(figurePs(simulateCondition(read, machine, hypothesis), 'total') / 1000);
  const isExcluded =
    simulatedNs * EXCLUDED_FACTOR < Math.min(...timesNs) ||
    simulatedNs > EXCLUDED_FACTOR * Math.max(...timesNs);
  return {
    ...{ condition: name, hypothesis, mapping, placement, simulatedNs },
    excluded: isExcluded ? 'yes' : 'no',
  };
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
