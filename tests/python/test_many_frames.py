"""A process with 100,000 frames on 500 stacks, and objects that are freed meanwhile."""

import threading
import weakref
from pathlib import Path

from helpers.processes import run_json

import refcycle

HERE = Path(__file__).parent

MANY = """
import gc, json, os, sys, tempfile, threading, time
import refcycle

THREADS, DEPTH = 500, 200

class Job:
    pass

sys.setrecursionlimit(DEPTH + 200)
threading.stack_size(1 << 20)
end, ready = threading.Event(), threading.Barrier(THREADS + 1)

def call(depth, job):
    if depth:
        return call(depth - 1, job)
    ready.wait()
    end.wait()

threads = [threading.Thread(target=call, args=(DEPTH, Job()), name=f"worker {n}")
           for n in range(THREADS)]
for thread in threads:
    thread.start()
ready.wait()
path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
found = {}
try:
    heap = refcycle.snapshot()
    frames = heap.find_by_typename("frame")
    found["frames"] = sum(frame.f_code is call.__code__ for frame in frames)
    del frames
    jobs = heap.find_by_typename("Job")
    found["jobs"] = len(jobs)
    why = heap.why(jobs[0], limit=1)
    found["holder"] = why.chains[0].holder
    heap.save(path)
    del heap, jobs, why
    loaded = refcycle.load(path)
    found["saved"] = sum(obj.label.startswith("frame\\n<string>:") for obj in loaded)
    stacks = json.loads(loaded.metadata["threads"])
    found["stacks"] = sum(name.startswith("worker ") for name in stacks)
    found["lines"] = max(map(len, stacks.values()))
    del loaded
    if hasattr(os, "fork"):
        refcycle.dump(path, fork=True).wait(200)
        loaded = refcycle.load(path)
        found["forked"] = len(loaded.find_by_typename("Job"))
finally:
    end.set()
    for thread in threads:
        thread.join()
print(json.dumps(found))
"""


def test_the_frames_of_500_threads():
    found = run_json(MANY)
    assert found.pop("forked", 500) == 500
    assert found.pop("holder").startswith("running in thread worker ")
    assert found.pop("lines") <= 100
    assert found == {"frames": 500 * 201, "jobs": 500, "saved": 500 * 201 + 1, "stacks": 500}


class Mortal:
    pass


def test_an_object_that_dies_between_two_calls():
    """A graph keeps its objects; a new query of the heap does not find them."""
    holder = [Mortal()]
    reference = weakref.ref(holder[0])
    heap = refcycle.snapshot()
    holder.clear()
    assert reference() is not None
    [mortal] = heap.find_by_typename("Mortal")
    chains = heap.why(mortal).chains
    # As it was: the list was seen to hold it.
    assert any(step.object is holder for chain in chains for step in chain.steps)
    assert refcycle.why(mortal).only_caller
    del mortal, chains, heap
    assert reference() is None
    assert refcycle.snapshot().find_by_typename("Mortal") == []


def test_objects_that_die_while_they_are_looked_at():
    """Other threads release them between the calls that query them."""
    kept, end, failures = [Mortal() for _ in range(50)], threading.Event(), []

    def drop():
        while not end.is_set():
            kept[:] = [Mortal() for _ in range(50)]

    def ask():
        for _ in range(20):
            try:
                part = refcycle.ObjectGraph(list(kept))
                refcycle.why(next(iter(part)))
                for obj in part:
                    part.retained_size(obj)
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=drop)
    thread.start()
    try:
        ask()
    finally:
        end.set()
        thread.join()
    assert failures == []


def test_a_file_knows_what_is_gone(tmp_path):
    mortal = Mortal()
    address = id(mortal)
    path = tmp_path / "heap.refcycle"
    refcycle.snapshot().save(path)
    del mortal
    loaded = refcycle.load(path)
    assert loaded.at(address).type_name == f"{__name__}.Mortal"
    refcycle.snapshot().save(path)
    assert refcycle.load(path).find_by_typename("Mortal") == []
    assert loaded.why(loaded.at(address)).chains
