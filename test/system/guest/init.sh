#!/bin/sh
# The first process of the guest: runs the capture in every way a user may, and sends what came of it to the second serial port.
# Each run leaves NAME.status, NAME.stderr and, where it saved one, NAME.trace; the module's own accounts are in NAME.accounts.
/bin/busybox --install -s /busybox
PATH=/bin:/busybox
export PATH
echo "init.sh begins"
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tracefs none /sys/kernel/tracing
mount -t debugfs none /sys/kernel/debug
mount -t securityfs none /sys/kernel/security
tracefs=/sys/kernel/tracing
parameters=/sys/module/rmpopt_stand_in/parameters
mkdir /out
cd /out || exit

up() { cut -d' ' -f1 /proc/uptime; }
is_waiting() { # FILE: read by the shell itself, since every program that is started takes long here
  while read -r line; do
    case $line in *'waiting for'*) return 0 ;; esac
  done <"$1"
  return 1
}
start() { # NAME OPTION...: until it waits for sweeps, or has ended
  name=$1
  shift
  : >"$name.stderr"
  dash /rmpopt-capture.sh -o "${output:-/out/$name.trace}" "$@" 2>"$name.stderr" &
  pid=$!
  until is_waiting "$name.stderr" || ! kill -0 $pid 2>/dev/null; do sleep 0.2; done
}
finish() { # what was started
  wait $pid
  echo $? >"$name.status"
  echo "$name: status $(cat "$name.status") at $(up) s"
}
capture() { # NAME OPTION...: to its end
  start "$@"
  finish
}
make_sweeps() { # NAME COUNT REGIONS BROADCAST
  echo "$3" >$parameters/regions
  echo "$4" >$parameters/broadcast
  echo 0 >$parameters/sweep
  echo "$2" >$parameters/sweep
  cat /sys/kernel/debug/rmpopt_stand_in >"$1.accounts"
}
describe_host() {
  ls $tracefs/instances
  cat $tracefs/tracing_on $tracefs/trace_clock $tracefs/buffer_size_kb $tracefs/set_event $tracefs/events/enable
  find /out -name '*.partial.*'
}

describe_host >before.host
capture no-functions
insmod /rmpopt_stand_in.ko || echo "no module"

# Three sweeps of one kind and one of another, and a second capture meanwhile.
start full --sweeps 4
dash /rmpopt-capture.sh -o /out/second.trace 2>second.stderr
echo $? >second.status
make_sweeps first 3 6 0
make_sweeps broadcast 1 4 1
finish

# Once is enough to search 150,000 symbols.
grep -F rmpopt /proc/kallsyms >/tmp/symbols
mount --bind /tmp/symbols /proc/kallsyms
start totals --totals
make_sweeps totals 1 12 0
finish

start lost --buffer-kb 4
make_sweeps lost 1 200 0
finish

mkdir /small
mount -t tmpfs -o size=4k none /small
output=/small/disk.trace
start full-disk
make_sweeps full-disk 1 6 0
finish
output=
ls -A /small >full-disk.left

start killed
kill -KILL $pid
finish
ls $tracefs/instances >killed.left
start stopped --sweeps 9
make_sweeps stopped 1 6 0
kill -TERM $pid
finish

capture no-sweep --timeout 1
start no-worker --timeout 1 --match rmpopt_call,rmpopt_enable
make_sweeps no-worker 1 6 0
finish
# In the foreground, since the shell has what is in the background ignore Ctrl-C.
timeout -s INT 2 dash /rmpopt-capture.sh -o interrupted.trace 2>interrupted.stderr
echo $? >interrupted.status
capture no-memory --buffer-kb 9999999
output=/out/full.trace
capture existing
output=/nowhere/trace
capture no-folder
output=
umount /proc/kallsyms
echo 2 >/proc/sys/kernel/kptr_restrict
capture hidden
echo 0 >/proc/sys/kernel/kptr_restrict
mount -t tmpfs none $tracefs/events/csd
capture no-events
umount $tracefs/events/csd
describe_host >after.host

echo confidentiality >/sys/kernel/security/lockdown
capture locked-down

stty raw -F /dev/ttyS1
tar cz . >/dev/ttyS1
poweroff -f
