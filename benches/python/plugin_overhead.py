"""Time a suite of small tests with and without `--refcycle`.

    python benches/python/plugin_overhead.py [TESTS] [ROUNDS]

Needs a Python with refcycle and pytest installed. Sessions with and without the option are
interleaved, each in a separate process. The times are processor times of the process, including
start and imports. The minimum of all rounds counts, because other work can only add time.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

OPTIONS = [(), ("--refcycle",)]


def suite(count):
    """Return tests of a few microseconds each; one in a hundred leaves a cycle."""
    lines = ["class Node:", "    pass", ""]
    for number in range(count):
        lines += [f"def test_{number}():", "    one = [Node() for _ in range(5)]"]
        lines += ["    one.append(one)"] if number % 100 == 0 else []
        lines += ["    assert len(one) >= 5", ""]
    return "\n".join(lines)


def seconds(directory, options):
    """Return the time of one session on the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=directory,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "test_small.py").write_text(suite(count), encoding="utf-8")
        for options in OPTIONS:
            seconds(directory, options)  # writes the compiled files
        times = {options: [] for options in OPTIONS}
        for _ in range(rounds):
            for options, found in times.items():
                found.append(seconds(directory, options))
    without, with_it = (min(found) for found in times.values())
    print(f"{count} tests: {without:.3f} s, with --refcycle {with_it:.3f} s, ", end="")
    print(f"{100 * (with_it / without - 1):+.1f} %")


main()
