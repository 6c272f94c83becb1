#!/bin/sh
# The first process of the guest: runs the capture and the probe in every way a user may, and sends what came of it to the
# second serial port. Each capture leaves NAME.status, NAME.stderr and, where it saved one, NAME.trace; what the probe said of
# the same sweeps is in NAME.probe.
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
probe() { # KEY=VALUE...: the lines of the probe; fails where it does
  status=1
  if echo "$*" 2>/dev/null >"/sys/kernel/debug/$module/run"; then status=0; fi
  cat "/sys/kernel/debug/$module/result"
  return $status
}
refused() { # NAME KEY=VALUE...
  name=$1
  shift
  probe "$@" >"$name.probe"
  echo $? >"$name.status"
}
make_sweeps() { # FILE KEY=VALUE...
  file=$1.probe
  shift
  probe calls=yes "$@" >"$file"
}
describe_host() {
  ls $tracefs/instances
  cat $tracefs/tracing_on $tracefs/trace_clock $tracefs/buffer_size_kb $tracefs/set_event $tracefs/events/enable
  find /out -name '*.partial.*'
}

describe_host >before.host
capture no-functions
module=rmpopt_probe
insmod /$module.ko

# Three sweeps of one kind and one of another, and a second capture meanwhile.
start full --sweeps 4
dash /rmpopt-capture.sh -o /out/second.trace 2>second.stderr
echo $? >second.status
make_sweeps first reps=3 regions=6 sender=5
make_sweeps broadcast reps=1 regions=4 strategy=broadcast threads=all
finish

# Once is enough to search 150,000 symbols.
grep -F rmpopt /proc/kallsyms >/tmp/symbols
mount --bind /tmp/symbols /proc/kallsyms
start totals --totals
make_sweeps totals reps=1 regions=12
finish

start lost --buffer-kb 4
make_sweeps lost reps=1 regions=200
finish

mkdir /small
mount -t tmpfs -o size=4k none /small
output=/small/disk.trace
start full-disk
make_sweeps full-disk reps=1 regions=6
finish
output=
ls -A /small >full-disk.left

start killed
kill -KILL $pid
finish
ls $tracefs/instances >killed.left
start stopped --sweeps 9
make_sweeps stopped reps=1 regions=6
kill -TERM $pid
finish

capture no-sweep --timeout 1
start no-worker --timeout 1 --match probe_call,probe_check
make_sweeps no-worker reps=1 regions=6
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

# --- the probe: everything it may be asked for, everything it refuses ---------------------------------------------------------------

{
  probe op=none regions=8 reps=2
  probe op=none regions=8 reps=1 threads=all targets=2 order=compact
  probe op=none regions=8 reps=1 threads=all targets=2 order=spread
  probe op=atomic regions=8 reps=1 strategy=broadcast threads=all list=no
  probe op=clock regions=8 reps=1 targets=1 guests=yes noidle=yes
  probe op=none regions=2 reps=1 strategy=serial
} >ops.log
refused native op=rmpopt
refused bad-op op=scan
refused bad-number regions=2049
refused bad-text reps=x
refused bad-key colour=red
refused bad-word verbose
refused no-cpu sender=99
refused too-long calls=yes threads=all regions=2048 reps=100
echo 0 >/sys/devices/system/cpu/cpu7/online
refused offline sender=7
probe op=none regions=4 reps=1 threads=all >fewer.probe
echo 1 >/sys/devices/system/cpu/cpu7/online
dash -c 'echo "regions=2048 reps=100" >/sys/kernel/debug/rmpopt_probe/run' 2>/dev/null &
sleep 1
kill -TERM $!
wait $!
cat /sys/kernel/debug/rmpopt_probe/result >interrupted.probe
rmmod $module
ls -d /sys/kernel/debug/$module >unloaded.left 2>&1

campaign() { # NAME OPTION...
  name=$1
  shift
  dash /rmpopt-campaign.sh --regions 8 -o "$name.log" "$@" 2>"$name.stderr"
  echo $? >"$name.status"
}
campaign campaign --reps 2 --passes 2
cp campaign.log campaign-existing.log
campaign campaign-existing
campaign campaign-native --native
dash /rmpopt-campaign.sh -o campaign-stopped.log --reps 100 2>campaign-stopped.stderr &
until grep -q pass campaign-stopped.stderr 2>/dev/null; do sleep 0.2; done
kill -TERM $!
wait $!
echo $? >campaign-stopped.status

# --- the same code with RMPOPT emulated: every 4th region holds an assigned page ------------------------------------------------------

module=rmpopt_probe_emulated
insmod /$module.ko 2>alone.stderr
insmod /rmpopt_emulation.ko every=4
insmod /$module.ko
parameters=/sys/module/rmpopt_emulation/parameters
start emulated
make_sweeps emulated op=rmpopt regions=16 reps=1
finish
probe op=rmpopt regions=64 reps=2 >again.probe
refused too-slow op=rmpopt limit=1
echo 1 >$parameters/every
probe op=rmpopt regions=16 reps=1 threads=all strategy=broadcast >full.probe
echo 3 >$parameters/lacking
refused lacking op=rmpopt threads=all
echo -1 >$parameters/lacking
echo 2 >$parameters/moved
refused moved op=rmpopt
echo -1 >$parameters/moved
echo 100 >$parameters/left
refused shut-down op=rmpopt
rmmod $module
rmmod rmpopt_emulation
cat /proc/modules >modules.left
dmesg >dmesg.txt
describe_host >after.host

echo confidentiality >/sys/kernel/security/lockdown
capture locked-down
campaign campaign-locked

stty raw -F /dev/ttyS1
tar cz . >/dev/ttyS1
poweroff -f
