import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MachineConfig } from '../../src/machine/config.js';
import { entriesPerRegion } from '../../src/machine/costs.js';
import type { JitterSource } from '../../src/machine/jitter.js';
import type { Machine } from '../../src/machine/machine.js';
import type { PhaseTimeline } from '../../src/sweep/run-sweep.js';

/** What a sweep came to, by the names that the C program prints. */
export type LoopTotals = Readonly<Record<string, number>>;

/** Whether there is a C compiler. */
export function hasCompiler(): boolean {
  return spawnSync('gcc', ['--version']).status === 0;
}

/**
 * Compiles the C program into a temporary folder.
 * @param source path of jitter-loop.c
 * @returns the path of the program
 */
export function compileLoop(source: string): string {
  const program = join(mkdtempSync(join(tmpdir(), 'rmpopt-bench-c-')), 'jitter-loop');
  execFileSync('gcc', ['-O3', '-std=c11', '-Wall', '-Wextra', '-o', program, source, '-lm']);
  return program;
}

/** What the C program reads: a host before its first sweep, local-first or broadcast, which all of its CPUs take part in. */
export function loopInput(
  machine: Machine,
  jitter: JitterSource,
  repeats: number,
  strategy: 'local-first' | 'broadcast' = 'local-first',
): string {
  const { topology, values }: MachineConfig = machine.config;
  const numbers = {
    ...{ sockets: topology.sockets, groupsPerSocket: topology.l3GroupsPerSocket },
    ...{ coresPerGroup: topology.coresPerL3Group, threadsPerCore: topology.threadsPerCore },
    ...{ cpus: topology.cpus, regions: machine.regions, repeats, ...jitter, sweep: 1 },
    ...{ fixedNs: values.rmpoptFixedNs, hitNs: values.resultHitNs, localNs: values.entryScanLocalNs },
    ...{ remoteNs: values.entryScanRemoteNs, warmNs: values.entryScanWarmNs },
    ...{ serviceNs: values.resultServiceNs, groupServiceNs: values.groupServiceNs },
    ...{ baseNs: values.ipiBaseNs, perTargetNs: values.ipiPerTargetNs },
    // Every round reaches all CPUs.
    burstNs: values.ipiShorthand ? 0 : values.ipiBurstNs,
    ...{ condReschedNs: values.condReschedNs, clockReadNs: values.clockReadNs },
    allEntries: entriesPerRegion(values),
    resultShared: ['none', 'l3', 'machine'].indexOf(values.resultShared),
    failureShared: values.failureShared ? 1 : 0,
    rotate: values.arrivalOrder === 'rotate' ? 1 : 0,
    broadcast: strategy === 'broadcast' ? 1 : 0,
    ...{ sigma: values.jitterSigma, tailProbability: values.tailProbability, tailNs: values.tailNs },
  };
  const regions = Array.from({ length: machine.regions }, (_, region) => {
    const { entries, assigned } = machine.coldClassOf(region);
    return `${entries} ${assigned ? 1 : 0} ${machine.socketOf(region)}`;
  });
  return [
    ...Object.entries(numbers).map(([name, value]) => `${name} ${value}`),
    'end 0',
    ...regions,
    '',
  ].join('\n');
}

/** A Python that has SimPy. */
const PYTHON = process.env.PYTHON ?? 'python3';

export function hasSimpy(): boolean {
  return spawnSync(PYTHON, ['-c', 'import simpy']).status === 0;
}

interface LoopRun {
  readonly totals: LoopTotals;
  /** Processor time of each execution. */
  readonly tookNs: readonly number[];
}

/** Runs the C program. */
export function runLoop(program: string, input: string): LoopRun {
  return readTotals(execFileSync(program, { input, encoding: 'utf8' }));
}

/** Runs the SimPy program on the same input; it prints some of the totals. */
export function runSimpy(input: string): LoopRun {
  return readTotals(
    execFileSync(PYTHON, [resolve('bench/support/jitter-simpy.py')], {
      input,
      encoding: 'utf8',
    }),
  );
}

function readTotals(printed: string): LoopRun {
  const lines = printed.trim().split('\n');
  const pairs = lines.map((line): [string, number] => {
    const [name = '', value] = line.split(' ');
    return [name, Number(value)];
  });
  return {
    totals: Object.fromEntries(pairs.filter(([name]) => name !== 'tookNs')),
    tookNs: pairs.filter(([name]) => name === 'tookNs').map(([, value]) => value),
  };
}

/** The same totals of a sweep of the product. */
export function totalsOf(timelines: readonly PhaseTimeline[]): LoopTotals {
  const [local, remote] = ['local', 'remote'].map((name) => timelines.find(({ phase }) => phase === name));
  const sums = remote?.sums[0];
  if (remote === undefined || sums === undefined) throw new Error('a phase is missing');
  const { byCpu, critical } = sums;
  const inRmpoptPs = Array.from(byCpu.inRmpoptPs);
  return {
    localPs: local?.elapsedPs ?? 0,
    remotePs: remote.elapsedPs,
    inRmpoptPs: inRmpoptPs.reduce((sum, ps) => sum + ps, 0),
    // Tells who was busy how long, which a sum would not.
    inRmpoptMixed: inRmpoptPs.reduce((mixed, ps) => (mixed * 31 + (ps % 1000003)) % 1000003, 0),
    optimized: Array.from(byCpu.optimized).reduce((sum, count) => sum + count, 0),
    longestPs: Math.max(...Array.from(byCpu.longestPs)),
    shortestPs: Math.min(...Array.from(byCpu.shortestPs)),
    ...critical,
  };
}
