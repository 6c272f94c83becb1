// What predicting a sweep under other costs takes: each published condition under each hypothesis, with and without the times of its
// RMPOPTs. A likelihood asks for about thirteen of them, a fit of the three hypotheses for some three million.
import { printTable } from './support/print.js';
import { loadShippedFigures, loadSimulator } from './support/simulator.js';

const TURNS = 15;
const PREDICTIONS = 400;
const GOAL_US = 15;

export const title = 'One prediction of a condition under other costs, in µs';

export async function run() {
  const simulator = await loadSimulator();
  const { conditions } = loadShippedFigures(simulator);
  const machine = simulator.catalogue.machine('posted-2p');
  const rows = [...conditions].flatMap(([name, condition]) =>
    Object.keys(machine.hypotheses).map((hypothesis) => {
      const [elapsedUs, allUs] = measure(simulator, condition, machine, hypothesis);
      const isMet = Math.max(elapsedUs, allUs) <= GOAL_US;
      const goal = `${GOAL_US} ${isMet ? 'met' : 'missed'}`;
      return [`${name}, ${hypothesis}`, elapsedUs.toFixed(1), allUs.toFixed(1), goal];
    }),
  );
  printTable(['condition', 'elapsed', 'and of RMPOPTs', 'goal'], rows);
}

function measure(simulator, { scenario, strategy, threads, memory }, machine, hypothesis) {
  const { catalogue, chooseSweep, NO_OVERRIDES, onlyHistogram, Predictor, resolveMachine } = simulator;
  const config = resolveMachine(machine, hypothesis, memory, NO_OVERRIDES);
  const choice = chooseSweep(strategy, threads, null);
  const predictor = new Predictor(onlyHistogram(catalogue.scenario(scenario), config, choice), config.values);
  return ['elapsed', 'instructions'].map((wanted) => {
    const timesUs = Array.from({ length: TURNS }, () => {
      const start = process.cpuUsage();
      for (let i = 0; i < PREDICTIONS; i++) {
        predictor.predict({ ...config.values, ipiPerTargetNs: 40 + (i % 50) }, wanted);
      }
      const { user, system } = process.cpuUsage(start);
      return (user + system) / PREDICTIONS;
    });
    return timesUs.sort((a, b) => a - b)[Math.floor(TURNS / 3)];
  });
}
