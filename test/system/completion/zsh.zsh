# Completes command lines in an interactive zsh behind a terminal, and prints for each what there is to choose from, a word per
# line, then a line with a full stop. Arguments: the script, then the lines.
zmodload zsh/zpty zsh/datetime
script=$1
shift
found=$(mktemp)
zpty shell zsh -f -i
zpty -w shell "
  PROMPT= RPROMPT=
  autoload -Uz compinit && compinit -u -D
  source ${(q)script}
  compadd() {
    if (( \${@[(I)-[OAD]]} )); then builtin compadd \"\$@\"; return; fi
    local -a hits
    builtin compadd -A hits \"\$@\"
    (( \$#hits )) && print -rl -- \$IPREFIX\$^hits >> $found
    builtin compadd \"\$@\"
  }
  _caught() { _main_complete; print -r -- . >> $found }
  zle -C caught complete-word _caught
  bindkey '^I' caught
  bindkey '^U' kill-whole-line
  print -r -- . >> $found
"
wait_for() {
  local deadline=$(( EPOCHREALTIME + 20 )) drained
  while (( $(grep -cx '\.' $found) < $1 )); do
    zpty -rt shell drained
    (( EPOCHREALTIME > deadline )) && exit 1
    sleep 0.02
  done
}
wait_for 1
count=1
for line; do
  zpty -w -n shell $'\x15'$line$'\t'
  (( count += 1 ))
  wait_for $count
done
tail -n +2 $found
rm -f $found
zpty -d shell
