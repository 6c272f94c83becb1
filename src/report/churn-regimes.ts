import type { ChurnRow, RegimeKey } from '../run-document/churn-document.js';

/** What tells a way of sweeping from the others. */
export function regimeName(row: ChurnRow, rows: readonly ChurnRow[]): string {
  const isVaried = (column: 'window' | 'hypothesis') => rows.some((one) => one[column] !== row[column]);
  return [
    row.policy,
    ...(isVaried('window') ? [row.window] : []),
    ...(isVaried('hypothesis') ? [row.hypothesis] : []),
  ].join(' ');
}

/** Policies that wait for no delay: their only rows are those asked for. */
const UNDELAYED: readonly string[] = ['immediate', 'after-conversion'];

export function isDelayed({ policy }: Pick<RegimeKey, 'policy'>): boolean {
  return !UNDELAYED.includes(policy);
}

/** Whether the exit that waited longest was still waiting when the watch ended. */
export function isWaitCutOff({ longestWaitNs, unsweptSinceNs, durationNs }: ChurnRow): boolean {
  return unsweptSinceNs !== null && durationNs - unsweptSinceNs === longestWaitNs;
}

/** Whether a sweep, or a number of waiting regions, is that of a row, given that both have the delay asked for. */
export function isOfRegime(key: RegimeKey, row: ChurnRow): boolean {
  return key.policy === row.policy && key.window === row.window && key.hypothesis === row.hypothesis;
}

/** Whether there is room to show how long exits wait under other delays: for one policy that waits, or if more is wanted. */
export function areWaitsShown(rows: readonly ChurnRow[], isVerbose: boolean): boolean {
  const policies = new Set(rows.filter(isDelayed).map(({ policy }) => policy));
  return isVerbose || policies.size === 1;
}
