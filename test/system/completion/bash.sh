# Completes a command line as readline would, and prints what there is to choose from, a word per line.
# Arguments: the script, the characters at which readline breaks words, the line.
source "$1"
COMP_WORDBREAKS=$2 COMP_LINE=$3 COMP_POINT=${#3}
COMP_WORDS=() word=
for ((i = 0; i < ${#COMP_LINE}; i++)); do
  char=${COMP_LINE:i:1}
  if [[ $char == ' ' ]]; then
    [[ -n $word ]] && COMP_WORDS+=("$word")
    word=
  elif [[ $COMP_WORDBREAKS == *"$char"* ]]; then
    [[ -n $word ]] && COMP_WORDS+=("$word")
    COMP_WORDS+=("$char")
    word=
  else
    word+=$char
  fi
done
[[ -n $word || ${COMP_LINE: -1} == ' ' ]] && COMP_WORDS+=("$word")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p rmpopt-bench | sed 's/.*-F \([^ ]*\) .*/\1/')
"$function" rmpopt-bench "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
