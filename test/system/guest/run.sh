#!/bin/sh
# run.sh CACHE OUT: builds the probe for three kernels of Debian, boots one of them under QEMU with 8 CPUs and init.sh, and puts
# what the guest made into the folder OUT. Packages are downloaded and unpacked into CACHE, not installed. Exit status 77, with
# the reason, where something is missing.
set -eu
LC_ALL=C
export LC_ALL
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

# --- kernels and headers, from the archive this host is set up for --------------------------------------------------------------------

fetch() {
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/debs" "$cache/root"
  # shellcheck disable=SC2016
  archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/*$')
  for suite in bookworm bookworm-backports sid experimental; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main"
  done >"$cache/apt/sources.list"
  set -- -qq -o "Dir::Etc::SourceList=$cache/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt" -o APT::Sandbox::User=root
  apt-get "$@" update
  versions=$(apt-cache "$@" pkgnames linux-headers- | sed -n 's/^linux-headers-\([0-9].*\)-cloud-amd64$/\1/p' | sort -V)
  newest=$(echo "$versions" | tail -n 1)
  for series in '6\.1\.' '6\.12\.' "$newest"; do
    version=$(echo "$versions" | grep "^$series" | tail -n 1)
    # Those of 6.1 are shared by all versions of it.
    tools=$version
    case $version in 6.1.*) tools=6.1 ;; esac
    (cd "$cache/debs" && apt-get "$@" download "linux-headers-$version-cloud-amd64" "linux-headers-$version-common" "linux-kbuild-$tools")
    case $version in 6.12.*) (cd "$cache/debs" && apt-get "$@" download "linux-image-$version-cloud-amd64") ;; esac
    echo "$version-cloud-amd64"
  done >"$cache/versions"
  for deb in "$cache"/debs/*.deb; do dpkg -x "$deb" "$cache/root"; done
  # Headers name each other by where they would be installed. Without vmlinux no BTF is made, which would need pahole.
  for headers in "$cache"/root/usr/src/linux-headers-*-cloud-amd64; do
    sed -i "s|/usr/src|$cache/root/usr/src|" "$headers/Makefile"
    rm -f "$headers/vmlinux"
  done
  touch "$cache/complete"
}
[ -e "$cache/complete" ] || fetch >"$cache.log" 2>&1 || missing "no packages of kernels: $(tail -n 1 "$cache.log")"

# --- the modules ------------------------------------------------------------------------------------------------------------------

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{ read -r old && read -r booted && read -r newest; } <"$cache/versions"

# Where the packages of a kernel are made for a newer compiler, options that this one does not know are left out.
cat >"$work/gcc" <<'END'
#!/bin/sh
until errors=$(LC_ALL=C gcc "$@" -Wno-attributes 2>&1); do
  unknown=$(echo "$errors" | sed -n "s/.*unrecognized command-line option '\([^']*\)'.*/\1/p" | head -n 1)
  [ -n "$unknown" ] || { echo "$errors" >&2 && exit 1; }
  for option; do
    shift
    [ "$option" = "$unknown" ] || set -- "$@" "$option"
  done
done
echo "$errors" >&2
END
chmod +x "$work/gcc"

build() { # VERSION TARGET OPTION...: in a folder of its own
  folder=$work/$1
  headers=$cache/root/usr/src/linux-headers-$1
  target=$2
  shift 2
  mkdir "$folder"
  cp "$here"/Kbuild "$here"/*.c "$here/../../../kernel/rmpopt_probe.c" "$folder"
  make -s -C "$headers" "M=$folder" KCFLAGS=-Werror "$@" "$target" >"$folder/make.log" 2>&1 || { cat "$folder/make.log" && exit 1; }
}
build "$booted" modules
# The oldest as a user does, who then takes all of it away again.
mkdir "$work/user"
(cd "$here/../../../kernel" && cp Makefile rmpopt-campaign.sh rmpopt_probe.c "$work/user")
(cd "$work/user" && ls -A >"$out/sources" && make -s "KDIR=$cache/root/usr/src/linux-headers-$old" KCFLAGS=-Werror &&
  ls rmpopt_probe.ko && make -s "KDIR=$cache/root/usr/src/linux-headers-$old" uninstall && ls -A >"$out/uninstalled") \
  >"$work/make.log" 2>&1 || { cat "$work/make.log" && exit 1; }
# The tools of the newest kernel are made for a newer C library, so its module is not linked: its symbols are looked up instead.
build "$newest" rmpopt_probe.o "CC=$work/gcc" objtool=true
nm -u "$work/$newest/rmpopt_probe.o" | awk '
  NR == FNR { known[$2]; next }
  !($2 in known) && $2 != "__this_module" { print "kernel '"$newest"' exports no " $2; status = 1 }
  END { exit status }' "$cache/root/usr/src/linux-headers-$newest/Module.symvers" - || exit 1
cp "$cache/versions" "$out/builds"

# --- the initial file system --------------------------------------------------------------------------------------------------------

# The shell and grep are the host's own, since those of busybox are slow under emulation, and not what the script will meet.
mkdir "$work/root"
cd "$work/root"
mkdir -p bin busybox dev proc sys tmp
for program in busybox dash grep; do cp "$(command -v $program)" bin; done
{ ldd bin/dash bin/grep bin/busybox 2>/dev/null || true; } | grep -o '/[^ ]*\.so[^ ]*' | sort -u | xargs cp -L --parents -t .
ln -s dash bin/sh
cp "$here/init.sh" init
cp "$here/../../../capture/rmpopt-capture.sh" "$here/../../../kernel/rmpopt-campaign.sh" "$work/$booted"/*.ko .
chmod +x init
find . | cpio -o -H newc --quiet >"$work/initrd"

# --- the guest ----------------------------------------------------------------------------------------------------------------------

# Emulated, so that it runs anywhere, and one CPU at a time: QEMU 7.2 gets code that others change wrong now and then, and
# cmpxchg16b always.
boot() {
  timeout 600 qemu-system-x86_64 -accel tcg,thread=single -cpu qemu64,-cx16 -smp 8,sockets=2,cores=2,threads=2 -m 512M \
    -nodefaults -nographic -no-reboot -serial stdio -serial "file:$work/out.tgz" \
    -kernel "$cache/root/boot/vmlinuz-$booted" -initrd "$work/initrd" \
    -append 'console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check' </dev/null >"$out/console" 2>&1
}
# On a busy host the kernel may find its emulated timers broken before it comes to init.sh.
for _ in 1 2 3; do
  boot || true
  ! grep -q 'init.sh begins' "$out/console" || break
done
tar xzf "$work/out.tgz" -C "$out"
