import { describeFound, IncomparableRuns, UnreadableValue } from '../errors.js';
import type { DiffDocument, DiffRow } from '../run-document/diff-document.js';
import { FIGURES } from './diff-runs.js';

/** A change that is not to happen: `remote.elapsedNs>+5%`. */
export interface Condition {
  readonly text: string;
  /** `null`: any phase. */
  readonly phase: string | null;
  readonly figure: string;
  readonly isAbove: boolean;
  readonly amount: number;
  readonly isPercent: boolean;
}

const CONDITION =
  /^\s*(?:(local|remote|total)\.)?([A-Za-z0-9]+)\s*([<>])\s*([+-]?\d{1,15}(?:\.\d{1,9})?)\s*(%|ns|us|ms|s)?\s*$/;
const NS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

/**
 * Reads a condition on the change of a figure: in percent of what it was, or by an amount.
 * @throws UnreadableValue
 */
export function parseCondition(text: string): Condition {
  const [, phase, figure = '', sign, amount, unit] = CONDITION.exec(text) ?? [];
  if (sign === undefined || amount === undefined) {
    throw new UnreadableValue(
      "a change, such as 'remote.elapsedNs>+5%' or 'inRmpoptMeanNs>1ms'",
      describeFound(text),
    );
  }
  if (!Object.hasOwn(FIGURES, figure)) {
    throw new UnreadableValue(`one of ${Object.keys(FIGURES).join(', ')}`, describeFound(figure));
  }
  const isTime = figure.endsWith('Ns');
  if (isTime && unit === undefined) {
    throw new UnreadableValue('a change in %, ns, us, ms or s', describeFound(text));
  }
  if (!isTime && unit !== undefined && unit !== '%') {
    throw new UnreadableValue(`a change of ${figure} in %, or without a unit`, describeFound(text));
  }
  const isPercent = unit === '%';
  const factor = isPercent || unit === undefined ? 1 : (NS_PER_UNIT[unit] ?? 1);
  return {
    text,
    phase: phase ?? null,
    figure,
    isAbove: sign === '>',
    amount: Number(amount) * factor,
    isPercent,
  };
}

/**
 * Which changes meet a condition.
 * @throws IncomparableRuns when there is nothing it could be held against: silence is no success
 */
export function failuresOf(condition: Condition, rows: readonly DiffRow[]): DiffDocument['failures'] {
  const { text, phase, figure } = condition;
  const held = rows.filter((row) => row.figure === figure && (phase === null || row.phase === phase));
  if (held.length === 0) {
    throw new IncomparableRuns(
      `--fail-on ${text}: no cell has ${figure} on both sides${phase === null ? '' : ` in phase ${phase}`}`,
    );
  }
  return held
    .filter((row) => isMet(condition, row))
    .map(({ scenario, state, mapping, strategy, phase: inPhase, a, b, changePct }) => {
      const cell = [scenario, state === scenario ? '' : state, mapping, strategy, inPhase]
        .filter(Boolean)
        .join(' ');
      const percent = changePct === null ? '' : ` (${changePct > 0 ? '+' : ''}${changePct.toFixed(2)} %)`;
      return { condition: text, found: `${cell}: ${figure} ${a} became ${b}${percent}` };
    });
}

function isMet({ isAbove, amount, isPercent }: Condition, { change, changePct }: DiffRow): boolean {
  // Of nothing, any more is more than any percentage.
  const relative = changePct ?? (change === 0 ? 0 : Math.sign(change) * Number.POSITIVE_INFINITY);
  const value = isPercent ? relative : change;
  return isAbove ? value > amount : value < amount;
}
