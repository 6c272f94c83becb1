import { createHash } from 'node:crypto';
import { InputError } from '../errors.js';
import type { CompareRequest, GridCell, GridRecord } from '../measure/compare.js';
import { drawBits } from '../random.js';
import type { CellTally, ShardDocument } from '../run-document/shard-document.js';
import { weightMs } from './cell-weight.js';
import { withoutSources } from './portable-task.js';

/** One of several parts of a grid. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * The numbers of a part's cells, ascending. Cells are dealt like cards, the heavy ones first, to and fro; among cells alike a
 * hash of their number decides, so that no regularity of the grid can fall together with the number of parts.
 */
export function dealCells(request: CompareRequest, { index, count }: Shard): number[] {
  const { cells } = request;
  const weights = cells.map(({ cell }) => weightMs(cell, request));
  const shuffle = cells.map((_, number) => drawBits(0, 'dealtCell', number));
  const dealt = [...cells.keys()].sort(
    (a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || (shuffle[a] ?? 0) - (shuffle[b] ?? 0) || a - b,
  );
  return dealt.filter((_, turn) => shardOfTurn(turn, count) === index).sort((a, b) => a - b);
}

function shardOfTurn(turn: number, count: number): number {
  const place = turn % count;
  const isBackwards = Math.floor(turn / count) % 2 === 1;
  return isBackwards ? count - place : place + 1;
}

/** The document of a part, with what the parts have to know to be put together. */
export function shardDocument(
  request: CompareRequest,
  { index, count }: Shard,
  { document, lost, tallies }: GridRecord,
): ShardDocument {
  return {
    ...document,
    shard: {
      ...{ index, count },
      gridCells: request.cells.length,
      unfinished: lost.length,
      digest: digestOf(request),
      parameters: [...request.parameters.keys()],
      cells: request.jitter === null ? tallies.map(withoutSpreads) : tallies,
    },
  };
}

function withoutSpreads({ spreads: _none, ...tally }: CellTally): CellTally {
  return tally;
}

/** Of everything that decides what a grid comes to, files included; where these files lie does not matter. */
function digestOf({ machine, parameters, seed, jitter, perCpu, cells }: CompareRequest): string {
  const chance = jitter === null ? [] : [jitter];
  const asked = [machine, [...parameters], seed, perCpu, cells.map(describeCell), ...chance];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}

function describeCell({ cell, ...names }: GridCell): object {
  if (cell instanceof InputError) return names;
  return { ...names, ...cell, parameters: [...cell.parameters], scenario: withoutSources(cell.scenario) };
}
