import { stringify } from 'yaml';
import { groupBy } from '../group-by.js';
import {
  CATALOGUE_KINDS,
  type CatalogueKind,
  type ListDocument,
  type ShowDocument,
  type ShownHypothesis,
  type ShownMachine,
  type ShownMachineParameter,
  type ShownParameter,
  type ShownStrategy,
} from '../run-document/catalogue-document.js';
import { formatBytes } from '../units.js';
import { type Block, drawing, list, prose, type Report, table, terms, title } from './blocks.js';
import { counted } from './figures.js';
import { type FieldColumn, PROSE_COLUMNS_MAX } from './layout.js';

const PLURALS: Readonly<Record<CatalogueKind, string>> = {
  scenario: 'scenarios',
  churn: 'churn scenarios: guests come and go (rmpopt-bench churn)',
  policy: 'policies: when churn sweeps (--policy)',
  machine: 'machines (--machine)',
  strategy: 'strategies (--strategy)',
  hypothesis: 'hypotheses (--hypothesis)',
};

/** What there is, by kind, a line each. */
export function listReport({ results }: ListDocument): Report {
  return {
    title: 'Names for the command line; rmpopt-bench show NAME describes one',
    heading: [],
    blocks: CATALOGUE_KINDS.flatMap((kind) => [
      title(PLURALS[kind]),
      terms(results.filter((row) => row.kind === kind).map(({ name, title }) => ({ name, says: title }))),
    ]),
  };
}

const KIND_WORDS = { scenario: 'scenario', churn: 'churn scenario' } as const;

/** One thing for a person. A scenario is shown as the file that would say the same. */
export function showReport(document: ShowDocument): Report {
  switch (document.kind) {
    case 'scenario':
    case 'churn':
      return {
        title: `# ${KIND_WORDS[document.kind]} ${document.name}, filled in for machine ${document.machine}`,
        heading: [],
        blocks: [drawing(() => stringify(document.scenario, { lineWidth: PROSE_COLUMNS_MAX }).trimEnd())],
      };
    case 'machine':
      return machineReport(document);
    case 'strategy':
      return strategyReport(document);
    case 'policy':
      return {
        title: `policy ${document.name}`,
        heading: [document.summary],
        blocks: list([`origin: ${document.origin}`]),
      };
    case 'hypothesis':
      return hypothesisReport(document);
    case 'parameter':
      return parameterReport(document);
  }
}

function strategyReport({ name, summary, origin, defaultThreads, defaultBatch }: ShownStrategy): Report {
  return {
    title: `strategy ${name}`,
    heading: [summary],
    blocks: list([
      `origin: ${origin}`,
      `default threads: ${defaultThreads}`,
      ...(defaultBatch === null ? [] : [`default regions per round: ${defaultBatch}`]),
    ]),
  };
}

function hypothesisReport({ name, machine, says, parameters }: ShownHypothesis): Report {
  return {
    title: `hypothesis ${name} of machine ${machine}`,
    heading: [says],
    blocks: [parameterTable(parameters), ...sources(parameters)],
  };
}

function parameterReport(parameter: ShownMachineParameter): Report {
  const { name, machine, says, unit, low, high, values } = parameter;
  const plausible = low === null || high === null ? [] : [`plausible: ${low} to ${high} ${unit}`.trimEnd()];
  return {
    title: `parameter ${name} of machine ${machine}`,
    heading: [says, ...plausible],
    blocks: [
      ...list(
        values.map(
          ({ hypothesis, value, provenance, source }) =>
            `${hypothesis}: ${`${value} ${unit}`.trimEnd()}; ${provenance}: ${source}`,
        ),
      ),
      ...waysToSet(parameter),
    ],
  };
}

function waysToSet({ name, affects, values: [shown] }: ShownMachineParameter): Block[] {
  const set = prose(`To change it: --set ${name}=<value>`);
  const value = shown?.value;
  if (affects !== 'sweep' || typeof value !== 'number' || value === 0) return [set];
  const half = Number((value / 2).toPrecision(3));
  const line = `  rmpopt-bench compare full empty --vary ${name}=${value},${half}`;
  return [set, prose('To see what half of it changes:'), drawing(() => line)];
}

