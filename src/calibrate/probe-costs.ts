import { groupBy } from '../group-by.js';
import { acceptedValues, type ParameterName } from '../machine/parameters.js';
import type { ProbeCpuRow, ProbeDocument, ProbeRow } from '../run-document/probe-document.js';
import { averageOf, type Estimate, estimateOf, fitLine, minus, Z95 } from './estimates.js';

/** The costs that rounds of an empty callback, calls one by one and readings of the clock tell. */
export const COST_NAMES = [
  ...(['ipiBaseNs', 'ipiPerTargetNs', 'ipiBurstNs', 'guestExitNs'] as const),
  ...(['serialCallNs', 'condReschedNs', 'clockReadNs'] as const),
] satisfies readonly ParameterName[];
export type CostName = (typeof COST_NAMES)[number];

/** A cost as it was measured; 9 in 10 such intervals hold the true one. */
export interface MeasuredCost extends Estimate {
  readonly name: CostName;
  readonly recipe: string;
}

/** What a probe document tells of costs. */
export interface ProbeCosts {
  readonly costs: readonly MeasuredCost[];
  /** Why the costs cannot be used: a measurement is missing, or a cost is negative. */
  readonly faults: readonly string[];
  /** Why they may be wrong. */
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
}

/** A log-normal distribution with the median and the 90 % interval of a measured cost. */
export interface LogNormal {
  readonly logMean: number;
  readonly logSigma: number;
}

/** The prior of a cost in a fit to other figures; `null` if the cost may be 0, which has no logarithm. */
export function priorOf({ value, low, high }: Estimate): LogNormal | null {
  if (low <= 0) return null;
  return { logMean: Math.log(value), logSigma: Math.log(high / low) / (2 * Z95) };
}

/** The cost at so many standard deviations from its median. */
export function costAt(cost: Estimate, z: number): number {
  const prior = priorOf(cost);
  if (prior !== null) return Math.exp(prior.logMean + prior.logSigma * z);
  return Math.max(0, cost.value + ((cost.high - cost.value) * z) / Z95);
}

/** A request of the probe with its sweeps. */
interface Run {
  readonly rows: readonly ProbeRow[];
  readonly cpus: readonly ProbeCpuRow[];
  readonly first: ProbeRow;
}

const RUNS_MIN = 2;
/** Fewer do not show how far apart targets start. */
const TARGETS_MIN = 3;
/** Rounds further from the line than this are not linear. */
const LINEAR_SHARE = 0.1;
/** A smaller part of the longest round does not matter to a sweep. */
const LINEAR_OF_LONGEST = 0.03;
/** So many standard errors are not chance. */
const LINEAR_ERRORS = 4;

/** Fits the costs of IPIs to what the probe has measured. */
export function fitProbeCosts(document: ProbeDocument): ProbeCosts {
  const runs = runsOf(document);
  const rounds = runs.filter(({ first }) => isRound(first, 'none'));
  const idle = rounds.filter(({ first }) => first.guests === 'no');
  const faults = [...faultsOf(document, idle)];
  if (faults.length > 0) return { costs: [], faults, doubts: [], notes: [] };
  const sent = fitRounds(idle);
  const calm = runs.filter(({ first }) => first.guests === 'no');
  const costs = [...sent.costs, ...guestExit(rounds), ...serialCall(calm), ...loopCosts(calm)].filter(
    ({ value }) => Number.isFinite(value),
  );
  const negative = costs.filter(({ value }) => value < 0);
  const huge = costs.filter(({ name, high }) => high > maxOf(name));
  return {
    costs: costs.map((cost) => ({ ...cost, low: Math.max(0, cost.low) })),
    faults: [
      ...negative.map(
        (cost) => `${costText(cost)}; a cost cannot be negative: measure more passes, on an idle host`,
      ),
      ...huge.map((cost) => `${costText(cost)}; a cost cannot be above ${maxOf(cost.name)} ns`),
    ],
    doubts: [
      ...document.hosts.flatMap((host) =>
        host.virtual === 'yes' ? ['a virtual machine: its hypervisor takes part in every IPI'] : [],
      ),
      ...sent.doubts,
    ],
    notes: [...sent.notes, ...sharedLine(calm), ...missingNotes(costs)],
  };
}

