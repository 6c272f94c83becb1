import { dirname, join, resolve } from 'node:path';
import { Document, Scalar } from 'yaml';
import type { z } from 'zod';
import { describeFound, InputError, type Problem } from '../errors.js';
import type { ParameterName } from '../machine/parameters.js';
import type { RmpSegment } from '../machine/rmp-placement.js';
import { formatTopology } from '../machine/topology.js';
import { sizeText } from '../units.js';
import { readCompiled } from './compiled-reader.js';
import { formatKnownRanges } from './known-ranges.js';
import {
  changedMachine,
  checkDefault,
  checkMachine,
  type MachineChanges,
  type MachineFile,
  machineChangesSchema,
  machineFileSchema,
} from './machine-file.js';
import { findFile, type Installation, isPath, nameOfFile, namesIn, shippedFolders } from './shipped.js';
import { problemAtSource, type SourceOf } from './source.js';
import { listChoices, suggest } from './suggest.js';
import { readTextFile } from './text-file.js';
import { hasKey, readYamlFile } from './yaml-file.js';

/**
 * Loads a machine file: a whole one, or one that says how a host differs from its `base`.
 * @param derived the files that are based on this one, the nearest last
 * @throws InputError with every problem of the file, or of its base
 */
export function loadMachine(
  file: string,
  installation: Installation,
  derived: readonly string[] = [],
): MachineFile {
  const { value, sourceOf } = readYamlFile<MachineFile | MachineChanges>(
    file,
    installation.files,
    schemaFor,
    checkMachine,
  );
  if (!('base' in value)) {
    const problems = checkSegments(value, sourceOf);
    if (problems.length > 0) throw new InputError(problems);
    return value;
  }
  const chain = [...derived, file];
  const baseFile = fileOfBase(value.base, chain, installation, sourceOf);
  const base =
    readCompiled<MachineFile>(installation, baseFile) ?? loadMachine(baseFile, installation, chain);
  const machine = changedMachine(base, value, nameOfFile(file));
  const problems = [
    ...checkDefault(machine.defaultHypothesis, Object.keys(machine.hypotheses), sourceOf),
    ...checkSegments(machine, sourceOf),
    ...Object.keys(value.parameters).flatMap((name) =>
      checkBounds(name as ParameterName, value, base, sourceOf),
    ),
  ];
  if (problems.length > 0) throw new InputError(problems);
  return machine;
}

/**
 * The text of a machine file that needs no other: as it stands, or, where it has a base, with all that it takes from there.
 * @param reference a shipped name, or a path
 * @throws InputError
 */
export function machineText(reference: string, installation: Installation): string {
  const { machines } = shippedFolders(installation.packageFolder);
  const file = findFile('--machine', reference, machines, namesIn(machines));
  const { files } = installation;
  return hasKey(file, 'base', files) ? wholeText(loadMachine(file, installation)) : readTextFile(file, files);
}

/** The text of a whole machine file. */
export function wholeText(machine: MachineFile): string {
  const { name, title, topology, memoryBytes, rmpSegments, defaultHypothesis, parameters, hypotheses } =
    machine;
  const document = new Document({
    ...{ name, title, topology: formatTopology(topology), memory: sizeText(memoryBytes) },
    ...(rmpSegments.length === 0 ? {} : { rmpSegments: rmpSegments.map(segmentEntry) }),
    hypothesis: defaultHypothesis,
    parameters: {},
    hypotheses: {},
  });
  for (const [parameter, { low, high, ...entry }] of Object.entries(parameters)) {
    const bounds = low === null || high === null ? {} : { low, high };
    document.setIn(['parameters', parameter], document.createNode({ ...entry, ...bounds }, { flow: true }));
  }
  for (const [hypothesis, { plausibleSets, ranges, fittedTo, ...rest }] of Object.entries(hypotheses)) {
    const conditions = Object.entries(fittedTo).map(([condition, { memory, ...sweep }]) => {
      return [condition, { ...sweep, memory: sizeText(memory) }];
    });
    const whole = { ...rest, fittedTo: Object.fromEntries(conditions) };
    document.setIn(['hypotheses', hypothesis], document.createNode(whole));
    const tables = { plausibleSets, ranges: ranges.length === 0 ? '' : formatKnownRanges(ranges) };
    for (const [key, table] of Object.entries(tables)) {
      if (table === '') continue;
      const text = new Scalar(table);
      text.type = Scalar.BLOCK_LITERAL;
      document.setIn(['hypotheses', hypothesis, key], text);
    }
  }
  return document.toString({ lineWidth: 120 });
}

function segmentEntry({ atBytes, coversFromBytes, coversToBytes }: RmpSegment) {
  return { at: atBytes, covers: [coversFromBytes, coversToBytes] };
}

function schemaFor(value: unknown): z.ZodType<MachineFile | MachineChanges> {
  const isBased = typeof value === 'object' && value !== null && 'base' in value;
  return isBased ? machineChangesSchema : machineFileSchema;
}

/** @param chain the file that names the base, after those that are based on that file */
function fileOfBase(
  base: string,
  chain: readonly string[],
  { packageFolder }: Installation,
  sourceOf: SourceOf,
): string {
  const { machines } = shippedFolders(packageFolder);
  const source = sourceOf(['base']);
  if (!isPath(base)) {
    const names = namesIn(machines);
    if (names.includes(base)) return join(machines, `${base}.yaml`);
    const expected = `${listChoices(names)}, or the path of a file`;
    throw new InputError([problemAtSource(source, expected, describeFound(base), suggest(base, names))]);
  }
  const path = resolve(dirname(chain.at(-1) ?? ''), base);
  if (!chain.some((one) => resolve(one) === path)) return path;
  const expected = 'a machine that is not based on this one';
  throw new InputError([problemAtSource(source, expected, describeFound(base))]);
}

/** The segments of the RMP lie in the memory of the host. */
function checkSegments({ rmpSegments, memoryBytes }: MachineFile, sourceOf: SourceOf): Problem[] {
  return [...rmpSegments.entries()]
    .filter(([, { atBytes }]) => atBytes >= memoryBytes)
    .map(([i, { atBytes }]) =>
      problemAtSource(
        sourceOf(['rmpSegments', i, 'at']),
        `an address in the memory of ${sizeText(memoryBytes)}`,
        `0x${atBytes.toString(16)}`,
      ),
    );
}

/** A value beyond what is plausible for the base needs a range of its own. */
function checkBounds(
  name: ParameterName,
  changes: MachineChanges,
  base: MachineFile,
  sourceOf: SourceOf,
): Problem[] {
  const { low, high } = base.parameters[name];
  const entry = changes.parameters[name];
  if (entry === undefined || entry.low !== null || low === null || high === null) return [];
  const value = Number(entry.value);
  if (value >= low && value <= high) return [];
  const expected = `low and high of its own, since ${low} to ${high} is what is plausible for ${base.name}`;
  return [problemAtSource(sourceOf(['parameters', name]), expected, `${value} without them`)];
}
