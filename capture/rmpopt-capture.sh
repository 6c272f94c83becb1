#!/bin/sh
# Times the RMPOPT sweeps of an unmodified Linux kernel (6.5 or later) with its own tracepoints, and saves what
# `rmpopt-bench import` reads. Needs a shell, tracefs and root; no patch, probe, module or other program.
#
# All of it happens in instances of tracefs that are its own. They are removed whatever ends the script; what SIGKILL leaves,
# the next capture removes. Nothing else on the host is changed.
set -u
LC_ALL=C
export LC_ALL

usage() {
  cat <<'END'
usage: rmpopt-capture.sh [options] -o FILE       (as root)

Waits for RMPOPT sweeps of the running kernel and saves when they started and ended, when each round of IPIs
started, and when each CPU entered and left its callback.

  -o, --output FILE   the trace, a new file, for `rmpopt-bench import FILE`
  --sweeps N          sweeps to wait for (default: 1)
  --timeout SECONDS   give up after so long (default: wait until Ctrl-C)
  --totals            leave out the CPUs' callbacks: what this changes in a sweep's time is the cost of tracing them
  --regions N         rounds of IPIs to make room for in each sweep (default: 2048)
  --buffer-kb N       KiB of trace buffer for each CPU (default: as sweeps and regions need)
  --match NAME,...    parts of the names of the kernel's functions to look for (default: rmpopt)
  -h, --help          this text

Ctrl-C saves the sweeps that are complete. Exit status: 0 all sweeps saved; 1 nothing saved, or events were lost;
2 wrong usage; 3 fewer sweeps than asked for before the timeout; 130 before Ctrl-C.
END
}

say() { printf 'rmpopt-capture: %s\n' "$*" >&2; }
fail() { # STATUS MESSAGE...
  status=$1
  shift
  say "$@"
  exit "$status"
}

# --- the command line ---------------------------------------------------------------------------------------------------------

is_count() { # VALUE: a whole number from 1 that the shell can calculate with
  case $1 in '' | 0* | *[!0-9]* | ????????*) return 1 ;; esac
}
count_option() { # OPTION VALUE
  is_count "$2" || fail 2 "$1 takes a whole number from 1 to 9999999, not '$2'"
}

output='' sweeps=1 timeout='' mode=full regions=2048 buffer_kb='' match=rmpopt
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --totals)
      mode=totals
      shift
      continue
      ;;
    -o | --output | --sweeps | --timeout | --regions | --buffer-kb | --match) ;;
    *) fail 2 "unknown option '$1'; --help lists them" ;;
  esac
  [ $# -gt 1 ] || fail 2 "$1 needs a value"
  case $1 in
    -o | --output) output=$2 ;;
    --match) match=$2 ;;
    --sweeps) count_option "$1" "$2" && sweeps=$2 ;;
    --timeout) count_option "$1" "$2" && timeout=$2 ;;
    --regions) count_option "$1" "$2" && regions=$2 ;;
    --buffer-kb) count_option "$1" "$2" && buffer_kb=$2 ;;
  esac
  shift 2
done
[ -n "$output" ] || fail 2 "no output: name a new file with -o"
case ,$match, in *,,* | *[!A-Za-z0-9_,]*) fail 2 "--match takes parts of functions' names with commas between, not '$match'" ;; esac

# --- what the kernel must have ------------------------------------------------------------------------------------------------

tracefs=/sys/kernel/tracing
[ -e $tracefs/instances ] || tracefs=/sys/kernel/debug/tracing
[ "$(id -u)" = 0 ] || fail 1 "only root can trace the kernel"
grep -q '\[confidentiality\]' /sys/kernel/security/lockdown 2>/dev/null &&
  fail 1 "the kernel is locked down (confidentiality), which forbids tracing; it has to be booted without that"
[ -d $tracefs/instances ] || fail 1 "no tracefs: mount -t tracefs nodev /sys/kernel/tracing"
[ -d $tracefs/events/csd/csd_function_entry ] ||
  fail 1 "kernel $(uname -r) has no csd events, which came with 6.5; its sweeps cannot be timed without probes"
[ -d $tracefs/events/workqueue/workqueue_execute_end ] || fail 1 "this kernel has no workqueue events"
grep -q x86-tsc $tracefs/trace_clock || fail 1 "this kernel has no trace clock x86-tsc"

# --- what is undone at the end ------------------------------------------------------------------------------------------------

instance=$tracefs/instances/rmpopt-capture
clock=$instance.clock
partial=$output.partial.$$
is_interrupted='' is_ours=''