/** The sweeps that count: whole ones, and none of an emulated op. */
function runsOf({ results, cpus }: ProbeDocument): Run[] {
  const counted = results.filter((row) => row.isComplete === 'yes' && row.emulated === 'no');
  const rowsOfCpus = groupBy(cpus, ({ run, sweep }) => `${run} ${sweep}`);
  return [...groupBy(counted, ({ run }) => run).values()].flatMap((rows) => {
    const [first] = rows;
    const own = rows.flatMap(({ run, sweep }) => rowsOfCpus.get(`${run} ${sweep}`) ?? []);
    return first === undefined ? [] : [{ rows, cpus: own, first }];
  });
}

function isRound({ op, strategy, threads, roundMedianNs, targets }: ProbeRow, wanted: string): boolean {
  const isLoop = strategy === 'local-first' && threads === 'primary';
  return op === wanted && isLoop && roundMedianNs !== null && targets > 0;
}

/** What keeps costs from being fitted at all. */
function faultsOf({ hosts, results }: ProbeDocument, rounds: readonly Run[]): string[] {
  const sizes = new Set(rounds.map(({ first }) => first.targets));
  const most = Math.max(0, ...sizes);
  const listed = rounds.filter(({ first, cpus }) => first.targets === most && cpus.length > 0);
  const checks: readonly (readonly [boolean, string])[] = [
    [
      hosts.length !== 1,
      `measurements of ${hosts.length} hosts (a host counts again when its CPUs go on- or offline); 1 is needed`,
    ],
    [results.length === 0, 'no sweeps'],
    [
      new Set(rounds.map(({ first }) => first.noidle)).size > 1,
      'runs with noidle=yes and with noidle=no, which cost differently',
    ],
    [
      sizes.size < TARGETS_MIN || most < TARGETS_MIN,
      `rounds of op=none with ${sizes.size} different numbers of targets, at most ${most}; ${TARGETS_MIN} numbers, and ${TARGETS_MIN} targets or more, are needed`,
    ],
    [
      hosts.some(({ tsc }) => tsc !== 'stable') || results.some(({ backwards }) => (backwards ?? 0) > 0),
      'the TSCs of its CPUs disagree, so the stagger between targets is unknown',
    ],
    [
      listed.length < RUNS_MIN,
      `rounds to all CPUs measured ${listed.length} times with a line for each CPU (list=yes); ${RUNS_MIN} times or more are needed (--passes)`,
    ],
  ];
  return checks.filter(([applies]) => applies).map(([, fault]) => fault);
}

/** The rounds of one run, as one figure: a sweep that was disturbed does not move it. */
function roundNs({ rows }: Run): number {
  return median(rows.map(({ roundMedianNs }) => roundMedianNs ?? 0));
}

/** The time of one call inside its callback. */
function callNs({ cpus }: Pick<Run, 'cpus'>): number {
  const remote = cpus.filter(({ place }) => place !== 'self');
  const calls = remote.reduce((sum, row) => sum + row.calls, 0);
  return calls === 0 ? 0 : remote.reduce((sum, { inCallsNs }) => sum + inCallsNs, 0) / calls;
}

/**
 * A round to n CPUs takes base + n x perTarget + (n - 1) x burst, and the callback of the last of them. Near and far CPUs may
 * differ; what counts is the mean over all of a sweep.
 */
function fitRounds(runs: readonly Run[]): Pick<ProbeCosts, 'costs' | 'doubts' | 'notes'> {
  const most = Math.max(...runs.map(({ first }) => first.targets));
  const all = runs.find(({ first }) => first.targets === most)?.first;
  const shareFar = all === undefined ? 0 : 1 - all.nearTargets / most;
  const farOf = ({ first }: Run) => first.targets - first.nearTargets;
  // How far a number of targets departs from the mix of near and far ones of a whole sweep.
  const extraFar = (run: Run) => farOf(run) - shareFar * run.first.targets;
  const ofOneSize = groupBy(runs, ({ first }) => first.targets).values();
  const isApart = [...ofOneSize].some((some) => new Set(some.map(farOf)).size > 1);
  const callback = mean(runs.filter(({ cpus }) => cpus.length > 0).map(callNs));
  const points = runs.map((run) => ({
    x: [1, run.first.targets, ...(isApart ? [extraFar(run)] : [])],
    y: roundNs(run) - callback,
  }));
  const line = fitLine(points);
  const burst = burstOf(runs.filter(({ first }) => 2 * first.targets >= most));
  const [intercept, slope, far] = line.coefficients;
  if (intercept === undefined || slope === undefined) return { costs: [], doubts: [], notes: [] };
  const { doubts, notes } = linearity(runs, points, line.predict);
  const costs: MeasuredCost[] = [
    {
      name: 'ipiBaseNs',
      ...minus(intercept, { ...burst, value: -burst.value }),
      recipe: 'rounds of op=none against their number of targets: the intercept',
    },
    {
      name: 'ipiPerTargetNs',
      ...minus(slope, burst),
      recipe: 'rounds of op=none against their number of targets: the slope, without the stagger',
    },
    {
      name: 'ipiBurstNs',
      // A mask may be sent all at once: then there is no stagger, and noise may make it less than none.
      ...(burst.value < 0 && burst.high > 0 ? { ...burst, value: 0 } : burst),
      recipe: 'entries of op=none against their place in the mask: the slope',
    },
  ];
  return {
    costs,
    doubts,
    notes: [...notes, ...(far === undefined ? [] : [farText(far)])],
  };
}

