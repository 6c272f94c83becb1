import {
  type CommandTree,
  type DescribedCommand,
  functionPrefix,
  groupByTakes,
  quoted,
  type TakenBy,
  type Takes,
} from './command-tree.js';

/**
 * A completion script for bash 4 and later, with or without the package bash-completion. It holds all names, so that nothing but
 * the shell itself runs at TAB.
 */
export function bashCompletion(tree: CommandTree): string {
  const name = functionPrefix(tree);
  const takes = groupByTakes(tree).map((taken) => `    ${patterns(taken)}) ${assigned(taken.takes)} ;;`);
  const commands = tree.commands.map(
    (command) => `    ${quoted(command.name)}) ${optionsOf(command)} ${variadicOf(command)} ;;`,
  );
  return `# bash completion for ${tree.name} ${tree.version}, printed by: ${tree.name} completion bash
# To use it, have this in ~/.bashrc: source <(${tree.name} completion bash)

# What an option takes, or the argument at a place.
${name}_takes() {
  case "$1 $2" in
${takes.join('\n')}
    *) return 1 ;;
  esac
}

# The options of a command, and the place from which its last argument may be repeated.
${name}_command() {
  case "$1" in
${commands.join('\n')}
  esac
}

${ENGINE.replaceAll('@name@', name)
  .replaceAll('@commands@', tree.commands.map((command) => command.name).join(' '))
  .replaceAll('@own@', tree.options.flatMap(({ flags }) => flags.filter(isLong)).join(' '))
  .replaceAll('@default@', tree.defaultCommand.name)}
complete -F ${name} ${tree.name}
`;
}

function patterns({ options, arguments: args }: TakenBy): string {
  return [
    ...options.flatMap(({ command, option }) => option.flags.map((flag) => `${command.name} ${flag}`)),
    ...args.map(({ command, index }) => `${command.name} ${index}`),
  ]
    .map(quoted)
    .join(' | ');
}

function assigned(takes: Takes): string {
  switch (takes.kind) {
    case 'words': {
      const words = takes.words.map(({ word }) => word).join(' ');
      return `kind=${takes.isList ? 'list' : 'words'} words=${quoted(words)} extensions=${quoted(takes.extensions.join(' '))}`;
    }
    case 'assignments': {
      const words = takes.names.map(({ word, values }) => `${word}=${values.join()}`).join(' ');
      return `kind=${takes.afterComma === 'value' ? 'axis' : 'assignments'} words=${quoted(words)}`;
    }
    case 'files':
      return `kind=files extensions=${quoted(takes.extensions.join(' '))}`;
    case 'text':
      return 'kind=text';
  }
}

function optionsOf({ options }: DescribedCommand): string {
  return `options=${quoted(options.flatMap(({ flags }) => flags.filter(isLong)).join(' '))}`;
}

function variadicOf({ arguments: args }: DescribedCommand): string {
  const index = args.findIndex(({ isVariadic }) => isVariadic);
  return `variadic=${index === -1 ? '' : index}`;
}

function isLong(flag: string): boolean {
  return flag.startsWith('--');
}

/** What is the same for every command tree. */
const ENGINE = `@name@() {
  COMPREPLY=()
  local IFS=$' \\t\\n'
  local i part glued= candidate
  local -a line=()
  # Bash cuts words at =, which belongs to them here.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    part=\${COMP_WORDS[i]}
    if [[ \${#line[@]} -gt 0 && ( -n $glued || $part == '=' ) ]]; then
      line[\${#line[@]} - 1]+=$part
    else
      line+=("$part")
    fi
    if [[ $part == '=' ]]; then glued=1; else glued=; fi
  done

  local count=\${#line[@]} command=@default@ first=0
  local current=\${line[count - 1]}
  if [[ $count -gt 1 && ' @commands@ ' == *" \${line[0]} "* ]]; then
    command=\${line[0]} first=1
  fi
  local kind= words= extensions= options= variadic=
  local option= ended= operands=0
  for ((i = first; i < count - 1; i++)); do
    part=\${line[i]}
    if [[ -n $option ]]; then
      option=
    elif [[ -z $ended && $part == -- ]]; then
      ended=1
    elif [[ -z $ended && $part == -* ]]; then
      if [[ $part != *=* ]] && @name@_takes "$command" "$part"; then option=$part; fi
    else
      operands=$((operands + 1))
    fi
  done

  # What of the line stands before the value that is completed.
  local before=
  kind= words= extensions=
  @name@_command "$command"
  if [[ -n $option ]]; then
    @name@_takes "$command" "$option"
  elif [[ -z $ended && $current == --*=* ]]; then
    before=\${current%%=*}=
    current=\${current#*=}
    @name@_takes "$command" "\${before%=}" || return 0
  elif [[ -z $ended && $current == -* ]]; then
    kind=words words=$options
    if [[ $count -eq 1 ]]; then words+=' @own@'; fi
  else
    if [[ -n $variadic && $operands -gt $variadic ]]; then operands=$variadic; fi
    @name@_takes "$command" "$operands" || kind=none
    if [[ $count -eq 1 ]]; then words+=' @commands@'; fi
  fi

  # What of the value stands before the word that is completed.
  local head= rest name known=
  case $kind in
    list)
      if [[ $current == *,* ]]; then head=\${current%,*},; fi
      ;;
    assignments | axis)
      if [[ $kind == assignments && $current == *,* ]]; then head=\${current%,*},; fi
      rest=\${current#"$head"}
      if [[ $rest == *=* ]]; then
        name=\${rest%%=*}
        head+=$name=
        rest=\${rest#*=}
        if [[ $kind == axis && $rest == *,* ]]; then head+=\${rest%,*},; fi
        for candidate in $words; do
          if [[ $candidate == "$name="* ]]; then known=\${candidate#*=}; fi
        done
        words=\${known//,/ }
      else
        for candidate in $words; do known+=" \${candidate%%=*}="; done
        words=$known
        compopt -o nospace 2>/dev/null
      fi
      ;;
  esac
  for candidate in $words; do
    if [[ $head$candidate == "$current"* ]]; then COMPREPLY+=("$head$candidate"); fi
  done

  if [[ $kind == files || -n $extensions ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r candidate; do
      COMPREPLY+=("$candidate")
    done < <(
      if [[ -z $extensions ]]; then
        compgen -f -- "$current"
      else
        compgen -d -- "$current"
        for part in $extensions; do compgen -f -X "!*.$part" -- "$current"; done
      fi
    )
  fi

  # What bash has cut off at an = stays as it is; the rest is replaced.
  local cut= whole=$before$current
  if [[ $COMP_WORDBREAKS == *=* && $whole == *=* ]]; then cut=\${whole%=*}=; fi
  for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do
    whole=$before\${COMPREPLY[i]}
    COMPREPLY[i]=\${whole#"$cut"}
  done
  return 0
}
`;
