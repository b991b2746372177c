"""Time `import refcycle`: the difference between processes with and without it.

    python benches/python/import_time.py [--pairs 20]

The package must be installed. Its bytecode and the library are read once in advance, so that the
figures are those of a warm file cache. Prints one figure per line.
"""

import argparse
import statistics
import subprocess
import sys
import time

CLOCK = (
    "import time; start = time.perf_counter(); import refcycle; print(time.perf_counter() - start)"
)


def python(code):
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout


def elapsed(code):
    start = time.perf_counter()
    python(code)
    return time.perf_counter() - start


def line(name, value, unit, bound=""):
    print(f"{name:58} {value * 1e3:10.2f} {unit:12} {bound}", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pairs", type=int, default=20)
    pairs = arguments.parse_args().pairs

    elapsed("import refcycle")
    with_it, without, inside = [], [], []
    for _ in range(pairs):
        without.append(elapsed("pass"))
        with_it.append(elapsed("import refcycle"))
        inside.append(float(python(CLOCK)))
    differences = [a - b for a, b in zip(with_it, without, strict=True)]
    print(f"CPython {sys.version.split()[0]}, {pairs} pairs of processes")
    line("a process", statistics.median(without), "ms")
    line("a process that imports refcycle", statistics.median(with_it), "ms")
    line("the difference", statistics.median(differences), "ms", "under 30")
    line("the import, by the process's own clock", statistics.median(inside), "ms")


if __name__ == "__main__":
    main()
