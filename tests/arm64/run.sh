#!/usr/bin/env bash
# The eye on 64-bit ARM: camera/vision and its unit tests, built by Debian's cross compiler (so with NEON) and run by the
# user mode of QEMU. The same tests, with the same bounds, as on this machine. Usage: run.sh FOLDER to build in.
# The libraries for ARM are Debian's own, unpacked below FOLDER: nothing foreign is installed.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
root=$folder/root
mkdir -p "$folder"
if [ ! -f "$root/complete" ]; then
  rm -rf "$root"
  mmdebstrap --quiet --variant=extract --arch=arm64 --include=libc6-dev,libglib2.0-dev,libzbar-dev,libqrencode-dev bookworm "$root"
  touch "$root/complete"
fi
export PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_LIBDIR=$root/usr/lib/aarch64-linux-gnu/pkgconfig:$root/usr/share/pkgconfig
read -ra flags < <(pkg-config --cflags glib-2.0 zbar libqrencode)
read -ra libraries < <(pkg-config --libs glib-2.0 zbar libqrencode)
compile=(aarch64-linux-gnu-gcc "--sysroot=$root" -std=c11 -D_GNU_SOURCE -O3 -fno-strict-aliasing -I "$here" "${flags[@]}")
cd "$folder"
rm -f ./*.o
for source in "$here"/camera/vision/*.c "$here"/tests/camera/render.c; do
  "${compile[@]}" -c "$source" -o "$(basename "$source" .c).o"
done
objects=(*.o)
failed=0
for test in code_tracker far_finder lens model vision vision_tracker; do
  mkdir -p tests
  "${compile[@]}" -I "$here/tests/arm64" "$here/tests/camera/$test.c" "${objects[@]}" "-Wl,-rpath-link,$root/usr/lib/aarch64-linux-gnu" \
    "${libraries[@]}" -lm -o "tests/$test"
  printf '%-16s' "$test"
  qemu-aarch64 -L "$root" "tests/$test" || failed=1
done
exit "$failed"
