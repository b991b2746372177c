"""Write a real heap for the Rust benchmarks.

    python benches/python/export_heap.py TARGET [--objects N] [--untracked] [package ...]

TARGET is a folder for the graph as raw arrays, or a file with the extension `.json` for the
graph with its labels. The script imports the packages with all their modules (by default scipy,
networkx, sympy and django, if they are installed), and parses the standard library, until there
are a million objects that the collector tracks. `--untracked` adds the objects that the
collector does not track.
"""

import argparse
import ast
import contextlib
import gc
import importlib
import os
import pathlib
import pkgutil
import warnings

import raw

PACKAGES = ["scipy", "networkx", "sympy", "django"]


def import_all(package):
    with contextlib.suppress(Exception):
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, package + "."):
            if ".tests" not in found.name and "__main__" not in found.name:
                with contextlib.suppress(BaseException):
                    importlib.import_module(found.name)


def sources():
    """Return every module of the standard library, including those of its test suite."""
    library = os.path.dirname(os.__file__)
    for folder, folders, names in os.walk(library):
        folders[:] = sorted(set(folders) - {"site-packages", "__pycache__"})
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))


def main():
    import refcycle

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--untracked", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(None):
        for package in options.packages:
            import_all(package)
    trees = []
    for place, source in enumerate(sources()):
        if place % 20 == 0 and len(gc.get_objects()) >= options.objects:
            break
        with contextlib.suppress(OSError, SyntaxError, ValueError):
            trees.append(ast.parse(pathlib.Path(source).read_text(encoding="utf-8")))
    graph = refcycle.snapshot(untracked=options.untracked)
    if options.target.endswith(".json"):
        graph.export_json(options.target)
        print(f"{options.target}: {len(graph)} objects, {len(graph.edges)} references")
        return
    objects = list(graph)
    number = {id(obj): place for place, obj in enumerate(objects)}
    raw.write(
        options.target,
        ([number[id(child)] for child in graph.children(obj)] for obj in objects),
    )


if __name__ == "__main__":
    main()
