import {
  type CommandTree,
  type DescribedArgument,
  type DescribedCommand,
  type DescribedOption,
  functionPrefix,
  groupByTakes,
  keyOf,
  quoted,
  type Takes,
  type Word,
} from './command-tree.js';

/** The function that completes what something takes. */
type FunctionOf = (takes: Takes) => string;

/** A completion script for zsh, to be sourced after compinit or to stand in a folder of fpath. It holds all names. */
export function zshCompletion(tree: CommandTree): string {
  const name = functionPrefix(tree);
  const taken = groupByTakes(tree).map(({ takes }) => takes);
  const functions = new Map(taken.map((takes, i) => [keyOf(takes), `${name}_takes_${i + 1}`]));
  const functionOf: FunctionOf = (takes) => functions.get(keyOf(takes)) ?? '_message';
  const own = tree.options.flatMap((option) => optionSpecs(option, functionOf)).join(' ');
  return `#compdef ${tree.name}
# zsh completion for ${tree.name} ${tree.version}, printed by: ${tree.name} completion zsh
# To use it, have this in ~/.zshrc, after compinit: source <(${tree.name} completion zsh)

${taken.map((takes) => takesFunction(functionOf(takes), takes)).join('\n')}
${tree.commands.map((command) => commandFunction(name, command, functionOf)).join('\n')}
${name}() {
  local -a commands=(
${tree.commands.map(({ name: word, summary }) => `    ${described({ word, says: summary })}`).join('\n')}
  )
  local ret=1
  if (( CURRENT > 2 )) && (( \${commands[(I)\${(b)words[2]}:*]} )); then
    shift words
    (( CURRENT-- ))
    ${name}_command_$words[1] && ret=0
  elif (( CURRENT == 2 )); then
    [[ $PREFIX != -* ]] && _describe -t commands command commands && ret=0
    ${name}_command_${tree.defaultCommand.name} ${own} && ret=0
  else
    ${name}_command_${tree.defaultCommand.name} && ret=0
  fi
  return ret
}

if [[ $funcstack[1] == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${tree.name}
fi
`;
}

function takesFunction(name: string, takes: Takes): string {
  return `${name}() {\n${bodyOf(takes)
    .map((line) => `  ${line}\n`)
    .join('')}}\n`;
}

function bodyOf(takes: Takes): string[] {
  switch (takes.kind) {
    case 'words':
      return [
        'local ret=1',
        `local -a listed=(${takes.words.map(described).join(' ')})`,
        ...(takes.isList ? ["compset -P '*,'"] : []),
        '_describe -t values value listed && ret=0',
        ...(takes.extensions.length === 0 ? [] : [`${filesOf(takes.extensions)} && ret=0`]),
        'return ret',
      ];
    case 'assignments':
      return [
        `local -a names=(${takes.names.map(described).join(' ')}) listed=()`,
        `local -A values=(${takes.names.map(({ word, values }) => `${quoted(word)} ${quoted(values.join(' '))}`).join(' ')})`,
        ...(takes.afterComma === 'assignment' ? ["compset -P '*,'"] : []),
        'if [[ $PREFIX == *=* ]]; then',
        `  listed=(\${=values[\${PREFIX%%=*}]})`,
        "  compset -P '*='",
        ...(takes.afterComma === 'value' ? ["  compset -P '*,'"] : []),
        '  (( $#listed )) && _describe -t values value listed',
        'else',
        '  _describe -t names name names -S =',
        'fi',
      ];
    case 'files':
      return [filesOf(takes.extensions)];
    case 'text':
      return ['_message value'];
  }
}

function filesOf(extensions: readonly string[]): string {
  return extensions.length === 0 ? '_files' : `_files -g ${quoted(`*.(${extensions.join('|')})(-.)`)}`;
}

/** A word with its meaning, as _describe wants it. */
function described({ word, says }: Word): string {
  const name = word.replaceAll(':', '\\:');
  return quoted(says === '' ? name : `${name}:${says}`);
}

function commandFunction(name: string, command: DescribedCommand, functionOf: FunctionOf): string {
  const specs = [
    ...command.options.flatMap((option) => optionSpecs(option, functionOf)),
    ...command.arguments.map((argument, i) => argumentSpec(argument, i + 1, functionOf)),
  ];
  return `${name}_command_${command.name}() {\n  _arguments -S "$@" \\\n    ${specs.join(' \\\n    ')}\n}\n`;
}

function optionSpecs(
  { flags, says, isRepeatable, takes }: DescribedOption,
  functionOf: FunctionOf,
): string[] {
  const before = isRepeatable ? '*' : `(${flags.join(' ')})`;
  return flags.map((flag) => {
    const text = `[${escaped(says)}]`;
    if (takes === null) return quoted(`${before}${flag}${text}`);
    return quoted(`${before}${flag}${flag.startsWith('--') ? '=' : '+'}${text}:value:${functionOf(takes)}`);
  });
}

function argumentSpec(
  { name, isVariadic, takes }: DescribedArgument,
  place: number,
  functionOf: FunctionOf,
): string {
  return quoted(`${isVariadic ? '*' : place}:${escaped(name)}:${functionOf(takes)}`);
}

/** What _arguments would take for the end of a text. */
function escaped(text: string): string {
  return text.replaceAll(/[:[\]\\]/g, '\\$&');
}