function machineReport(machine: ShownMachine): Report {
  const { name, topology, sockets, l3Groups, cores, cpus, memoryBytes, regions, hypothesis } = machine;
  return {
    title: `machine ${name}`,
    heading: [
      machine.title,
      `topology ${topology}: ${counted(sockets, 'socket')}, ${counted(l3Groups, 'L3 group')}, ${counted(cores, 'core')}, ${counted(cpus, 'CPU')}`,
      `memory ${formatBytes(memoryBytes)}: ${regions} regions, ${machine.preassignedRegions} of them never optimized (RMP, firmware)`,
      ...machine.hypotheses.map(
        (one) => `hypothesis ${one.name}${one.name === hypothesis ? ' (default)' : ''}: ${one.says}`,
      ),
    ],
    blocks: [
      prose(`Parameters under ${hypothesis}; rmpopt-bench show <hypothesis> lists those of another.`),
      parameterTable(machine.parameters),
      prose(PROVENANCES_IN_WORDS),
      ...influenceTable(machine),
      ...sources(machine.parameters),
    ],
  };
}

const PROVENANCES_IN_WORDS =
  'measured: posted from hardware. stated: by the authors of the patches or by AMD. inferred: derived from measured figures. assumed: nobody has said it; a fit still moves it within its plausible range.';

/** A bar character for so many percent. */
const PERCENT_PER_MARK = 5;
const MARKS_MAX = 14;

/** How far totals move from one end of a parameter's range to the other. */
interface InfluenceLine {
  readonly name: string;
  readonly byState: readonly string[];
  /** The widest move, in percent. */
  readonly most: number;
}

/** How far each state moves from one end of a parameter's range to the other, the most moving parameter first. */
function influenceTable({ influences, hypothesis }: ShownMachine): Block[] {
  const states = [...new Set(influences.map(({ state }) => state))];
  const lines = [...groupBy(influences, ({ parameter }) => parameter)].map(([name, own]): InfluenceLine => {
    const most = Math.max(...own.map(({ lowPct, highPct }) => Math.abs(highPct - lowPct)));
    return {
      name,
      most,
      byState: own.map(({ lowPct, highPct }) => `${signed(lowPct)} to ${signed(highPct)}`),
    };
  });
  const columns: FieldColumn<InfluenceLine>[] = [
    { head: 'parameter', align: 'left', label: 'name', field: ({ name }) => name },
    ...states.map(
      (head, i): FieldColumn<InfluenceLine> => ({
        head,
        align: 'right',
        field: ({ byState }) => byState[i] ?? '',
      }),
    ),
    {
      head: '',
      align: 'left',
      dispensable: 1,
      field: ({ most }) => '#'.repeat(Math.min(MARKS_MAX, Math.round(most / PERCENT_PER_MARK))),
    },
  ];
  return [
    prose(
      `Change of the total in percent when one parameter goes from the low to the high end of its plausible range (local-first, ${hypothesis}). Each # is ${PERCENT_PER_MARK} percentage points between low and high, in the state that changes most:`,
    ),
    table(
      columns,
      lines.toSorted((a, b) => b.most - a.most),
    ),
  ];
}

function signed(percentage: number): string {
  const digits = Math.abs(percentage) < 0.05 ? '0' : percentage.toFixed(1);
  return percentage >= 0.05 ? `+${digits}` : digits;
}

const PARAMETER_COLUMNS: readonly FieldColumn<ShownParameter>[] = [
  { head: 'parameter', align: 'left', label: 'name', field: ({ name }) => name },
  { head: 'value', align: 'right', field: ({ value }) => String(value) },
  { head: 'unit', align: 'left', field: ({ unit }) => unit },
  {
    head: 'plausible',
    align: 'right',
    field: ({ low, high }) => (low === null || high === null ? '-' : `${low} to ${high}`),
  },
  { head: 'provenance', align: 'left', field: ({ provenance }) => provenance },
];

function parameterTable(parameters: readonly ShownParameter[]): Block {
  return table(PARAMETER_COLUMNS, parameters);
}

/** What each parameter means and where its value comes from. */
function sources(parameters: readonly ShownParameter[]): Block[] {
  return list(
    parameters.map(({ name, says, provenance, source }) => `${name}: ${says}; ${provenance}: ${source}`),
  );
}
