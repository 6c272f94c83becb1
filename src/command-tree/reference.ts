import type { CommandTree, DescribedCommand } from './command-tree.js';

/** What the pages about the command line say beside the tree. */
export interface CommandPage {
  readonly tree: CommandTree;
  /** How values are written. */
  readonly valueRules: readonly string[];
  /** Command lines with what they do. */
  readonly examples: readonly string[];
  readonly exitCodes: readonly { readonly code: number; readonly says: string }[];
}

/** docs/cli.md. */
export function renderReference({ tree, valueRules, examples, exitCodes }: CommandPage): string {
  const { name, usage, says, commands, defaultCommand } = tree;
  return `<!-- Made from the program by npm run docs: changes belong into src/cli. -->
# The command line

${code([`${name} ${usage}`])}

${prose(says)}

Without a command, \`${defaultCommand.name}\` is used. ${name} can complete command lines in bash, zsh and fish, see
[${name} completion](#completion).

${valueRules.map((rule) => `- ${prose(rule)}`).join('\n')}

${table(
  ['command', 'does'],
  commands.map((command) => [`[${command.name}](#${command.name})`, prose(command.summary)]),
)}

${commands.map((command) => commandSection(command)).join('\n\n')}

## Exit codes

${table(
  ['code', 'means'],
  exitCodes.map((exit) => [String(exit.code), prose(exit.says)]),
)}

## Examples

${code(examples)}
`;
}

function commandSection({ name, says, usage, arguments: args, options }: DescribedCommand): string {
  const rows = (items: readonly { readonly term: string; readonly says: string }[]) =>
    items.map((item) => [literal(item.term), prose(item.says)]);
  return [
    `## ${name}`,
    `${prose(sentence(says))}`,
    code([usage]),
    ...(args.length === 0 ? [] : [table(['argument', 'is'], rows(args))]),
    ...(options.length === 0 ? [] : [table(['option', 'does'], rows(options))]),
  ].join('\n\n');
}

/** With a capital and a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function code(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function literal(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Text in which nothing is taken for markup. */
function prose(text: string): string {
  return text.replaceAll(/[\\`*_<|[\]]/g, '\\$&');
}
