import { measuredMachine, measuredMachineYaml, topologyOf } from '../calibrate/measured-machine.js';
import { fitProbeCosts, type MeasuredCost, type ProbeCosts, priorOf } from '../calibrate/probe-costs.js';
import { InputError, type Problem, type ProblemList, readAt } from '../errors.js';
import { formatTopology } from '../machine/topology.js';
import { COSTS_SCHEMA, type CostRow, type CostsDocument } from '../run-document/costs-document.js';
import { readProbeDocument } from '../run-document/read-document.js';
import type { Warning } from '../run-document/run-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { nameOfFile } from '../scenario/shipped.js';
import { NAME_PATTERN } from '../scenario/suggest.js';
import { parseMemoryBytes } from '../units.js';
import type { CommandContext } from './context.js';
import { writeDocument } from './document-output.js';
import { readInputFile } from './input-file.js';
import type { OutputChoice } from './output-options.js';
import { writeWarnings } from './report-output.js';

/** Options that are about measured costs. */
export interface CostsOptions {
  readonly costs?: string | undefined;
  readonly memory?: string | undefined;
  readonly force?: true | undefined;
  readonly output?: string | undefined;
}

/** Costs that were measured, and the machine they make. */
export interface MeasuredCosts {
  readonly base: MachineFile;
  readonly machine: MachineFile;
  readonly yaml: string;
  readonly fitted: ProbeCosts;
  readonly warnings: readonly Warning[];
}

/** The costs of the file that --costs names; `null` without it, or where something is wrong. */
export function readCosts(
  options: CostsOptions,
  base: MachineFile | null,
  seed: number,
  context: CommandContext,
  problems: ProblemList,
): MeasuredCosts | null {
  const memoryBytes = problems.read('--memory', options.memory, parseMemoryBytes);
  const { costs: file } = options;
  if (file === undefined) {
    for (const name of ['memory', 'force'] as const) {
      if (options[name] === undefined) continue;
      problems.add({ where: `--${name}`, expected: '--costs beside it', found: 'none' });
    }
    return null;
  }
  if (options.memory === undefined) {
    const expected = 'the span of physical addresses of the host, such as 768GiB (the probe does not see it)';
    problems.add({ where: '--memory', expected, found: 'nothing' });
  }
  return problems.collect(() => {
    const document = readProbeDocument(file, importedText(file, context));
    const fitted = fitProbeCosts(document);
    const [host] = document.hosts;
    const found = [...faultsAt(file, fitted), ...(options.force === true ? [] : doubtsAt(file, fitted))];
    if (found.length > 0 || host === undefined) throw new InputError(found);
    readAt(file, () => topologyOf(host));
    if (base === null || memoryBytes === null) return null;
    const name = machineName(options.output, base);
    const machine = measuredMachine(fitted.costs, { base, host, name, memoryBytes, seed });
    return {
      ...{ base, machine, yaml: measuredMachineYaml(machine, host, fitted.doubts), fitted },
      warnings: [
        ...document.warnings.filter(({ kind }) => kind === 'sweeps-incomplete'),
        ...fitted.doubts.map((doubt) => ({
          kind: 'costs-doubtful',
          message: `the costs may be wrong: ${doubt}`,
        })),
      ],
    };
  });
}

/** The text of a file, which is no log that is still to be imported. */
function importedText(where: string, { files }: CommandContext): string {
  const text = readInputFile(where, files);
  if (!/^probe (?:host|run):/m.test(text)) return text;
  const hint = `rmpopt-bench import ${where} --json -o probe.json`;
  throw new InputError([
    { where, expected: 'a document written by import --json', found: 'a log of the probe', hint },
  ]);
}

function faultsAt(where: string, { faults }: ProbeCosts): Problem[] {
  return faults.map((found) => ({ where, expected: 'measurements that determine the costs of IPIs', found }));
}

function doubtsAt(where: string, { doubts }: ProbeCosts): Problem[] {
  const expected =
    'a physical host, and round times that are linear in the number of CPUs (--force accepts others)';
  return doubts.map((found) => ({ where, expected, found }));
}

/** A machine file is called what its file is. */
function machineName(output: string | undefined, base: MachineFile): string {
  const name = output === undefined ? '' : nameOfFile(output);
  return NAME_PATTERN.test(name) ? name : `${base.name}-measured`;
}

/** Writes what was measured, for people or programs. */
export async function writeCosts(
  measured: MeasuredCosts,
  seed: number,
  output: OutputChoice,
  context: CommandContext,
): Promise<void> {
  const { base, machine, fitted, warnings } = measured;
  const document: CostsDocument = {
    ...{ schema: COSTS_SCHEMA, tool: context.tool, command: context.argv, seed, machine: base.name },
    ...{ topology: formatTopology(machine.topology), memoryBytes: machine.memoryBytes },
    ...{ results: fitted.costs.map((cost) => costRow(cost, base)), notes: fitted.notes, warnings },
  };
  writeWarnings(document, output, context);
  await writeDocument(document, output, context);
}

function costRow(cost: MeasuredCost, base: MachineFile): CostRow {
  const { name, recipe } = cost;
  const prior = priorOf(cost);
  const digits = (value: number) => Number(value.toPrecision(DIGITS));
  return {
    ...{ name, unit: 'ns', value: digits(cost.value), low: digits(cost.low), high: digits(cost.high) },
    logMean: prior === null ? null : digits(prior.logMean),
    logSigma: prior === null ? null : digits(prior.logSigma),
    ...{ freedom: digits(cost.freedom), machineValue: Number(base.parameters[name].value), recipe },
  };
}

/** More than any measurement deserves. */
const DIGITS = 6;
