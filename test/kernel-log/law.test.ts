import { expect, test } from 'vitest';
import type { ImportedLog } from '../../src/kernel-log/import-log.js';
import { readLog, totalsIn } from '../support/logs.js';
import { hex, type RandomLog, randomLog, type TrueSweep } from './random-log.js';

/** How many random logs there are; a long run is `LOG_LAW_RUNS=100000 npx vitest run test/kernel-log/law.test.ts`. */
const RUNS = Number(process.env.LOG_LAW_RUNS ?? 400);
const FIRST_SEED = Number(process.env.LOG_LAW_SEED ?? 1);

/** What is wrong with what import made of a log; empty where nothing is. */
function faultsOf(log: RandomLog, imported: ImportedLog): string[] {
  return [...wrongObservations(log, imported), ...wrongResults(log, imported), ...lost(log, imported)];
}

function wrongObservations({ sweeps }: RandomLog, { observations }: ImportedLog): string[] {
  const put = new Set(sweeps.flatMap(printedOf));
  const found = observations.flatMap(({ figure, printed, address, addressEnd, cpu }) => [
    ...[`${figure} ${printed}`, `address ${address}`, `address ${addressEnd}`, `CPU ${cpu}`],
  ]);
  return found.filter((one) => !put.has(one)).map((one) => `nobody has printed ${one}`);
}

/** Every figure that was printed of a sweep and its host, or that is none. */
function printedOf({ ghz, ns, regions, average, largest, smallest, ...lists }: TrueSweep): string[] {
  const { issued, maxima, table } = lists;
  return [
    ...[`clock ${(1000 * ghz).toFixed(3)}`, `total ${ns}`, `address ${hex(0)}`],
    ...[`address ${hex(regions * 2 ** 30)}`, 'address 0xeb40000000', 'address ', 'CPU null', 'previous 0'],
    ...[`average instruction ${average}`, `largest instruction ${largest}`],
    `smallest instruction ${smallest}`,
    ...issued.map((cycles) => `instruction ${cycles}`),
    ...maxima.flatMap((cycles, i) => [
      ...[`largest instruction so far ${cycles}`, `previous ${cycles}`, `CPU ${32 * i}`],
    ]),
    ...table.flatMap((list, gib) => [`region ${gib}`, `CPUs ${list}`]),
  ];
}

/** Figures of a row have to be of one sweep, unless they are said to be doubtful. */
function wrongResults({ sweeps, tellsOrder, lacksLines }: RandomLog, imported: ImportedLog): string[] {
  if (!tellsOrder) return [];
  return totalsIn(imported).flatMap((row) => {
    const doubtful = row.doubtful.split(';');
    const isOf = (sweep: RandomLog['sweeps'][number]) => {
      const { issued, maxima, ghz } = sweep;
      const inNs = (cycles: number | null) => (cycles === null ? null : Math.round(cycles / ghz));
      const mean = issued.reduce((sum, cycles) => sum + cycles, 0) / issued.length;
      const listed =
        issued.length === 0 ? null : { mean, most: Math.max(...issued), least: Math.min(...issued) };
      const figures = {
        elapsedNs: sweep.ns,
        regions: sweep.regions,
        issued: listed === null ? null : issued.length,
        instructionMeanNs: inNs(sweep.average ?? listed?.mean ?? null),
        instructionMaxNs: inNs(sweep.largest ?? listed?.most ?? maxima.at(-1) ?? null),
        instructionMinNs: inNs(sweep.smallest ?? listed?.least ?? null),
      };
      return Object.entries(figures).every(([name, value]) => {
        const found = row[name as keyof typeof figures];
        const isOfLines =
          (name === 'issued' || name.startsWith('instruction')) && issued.length + maxima.length > 0;
        return found === null || found === value || doubtful.includes(name) || (isOfLines && lacksLines);
      });
    };
    return sweeps.some(isOf)
      ? []
      : [
          `sweep ${row.run} is none of those: ${JSON.stringify(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== '')))}`,
        ];
  });
}

/** What is not in the output has to be in a note, unless the lines themselves are gone. */
function lost({ sweeps, isGentle }: RandomLog, imported: ImportedLog): string[] {
  const { notes, observations } = imported;
  if (!isGentle) return [];
  const found = totalsIn(imported).map(({ elapsedNs }) => elapsedNs);
  const missing = sweeps.filter(({ ns }) => !found.includes(ns));
  const averages = sweeps.filter(
    ({ average }) => average !== null && !observations.some(({ printed }) => printed === String(average)),
  );
  return [
    ...missing.map(({ ns }) => `a sweep of ${ns} ns is lost`),
    ...averages.map(({ average }) => `the average ${average} is lost`),
    ...notes.map(({ reason, text }) => `a note where none belongs: ${reason}: ${text}`),
  ];
}

/** The first faults found among so many logs. */
async function faultsAmong(runs: number, make: (seed: number) => RandomLog): Promise<string[]> {
  const faults: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runs && faults.length < 20; seed++) {
    const log = make(seed);
    const imported = await readLog(piecesOf(log.bytes, seed));
    const [fault] = faultsOf(log, imported);
    if (fault !== undefined) faults.push(`seed ${seed} (${log.story}): ${fault}`);
  }
  return faults;
}

test(`of ${RUNS} random logs no figure is wrong, and of those that are whole none is lost`, async () => {
  expect(await faultsAmong(RUNS, (seed) => randomLog(seed))).toEqual([]);
});

test(`of ${RUNS} random logs with rubbish in them no figure is wrong`, async () => {
  expect(await faultsAmong(RUNS, (seed) => randomLog(seed, true))).toEqual([]);
});

/** Logs come in pieces of any size. */
function piecesOf(bytes: Buffer, seed: number): Buffer[] {
  const size = 1 + ((seed * 7919) % 5000);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}
