import { bandsOf } from '../measure/bands.js';
import { HistogramSource } from '../measure/histogram-source.js';
import type { Separation } from '../run-document/reproduce-document.js';
import { roundRatio } from '../run-document/statistics.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { stateNames } from '../scenario/scenario.js';
import { chooseSweep, type StrategyName } from '../sweep/strategies.js';
import type { Condition } from './figures-file.js';

/** The loops kernels have run; a serial sweep of tens of seconds is for looking into one instruction. */
const KERNEL_LOOPS = ['local-first', 'broadcast'] as const satisfies readonly StrategyName[];

/** A gap between ranges smaller than this no measurement would show. */
const GAP_MIN_PCT = 1;

/**
 * Which sweeps that nobody has timed would tell hypotheses apart: every timed sweep of every shipped scenario by the loops of kernels,
 * where the plausible sets of one hypothesis leave a gap to those of another. The widest gap first.
 */
export function separations(
  machine: MachineFile,
  hypotheses: readonly string[],
  conditions: readonly Condition[],
  catalogue: Catalogue,
): Separation[] {
  const sweeps = catalogue
    .scenarioNames()
    .flatMap((name) => KERNEL_LOOPS.map((strategy) => ({ name, strategy })));
  const untimed = sweeps.filter(
    ({ name, strategy }) => !conditions.some((one) => one.scenario === name && one.strategy === strategy),
  );
  return untimed
    .flatMap(({ name, strategy }) => {
      const scenario = catalogue.scenario(name);
      const sweep = chooseSweep(strategy, null, null);
      const memoryBytes = scenario.memoryBytes ?? machine.memoryBytes;
      const request = { machine, hypotheses, memoryBytes, topology: null, sweep, parameters: new Map() };
      const states = stateNames(scenario);
      const bands = bandsOf(request, new HistogramSource(scenario, sweep, 1)) ?? [];
      return bands.map(({ byHypothesis }, i): Separation => {
        const ranges = byHypothesis.map(({ hypothesis, total }) => ({
          hypothesis,
          lowNs: total.lowNs,
          highNs: total.highNs,
        }));
        return { scenario: name, state: states[i] ?? name, strategy, gapPct: widestGapPct(ranges), ranges };
      });
    })
    .filter(({ gapPct }) => gapPct >= GAP_MIN_PCT)
    .sort((a, b) => b.gapPct - a.gapPct);
}

/** How far the range of one hypothesis lies above that of another, at most, in percent. */
function widestGapPct(ranges: Separation['ranges']): number {
  const gaps = ranges.flatMap((one) => ranges.map((other) => (one.lowNs / other.highNs - 1) * 100));
  return roundRatio(Math.max(0, ...gaps));
}
