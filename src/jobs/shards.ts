import { createHash } from 'node:crypto';
import { InputError } from '../errors.js';
import { type Field, Groups } from '../group-by.js';
import { formatTopology } from '../machine/topology.js';
import type { RunRecord } from '../measure/carry-out.js';
import type { Plan, PlannedCell } from '../measure/plan.js';
import { drawBits } from '../random.js';
import type { CellTally, ShardDocument } from '../run-document/shard-document.js';
import type { Scenario } from '../scenario/scenario.js';

/** One of several parts of a grid. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * The numbers of a part's cells, ascending. Cells are dealt like cards, those of a kind one after another, so that each part has its
 * share of those that take long; within a kind a hash of their number decides, so that no regularity of the grid can fall together
 * with the number of parts.
 */
export function dealCells({ cells }: Plan, { index, count }: Shard): number[] {
  const byKind = new Groups(cells.keys(), (number) => kindOf(cells[number]));
  const dealt = byKind.all.flatMap((numbers) =>
    numbers
      .map((number) => ({ number, draw: drawBits(0, 'dealtCell', number) }))
      .sort((a, b) => a.draw - b.draw || a.number - b.number)
      .map(({ number }) => number),
  );
  return dealt.filter((_, turn) => turn % count === index - 1).sort((a, b) => a - b);
}

/** Names what decides most how long a cell takes. */
function kindOf({ cell }: PlannedCell): readonly Field[] {
  if (cell instanceof InputError) return [];
  const { sweep, scenario, memoryBytes, topology } = cell;
  const { strategy, threads, batch } = sweep;
  return [strategy, threads, batch, memoryBytes, formatTopology(topology), scenario.steps.length];
}

/** The document of a part, with what the parts have to know to be put together. */
export function shardDocument(
  plan: Plan,
  { index, count }: Shard,
  { document, lost, tallies }: RunRecord,
): ShardDocument {
  return {
    ...document,
    shard: {
      ...{ index, count },
      gridCells: plan.cells.length,
      unfinished: lost.length,
      digest: digestOf(plan),
      parameters: [...plan.parameters.keys()],
      cells: plan.jitter === null ? tallies.map(withoutSpreads) : tallies,
    },
  };
}

function withoutSpreads({ spreads: _none, ...tally }: CellTally): CellTally {
  return tally;
}

/** Of everything that decides what a grid comes to, files included; where these files lie does not matter. */
function digestOf({ machines, parameters, seed, jitter, perCpu, cells }: Plan): string {
  const chance = jitter === null ? [] : [jitter];
  const asked = [machines, [...parameters], seed, perCpu, cells.map(describeCell), ...chance];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}

function describeCell({ cell, ...names }: PlannedCell): object {
  if (cell instanceof InputError) return names;
  return { ...names, ...cell, parameters: [...cell.parameters], scenario: withoutSources(cell.scenario) };
}

/** What a scenario says, wherever it is written. */
function withoutSources(scenario: Scenario): unknown {
  return JSON.parse(JSON.stringify(scenario, (key, part) => (key === 'source' ? null : part)));
}
