#!/bin/sh
# Measures what rounds of IPIs cost on this host, or times RMPOPT itself, with the module rmpopt_probe, and saves the lines
# that `rmpopt-bench import` reads. Needs a shell and root. The module is loaded for it and unloaded whatever ends the script.
set -u
LC_ALL=C
export LC_ALL

usage() {
  cat <<'END'
usage: rmpopt-campaign.sh [options] -o FILE      (as root, after make)

Measures the costs of IPI rounds: rounds of an empty callback to more and more CPUs, near ones and far ones; calls one
after another; a callback that adds to a shared line; readings of the clock. No RMPOPT is executed, and nothing of it needed.

  -o, --output FILE   the results, a new file, for `rmpopt-bench import FILE`
  --native            time sweeps of RMPOPT itself instead; refused where a CPU lacks it or has it disabled
  --regions N         regions in each sweep, 1 to 2048 (default: 512; with --native the GiB of memory to sweep)
  --reps N            sweeps of each kind, one after another (default: 3)
  --passes N          how often all of it is measured, to see how far that differs (default: 4)
  --sender CPU        the CPU that runs the loop (default: 0)
  --guests            say that vCPUs run on the other CPUs meanwhile; to start them is up to you
  --noidle            keep all CPUs out of idle states meanwhile
  -h, --help          this text

Exit status: 0 saved; 1 nothing saved; 2 wrong usage; 130 interrupted, nothing saved.
END
}

say() { printf 'rmpopt-campaign: %s\n' "$*" >&2; }
fail() { # STATUS MESSAGE...
  status=$1
  shift
  say "$@"
  exit "$status"
}

# --- the command line -------------------------------------------------------------------------------------------------------------

count_option() { # OPTION VALUE MINIMUM MAXIMUM
  case $2 in '' | 0?* | *[!0-9]* | ?????*) fail 2 "$1 takes a whole number from $3 to $4, not '$2'" ;; esac
  if [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then fail 2 "$1 takes a whole number from $3 to $4, not '$2'"; fi
}

output='' native='' regions='' reps=3 passes=4 sender=0 guests=no noidle=no
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --native | --guests | --noidle)
      case $1 in --native) native=yes ;; --guests) guests=yes ;; --noidle) noidle=yes ;; esac
      shift
      continue
      ;;
    -o | --output | --regions | --reps | --passes | --sender) ;;
    *) fail 2 "unknown option '$1'; --help lists them" ;;
  esac
  [ $# -gt 1 ] || fail 2 "$1 needs a value"
  case $1 in
    -o | --output) output=$2 ;;
    --regions) count_option "$1" "$2" 1 2048 && regions=$2 ;;
    --reps) count_option "$1" "$2" 1 100 && reps=$2 ;;
    --passes) count_option "$1" "$2" 1 100 && passes=$2 ;;
    --sender) count_option "$1" "$2" 0 9999 && sender=$2 ;;
  esac
  shift 2
done
[ -n "$output" ] || fail 2 "no output: name a new file with -o"
[ -z "$native" ] || [ -n "$regions" ] || fail 2 "--native needs --regions: the GiB of memory to sweep"
regions=${regions:-512}

# --- the module -------------------------------------------------------------------------------------------------------------------

partial=$output.partial.$$
loaded='' interrupted=''
# shellcheck disable=SC2317
clean_up() {
  status=$?
  trap - EXIT
  trap '' INT TERM HUP
  rm -f "$partial"
  [ -z "$loaded" ] || rmmod rmpopt_probe || { say "cannot unload rmpopt_probe: rmmod rmpopt_probe later" && status=1; }
  exit "$status"
}
trap clean_up EXIT
trap 'interrupted=yes' INT TERM HUP

[ "$(id -u)" = 0 ] || fail 1 "only root can load a module"
[ ! -e "$output" ] || fail 1 "$output exists: name a new file"
{ : >"$partial"; } 2>/dev/null || fail 1 "cannot write $output: its folder is missing, full or read-only"
module=$(dirname "$0")/rmpopt_probe.ko
[ -e "$module" ] || fail 1 "no $module: run make beside it first"
if grep -q '^rmpopt_probe ' /proc/modules; then fail 1 "rmpopt_probe is loaded already: rmmod rmpopt_probe first"; fi
[ -n "$(ls /sys/kernel/debug 2>/dev/null)" ] ||
  fail 1 "no debugfs: mount -t debugfs nodev /sys/kernel/debug"
insmod "$module" 2>/dev/null || fail 1 "the kernel refused the module, dmesg says why: with Secure Boot it has to be signed"
loaded=yes
run=/sys/kernel/debug/rmpopt_probe/run
result=/sys/kernel/debug/rmpopt_probe/result
[ -e $run ] || fail 1 "the module is loaded and has no files in debugfs: lockdown may forbid that"

# --- measure ----------------------------------------------------------------------------------------------------------------------

measure() { # KEY=VALUE...
  [ -z "$interrupted" ] || fail 130 "interrupted: nothing saved"
  if ! echo "reps=$reps sender=$sender guests=$guests noidle=$noidle $*" 2>/dev/null >$run; then
    [ -z "$interrupted" ] || fail 130 "interrupted: nothing saved"
    reason=$(sed -n 's/^probe error: //p' $result)
    fail 1 "refused: ${reason:-the write to debugfs failed, as it does where the kernel is locked down}"
  fi
  cat $result >>"$partial" || fail 1 "cannot write $output; nothing saved"
}
targets_of_run() { sed -n 's/^probe run: .* regions, \([0-9]*\) targets, .*/\1/p' $result; }

costs() {
  measure "op=none regions=$regions"
  most=$(targets_of_run)
  [ "$most" -gt 0 ] || fail 1 "CPU $sender has no other core to call"
  count=1
  while [ "$count" -lt "$most" ]; do
    for order in compact spread; do measure "op=none regions=$regions targets=$count order=$order"; done
    count=$((count * 2))
  done
  measure "op=none regions=$regions order=spread"
  measure "op=atomic regions=$regions"
  measure "op=clock regions=$regions targets=1"
  measure "op=none strategy=serial regions=$((regions < 16 ? regions : 16))"
}

pass=0
while [ "$pass" -lt "$passes" ]; do
  pass=$((pass + 1))
  say "pass $pass of $passes"
  if [ -n "$native" ]; then measure "op=rmpopt regions=$regions"; else costs; fi
done
[ -z "$interrupted" ] || fail 130 "interrupted: nothing saved"
sync "$partial" 2>/dev/null
mv "$partial" "$output" || fail 1 "cannot rename $partial to $output"
say "saved $output"
