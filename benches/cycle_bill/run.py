"""Records the garbage that packages make, and the cuts that refcycle proposes.

    python run.py [--jobs N] RESULTS.json [PACKAGE...]

Runs each exercise in the folder `exercises` in its own process, with the Python and the packages
of this interpreter. The results have a JSON object for each package: its version and, for the
first call (with the import) and the second call (each further use), the garbage in objects and
bytes, and the cycles, grouped by signature and cut. A package that is missing or fails is listed
as such.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import importlib.metadata
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
SECONDS = 240
MOST_GROUPS = 40
# Packages whose distribution name is not that of the function with - for _.
NAMES = {
    "google_auth": "google-auth",
    "pdfminer_six": "pdfminer.six",
    "ruamel_yaml": "ruamel.yaml",
}


def exercises() -> dict[str, Any]:
    """Return the functions by name, in the order of the files."""
    import exercises

    found = {}
    for module in exercises.MODULES:
        functions = inspect.getmembers(module, inspect.isfunction)
        here = [(name, each) for name, each in functions if each.__module__ == module.__name__]
        here.sort(key=lambda pair: pair[1].__code__.co_firstlineno)
        found.update({name: each for name, each in here if not name.startswith("_")})
    return found


def garbage_of(call: Any) -> dict[str, Any]:
    """Call a function, and return the garbage that it leaves behind."""
    import refcycle

    graph = refcycle.cycles_created_by(call)
    groups: collections.Counter[tuple[str, tuple[str, ...]]] = collections.Counter()
    size: collections.Counter[tuple[str, tuple[str, ...]]] = collections.Counter()
    for cycle in graph.cycles():
        changes = dict.fromkeys(each.advice for each in cycle.cut().references)
        key = (cycle.signature, tuple(changes))
        groups[key] += 1
        size[key] += len(cycle.graph)
    return {
        "objects": len(graph),
        "bytes": sum(graph.shallow_sizes()),
        "cycles": [
            {"count": count, "objects": size[key], "cycle": key[0], "changes": key[1]}
            for key, count in groups.most_common(MOST_GROUPS)
        ],
        "groups": len(groups),
    }


def record(name: str) -> dict[str, Any]:
    """Run one exercise in this process."""
    # Import everything that answers need first.
    garbage_of(lambda: [].append(None))
    found = {"package": name, "version": version_of(name)}
    call = exercises()[name]
    return {**found, "first": garbage_of(call), "second": garbage_of(call)}


def version_of(name: str) -> str | None:
    try:
        return importlib.metadata.version(NAMES.get(name, name.replace("_", "-")))
    except importlib.metadata.PackageNotFoundError:
        return None


def in_a_process(name: str) -> dict[str, Any]:
    """Return the record that another process makes, or the reason why it fails."""
    if version_of(name) is None:
        return {"package": name, "error": "not installed"}
    command = [sys.executable, "-X", "utf8", "-W", "ignore", str(FOLDER / "run.py"), "--one", name]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return {"package": name, "error": f"took longer than {SECONDS} s"}
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return {"package": name, "error": (done.stderr.splitlines() or ["no output"])[-1]}
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("results", nargs="?")
    parser.add_argument("packages", nargs="*")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(record(arguments.one)))
        return
    wanted = arguments.packages or list(exercises())
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(in_a_process, wanted))
    Path(arguments.results).write_text(json.dumps(results, indent=1), encoding="utf-8")
    for each in results:
        if "error" in each:
            print(f"{each['package']}: {each['error']}")
        else:
            first, second = each["first"], each["second"]
            print(
                f"{each['package']} {each['version']}: {first['objects']} objects,"
                f" {first['groups']} kinds of cycles; then {second['objects']},"
                f" {second['groups']}"
            )


if __name__ == "__main__":
    main()
