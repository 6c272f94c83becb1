import { readAt } from '../errors.js';
import { oneOf, SHELL_NAMES, type ShellName } from './choices.js';
import type { CommandContext } from './context.js';

/** What makes a shell ask the program. Of files each shell knows more than the program does: links, users, what its owner sets. */
const STUBS: Readonly<Record<ShellName, string>> = {
  bash: `# bash completion for rmpopt-bench. In ~/.bashrc: source <(rmpopt-bench completion bash)
_rmpopt_bench() {
  local IFS=$' \\t\\n' line before= current=\${COMP_WORDS[COMP_CWORD]}
  if [[ $current == '=' ]]; then current=; fi
  if [[ $current == --*=* ]]; then before=\${current%%=*}= current=\${current#*=}; fi
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == *= ]]; then compopt -o nospace 2>/dev/null; fi
    if [[ $line != :files* ]]; then COMPREPLY+=("$line"); continue; fi
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$before$line"); done < <(
      if [[ $line == :files ]]; then compgen -f -- "$current"; else compgen -d -- "$current"; fi
      for line in \${line#:files}; do compgen -f -X "!*.$line" -- "$current"; done
    )
  done < <(rmpopt-bench complete -- bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _rmpopt_bench rmpopt-bench
`,
  zsh: `#compdef rmpopt-bench
# zsh completion for rmpopt-bench. In ~/.zshrc, after compinit: source <(rmpopt-bench completion zsh)
_rmpopt_bench() {
  local line tab=$'\\t' extensions=none ret=1
  local -a offered open
  for line in "\${(@f)$(rmpopt-bench complete -- zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      (:files*) extensions=\${line#:files} ;;
      (*=|*=$tab*) open+=("\${line/$tab/:}") ;;
      (?*) offered+=("\${line/$tab/:}") ;;
    esac
  done
  (( $#offered )) && _describe -t values value offered && ret=0
  (( $#open )) && _describe -t names name open -S '' && ret=0
  if [[ $extensions != none ]]; then
    compset -P '--*='
    _files \${extensions:+-g "*.(\${\${extensions# }// /|})(-.)"} && ret=0
  fi
  return ret
}
compdef _rmpopt_bench rmpopt-bench
`,
  fish: `# fish completion for rmpopt-bench: rmpopt-bench completion fish > ~/.config/fish/completions/rmpopt-bench.fish
function __rmpopt_bench_offered
    set -l current (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l value (string replace -r -- '^--[^=]*=' '' "$current")
    for line in (rmpopt-bench complete -- fish (commandline -opc)[2..] "$current" 2>/dev/null)
        switch $line
            case ':files*'
                set -l files (complete -C "__fish_command_without_completions $value")
                set -l extensions (string split -n ' ' -- $line)[2..]
                if set -q extensions[1]
                    set files (string match -r -- '.*(?:/|\\.(?:'(string join '|' $extensions)'))$' $files)
                end
                string join \\n -- "$option"$files
            case '*'
                string join \\n -- $line
        end
    end
end
complete -c rmpopt-bench -f -a '(__rmpopt_bench_offered)'
`,
};

/** Prints the stub of a shell. */
export async function printCompletion(shell: string, { writeStdout }: CommandContext): Promise<void> {
  await writeStdout(STUBS[readAt('completion', () => oneOf(SHELL_NAMES)(shell))]);
}
