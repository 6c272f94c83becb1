import { stringify } from 'yaml';
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
import { counted } from './figures.js';
import { besideLabel, type Layout, PROSE_COLUMNS_MAX, paragraph, renderGrid } from './layout.js';

const PLURALS: Readonly<Record<CatalogueKind, string>> = {
  scenario: 'scenarios',
  churn: 'hosts on which guests come and go (rmpopt-bench churn)',
  machine: 'machines (--machine)',
  strategy: 'strategies (--strategy)',
  hypothesis: 'hypotheses (--hypothesis)',
};

/** What there is, by kind, a line each. */
export function renderList({ results }: ListDocument, layout: Layout): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const blocks = CATALOGUE_KINDS.map((kind) => {
    const rows = results.filter((row) => row.kind === kind);
    const lines = rows.map(({ name, title }) => besideLabel(`  ${name.padEnd(width)}  `, title, layout));
    return [layout.chalk.bold(PLURALS[kind]), ...lines].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

const KIND_WORDS = { scenario: 'scenario', churn: 'churn scenario' } as const;

/** One thing for a person. A scenario is shown as the file that would say the same. */
export function renderShow(document: ShowDocument, layout: Layout): string {
  switch (document.kind) {
    case 'scenario':
    case 'churn':
      return `# ${KIND_WORDS[document.kind]} ${document.name}, filled in for machine ${document.machine}\n${stringify(document.scenario, { lineWidth: PROSE_COLUMNS_MAX })}`;
    case 'machine':
      return showMachine(document, layout);
    case 'strategy':
      return showStrategy(document, layout);
    case 'hypothesis':
      return showHypothesis(document, layout);
    case 'parameter':
      return showParameter(document, layout);
  }
}

function showStrategy(strategy: ShownStrategy, layout: Layout): string {
  const { name, summary, origin, defaultThreads, defaultBatch } = strategy;
  const lines = [
    layout.chalk.bold(`strategy ${name}`),
    summary,
    `origin: ${origin}`,
    `threads unless given: ${defaultThreads}`,
    ...(defaultBatch === null ? [] : [`regions per round unless given: ${defaultBatch}`]),
  ];
  return `${lines.map((line) => paragraph(line, layout, 2)).join('\n')}\n`;
}

function showHypothesis({ name, machine, says, parameters }: ShownHypothesis, layout: Layout): string {
  const title = layout.chalk.bold(`hypothesis ${name} of machine ${machine}`);
  return `${title}\n${paragraph(says, layout)}\n\n${parameterTable(parameters, layout)}\n\n${sources(parameters, layout)}\n`;
}

function showParameter(parameter: ShownMachineParameter, layout: Layout): string {
  const { name, machine, says, unit, low, high, values } = parameter;
  const plausible = low === null || high === null ? [] : [`plausible: ${low} to ${high} ${unit}`.trimEnd()];
  const lines = values.map(
    ({ hypothesis, value, provenance, source }) =>
      `${hypothesis}: ${`${value} ${unit}`.trimEnd()}; ${provenance}: ${source}`,
  );
  const heading = layout.chalk.bold(`parameter ${name} of machine ${machine}`);
  const set = `To try another: --set ${name}=<value>, or --vary ${name}=<values> of compare.`;
  return `${[heading, says, ...plausible, ...lines, set].map((line) => paragraph(line, layout, 2)).join('\n')}\n`;
}

function showMachine(machine: ShownMachine, layout: Layout): string {
  const { name, title, topology, sockets, l3Groups, cores, cpus, memoryBytes, regions } = machine;
  const heading = [
    layout.chalk.bold(`machine ${name}`),
    title,
    `topology ${topology}: ${counted(sockets, 'socket')}, ${counted(l3Groups, 'L3 group')}, ${counted(cores, 'core')}, ${counted(cpus, 'CPU')}`,
    `memory ${formatBytes(memoryBytes)}: ${regions} regions, ${machine.preassignedRegions} of them never optimized (RMP, firmware)`,
    ...machine.hypotheses.map(
      (one) => `hypothesis ${one.name}${one.name === machine.hypothesis ? ' (default)' : ''}: ${one.says}`,
    ),
  ].map((line) => paragraph(line, layout, 2));
  const note = paragraph(
    `Parameters under ${machine.hypothesis}; rmpopt-bench show <hypothesis> has what the others set.`,
    layout,
  );
  const blocks = [
    heading.join('\n'),
    note,
    parameterTable(machine.parameters, layout),
    influenceTable(machine, layout),
    sources(machine.parameters, layout),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A bar character for so many percent. */
const PERCENT_PER_MARK = 2;
const MARKS_MAX = 20;

/** How far each state moves from one end of a parameter's range to the other, the most moving parameter first. */
function influenceTable({ influences, hypothesis }: ShownMachine, layout: Layout): string {
  const states = [...new Set(influences.map(({ state }) => state))];
  const names = [...new Set(influences.map(({ parameter }) => parameter))];
  const rows = names.map((name) => {
    const own = influences.filter(({ parameter }) => parameter === name);
    const most = Math.max(...own.map(({ lowPct, highPct }) => Math.abs(highPct - lowPct)));
    const cells = own.map(({ lowPct, highPct }) => `${signed(lowPct)} to ${signed(highPct)}`);
    const bar = '#'.repeat(Math.min(MARKS_MAX, Math.round(most / PERCENT_PER_MARK)));
    return { most, cells: [name, ...cells, bar] };
  });
  const note = `How far totals move, in percent, from the low to the high end of each plausible range, by local-first under ${hypothesis}; a # for ${PERCENT_PER_MARK} percent of the widest:`;
  const columns = ['parameter', ...states, ''].map((head, i) => ({
    head,
    align: i === 0 || head === '' ? ('left' as const) : ('right' as const),
  }));
  const ranked = rows.sort((a, b) => b.most - a.most).map(({ cells }) => cells);
  return `${paragraph(note, layout)}\n\n${renderGrid(columns, ranked, layout)}`;
}

function signed(percentage: number): string {
  const digits = Math.abs(percentage) < 0.05 ? '0' : percentage.toFixed(1);
  return percentage >= 0.05 ? `+${digits}` : digits;
}

function parameterTable(parameters: readonly ShownParameter[], layout: Layout): string {
  const rows = parameters.map(({ name, value, unit, low, high, provenance }) => [
    name,
    String(value),
    unit,
    low === null || high === null ? '-' : `${low} to ${high}`,
    provenance,
  ]);
  return renderGrid(
    [
      { head: 'parameter', align: 'left' },
      { head: 'value', align: 'right' },
      { head: 'unit', align: 'left' },
      { head: 'plausible', align: 'right' },
      { head: 'provenance', align: 'left' },
    ],
    rows,
    layout,
  );
}

/** What each parameter means and where its value comes from. */
function sources(parameters: readonly ShownParameter[], layout: Layout): string {
  return parameters
    .map(({ name, says, provenance, source }) =>
      paragraph(`${name}: ${says}; ${provenance}: ${source}`, layout, 2),
    )
    .join('\n');
}
