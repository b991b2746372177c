"""Compares the heap before and after each look, and prints the differences as JSON.

Runs as a program, because nothing else happens meanwhile in a separate process.
"""

import gc
import importlib
import json
import sys
import tempfile

from helpers.looking import LOOKS, Record, World
from refcycle._refcycle import _import_all, _later

ROUNDS = 10

# Modules remain, whatever imports them first.
IMPORTED_WHEN_NEEDED = [
    "array",
    "collections",
    "refcycle.cycles",
    "refcycle.element_transform_set",
    "refcycle.i_directed_graph",
    "refcycle.key_transform_dict",
]
# Once a name in our own modules has been used, it is held, for the end of the program.
HELD_WHEN_NEEDED = [
    ("collections", "Counter"),
    ("refcycle._refcycle", "_restore"),
    ("refcycle.cycles", "cycles_of"),
    ("refcycle.i_directed_graph", "IDirectedGraph"),
    ("refcycle.key_transform_dict", "KeyTransformDict"),
    ("refcycle.unshared_memory", "unshared_of"),
]


def look_once(look, world):
    look(world)


def changes(look, world, record):
    record.take(world)
    look_once(look, world)
    record.take(world)
    return record.differences()


def growth(look, world):
    """The number of blocks by which Python's allocator grows in some rounds."""
    before = sys.getallocatedblocks()
    for _ in range(ROUNDS):
        look_once(look, world)
    return sys.getallocatedblocks() - before


def least_growth(look, world):
    """The smallest growth in some rounds, once CPython's caches are full."""
    for _ in range(200):
        grown = growth(look, world)
        if grown < ROUNDS:
            break
    return grown


def main(looks=LOOKS):
    for name in IMPORTED_WHEN_NEEDED:
        importlib.import_module(name)
    for module, name in HELD_WHEN_NEEDED:
        _later(module, name)
    _import_all()
    gc.collect()
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        record = Record()
        found = {}
        for name, look in looks.items():
            found[name] = {
                "first": changes(look, world, record),
                "second": changes(look, world, record),
                "growth": least_growth(look, world),
            }
        world.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
