#!/bin/sh
# run.sh CACHE OUT: boots Debian's 6.12 kernel under QEMU with 8 CPUs and init.sh, and puts what the guest made into the folder OUT.
# Packages are downloaded and unpacked into CACHE, not installed. Exit status 77, with the reason, where something is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" "$2"
cache=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)

missing() {
  echo "$*"
  exit 77
}
for program in qemu-system-x86_64 busybox cpio gcc make apt-get dpkg dash; do
  command -v $program >/dev/null || missing "no $program"
done

# --- the kernel and its headers, from the archive this host is set up for, or the backports beside it ---------------------------

fetch() {
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/debs" "$cache/root"
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ {
    for (suite = $2; suite != ""; suite = suite == $2 ? $2 "-backports" : "")
      print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $1 " " suite " main"
    exit
  }' >"$cache/apt/sources.list"
  set -- -qq -o "Dir::Etc::SourceList=$cache/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt" -o APT::Sandbox::User=root
  apt-get "$@" update
  version=$(apt-cache "$@" pkgnames linux-image-6.12. | sed -n 's/^linux-image-\(6\.12\..*\)-cloud-amd64$/\1/p' | sort -V | tail -n 1)
  [ -n "$version" ] || return 1
  (cd "$cache/debs" && apt-get "$@" download "linux-image-$version-cloud-amd64" "linux-headers-$version-cloud-amd64" \
    "linux-headers-$version-common" "linux-kbuild-$version")
  for deb in "$cache"/debs/*.deb; do dpkg -x "$deb" "$cache/root"; done
  # Headers name each other by where they would be installed. Without vmlinux no BTF is made, which would need pahole.
  headers=$cache/root/usr/src/linux-headers-$version-cloud-amd64
  sed -i "s|include /usr/src|include $cache/root/usr/src|" "$headers/Makefile"
  rm -f "$headers/vmlinux"
  touch "$cache/complete"
}
[ -e "$cache/complete" ] || fetch >"$cache.log" 2>&1 || missing "no packages of a 6.12 kernel: $(tail -n 1 "$cache.log")"

# --- the module and the initial file system ---------------------------------------------------------------------------------------

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/module" "$work/root"
cp "$here/Kbuild" "$here/rmpopt_stand_in.c" "$work/module"
make -s -C "$cache"/root/usr/src/linux-headers-6.12*-cloud-amd64 "M=$work/module" KCFLAGS=-Werror modules >"$work/make.log" 2>&1 ||
  { cat "$work/make.log" && exit 1; }

# The shell and grep are the host's own, since those of busybox are slow under emulation, and not what the script will meet.
cd "$work/root"
mkdir -p bin busybox dev proc sys tmp
for program in busybox dash grep; do cp "$(command -v $program)" bin; done
{ ldd bin/dash bin/grep bin/busybox 2>/dev/null || true; } | grep -o '/[^ ]*\.so[^ ]*' | sort -u | xargs cp -L --parents -t .
ln -s dash bin/sh
cp "$here/init.sh" init
cp "$here/../../../capture/rmpopt-capture.sh" "$work/module/rmpopt_stand_in.ko" .
chmod +x init
find . | cpio -o -H newc --quiet >"$work/initrd"

# --- the guest ----------------------------------------------------------------------------------------------------------------------

# Emulated, so that it runs anywhere, and one CPU at a time: QEMU 7.2 gets code that others change wrong now and then, and
# cmpxchg16b always.
boot() {
  timeout 600 qemu-system-x86_64 -accel tcg,thread=single -cpu qemu64,-cx16 -smp 8,sockets=2,cores=2,threads=2 -m 512M \
    -nodefaults -nographic -no-reboot -serial stdio -serial "file:$work/out.tgz" \
    -kernel "$cache"/root/boot/vmlinuz-6.12* -initrd "$work/initrd" \
    -append 'console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check' </dev/null >"$out/console" 2>&1
}
# On a busy host the kernel may find its emulated timers broken before it comes to init.sh.
for _ in 1 2 3; do
  boot || true
  ! grep -q 'init.sh begins' "$out/console" || break
done
tar xzf "$work/out.tgz" -C "$out"