remove_instance() { # DIRECTORY: with what is in it; fails where somebody has a file of it open
  for _ in 1 2 3; do
    [ -d "$1" ] || return 0
    rmdir "$1" 2>/dev/null && return 0
    sleep 1
  done
  return 1
}
clean_up() {
  status=$?
  trap - EXIT
  trap '' INT TERM HUP
  rm -f "$partial"
  if [ -n "$is_ours" ]; then
    exec 9>&-
    for directory in "$clock" "$instance"; do
      remove_instance "$directory" || { say "cannot remove $directory, a file of it is open: rmdir it later" && status=1; }
    done
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'is_interrupted=yes' INT TERM HUP

[ ! -e "$output" ] || fail 1 "$output exists: name a new file"
{ printf '' >"$partial" && rm "$partial"; } 2>/dev/null || fail 1 "cannot write $output: its folder is missing, full or read-only"

# Two captures would time each other's events, so there is one at a time. As long as it lives it has a file of its instance
# open, and the kernel removes no instance of which a file is open.
if [ -d "$instance" ]; then
  remove_instance "$instance" || fail 1 "another capture runs: wait for it, or stop it"
  say "removed $instance, left by a capture that was killed"
fi
mkdir "$instance" 2>/dev/null || fail 1 "the kernel refused a tracing instance ($instance)"
exec 9>"$instance/trace_marker" || fail 1 "another capture started at the same time"
is_ours=yes

# --- which functions ----------------------------------------------------------------------------------------------------------

# Which of these functions the kernel makes its rounds with, and which its worker runs, is seen in the trace. The names a
# posted version of the series used go first, since a filter tries one after another.
functions=$(
  grep -F "$(printf '%s\n' "$match" | tr , '\n')" /proc/kallsyms | awk -v parts="$(printf '%s' "$match" | tr , '|')" '
    $2 !~ /^[tT]$/ || $3 !~ parts || $3 ~ /^__(pfx|cfi)_|[.]cold/ { next }
    { place = ($3 == "rmpopt_smp" || $3 == "rmpopt_work_handler") ? 1 : 2; lines[place] = lines[place] $1 " " $3 "\n" }
    END { printf "%s%s", lines[1], lines[2] }'
)
[ -n "$functions" ] ||
  fail 1 "no function of this kernel has $match in its name: it does not carry the RMPOPT series, or the module that does is not loaded"
case $functions in
  *0000000000000000\ *) fail 1 "the kernel hides the addresses of its functions: sysctl kernel.kptr_restrict=1" ;;
esac
# Filters for events of one of them: csd events have the field func, those of workqueues the field function.
names='' is_call='' is_work=''
while read -r address name; do
  names="$names${names:+ }$name"
  is_call="$is_call${is_call:+ || }func == 0x$address"
  is_work="$is_work${is_work:+ || }function == 0x$address"
done <<END
$functions
END

# --- one event for each round -------------------------------------------------------------------------------------------------
#
# A round queues a call on each of its targets. Recording one of them is enough: on the first core of the host or, where the
# sender itself runs on that core, which then takes no part, on the second.

expand() { # LIST such as 0-3,8: as numbers with spaces around, in $numbers
  numbers=' ' rest=$1,
  while [ -n "$rest" ]; do
    part=${rest%%,*} rest=${rest#*,}
    number=${part%-*}
    while [ "$number" -le "${part#*-}" ]; do
      numbers="$numbers$number "
      number=$((number + 1))
    done
  done
}
online=$(cat /sys/devices/system/cpu/online)
first=${online%%[-,]*}
expand "$(cat "/sys/devices/system/cpu/cpu$first/topology/thread_siblings_list" 2>/dev/null || echo "$first")"
siblings=$numbers
expand "$online"
second='' elsewhere='' there=''
for cpu in $numbers; do
  case $siblings in
    *" $cpu "*)
      elsewhere="$elsewhere${elsewhere:+ && }CPU != $cpu"
      there="$there${there:+ || }CPU == $cpu"
      ;;
    *) second=${second:-$cpu} ;;
  esac
done
[ -n "$second" ] || fail 1 "this host has a single core: a sweep of it makes no rounds"
is_round="($is_call) && ((cpu == $first && $elsewhere) || (cpu == $second && ($there)))"

# --- arm ----------------------------------------------------------------------------------------------------------------------

put() { # VALUE FILE WHAT
  printf '%s\n' "$1" 2>/dev/null >"$2" || fail 1 "the kernel refused $3: $1"
}
set_up() { # DIRECTORY CLOCK BUFFER_KB
  put 0 "$1/tracing_on" "to stop tracing"
  put 0 "$1/options/overwrite" "to keep the oldest events"
  put "$2" "$1/trace_clock" "the trace clock"
  put "$3" "$1/buffer_size_kb" "so many KiB of trace buffer for each of the CPUs $online"
}
record() { # DIRECTORY EVENT FILTER
  put "$3" "$1/events/$2/filter" "the filter of $2"
  put 1 "$1/events/$2/enable" "the event $2"
}

# Bytes in the buffer for each round: 28 for an entry or an exit and 44 for the round's start, and room for what the kernel
# adds to them. Any CPU may turn out to be the sender, or a target, or one after the other, so all get the same.
round_bytes=112
[ $mode = full ] || round_bytes=48
[ -n "$buffer_kb" ] || buffer_kb=$((sweeps * regions * round_bytes / 1024 + 64))

