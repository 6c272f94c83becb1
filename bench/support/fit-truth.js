// Makes up a truth and figures measured under it, fits its hypothesis to them in a process of its own, and tells, as JSON, how many
// new measurements fall inside the ranges.
import { importSimulator, loadShippedFigures } from './simulator.js';

const [file, choiceJson] = process.argv.slice(2);
const simulator = await importSimulator(file);
const { catalogue, calibrate, askedOn, convergenceWarnings, requestsOf, runChainTask } = simulator;
const { hypothesis, sigmaPct, seed, steps } = JSON.parse(choiceJson);

/** Tells what is made up from what the walks draw: no walk has this number. */
const STREAM = 100;
const uniform = simulator.uniformOf(seed, 0, STREAM);
const gaussian = simulator.gaussianFrom(uniform);

const shipped = catalogue.machine('posted-2p');
const machine = { ...shipped, hypotheses: { [hypothesis]: shipped.hypotheses[hypothesis] } };
const conditions = simulator.usedConditions(loadShippedFigures(simulator), catalogue);
const asked = askedOn(shipped, catalogue);
const truth = drawTruth();
const [request] = requestsOf({ machine, seed }, measureConditions(), [null], asked, steps);
const [fit] = await calibrate(
  request,
  async (task) => runChainTask(task, request),
  () => {},
);
const { user, system } = process.cpuUsage();
const cpuS = (user + system) / 1e6;
console.log(JSON.stringify({ cpuS, ...agreementOf(fit), measurements: newSweeps(fit).flatMap(measure) }));

function drawTruth() {
  const prior = new simulator.Prior(machine, hypothesis);
  const point = Float64Array.from({ length: prior.dimension }, gaussian);
  const values = prior.blank;
  prior.write(point, values);
  const { low, high } = simulator.SIGMA;
  return { point, values, sigma: sigmaPct === null ? low * (high / low) ** uniform() : sigmaPct / 100 };
}

/** The conditions with figures as the truth has them: readings, effects and noise are drawn. */
function measureConditions() {
  const world = new simulator.World(machine, hypothesis, truth.values.failureShared);
  const evidence = world.evidence(conditions);
  const predicted = evidence.drawPrediction(truth.values, uniform);
  const ofSweep = drawnOnce(() => truth.sigma * gaussian());
  const ofEffect = drawnOnce((effect) => simulator.sigmaOf(effect) * gaussian());
  const measuredNs = evidence.observations.map(({ sweep, effects, ownSigma }, i) =>
    Math.exp(
      effects.reduce((sum, effect) => sum + ofEffect(effect), predicted[i]) +
        ofSweep(sweep) +
        ownSigma * gaussian(),
    ),
  );
  return conditions.map(({ figures, ...condition }) => {
    const fitted = figures.filter(({ kind }) => !simulator.FIGURE_KINDS[kind].isBound);
    return { ...condition, figures: fitted.map((figure) => ({ ...figure, ns: measuredNs.shift() })) };
  });
}

function drawnOnce(draw) {
  const drawn = new Map();
  return (name) => {
    if (!drawn.has(name)) drawn.set(name, draw(name));
    return drawn.get(name);
  };
}

/** What the product says of how well the walks agree. */
function agreementOf({ agreements }) {
  const rHat = Math.max(...agreements.map((one) => one.rHat));
  const effectiveSize = Math.min(...agreements.map((one) => one.effectiveSize));
  try {
    convergenceWarnings([{ hypothesis, agreements }], steps);
    return { rHat, effectiveSize, isRefused: false };
  } catch (error) {
    if (!(error instanceof simulator.InputError)) throw error;
    return { rHat, effectiveSize, isRefused: true };
  }
}

/** The shipped sweeps with what the truth and the draws say of them. */
function newSweeps({ draws, names }) {
  const times = simulator.predictionsOf(machine, hypothesis, asked)(truth.point);
  const failureShared = names.indexOf('failureShared');
  const all = simulator.askedSweeps(asked).map(({ scenario, strategy, state }, i) => ({
    name: `${state} by ${strategy}`,
    isMeasured: wasMeasured(scenario, strategy),
    trueNs: times[i],
    predictions: draws.map(({ values, sigma, asked: own }) => ({
      ...own[i],
      sigma,
      drawn: String(values[failureShared]),
    })),
  }));
  // Scenarios that share a state differ by next to nothing in it: it counts once, as the first of them has it.
  return all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
}

/** Whether a figure that was fitted is of that sweep. */
function wasMeasured(scenario, strategy) {
  const { threads } = simulator.chooseSweep(strategy, null, null);
  const memoryBytes = scenario.memoryBytes ?? machine.memoryBytes;
  return conditions.some(
    ({ condition }) =>
      condition.scenario === scenario.name &&
      condition.strategy === strategy &&
      condition.threads === threads &&
      condition.memory === memoryBytes,
  );
}

/** One sweep: its total, and its phases where it has two. */
function measure({ name, isMeasured, trueNs, predictions }) {
  const factor = Math.exp(truth.sigma * gaussian());
  const clusters = simulator.clustersOf(predictions).map(simulator.bandsOfCluster);
  const { localNs, remoteNs } = trueNs;
  const phases = [['total', localNs + remoteNs]];
  if (localNs > 0 && remoteNs > 0) phases.push(['local', localNs], ['remote', remoteNs]);
  return phases.map(([phase, ns]) => {
    const { lowNs, highNs } = simulator.envelope(clusters.map((cluster) => cluster[phase]));
    return { name, phase, isMeasured, lowNs, highNs, measuredNs: factor * ns };
  });
}