function countText(cpus: number): string {
  return cpus === 1 ? '1 CPU' : `${cpus} CPUs`;
}

function farText({ value, low, high }: Estimate): string {
  return `a far target costs ${shown(value)} ns more than a near one (${shown(low)} to ${shown(high)})`;
}

/** How far apart neighbours of the mask enter, by run. */
function burstOf(runs: readonly Run[]): Estimate {
  const slopes = runs.flatMap(({ cpus }) => {
    const sweeps = [...groupBy(cpus, ({ sweep }) => sweep).values()].filter(
      (rows) => rows.length >= TARGETS_MIN,
    );
    return sweeps.length === 0 ? [] : [median(sweeps.map(staggerOf))];
  });
  return estimateOf(slopes);
}

/** The slope of entries over places in the mask; that far CPUs enter later is no stagger. */
function staggerOf(rows: readonly ProbeCpuRow[]): number {
  const places = [...rows].sort((a, b) => a.cpu - b.cpu).map((row, position) => ({ ...row, position }));
  let [products, squares] = [0, 0];
  for (const group of groupBy(places, ({ place }) => place).values()) {
    const middle = mean(group.map(({ position }) => position));
    const entry = mean(group.map(({ entryMedianNs }) => entryMedianNs));
    for (const { position, entryMedianNs } of group) {
      products += (position - middle) * (entryMedianNs - entry);
      squares += (position - middle) ** 2;
    }
  }
  return squares === 0 ? 0 : products / squares;
}

/** Rounds that lie off the line by more than chance: doubts where a sweep would take another time for it, else notes. */
function linearity(
  runs: readonly Run[],
  points: readonly { readonly x: readonly number[]; readonly y: number }[],
  predict: (x: readonly number[]) => number,
): Pick<ProbeCosts, 'doubts' | 'notes'> {
  const residuals = runs.map(({ first }, i) => {
    const { x, y } = points[i] ?? { x: [], y: 0 };
    return { first, predicted: predict(x), share: y / predict(x) - 1 };
  });
  const cells = [...groupBy(residuals, ({ first }) => `${first.targets} ${first.nearTargets}`).values()];
  const spread = pooledSpread(cells.map((cell) => cell.map(({ share }) => share)));
  const longest = Math.max(...residuals.map(({ predicted }) => predicted));
  const off = cells
    .map((cell) => ({ ...cell[0], count: cell.length, share: mean(cell.map(({ share }) => share)) }))
    .filter(({ share, count }) => {
      return Math.abs(share) > LINEAR_SHARE && Math.abs(share) * Math.sqrt(count) > LINEAR_ERRORS * spread;
    })
    .map(({ first, predicted = 0, share }) => ({
      says: `rounds to ${countText(first?.targets ?? 0)} take ${Math.abs(Math.round(100 * share))} % ${share > 0 ? 'more' : 'less'} than a straight line`,
      byNs: Math.abs(share) * predicted,
    }))
    .sort((a, b) => b.byNs - a.byNs);
  const [worst] = off;
  if (worst === undefined) return { doubts: [], notes: [] };
  const isOfSweep = worst.byNs > LINEAR_OF_LONGEST * longest;
  return isOfSweep
    ? { doubts: [`round times are not linear in the number of CPUs: ${worst.says}`], notes: [] }
    : { doubts: [], notes: [`${worst.says}; this is less than 3 % of a round to all CPUs`] };
}

