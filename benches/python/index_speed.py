"""What an index of a dump costs, and what it saves: processor time.

    python benches/python/index_speed.py [DUMP]

Without DUMP, one of a million objects is written. Needs refcycle, pyarrow and DuckDB.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile

import refcycle

USERS = 125_000
QUESTIONS = {
    "top": ["top"],
    "sql retainers": ["sql", "retainers"],
    "sql types-by-bytes": ["sql", "types-by-bytes"],
    "sql signatures": ["sql", "signatures"],
}


class User:
    """Some eight objects."""

    def __init__(self, number: int) -> None:
        self.name = f"user {number}"
        self.tags = [str(number), number, {"key": (number, number + 1)}]


def seconds(command: str, *arguments: str) -> tuple[float, str]:
    """Run a command; return its processor time and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "refcycle", command, *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    time = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time, done.stdout


def main() -> None:
    """Measure each question without the index and with it."""
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "heap.refcycle")
        if len(sys.argv) > 1:
            shutil.copy(sys.argv[1], dump)
        else:
            users = [User(number) for number in range(USERS)]
            refcycle.dump(dump)
            del users
        without = {
            name: seconds(command, dump, *rest) for name, (command, *rest) in QUESTIONS.items()
        }
        time, _ = seconds("index", dump)
        objects = len(refcycle.load(dump))
        sizes = [os.path.getsize(path) / 1e6 for path in (dump, dump + ".index")]
        print(f"index of {objects:,} objects: {time:.1f} s", end=", ")
        print(f"{sizes[1]:.1f} MB for a dump of {sizes[0]:.1f} MB")
        for name, (command, *rest) in QUESTIONS.items():
            time, printed = seconds(command, dump, *rest)
            assert printed == without[name][1], "the index changes nothing"
            print(f"{name}: {without[name][0]:.1f} s without, {time:.1f} s with the index")


if __name__ == "__main__":
    main()
