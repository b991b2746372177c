#!/usr/bin/env bash
# Reproduces every table about the core in docs/performance.md:
#
#     benches/table.sh [--small] [--no-python] [--graphs NAME,...] [--python-graphs NAME,...]
#                      [--without NAME,...] [--output FILE]
#
# Builds the program `table` with all Rust peers, exports two real heaps and Debian's package
# dependencies if they do not exist yet, runs the Rust peers and then the Python peers, and writes
# Markdown to FILE or to standard output. Anything that is not available is omitted and listed at
# the end. A full run needs 20 GB of memory, a quiet machine and several hours. pathfinding takes
# minutes per run, so `--without pathfinding` makes it shorter. --small only checks that everything
# works, in ten minutes. Everything is kept in build/bench.
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

# Each step checks its commands with `|| return`, because errexit has no effect within a condition.
build_program() {
    local target=$BUILD/bench/target
    # Without --locked: the core may have a dependency that is not in the lock file yet.
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
        leave_out "Debian's dependencies: this is not a Debian system"
        return
    fi
    if [ "$(apt-cache dumpavail | head -c 1000000 | wc -c)" -lt 1000000 ]; then
        apt-get update -qq >&2 || true
    fi
    apt-cache dumpavail | "$1" benches/python/export_debian.py "$folder/graphs/debian" >&2 ||
        leave_out "Debian's dependencies: no list of packages is available"
}

build_program
if python_environment; then
    interpreter=$BUILD/bench/venv/bin/python
    export_heap heap_gc
    export_heap heap_full --untracked
else
    leave_out "real heaps and Python peers: no Python environment could be created for them"
    interpreter=python3 python=no
fi
export_debian "$interpreter"

# Keep memory from run to run. Otherwise, after a peer has returned much memory, the kernel clears
# new pages during the time of the next contender. That took as long as the work itself. (These are
# glibc's names.)
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=64000000000 MALLOC_ARENA_MAX=1

{
    echo "<!-- benches/table.sh ${size[*]} ${graphs[*]} ${without[*]} -->"
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1), $(nproc) cores;" \
        "$(rustc --version); $(git rev-parse --short HEAD); $(date +%F)."
    echo
    # Peers that would use all cores must use one, like the others.
    RAYON_NUM_THREADS=1 "$table" "${size[@]}" "${graphs[@]}" "${without[@]}"
    echo "# In fresh memory"
    echo
    # Each large block comes from the kernel, which clears it, and is returned to it.
    MALLOC_MMAP_MAX_=65536 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072 \
        RAYON_NUM_THREADS=1 "$table" "${size[@]}" "${graphs[@]}" "${without[@]}" \
        --problems scc,weak,dominators
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
