"""Write a real heap as JSON for the Rust benchmarks.

    python benches/python/export_heap.py heap.json [package ...]

Imports the packages (those of scipy, networkx, sympy and django that are installed, unless
told otherwise) with all their modules, and parses the standard library, until there are
a million objects.
"""

import ast
import contextlib
import importlib
import os
import pkgutil
import sys

PACKAGES = ["scipy", "networkx", "sympy", "django"]
ENOUGH = 1_000_000


def import_all(package):
    with contextlib.suppress(Exception):
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, package + "."):
            if ".tests" not in found.name and "__main__" not in found.name:
                with contextlib.suppress(BaseException):
                    importlib.import_module(found.name)


def main():
    import refcycle

    for package in sys.argv[2:] or PACKAGES:
        import_all(package)
    trees = []
    folder = os.path.dirname(os.__file__)
    for name in sorted(os.listdir(folder)):
        if len(refcycle.snapshot()) >= ENOUGH:
            break
        if name.endswith(".py"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                trees.append(ast.parse(file.read()))
    graph = refcycle.snapshot()
    graph.export_json(sys.argv[1])
    print(f"{sys.argv[1]}: {len(graph)} objects, {len(graph.edges)} references")


if __name__ == "__main__":
    main()
