import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { wrapAnsi } from 'fast-wrap-ansi';
import { FORMAT_NAMES } from '../report/formats.js';

/** Command lines to start from, with what they do; help shows the first of them. */
export const EXAMPLES: readonly (readonly [line: string, says: string])[] = [
  ['full empty again', 'three states'],
  ['compare full empty --vary mapping=4k,2m,1g', 'mapping sizes'],
  ['full empty --set ipiPerTargetNs=33', 'cheaper IPIs'],
  ['show guest-exit --yaml > mine.yaml', 'own guests'],
  ['full empty again --format lkml', 'the same as a mail'],
  ['./mine.yaml --json', 'own guests, for a script'],
  ['empty --hypothesis shared,rescan,per-core', 'what is unknown about the hardware'],
  ['empty --memory 1038GiB --strategy serial', 'another host, one CPU after another'],
  ['churn busy-hour --delay 30s', 'when to sweep after guest exits'],
  ['report run.json -o run.html', 'a page with charts'],
];

const EXAMPLES_SHOWN = 4;

/** How values are written, the same for all commands. */
export const VALUE_RULES = [
  'Lists: separate values by commas, or repeat the option.',
  'Sizes: 4k, 2M, 1GiB or 2T, in powers of 1024. Times: 250us, 10s or 5min.',
  'Files: - is stdin for a file that is read, and stdout for -o.',
] as const;

/** The options of `run` that are looked up most. */
const OPTIONS_SHOWN = [
  ['--mapping <list>', 'page size of private memory: 4k, 2m, 1g'],
  ['--memory <size>', 'span of physical addresses of the host, such as 1TiB'],
  ['--machine <name|file>', 'the host (rmpopt-bench list, docs/machines.md)'],
  ['--strategy <name>', 'how the sweep runs (rmpopt-bench list)'],
  ['--hypothesis <list>', 'assumptions about the hardware (rmpopt-bench list)'],
  ['--set <name=value>', 'a cost or switch (rmpopt-bench show posted-2p)'],
  ['--format <name>', FORMAT_NAMES.join(', ')],
  ['-o <file>, -v, -q', 'write to a file; show more; no warnings'],
] as const;

const SAYS_COLUMN = 26;

/**
 * Help of the program itself, on one screen.
 * @param scenarios names of those that come with the program
 */
export function helpScreen(
  program: CommandUnknownOpts,
  scenarios: readonly string[],
  columns: number,
): string {
  const width = Math.min(columns, 80);
  const wrap = (text: string, indent: number) =>
    wrapAnsi(text, width - indent)
      .split('\n')
      .join(`\n${' '.repeat(indent)}`);
  const item = (term: string, says: string) => `  ${term.padEnd(SAYS_COLUMN - 2)}${wrap(says, SAYS_COLUMN)}`;
  const help = program.createHelp();
  const commands = help
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .map((command) => item(command.name(), help.subcommandDescription(command)));
  return `${[
    'Usage: rmpopt-bench <scenario>... [options], or rmpopt-bench <command> ...',
    '',
    wrap(program.description(), 0),
    wrap(`Scenarios: ${scenarios.join(', ')}, or the path of a file.`, 2),
    '',
    'Commands:',
    ...commands,
    '',
    'Options of run:',
    ...OPTIONS_SHOWN.map(([term, says]) => item(term, says)),
    '',
    'Examples:',
    ...EXAMPLES.slice(0, EXAMPLES_SHOWN).map(([line, says]) => `  rmpopt-bench ${line.padEnd(48)} ${says}`),
    '',
    'rmpopt-bench help <command> lists all options of a command.',
  ].join('\n')}\n`;
}
