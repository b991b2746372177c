# Sourced by try-it, test and run: where things are, and how they are installed.
# A folder of our own, so that nothing on the machine is changed.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${REFCYCLE_BUILD:-$ROOT/build}

# The newest supported Python at hand: python3 where it is one.
default_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 15))' \
            2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    echo "refcycle needs CPython 3.10 to 3.15; put one on the PATH" >&2
    return 1
}

# environment FOLDER PYTHON PACKAGE...: a virtual environment with these packages.
environment() {
    local folder=$1 python=$2
    shift 2
    [ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

# install_wheel FOLDER PYTHON OPTION...: builds refcycle for that Python, with these options
# of maturin, and installs it there.
install_wheel() {
    local folder=$1 python=$2 wheels
    shift 2
    wheels=$BUILD/wheels/$(basename "$folder")
    rm -rf "$wheels"
    "$BUILD/tools/bin/maturin" build --quiet --release --locked \
        --manifest-path "$ROOT/refcycle-py/Cargo.toml" \
        --interpreter "$python" --out "$wheels" "$@" >&2 \
        2> >(grep -v 'build-backend' >&2) # a warning: the backend of pyproject.toml calls maturin
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --force-reinstall "$wheels"/*.whl
}

# version_of PYTHON: as in 3.14.
version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

# wheels_of VERSION: the folder of the wheel for it, of whichever environment it was built.
wheels_of() {
    local environment
    for environment in "$BUILD/venv" "$BUILD/python$1"; do
        if [ -x "$environment/bin/python" ] && [ "$(version_of "$environment/bin/python")" = "$1" ]; then
            echo "$BUILD/wheels/${environment##*/}"
            return
        fi
    done
}

# node_tools: the readers of heap snapshots that the Python tests ask, where there is a node.
node_tools() {
    if command -v npm >/dev/null; then
        (cd "$ROOT/tests/node" && npm ci --silent)
    else
        echo "there is no npm: what reads heap snapshots is not tested"
    fi
}

# say WHAT: a headline, with the time since the first script began.
export REFCYCLE_STARTED=${REFCYCLE_STARTED:-$(date +%s)}
say() {
    local now=$(($(date +%s) - REFCYCLE_STARTED))
    printf '\n== %s (after %d s)\n' "$*" "$now"
    [ -z "${REFCYCLE_PARTS-}" ] || echo "$now $*" >>"$REFCYCLE_PARTS"
}

# minutes: how long each part took that `say` has announced in this script and those it called.
minutes() {
    awk '{
        if (NR > 1) printf "%6.1f min  %s\n", ($1 - start) / 60, what
        start = $1
        $1 = ""
        what = substr($0, 2)
    }' "$REFCYCLE_PARTS"
}