/** What a round takes longer while vCPUs run on its targets, over the numbers of targets measured both ways. */
function guestExit(rounds: readonly Run[]): MeasuredCost[] {
  const cells = [...groupBy(rounds, ({ first }) => `${first.targets} ${first.nearTargets}`).values()];
  const differences = cells.flatMap((cell) => {
    const by = groupBy(cell, ({ first }) => first.guests);
    const [busy, idle] = [by.get('yes') ?? [], by.get('no') ?? []];
    if (busy.length < RUNS_MIN || idle.length < RUNS_MIN) return [];
    return [minus(estimateOf(busy.map(roundNs)), estimateOf(idle.map(roundNs)))];
  });
  if (differences.length === 0) return [];
  const recipe = 'rounds of op=none with vCPUs on their targets, against rounds without';
  return [{ name: 'guestExitNs', ...averageOf(differences), recipe }];
}

function serialCall(runs: readonly Run[]): MeasuredCost[] {
  const serial = runs.filter(({ first }) => first.op === 'none' && first.strategy === 'serial');
  if (serial.length < RUNS_MIN) return [];
  const perCall = serial.map((run) => {
    const { rows } = run;
    return median(rows.map(({ remoteNs, regions, targets }) => remoteNs / (regions * targets))) - callNs(run);
  });
  return [
    { name: 'serialCallNs', ...estimateOf(perCall), recipe: 'op=none, strategy=serial: time of one call' },
  ];
}

/** What turns of the local loop cost: an empty one is the loop and its cond_resched. */
function loopCosts(runs: readonly Run[]): MeasuredCost[] {
  const turnsOf = (op: string) =>
    runs
      .filter(({ first }) => first.op === op && first.strategy === 'local-first')
      .map(({ rows }) => median(rows.map(({ localNs, regions }) => localNs / regions)));
  const [empty, clock] = [turnsOf('none'), turnsOf('clock')];
  if (empty.length < RUNS_MIN) return [];
  const turn = estimateOf(empty);
  const costs: MeasuredCost[] = [
    { name: 'condReschedNs', ...turn, recipe: 'op=none: a turn of the local loop, which is little more' },
  ];
  if (clock.length < RUNS_MIN) return costs;
  const recipe = 'op=clock: a turn of the local loop, against one of op=none';
  return [...costs, { name: 'clockReadNs', ...minus(estimateOf(clock), turn), recipe }];
}

/** What a write to a line that all CPUs share adds to a round. */
function sharedLine(runs: readonly Run[]): string[] {
  const [atomic, none] = ['atomic', 'none'].map((op) => runs.filter(({ first }) => isRound(first, op)));
  const most = Math.max(0, ...(atomic ?? []).map(({ first }) => first.targets));
  const meanOfMost = (some: readonly Run[] = []) =>
    mean(some.filter(({ first }) => first.targets === most).map(roundNs));
  const perTarget = (meanOfMost(atomic) - meanOfMost(none)) / most;
  if (!Number.isFinite(perTarget)) return [];
  return [
    `a write to a line shared by all CPUs adds ${shown(perTarget)} ns per target (round to ${most} CPUs)`,
  ];
}

const NEEDS: Partial<Readonly<Record<CostName, string>>> = {
  guestExitNs: 'runs with and without vCPUs on the other CPUs (--guests)',
  serialCallNs: 'two runs of op=none, strategy=serial',
  clockReadNs: 'two runs of op=clock',
};

function missingNotes(costs: readonly MeasuredCost[]): string[] {
  return COST_NAMES.flatMap((name) => {
    const needed = NEEDS[name];
    if (needed === undefined || costs.some((cost) => cost.name === name)) return [];
    return [`${name} was not measured and is kept; it needs ${needed}`];
  });
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length / 2;
  return mean(ascending.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation within groups, by what lies around their means. */
function pooledSpread(groups: readonly (readonly number[])[]): number {
  const squares = groups.flatMap((group) => group.map((value) => (value - mean(group)) ** 2));
  const freedom = squares.length - groups.length;
  return freedom <= 0
    ? Number.POSITIVE_INFINITY
    : Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / freedom);
}

function maxOf(name: CostName): number {
  const accepted = acceptedValues(name);
  return 'max' in accepted ? accepted.max : Number.POSITIVE_INFINITY;
}

function costText({ name, value, low, high }: MeasuredCost): string {
  return `${name} comes to ${shown(value)} ns (${shown(low)} to ${shown(high)})`;
}

function shown(ns: number): string {
  return String(Number(ns.toPrecision(3)));
}
