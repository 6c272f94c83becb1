// A machine with plausible sets, as calibrating would leave them; figures are made up so that many differ.

import type { ParameterName } from '../../src/machine/parameters.js';
import type { MachineFile } from '../../src/scenario/machine-file.js';
import { formatPlausibleSets } from '../../src/scenario/plausible-sets.js';
import { STARTING_VALUES } from '../support/machines.js';

export type Parameters = Partial<Record<ParameterName, string | number | boolean>>;

export const HYPOTHESES = ['shared', 'rescan', 'per-core'] as const;

/** One, few, and as many as it takes for a 5th percentile that is not the least. */
export const SET_COUNTS = [1, 3, 21] as const;

/** The sets of a hypothesis: costs, and switches that shape what a sweep meets. */
export function setsOf(hypothesis: string, count: number) {
  const salt = hypothesis.length;
  return Array.from({ length: count }, (_, i) => ({
    entryScanLocalNs: 15 + ((7 * i + salt) % 31),
    resultServiceNs: hypothesis === 'rescan' ? 0 : 20 * ((13 * i + salt) % 23),
    ipiPerTargetNs: 60 + ((11 * i + salt) % 43),
    resultHitNs: 100 * ((5 * i + salt) % 29),
    failureShared: (i + salt) % 3 === 0,
    earlyExit: (i + salt) % 5 !== 0,
  }));
}

export function plausibleMachine(sets: number): MachineFile {
  const hypotheses = Object.entries(STARTING_VALUES.hypotheses).map(([name, hypothesis]) => {
    const rows = setsOf(name, sets);
    const names = Object.keys(rows[0]) as ParameterName[];
    const plausibleSets = formatPlausibleSets(
      names,
      rows.map((row) => ({ values: Object.values(row), sigma: 0, second: 0 })),
    );
    return [name, { ...hypothesis, plausibleSets }];
  });
  return { ...STARTING_VALUES, hypotheses: Object.fromEntries(hypotheses) };
}
