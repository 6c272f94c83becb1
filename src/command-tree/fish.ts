import { groupBy } from '../group-by.js';
import {
  type CommandTree,
  type DescribedOption,
  functionPrefix,
  groupByTakes,
  keyOf,
  type Takes,
  type Word,
} from './command-tree.js';

/** A completion script for fish 3.4 and later. It holds all names. */
export function fishCompletion(tree: CommandTree): string {
  const name = `_${functionPrefix(tree)}`;
  const taken = groupByTakes(tree);
  const functions = new Map(taken.map(({ takes }, i) => [keyOf(takes), `${name}_takes_${i + 1}`]));
  const complete = (condition: string, rest: string) =>
    `complete -c ${tree.name} -n ${quoted(condition)} ${rest}`;
  const flagsOf = (takes: Takes) => valueFlags(takes, functions.get(keyOf(takes)) ?? '');
  const valued = tree.commands.flatMap(({ options }) => options.filter(({ takes }) => takes !== null));
  const lines = [
    ...tree.commands.map(({ name: word, summary }) =>
      complete(`${name}_first`, `-a ${quoted(word)} -d ${quoted(summary)}`),
    ),
    ...tree.options.map((option) => complete(`${name}_first`, optionFlags(option))),
    ...optionGroups(tree).map(({ commands, option }) => {
      const value = option.takes === null ? '' : ` ${flagsOf(option.takes)}`;
      return complete(`${name}_in ${commands.join(' ')}`, `${optionFlags(option)}${value}`);
    }),
    ...taken.flatMap(({ takes, arguments: args }) =>
      args.map(({ command, argument, index }) => {
        const to = argument.isVariadic ? 9999 : index;
        return complete(`${name}_at ${index} ${to} ${command.name}`, flagsOf(takes));
      }),
    ),
  ];
  return `# fish completion for ${tree.name} ${tree.version}, printed by: ${tree.name} completion fish
# To use it: ${tree.name} completion fish > ~/.config/fish/completions/${tree.name}.fish

${ENGINE.replaceAll('@name@', name)
  .replaceAll('@commands@', tree.commands.map((command) => command.name).join(' '))
  .replaceAll('@valued@', [...new Set(valued.flatMap(({ flags }) => flags))].join(' '))
  .replaceAll('@default@', tree.defaultCommand.name)}
${taken.map(({ takes }) => takesFunction(functions.get(keyOf(takes)) ?? '', name, takes)).join('')}
complete -c ${tree.name} -f
${lines.join('\n')}
`;
}

/** Options that are the same in several commands, with these. */
function optionGroups({ commands }: CommandTree): { commands: string[]; option: DescribedOption }[] {
  const all = commands.flatMap((command) =>
    command.options.map((option) => ({ command: command.name, option })),
  );
  return [...groupBy(all, ({ option }) => JSON.stringify(option)).values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined
      ? []
      : [{ commands: alike.map(({ command }) => command), option: first.option }];
  });
}

function optionFlags({ flags, says }: DescribedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return `${names.join(' ')} -d ${quoted(says)}`;
}

/** What `complete` is told of a value. */
function valueFlags(takes: Takes, functionName: string): string {
  if (takes.kind === 'text') return '-x';
  if (takes.kind === 'files' && takes.extensions.length === 0) return '-r -F';
  return `-x -a ${quoted(`(${functionName})`)}`;
}

function takesFunction(functionName: string, prefix: string, takes: Takes): string {
  const body = bodyOf(prefix, takes);
  return body.length === 0
    ? ''
    : `function ${functionName}\n${body.map((line) => `    ${line}\n`).join('')}end\n\n`;
}

function bodyOf(prefix: string, takes: Takes): string[] {
  switch (takes.kind) {
    case 'words': {
      const words = takes.words.map(described).join(' ');
      return [`${prefix}_words ${takes.isList ? 'list' : 'one'} ${words}`, ...filesOf(takes.extensions)];
    }
    case 'assignments': {
      const names = takes.names.map(({ word, says, values }) =>
        described({ word: `${word}=${values.join()}`, says }),
      );
      return [`${prefix}_assignments ${takes.afterComma} ${names.join(' ')}`];
    }
    case 'files':
      return filesOf(takes.extensions);
    case 'text':
      return [];
  }
}

/** Fish puts files with the extension first and shows the others after them. */
function filesOf([extension]: readonly string[]): string[] {
  return extension === undefined ? [] : [`__fish_complete_suffix .${extension}`];
}

/** A word and what it means, with a tab between. */
function described({ word, says }: Word): string {
  return says === '' ? quoted(word) : `${quoted(word)}\\t${quoted(says)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

/** What is the same for every command tree. */
const ENGINE = `# The words before the cursor, without the program and its command.
function @name@_words_before
    set -l line (commandline -opc)
    set -e line[1]
    if set -q line[1]; and contains -- $line[1] @commands@
        set -e line[1]
    end
    set -q line[1]; and printf '%s\\n' $line
end

function @name@_command
    set -l line (commandline -opc)
    if set -q line[2]; and contains -- $line[2] @commands@
        echo $line[2]
    else
        echo @default@
    end
end

function @name@_first
    test (count (commandline -opc)) -eq 1
end

function @name@_in
    contains -- (@name@_command) $argv
end

# Whether the cursor is at one of the arguments from a first to a last place of a command.
function @name@_at --argument-names first last command
    @name@_in $command; or return 1
    set -l operands 0
    set -l is_value no
    for word in (@name@_words_before)
        if test $is_value = yes
            set is_value no
        else if contains -- $word @valued@
            set is_value yes
        else if not string match -q -- '-*' $word
            set operands (math $operands + 1)
        end
    end
    test $operands -ge $first -a $operands -le $last
end

# What is typed of a value, without an option before it.
function @name@_typed
    string replace -r -- '^--[a-z-]+=' '' (commandline -ct)
end

function @name@_words --argument-names how
    set -l head ''
    test $how = list; and set head (string replace -r -- '[^,]*$' '' "$(@name@_typed)")
    for word in $argv[2..-1]
        echo $head$word
    end
end

function @name@_assignments --argument-names after_comma
    set -l typed "$(@name@_typed)"
    set -l head ''
    test $after_comma = assignment; and set head (string replace -r -- '[^,]*$' '' $typed)
    set -l rest (string sub -s (math (string length -- "$head") + 1) -- $typed)
    set -l name (string match -r -- '^[^=]*=' "$rest")
    for entry in $argv[2..-1]
        set -l parts (string match -r -- '^([^=]*=)([^\\t]*)\\t?(.*)$' $entry)
        if test -z "$name"
            echo $head$parts[2]\\t$parts[4]
        else if test "$name" = $parts[2]; and test -n $parts[3]
            set -l before ''
            set -l values (string sub -s (math (string length -- $name) + 1) -- "$rest")
            test $after_comma = value; and set before (string replace -r -- '[^,]*$' '' "$values")
            for value in (string split , $parts[3])
                echo $head$name$before$value
            end
        end
    end
end
`;
