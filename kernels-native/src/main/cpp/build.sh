#!/usr/bin/env bash
# Compiles the native library. Usage: build.sh DNNL_DIR OUT_DIR [extra compiler flags]
#
# DNNL_DIR holds libdnnl.so.3, libgomp.so.1 and include/ (unpacked from org.bytedeco:dnnl).
# Skips the work when the library in OUT_DIR is newer than every source, and compiles what has changed. CXX chooses the compiler.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
dnnl="$(cd "$1" && pwd)"
mkdir -p "$2"
out="$(cd "$2" && pwd)"
shift 2
cxx="${CXX:-g++}"
library="$out/liboctant_kernels.so"

if [[ -f "$library" && -z "$(find "$here" "$dnnl/libdnnl.so.3" -newer "$library" -type f -print -quit)" ]]; then
  exit 0
fi
command -v "$cxx" >/dev/null || { echo "Cannot build the native kernels: no $cxx on the PATH, expected a C++17 compiler (set CXX, or -Dnative.skip to build without)" >&2; exit 1; }

java_home="${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"
# No fused multiply-add contraction: every instruction set must give the same bits. GCC 12 finds
# uninitialized values in its own AVX-512 headers.
flags=(-std=c++17 -O3 -fPIC -fvisibility=hidden -ffp-contract=off -fno-math-errno -Wall -Wextra -Werror
  -Wno-maybe-uninitialized
  -I"$dnnl/include" -I"$java_home/include" -I"$java_home/include/linux" "$@")

# Objects are kept, by compiler and flags, and compiled anew when a file that they include has changed or is gone.
objects="$dnnl/objects/$("$cxx" --version | cat - <(echo "${flags[@]}") | cksum | tr ' ' -)"
mkdir -p "$objects"
compile() {
  local source="$1" object="$2"
  "$cxx" "${flags[@]}" -MMD -MF "$object.part.d" -c "$here/$source" -o "$object.part"
  mv "$object.part.d" "$object.d"
  mv "$object.part" "$object"
}
current() {
  local object="$1" newer
  [[ -f "$object" && -f "$object.d" ]] || return 1
  newer="$(sed 's/^[^:]*://; s/\\$//' "$object.d" | xargs sh -c 'find "$@" -newer "$0" -print -quit' "$object" 2>&1)"
  [[ -z "$newer" ]]
}
# As many at once as there are processors: a source takes up to 0.3 GB.
at_once="$(getconf _NPROCESSORS_ONLN)"
list=() pids=()
while read -r source; do
  object="$objects/$(echo "${source%.cpp}" | tr / _).o"
  list+=("$object")
  current "$object" && continue
  if ((${#pids[@]} >= at_once)); then
    wait "${pids[0]}"
    pids=("${pids[@]:1}")
  fi
  compile "$source" "$object" &
  pids+=($!)
done < <(cd "$here" && find . -name '*.cpp' | sed 's|^\./||' | sort)
for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid"; done

# The library finds oneDNN and OpenMP beside itself or already loaded; libstdc++ is the system's, as oneDNN's.
"$cxx" -shared "$@" -o "$library.part" "${list[@]}" -L"$dnnl" -l:libdnnl.so.3 -l:libgomp.so.1 \
  -Wl,-rpath,'$ORIGIN' -Wl,--no-undefined
mv "$library.part" "$library"
