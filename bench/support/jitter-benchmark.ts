import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Files } from '../../src/files/files.js';
import type { MachineConfig } from '../../src/machine/config.js';
import { Machine } from '../../src/machine/machine.js';
import { parseTopology } from '../../src/machine/topology.js';
import { machineFileSchema } from '../../src/scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../../src/scenario/resolve-machine.js';
import { readYamlFile } from '../../src/scenario/yaml-file.js';
import { chooseSweep } from '../../src/sweep/strategies.js';
import { Sweeper } from '../../src/sweep/sweeper.js';
import { GIB_BYTES } from '../../src/units.js';
import {
  compileLoop,
  hasCompiler,
  hasSimpy,
  type LoopTotals,
  loopInput,
  runLoop,
  runSimpy,
  totalsOf,
} from './c-loop.js';

const REGIONS = 2048;
/** 1024 CPUs, with and without siblings: a sibling takes no turn in the queue of successes, which SimPy spends much on. */
const TOPOLOGY = '2x8x32x2';
const WITHOUT_SIBLINGS = '2x8x64x1';
/** The product and the C program in turn, so that what else the host does meets both. */
const TURNS = 25;
/** Until the product's loop has been compiled by the engine. */
const WARM_UP_TURNS = 5;
const ALLOWED_RATIO = 4;
const SIMPY_GOAL = 800;
const WITHOUT_CHANCE: typeof NO_OVERRIDES.parameters = new Map([
  ['jitterSigma', 0],
  ['tailProbability', 0],
]);

const machineFile = readYamlFile(
  resolve('scenarios/machines/posted-2p.yaml'),
  new Files(),
  machineFileSchema,
).value;

// One thing to measure per process: what the engine has learnt from one kind of sweep is not what the next one needs.
const [what = '', strategy = 'local-first', costs = 'random'] = process.argv.slice(2);
if (what === 'simpy') {
  if (hasSimpy()) for (const topology of [TOPOLOGY, WITHOUT_SIBLINGS]) measureSimpy(topology);
  else
    process.stdout.write(
      'no SimPy 3 or later (python3-simpy3 of Debian) for the Python that the environment variable PYTHON names\n',
    );
} else if (hasCompiler()) {
  measure(
    what,
    strategy === 'broadcast' ? strategy : 'local-first',
    costs === 'random',
    compileLoop(resolve('bench/support/jitter-loop.c')),
  );
} else {
  process.stdout.write('no gcc, so there is nothing to measure against\n');
}

/** Sweeps an empty host with all CPUs, 2.1 million RMPOPTs, each executed: with random costs, or with those of the machine. */
function measure(
  hypothesis: string,
  strategy: 'local-first' | 'broadcast',
  areRandom: boolean,
  program: string,
): void {
  const config = hostOf(hypothesis, TOPOLOGY, areRandom ? NO_OVERRIDES.parameters : WITHOUT_CHANCE);
  const issued = REGIONS * config.topology.cpus;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const jitter = { seed: 1, run: turn + 1 };
    const machine = new Machine(config, areRandom ? { jitter } : { rememberRounds: false });
    const input = loopInput(machine, jitter, 1, strategy);
    const { timelines, tookNs: ownNs } = timedSweep(machine, strategy);
    ours.push(ownNs / issued);
    const { totals, tookNs } = runLoop(program, input);
    theirs.push(...tookNs.map((ns) => ns / issued));
    const own = totalsOf(timelines);
    if (isDeepStrictEqual({ ...own }, { ...totals })) continue;
    throw new Error(`run ${turn + 1}: ${JSON.stringify(own)} is not ${JSON.stringify(totals)}`);
  }
  const [least, median] = [ratio(ours, theirs, 0), ratio(ours, theirs, 0.5)];
  process.stdout.write(
    `${hypothesis}, ${strategy}, ${areRandom ? 'random' : 'fixed'} costs: ${TURNS} sweeps of ${issued} RMPOPTs, all totals those of the C program\n` +
      `  least:  ${told(least)}\n  median: ${told(median)}\n` +
      `  ${least.ratio <= ALLOWED_RATIO ? 'within' : 'ABOVE'} ${ALLOWED_RATIO} times C at its least\n`,
  );
}

/** The same sweep under a result shared by the machine, once in SimPy, which takes a while, and in the product when it is warm. */
function measureSimpy(topology: string): void {
  const config = hostOf('shared', topology);
  const issued = REGIONS * config.topology.cpus;
  const jitter = { seed: 1, run: 1 };
  const { totals, tookNs } = runSimpy(loopInput(new Machine(config, { jitter }), jitter, 1));
  const ours: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const { timelines, tookNs: ownNs } = timedSweep(new Machine(config, { jitter }), 'local-first');
    ours.push(ownNs / issued);
    const { localPs, remotePs, optimized } = totalsOf(timelines);
    if (isSameToTheNs(totals, { localPs, remotePs, optimized })) continue;
    const own = JSON.stringify({ localPs, remotePs, optimized });
    throw new Error(`SimPy comes to ${JSON.stringify(totals)}, not ${own}`);
  }
  const [ourNs, simpyNs] = [medianOf(ours.slice(WARM_UP_TURNS)), (tookNs[0] ?? Number.NaN) / issued];
  process.stdout.write(
    `SimPy, ${topology}: the same times of ${issued} RMPOPTs to the nanosecond; ` +
      `SimPy ${simpyNs.toFixed(0)} ns per RMPOPT, simulator ${ourNs.toFixed(1)} ns: ${Math.round(simpyNs / ourNs)} times as fast ` +
      `(goal ${SIMPY_GOAL}: ${simpyNs / ourNs >= SIMPY_GOAL ? 'met' : 'missed'})\n`,
  );
}

/** Python has a normal quantile of its own, whose last digits may round a cost to another picosecond. */
function isSameToTheNs(totals: LoopTotals, own: LoopTotals): boolean {
  const isNear = (name: 'localPs' | 'remotePs') => Math.abs(totals[name] - own[name]) < 1000;
  return isNear('localPs') && isNear('remotePs') && totals.optimized === own.optimized;
}

function hostOf(hypothesis: string, topology: string, parameters = NO_OVERRIDES.parameters): MachineConfig {
  const overrides = { topology: parseTopology(topology), parameters };
  return resolveMachine(machineFile, hypothesis, REGIONS * GIB_BYTES, overrides);
}

/** Processor time, so that what else the host does counts little. */
function timedSweep(machine: Machine, strategy: 'local-first' | 'broadcast') {
  const sweeper = new Sweeper(machine);
  const start = process.cpuUsage();
  const timelines = sweeper.sweep(chooseSweep(strategy, 'all', null));
  const { user, system } = process.cpuUsage(start);
  return { timelines, tookNs: (user + system) * 1000 };
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

interface Ratio {
  readonly ourNs: number;
  readonly cNs: number;
  readonly ratio: number;
}

function ratio(ours: readonly number[], theirs: readonly number[], share: number): Ratio {
  const [ourNs, cNs] = [ours, theirs].map((times) => {
    const ascending = times.slice(WARM_UP_TURNS).sort((a, b) => a - b);
    return ascending[Math.floor(share * ascending.length)] ?? Number.NaN;
  }) as [number, number];
  return { ourNs, cNs, ratio: ourNs / cNs };
}

function told({ ourNs, cNs, ratio: times }: Ratio): string {
  return `${ourNs.toFixed(1)} ns per RMPOPT, C ${cNs.toFixed(1)} ns: ${times.toFixed(2)} times as long`;
}
