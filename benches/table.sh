#!/usr/bin/env bash
# Makes every table of docs/performance.md about the core again:
#
#     benches/table.sh [--small] [--no-python] [--graphs NAME,...] [--python-graphs NAME,...]
#                      [--without NAME,...] [--output FILE]
#
# Builds the program `table` with all Rust peers, exports two real heaps and Debian's package
# dependencies when they are not there yet, runs the Rust peers and then the Python ones, and
# writes Markdown to FILE, or the standard output. What cannot be had is left out and named at
# the end. A full run wants 20 GB of memory, a quiet machine and some hours, fewer with
# `--without pathfinding`, which takes minutes a run; --small is for seeing that all works, in
# ten minutes. Everything is kept in build/bench.
set -euo pipefail
. "$(dirname "$0")/../.ci/lib.sh"
cd "$ROOT"

size=() python=yes graphs=() without=() output=/dev/stdout python_graphs=heap,debian,rmat20,er8m
folder=$BUILD/bench objects=2250000
while [ $# -gt 0 ]; do
    case $1 in
    --small)
        size=(--small)
        folder=$BUILD/bench/small objects=150000
        python_graphs=heap,debian,rmat,er
        ;;
    --no-python) python=no ;;
    --graphs)
        graphs=(--graphs "$2")
        shift
        ;;
    --without)
        without=(--without "$2")
        shift
        ;;
    --python-graphs)
        python_graphs=$2
        shift
        ;;
    --output)
        output=$(realpath "$2")
        shift
        ;;
    *)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
        exit 2
        ;;
    esac
    shift
done
mkdir -p "$folder/graphs"
export REFCYCLE_BENCH_GRAPHS=$folder/graphs

left_out=()
leave_out() {
    echo "left out: $*" >&2
    left_out+=("$*")
}

# Each step answers for itself: `|| return` as errexit does not reach into a condition.
build_program() {
    local target=$BUILD/bench/target
    # Not --locked: the core may have a dependency that the lock file does not know yet.
    if CARGO_TARGET_DIR=$target cargo build --quiet --release \
        --manifest-path benches/peers/Cargo.toml; then
        table=$target/release/table
        return
    fi
    leave_out "rustworkx-core, webgraph, graph_builder and pathfinding: benches/peers does not build"
    cargo build --quiet --release --locked -p refcycle-benches --bin table
    table=${CARGO_TARGET_DIR:-target}/release/table
}

python_environment() {
    local interpreter
    interpreter=$(default_python) || return
    environment "$BUILD/tools" "$interpreter" 'maturin>=1.16,<2' >&2 || return
    environment "$BUILD/bench/venv" "$interpreter" scipy networkx sympy django \
        igraph networkit rustworkx >&2 || return
    if ! "$BUILD/bench/venv/bin/python" -c 'import refcycle' 2>/dev/null; then
        install_wheel "$BUILD/bench/venv" "$interpreter" || return
    fi
}

export_heap() { # NAME [OPTION...]
    local name=$1
    shift
    [ -e "$folder/graphs/$name/heads.u32" ] ||
        "$BUILD/bench/venv/bin/python" benches/python/export_heap.py "$folder/graphs/$name" \
            --objects "$objects" "$@" >&2 ||
        leave_out "the real heap $name: its export failed"
}

export_debian() {
    [ -e "$folder/graphs/debian/heads.u32" ] && return
    if ! command -v apt-cache >/dev/null; then
        leave_out "Debian's dependencies: this is no Debian"
        return
    fi
    if [ "$(apt-cache dumpavail | head -c 1000000 | wc -c)" -lt 1000000 ]; then
        apt-get update -qq >&2 || true
    fi
    apt-cache dumpavail | "$1" benches/python/export_debian.py "$folder/graphs/debian" >&2 ||
        leave_out "Debian's dependencies: there is no list of packages"
}

build_program
if python_environment; then
    interpreter=$BUILD/bench/venv/bin/python
    export_heap heap_gc
    export_heap heap_full --untracked
else
    leave_out "real heaps and Python peers: no environment for them"
    interpreter=python3 python=no
fi
export_debian "$interpreter"

# Memory is kept from run to run: else the kernel clears new pages within the time of whoever
# runs after a peer that gave much back, which was as much as the work itself. (glibc's names.)
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=64000000000 MALLOC_ARENA_MAX=1

{
    echo "<!-- benches/table.sh ${size[*]} ${graphs[*]} ${without[*]} -->"
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1), $(nproc) cores;" \
        "$(rustc --version); $(git rev-parse --short HEAD); $(date +%F)."
    echo
    # The peers that would use all cores are to use one, as the others do.
    RAYON_NUM_THREADS=1 "$table" "${size[@]}" "${graphs[@]}" "${without[@]}"
    if [ $python = yes ]; then
        rm -rf "$folder/exported"
        "$table" "${size[@]}" --graphs "$python_graphs" --export "$folder/exported" >&2
        "$interpreter" benches/python/peers.py "$folder/exported" --table "$table" ||
            leave_out "the Python peers: benches/python/peers.py failed"
        rm -rf "$folder/exported"
    fi
    if [ ${#left_out[@]} -gt 0 ]; then
        printf 'Left out:\n\n'
        printf -- '- %s\n' "${left_out[@]}"
    fi
} >"$output"