set_up "$instance" x86-tsc "$buffer_kb"
# The same starts and ends by a clock in nanoseconds tell the rate of the TSC, and are few enough to look at while waiting.
remove_instance "$clock"
mkdir "$clock" 2>/dev/null || fail 1 "the kernel refused a tracing instance ($clock)"
set_up "$clock" mono_raw $((sweeps / 8 + 16))
for event in workqueue/workqueue_execute_start workqueue/workqueue_execute_end; do
  record "$clock" $event "$is_work"
  record "$instance" $event "$is_work"
done
record "$instance" csd/csd_queue_cpu "$is_round"
if [ $mode = full ]; then
  record "$instance" csd/csd_function_entry "$is_call"
  record "$instance" csd/csd_function_exit "$is_call"
fi
# What the clock's instance sees, the other one has seen as well: it is on for longer.
put 1 "$instance/tracing_on" "to trace"
put 1 "$clock/tracing_on" "to trace"

# --- wait ---------------------------------------------------------------------------------------------------------------------

plural() { # COUNT NOUN
  if [ "$1" = 1 ]; then printf '1 %s' "$2"; else printf '%s %ss' "$1" "$2"; fi
}
complete_sweeps() {
  awk '/workqueue_execute_start:/ { is_open = 1 } /workqueue_execute_end:/ { count += is_open; is_open = 0 } END { print count + 0 }' \
    "$clock/trace"
}

say "waiting for $(plural "$sweeps" sweep), buffers of $buffer_kb KiB for each CPU; Ctrl-C ends the wait"
waited=0 count=0
while [ -z "$is_interrupted" ]; do
  count=$(complete_sweeps)
  [ "$count" -lt "$sweeps" ] || break
  [ -z "$timeout" ] || [ $waited -lt "$timeout" ] || break
  sleep 1
  waited=$((waited + 1))
done
put 0 "$clock/tracing_on" "to stop tracing"
put 0 "$instance/tracing_on" "to stop tracing"
count=$(complete_sweeps)
ending=${is_interrupted:+130}
ending=${ending:-3}
[ "$count" -lt "$sweeps" ] || ending=0
if [ "$count" = 0 ]; then
  events=$(awk '$1 == "entries:" { sum += $2 } END { print sum + 0 }' "$instance"/per_cpu/cpu*/stats)
  reason="A sweep comes after SNP_INIT, and after the last SNP guest has gone"
  [ "$events" = 0 ] || reason="$(plural "$events" event), but no worker among $names: --match takes more names"
  fail "$ending" "no sweep in $(plural "$waited" second), nothing saved. $reason"
fi
is_interrupted=''

# --- save ---------------------------------------------------------------------------------------------------------------------

lost=$(
  awk '
    FNR == 1 { cpu = FILENAME; sub(/.*cpu/, "", cpu); sub(/\/stats/, "", cpu) }
    $1 == "overrun:" || $1 == "dropped" { lost[cpu] += $NF }
    END { for (cpu in lost) if (lost[cpu] > 0) print cpu, lost[cpu] }' "$instance"/per_cpu/cpu*/stats
) || fail 1 "cannot tell whether events were lost; nothing saved"
lost=$(printf '%s' "$lost" | sort -n)
save() {
  echo "# rmpopt-capture: $mode"
  echo "# date: $(date -u '+%Y-%m-%dT%H:%M:%SZ')"
  echo "# kernel: $(uname -r)"
  echo "# cpu: $(sed -n '/^model name/{s/.*: *//p;q;}' /proc/cpuinfo)"
  echo "# online cpus: $online"
  echo "# clocksource: $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
  echo "# trace clock: x86-tsc"
  echo "# functions: $names"
  echo "# sweeps: $count"
  [ -z "$lost" ] || printf '%s\n' "$lost" | awk '{ print "# lost on cpu " $1 ": " $2 " events" }'
  grep -v '^#' "$clock/trace" | sed 's/^/# mono_raw: /'
  cat "$instance/trace"
}
if ! { save >"$partial" && sync "$partial"; } 2>/dev/null || [ -n "$is_interrupted" ]; then
  [ -z "$is_interrupted" ] || fail 130 "interrupted while saving; nothing saved"
  fail 1 "cannot write $output: $(df -Pk "$partial" | awk 'NR == 2 { print $4 }') KiB are free there; the trace is lost"
fi
mv "$partial" "$output" || fail 1 "cannot rename $partial to $output"
if [ -n "$lost" ]; then
  fail 1 "$(printf '%s\n' "$lost" | awk '{ lost += $2 } END { print lost }') events did not fit: $output is incomplete, and says so." \
    "Capture again with --buffer-kb $((buffer_kb * 4)), or --regions as many as the host has GiB"
fi
if [ "$ending" = 0 ]; then say "saved $(plural "$count" sweep) to $output"; else
  fail "$ending" "$count of $(plural "$sweeps" sweep) came in $(plural "$waited" second): saved to $output"
fi
