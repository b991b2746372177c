"""Compare the processor time of `refcycle diff A B` with that of `refcycle top B`.

    python benches/python/diff_speed.py [OBJECTS | A B]

Without files, a process writes two complete dumps: of about so many objects (default: 1,000,000),
and of a fifth more, which five containers hold. The commands run in turns, five times each. The
memory is the resident memory at the peak, without that of `refcycle --version`, for each object of
both files.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = """
import sys, json, refcycle
class Job:
    def __init__(self, number):
        self.number, self.args = number, [number, {"key": str(number)}]
class Holder:
    pass
count = int(sys.argv[1]) // 8
data = json.loads(json.dumps([{"id": n, "tags": [str(n), "a"]} for n in range(count // 2)]))
old = [Job(number) for number in range(count // 2)]
A, B, C, D = [], {}, {}, Holder()
D.jobs, D.others = [], {}
refcycle.dump(sys.argv[2])
for number in range(count // 5):
    job = Job(number)
    [A.append, B.setdefault, C.setdefault, D.jobs.append, D.others.setdefault][number % 5](
        *[number, job][number % 5 in (0, 3) :]
    )
refcycle.dump(sys.argv[3])
"""
RUNS = 5


def cost(*arguments: str) -> tuple[float, int]:
    """Return the processor time of a command in seconds, and its peak memory in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "refcycle", *arguments], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"refcycle {' '.join(arguments)} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def objects_of(path: str) -> int:
    """Return the number of objects. In this process, they would count for each child."""
    command = [sys.executable, "-m", "refcycle", "top", "--json", path]
    count: int = json.loads(subprocess.check_output(command))["objects"]
    return count


def measure(before: str, after: str) -> None:
    """Print the figures for two files."""
    objects = sum(map(objects_of, (before, after)))
    _, empty = cost("--version")
    diffs, tops = [], []
    for _ in range(RUNS):
        diffs.append(cost("diff", before, after))
        tops.append(cost("top", after))
    diff, top = (statistics.median(time for time, _ in runs) for runs in (diffs, tops))
    peak = statistics.median(memory for _, memory in diffs) - empty
    print(f"{objects:,} objects in both files")
    print(f"diff {diff:.2f} s, top {top:.2f} s: {diff / top:.2f}")
    print(f"{peak / objects:.0f} bytes an object at the peak of diff")


def main() -> None:
    """Measure the files of the command line, or those of a program."""
    paths = sys.argv[1:]
    if len(paths) == 2:
        measure(*paths)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, name)) for name in ("a.refcycle", "b.refcycle")]
        count = paths[0] if paths else "1000000"
        subprocess.run([sys.executable, "-c", PROGRAM, count, *files], check=True)
        measure(*files)


main()
