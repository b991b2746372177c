"""Deep structures, threads that change the heap, and forks: one can look beside them."""

import sys
from pathlib import Path

import pytest
from helpers.processes import run, run_json

HERE = Path(__file__).parent
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and fork")

DEEP = """
import gc, json, os, sys, threading
import refcycle
from refcycle import ObjectGraph

DEPTH = 100_000

def lists():
    made = []
    for _ in range(DEPTH):
        made = [made]
    return made

def dicts():
    made = {"end": []}
    for _ in range(DEPTH):
        made = {"next": made}
    return made

def tuples():
    made = ([],)
    for _ in range(DEPTH):
        made = (made,)
    return made

def instances():
    class Link:
        pass
    made = Link()
    for _ in range(DEPTH):
        link = Link()
        link.next = made
        made = link
    return made

def errors():
    made = ValueError()
    for _ in range(DEPTH):
        error = ValueError()
        error.__context__ = made
        made = error
    return made

def generators():
    def delegate(to):
        yield from to
    made = iter([])
    for _ in range(DEPTH):
        made = delegate(made)
    return made

def functions():
    def close_over(value):
        return lambda: value
    made = None
    for _ in range(DEPTH):
        made = close_over(made)
    return made

def tracebacks():
    def fall(depth):
        if depth == 0:
            raise ValueError
        fall(depth - 1)
    try:
        fall(20_000)
    except ValueError as error:
        return error

def calls():
    def call(depth):
        if depth == 0:
            return refcycle.snapshot(), sys._getframe()
        return call(depth - 1)
    graph, innermost = call(20_000)
    names = sum(type(obj) is type(innermost) for obj in graph.descendants(innermost))
    return graph, innermost, names

def ask(name):
    gc.disable()
    obj = globals()[name]()
    if name == "calls":
        graph, obj, names = obj
        return [names > 20_000, len(graph.ancestors(obj)) > 0]
    snapshot = refcycle.snapshot()
    inside = obj in snapshot
    down = snapshot.descendants(obj)
    whole = refcycle.objects_reachable_from(obj)
    part = ObjectGraph(whole)
    reached = len(part.descendants(obj))
    components = len(part.strongly_connected_components())
    last = list(whole)[-1]
    text = len(part.to_json()) > DEPTH
    path = len(part.shortest_path(obj, last))
    sizes = len(part.shallow_sizes())
    refcycle.garbage_preview()
    enough = 20_000 if name == "tracebacks" else DEPTH
    return [inside, len(down) > enough, reached == len(whole) == sizes, reached > enough,
            components > 1, text, path > 1]

def main():
    for name in NAMES:
        print(json.dumps([name, ask(name)]), flush=True)
    os._exit(0)  # CPython's own way to free so deep structures is not what is tested.

sys.setrecursionlimit(10**6)
threading.stack_size(512 << 20)
thread = threading.Thread(target=main)
thread.start()
thread.join()
"""

KINDS = "lists dicts tuples instances errors generators functions tracebacks calls".split()


@pytest.mark.any_version
def test_depth_does_not_matter():
    import json

    lines = run(f"NAMES = {KINDS!r}\n{DEEP}", cwd=HERE).splitlines()
    found = dict(map(json.loads, lines))
    assert found.keys() == set(KINDS)
    for name, seen in found.items():
        assert all(seen), (name, seen)


RACE = """
import gc, json, random, sys, threading
import refcycle

class Node:
    def __init__(self, other):
        self.other = other

gc.set_threshold(200, 10, 10)
sys.setswitchinterval(1e-5)
shared = {"nodes": []}
end = threading.Event()
counts = [0] * 8

def generator(items):
    for item in items:
        yield item

def mutate(number):
    random_number = random.Random(number)
    while not end.is_set():
        counts[number] += 1
        nodes = [Node(None) for _ in range(random_number.randrange(1, 9))]
        nodes.append(Node(random_number.choice(nodes)))
        nodes.append({"list": [Node(nodes[0])], "tuple": tuple(generator(nodes[-4:]))})
        made = generator([Node(nodes), {}])
        next(made)
        nodes[0].other = made
        nodes[0].loop = nodes[0]
        vars(nodes[0])["late"] = [made]
        shared["nodes"] = nodes
        end.wait(0.0005)  # Else the two that look hardly ever have their turn.

threads = [threading.Thread(target=mutate, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
marker = Node(None)
holder = [marker]
wrong = 0
def snapshots(count):
    global wrong
    for number in range(count):
        snapshot = refcycle.snapshot(untracked=number % 50 == 0)
        wrong += marker not in snapshot or holder not in snapshot
        if number % 20 == 0:
            parents = [parent is holder for parent in snapshot.parents(marker)]
            wrong += parents.count(True) != 1
            snapshot.ancestors(marker, 3).to_json()
            del parents
            refcycle.garbage_preview()
            refcycle.objects_reachable_from(shared["nodes"])
        del snapshot
for thread in [threading.Thread(target=snapshots, args=(500,)) for _ in range(2)]:
    thread.start()
    threads.append(thread)
for thread in threads[8:]:
    thread.join()
end.set()
for thread in threads:
    thread.join()
print(json.dumps({"wrong": wrong, "idle": counts.count(0)}))
"""


@pytest.mark.any_version
def test_a_thousand_snapshots_beside_eight_threads():
    assert run_json(RACE, cwd=HERE) == {"wrong": 0, "idle": 0}


FORKS = """
import json, os, threading
import refcycle
from helpers.contexts import look

lists = [[] for _ in range(50_000)]
for one, other in zip(lists, lists[1:]):
    one.append(other)
graph = refcycle.ObjectGraph(lists)
end = threading.Event()

def ask():
    while not end.is_set():
        graph.descendants(lists[0])  # Large arrays come and go without the interpreter.

threads = [threading.Thread(target=ask) for _ in range(2)]
for thread in threads:
    thread.start()
codes = []
for _ in range(12):
    child = os.fork()
    if child == 0:
        refcycle.ObjectGraph(lists).ancestors(lists[100])
        os._exit(0 if look() else 1)
    codes.append(os.waitpid(child, 0)[1])
end.set()
for thread in threads:
    thread.join()
print(json.dumps(codes), flush=True)
os._exit(0)
"""


@pytest.mark.any_version
@UNIX
def test_a_child_that_is_forked_while_arrays_come_and_go_can_look():
    assert run_json(FORKS, cwd=HERE) == [0] * 12


# On 3.12, the module _asyncio shows freed objects that wait in a free list.
AFTER_ASYNCIO = """
import asyncio, gc, _asyncio
import refcycle
from refcycle.annotations import annotated_references

async def wait():
    loop = asyncio.get_running_loop()
    for _ in range(5):
        future = loop.create_future()
        loop.call_soon(future.set_result, 1)
        await future

asyncio.run(wait())
for _ in range(3):
    reached = refcycle.objects_reachable_from(_asyncio)
    assert _asyncio in reached
    annotated_references(_asyncio)
    shown = refcycle.snapshot(untracked=True)
    del reached, shown
    gc.collect()
asyncio.run(wait())
print("went through")
"""


def test_objects_that_wait_to_be_used_again_are_left_alone():
    assert run(AFTER_ASYNCIO) == "went through\n"
