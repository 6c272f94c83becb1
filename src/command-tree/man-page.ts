import type { DescribedCommand } from './command-tree.js';
import { type CommandPage, sentence } from './reference.js';

/** The man page, in the man macros that groff and mandoc both know. It bears no date, so that the same program has the same page. */
export function renderManPage({ tree, valueRules, examples, exitCodes }: CommandPage): string {
  const { name, version, says, usage, commands, defaultCommand } = tree;
  return `${[
    '.\\" Made from the program by npm run docs: changes belong into src/cli.',
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${roff(name)} \\- time RMPOPT sweeps on a simulated SEV\\-SNP host`,
    '.SH SYNOPSIS',
    `.B ${roff(name)}`,
    roff(usage),
    '.br',
    `.B ${roff(name)}`,
    '.I command',
    roff('[arguments] [options]'),
    '.SH DESCRIPTION',
    line(says),
    '.PP',
    line(`Without a command, ${defaultCommand.name} is used.`),
    ...valueRules.flatMap((rule) => ['.PP', line(rule)]),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(({ code, says: meaning }) => item(String(code), meaning)),
    '.SH EXAMPLES',
    '.EX',
    ...examples.map(line),
    '.EE',
  ].join('\n')}\n`;
}

function commandLines({ name, says, usage, arguments: args, options }: DescribedCommand): string[] {
  return [
    `.SS ${roff(name)}`,
    `.B ${roff(usage)}`,
    '.PP',
    line(sentence(says)),
    ...[...args, ...options].flatMap(({ term, says: meaning }) => item(term, meaning)),
  ];
}

function item(term: string, says: string): string[] {
  return ['.TP', `.B ${roff(term)}`, line(says)];
}

/** A line of text, not to be taken for a request. */
function line(text: string): string {
  return /^[.']/.test(text) ? `\\&${roff(text)}` : roff(text);
}

/** Text as it is, with a hyphen that can be copied. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq');
}
