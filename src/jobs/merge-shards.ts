import { IncomparableRuns, InputError, inputFault } from '../errors.js';
import { isParameterName } from '../machine/parameters.js';
import { toDocument } from '../measure/carry-out.js';
import { MachineRegister } from '../measure/machine-register.js';
import { addTables, emptyTables, type ForeignRows, underRegister } from '../measure/tables.js';
import { checkSweeps } from '../run-document/check-sweeps.js';
import type { RunDocument, RunTables } from '../run-document/run-document.js';
import { mapTables, perTable } from '../run-document/run-tables.js';
import type { ShardDocument } from '../run-document/shard-document.js';

/** A part of a grid, and the file it comes from. */
export interface ShardFile {
  readonly file: string;
  readonly document: ShardDocument;
}

/**
 * Puts the parts of a grid together, in any order: the document that the whole grid would have come to.
 * @param files at least one
 * @throws IncomparableRuns when they are parts of different runs
 * @throws InputError when they are not each part once
 */
export function mergeShards(files: readonly ShardFile[]): RunDocument {
  const [first] = files;
  if (first === undefined) throw new RangeError('there is nothing to merge');
  for (const other of files.slice(1)) checkSameRun(first, other);
  checkEachOnce(files, first.document.shard.count);
  checkFinished(files);
  const machines = new MachineRegister();
  const tables = emptyTables();
  for (const rows of rowsInOrder(files)) addTables(tables, underRegister(rows, machines));
  if (tables.results.length === 0) throw noCellRun(tables);
  checkSweeps('merge', tables);
  const { tool, command, seed, jitter = null, terms, shard } = first.document;
  const parameters = shard.parameters.filter(isParameterName);
  return toDocument({ tool, command, seed, jitter, parameters, terms }, machines, tables);
}

/** What all parts of a run have in common. */
const IN_COMMON: Readonly<Record<string, (document: ShardDocument) => string>> = {
  'of the command': ({ command }) => command.join(' '),
  'by version': ({ tool }) => `${tool.name} ${tool.version}`,
  'of seed': ({ seed }) => String(seed),
  'of so many parts': ({ shard }) => String(shard.count),
  'of so many cells': ({ shard }) => String(shard.gridCells),
  'of files with the digest': ({ shard }) => shard.digest,
};

function checkSameRun(a: ShardFile, b: ShardFile): void {
  for (const [what, of] of Object.entries(IN_COMMON)) {
    const [ofA, ofB] = [of(a.document), of(b.document)];
    if (ofA === ofB) continue;
    throw new IncomparableRuns(`${a.file} is a part of a run ${what} ${ofA}, ${b.file} ${what} ${ofB}`);
  }
}

function checkEachOnce(files: readonly ShardFile[], count: number): void {
  const fileOf = new Map<number, string>();
  for (const { file, document } of files) {
    const { index } = document.shard;
    const other = fileOf.get(index);
    if (other !== undefined) throw inputFault(file, 'each part once', `${index}/${count}, as in ${other}`);
    fileOf.set(index, file);
  }
  const absent = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !fileOf.has(index));
  if (absent.length === 0) return;
  const named = absent.slice(0, PARTS_NAMED).map((index) => `${index}/${count}`);
  const more = absent.length > PARTS_NAMED ? ` and ${absent.length - PARTS_NAMED} more` : '';
  throw inputFault('merge', `all ${count} parts`, `none for --shard ${named.join(', ')}${more}`);
}

const PARTS_NAMED = 8;

function checkFinished(files: readonly ShardFile[]): void {
  const problems = files.flatMap(({ file, document: { shard } }) => {
    if (shard.unfinished === 0) return [];
    const found = `one of which ${shard.unfinished} cells were not finished`;
    const hint = `Run it again with --shard ${shard.index}/${shard.count}.`;
    return [{ where: file, expected: 'a whole part', found, hint }];
  });
  if (problems.length > 0) throw new InputError(problems);
}

/** The rows of cell after cell of the grid, with the machine they name. */
function* rowsInOrder(files: readonly ShardFile[]): Generator<ForeignRows> {
  const cells = files.flatMap(fieldsOf).sort((a, b) => a.cell - b.cell);
  for (const [number, { file, cell, rows }] of cells.entries()) {
    if (cell !== number) throw inputFault(file, `cell ${number} of the grid`, `cell ${cell}`);
    yield rows();
  }
  const expected = files[0]?.document.shard.gridCells;
  if (cells.length !== expected) throw inputFault('merge', `${expected} cells`, String(cells.length));
}

/** The cells of a part; their rows are cut out when they are wanted. */
function fieldsOf({ file, document }: ShardFile) {
  const machines = new Map(document.machines.map((machine) => [machine.id, machine]));
  let from = perTable(() => 0);
  return document.shard.cells.map((tally) => {
    const first = from;
    from = perTable((table) => first[table] + (tally[table] ?? 0));
    const end = from;
    const machine = machines.get(tally.machine);
    const rows = (): ForeignRows => ({
      machines: machine === undefined ? [] : [machine],
      tables: mapTables({ spreads: [], ...document }, (rows, table) => rows.slice(first[table], end[table])),
    });
    return { file, cell: tally.cell, rows };
  });
}

function noCellRun({ missing }: RunTables): InputError {
  return new InputError(
    missing.map(({ scenario, cell, reason }) => ({
      where: [scenario, cell].filter((text) => text !== '').join(' '),
      expected: 'a cell that can be run',
      found: reason,
    })),
  );
}
