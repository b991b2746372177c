"""Whether signatures are the same in every run, live and from a file.

    python tests/python/helpers/signature_seeds.py [SEEDS]

Needs a Python with refcycle. Creates a small heap with the holders and references that a signature
can contain, in one process for each value of PYTHONHASHSEED from 0 to SEEDS - 1 (100 by default).
Each process shuffles what it can, and checks that a file has the signatures of the live heap. The
exit status is 1 if two processes have different signatures. Takes half a second a process.
"""

import atexit
import contextvars
import functools
import gc
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import types
import weakref
from collections import OrderedDict, deque

import refcycle


class Held:
    """One for each form: the objects whose signatures are compared."""


class Slots:
    __slots__ = ("one", "other")


class Node:
    pass


class Link:
    pass


class Tree:
    pass


class Table(dict):
    pass


NAMES = types.ModuleType("names")
MADE = []


def held():
    """Return a new object. Only a weak reference to it is kept."""
    obj = Held()
    MADE.append(weakref.ref(obj))
    return obj


def shuffled(names):
    names = [*names]
    random.shuffle(names)
    return names


def of_containers():
    yield "in_list", [held() for _ in range(random.randrange(2, 9))]
    yield "in_tuple", (held(), 1)
    yield "in_dict", {name: held() for name in shuffled("abcdef")}
    yield "as_key", {held(): name for name in shuffled("abc")}
    yield "in_set", {held(), held(), "text", 1.5}
    yield "in_frozenset", frozenset([held(), "text"])
    yield "in_deque", deque([held()])
    yield "in_ordered", OrderedDict((name, held()) for name in shuffled("ab"))
    yield "in_table", Table(one=held())
    yield "in_both", {name: [held()] for name in shuffled(["one", "other", "third"])}


def of_instances():
    node = Node()
    for name in shuffled(["left", "right", "middle"]):
        setattr(node, name, held())
    yield "by_attribute", node
    slots = Slots()
    slots.one = slots.other = held()
    yield "by_slot", slots
    node = Node()
    node.__dict__ = Table(first=held())
    yield "by_replaced_dict", node
    shared = held()
    for name in shuffled(["first", "second"]):
        yield f"shared_{name}", [shared]
    first = node = Link()
    for _ in range(random.randrange(20, 30)):
        node.next = Link()
        node = node.next
    node.value = held()
    yield "linked_list", first
    root = node = Tree()
    for _ in range(random.randrange(20, 30)):
        node.children = [Tree() for _ in range(3)]
        node = node.children[1]
    node.value = held()
    yield "tree", root


def of_code():
    def closure(inside):
        return lambda: inside

    def numbers(inside):
        yield inside

    async def waits(inside):
        await Waiting()

    class Waiting:
        def __await__(self):
            yield

    def default(inside=None):
        return inside

    default.__defaults__ = (held(),)
    yield "closure", closure(held())
    yield "default", default
    yield "partial", functools.partial(print, held(), end=held())
    yield "bound", weak_method_owner()
    generator = numbers(held())
    next(generator)
    yield "generator", generator
    coroutine = waits(held())
    coroutine.send(None)
    yield "coroutine", coroutine
    yield "iterator", itertools.chain([held()], ())
    yield "property", property(closure(held()))
    yield "class_attribute", type("Class", (), {"kept": held()})
    yield "callback", weakref.ref(NAMES, closure(held()))
    yield "weak_values", weakref.WeakValueDictionary()
    yield "cached", cached_by(held())


def weak_method_owner():
    class Owner:
        def method(self):
            return self

    owner = Owner()
    owner.kept = held()
    return owner.method


def cached_by(obj):
    @functools.cache
    def cache(_obj):
        return 1

    cache(obj)
    return cache


def of_errors():
    def fails(inside):
        raise ValueError(id(inside))

    try:
        fails(held())
    except ValueError as error:
        yield "error", error


def of_contexts():
    variable = contextvars.ContextVar("variable")
    context = contextvars.copy_context()
    context.run(variable.set, held())
    yield "context", context
    local = threading.local()
    local.kept = held()
    yield "thread_local", local


def keep():
    """Create the heap, in another order each time. Return what ends it."""
    parts = [of_containers(), of_instances(), of_code(), of_errors(), of_contexts()]
    for name, value in shuffled(itertools.chain(*parts)):
        setattr(NAMES, name, value)
    sys.modules["names"] = NAMES
    atexit.register(print, end=held())
    sys.kept_by_the_program = held()
    started, end = threading.Event(), threading.Event()

    def work(job):
        started.set()
        end.wait()

    thread = threading.Thread(target=work, args=(held(),))
    thread.start()
    started.wait()
    return thread, end


def lose():
    """Create garbage."""
    for _ in range(random.randrange(2, 5)):
        one, other = Node(), Table()
        one.other, other["one"] = other, one
        one.below = [held()]
        alone = held()
        alone.me = alone


def answer():
    """Return the signatures of one process."""
    padding = [object() for _ in range(random.randrange(5000))]
    gc.disable()
    thread, end = keep()
    lose()
    try:
        graph = refcycle.snapshot()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "heap.refcycle")
            graph.save(path)
            loaded = refcycle.load(path)
        return compared(graph, loaded)
    finally:
        end.set()
        thread.join()
        del padding


def compared(graph, loaded):
    """Return the signatures, and where the two graphs differ."""
    objects = [reference() for reference in MADE]
    addresses = {*map(id, objects)}
    saved = [obj for obj in loaded if obj.address in addresses]
    live = {row.signature for row in graph.signatures(objects)}
    part = graph.descendants(NAMES.in_list).signatures(NAMES.in_list)
    all_live, all_saved = (
        {row.signature: row.count for row in heap.signatures()} for heap in (graph, loaded)
    )
    names = all_live.keys() | all_saved
    return {
        "signatures": sorted(live),
        "part": sorted({row.signature for row in part}),
        "whole heap": sorted(all_live),
        "not in both": sorted(
            {row.signature for row in loaded.signatures(saved)} ^ live
            | {name for name in names if all_live.get(name) != all_saved.get(name)}
        ),
    }


def run(seed):
    """Return the signatures of a process with this hash seed."""
    done = subprocess.run(
        [sys.executable, __file__, "--one"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        timeout=120,
    )
    return json.loads(done.stdout)


def first_run():
    """Return the signatures with which the others are compared."""
    run(0)  # compiles modules: their constants are not those of a compiled file
    return run(0)


def differences(found, first):
    """Return what is different between two processes, and between a heap and its file."""
    keys = ("signatures", "part", "whole heap")
    between = [f"{key}: {name}" for key in keys for name in {*found[key]} ^ {*first[key]}]
    return between + [f"not in both: {name}" for name in found["not in both"]]


def main():
    """Compare the processes."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    first = first_run()
    print(*first["part"], *first["signatures"], sep="\n")
    wrong = 0
    for seed in range(seeds):
        if differ := differences(run(seed), first):
            wrong += 1
            print(f"seed {seed}:", *differ, sep="\n  ")
    count = f"{len(first['signatures'])} forms, {len(first['whole heap'])} in the whole heap"
    print(f"{seeds - wrong} of {seeds} runs have the same signatures ({count}), live and saved")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--one"]:
        print(json.dumps(answer()))
    else:
        sys.exit(main())
