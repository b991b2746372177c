"""Which objects a forked worker does not share with its parent."""

import os
import sys

import pytest
from helpers.processes import run_json

import refcycle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

MB = 1_000_000

# A small pre-fork server: the parent loads, the children work.
SERVER = """
import gc, json, os, sys
import refcycle
refcycle.memory()  # imports what later calls need
class Page:
    def __init__(self, number):
        self.number = number + 1000
        self.text = f"page {number}" * 4
class Session:
    def __init__(self, number):
        self.name = f"session {number}"
        self.data = bytearray(b"x" * 600)
CACHE = {f"/page/{number}": Page(number) for number in range(100_000)}
TEXTS = [f"a longer text that nobody touches, number {number}" for number in range(100_000)]
SESSIONS = []
def worker(work):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        work()
        found = refcycle.unshared()
        with open(write, "w") as file:
            json.dump(found.to_dict() | {"text": str(found)}, file)
        os._exit(0)
    os.close(write)
    with open(read) as file:
        text = file.read()
    os.waitpid(pid, 0)
    print(text)
"""


def row_of(found, signature):
    [row] = [row for row in found["rows"] if row["signature"] == signature]
    return row


def of_cache(found):
    return sum(row["size"] for row in found["rows"] if ".CACHE" in row["signature"])


def of_texts(found):
    return sum(row["size"] for row in found["rows"] if ".TEXTS" in row["signature"])


def test_new_objects_of_a_worker():
    found = run_json(
        SERVER
        + """
gc.collect()
gc.freeze()
gc.disable()
def work():
    for number in range(20_000):
        SESSIONS.append(Session(number))
worker(work)
"""
    )
    assert found["is_forked"] is True
    assert found["named_share"] > 0.9
    row = row_of(
        found, "module __main__.SESSIONS -> list[*] -> __main__.Session.data -> bytearray"
    )
    assert (row["type"], row["count"]) == ("bytearray", 20_000)
    sessions = sum(row["size"] for row in found["rows"] if ".SESSIONS" in row["signature"])
    assert sessions > 0.8 * found["private"]
    assert sessions > 15 * MB
    assert of_cache(found) < 0.05 * found["private"]
    assert found["shared"] > 20 * MB
    assert "shared with its parent" in found["text"].splitlines()[0]
    assert "module __main__.SESSIONS -> list[*] -> __main__.Session" in found["text"]


def test_all_private_bytes_are_told_once():
    found = run_json(
        SERVER
        + """
def work():
    for number in range(20_000):
        SESSIONS.append(Session(number))
    gc.collect()
worker(work)
"""
    )
    sizes = [row["size"] for row in found["rows"]] + list(found["others"].values())
    assert sum(sizes) == found["private"]
    assert all(size >= 0 for size in sizes)
    held_by_us = [row for row in found["rows"] if row["signature"].startswith("module refcycle")]
    assert held_by_us == []


def test_objects_that_a_worker_only_reads():
    """Reading changes reference counts: the pages are copied."""
    found = run_json(
        SERVER
        + """
gc.collect()
gc.freeze()
gc.disable()
def work():
    for page in CACHE.values():
        page.text
worker(work)
"""
    )
    assert found["is_forked"] is True and found["named_share"] > 0.9
    assert of_cache(found) > 5 * MB
    assert of_cache(found) > 0.6 * found["private"]
    assert of_texts(found) < 0.05 * found["private"]


def test_a_collection_without_freeze_copies_the_tracked_objects():
    code = (
        SERVER
        + """
gc.collect()
{freeze}
gc.disable()
worker(gc.collect)
"""
    )
    frozen = run_json(code.replace("{freeze}", "gc.freeze()"))
    thawed = run_json(code.replace("{freeze}", ""))
    assert of_cache(thawed) > 4 * MB
    assert of_cache(frozen) < 0.2 * of_cache(thawed)
    assert thawed["named_share"] > 0.9


def test_a_process_that_was_not_forked():
    found = run_json("""
import json, refcycle
found = refcycle.unshared()
print(json.dumps(found.to_dict() | {"text": str(found)}))
""")
    assert found["is_forked"] is False
    assert found["rows"] == [] and found["others"] == {} and found["named_share"] is None
    assert found["private"] > MB
    assert "it was not forked, or its parent has ended" in found["text"]


def test_a_parent_shares_memory_with_its_child():
    found = run_json("""
import json, os, refcycle
refcycle.memory()
data = [object() for _ in range(100_000)]
read, write = os.pipe()
if os.fork() == 0:
    os.close(write)
    os.read(read, 1)
    os._exit(0)
found = refcycle.unshared()
print(json.dumps(found.to_dict()))
os.close(write)
os.wait()
""")
    assert found["is_forked"] is None
    assert found["shared"] > MB and found["rows"]


def test_pages_that_may_not_be_read():
    """Without files that can be opened."""
    found = run_json(
        SERVER
        + """
import resource
def work():
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))
worker(work)
"""
    )
    assert found["private"] is None and found["shared"] is None and found["rows"] is None
    assert found["named_share"] is None
    assert found["text"].endswith("are unknown: /proc/self cannot be read")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs to be root")
def test_a_worker_that_gave_up_its_rights():
    """The pages of a process that was root belong to root."""
    found = run_json(
        SERVER
        + """
worker(lambda: os.setuid(65534))
"""
    )
    assert found["private"] > 100_000 and found["shared"] > MB
    assert found["rows"] is None and found["others"] == {} and found["named_share"] is None
    assert found["text"].endswith("is unknown: /proc/self/pagemap cannot be read")


def test_texts():
    found = refcycle.unshared()
    assert found._repr_mimebundle_()["text/plain"] == str(found)
    assert repr(found).startswith("<UnsharedMemory: ")


def test_what_the_first_call_imports_does_not_count():
    found = run_json("""
        import json, os
        import refcycle

        cache = [[number] for number in range(20_000)]
        read, write = os.pipe()
        if os.fork() == 0:
            with open("/proc/self/smaps_rollup") as file:
                fields = dict(line.split()[:2] for line in file.readlines()[1:])
            before = 1024 * (int(fields["Private_Dirty:"]) + int(fields["Private_Clean:"]))
            after = refcycle.unshared().private
            os.write(write, json.dumps([before, after]).encode())
            os._exit(0)
        print(os.read(read, 1000).decode())
    """)
    before, after = found
    assert abs(after - before) < 5 * MB


def test_graphs_from_before_the_fork_are_shared():
    found = run_json("""
        import json, os
        import refcycle

        refcycle.memory()  # imports what later calls need
        cache = [[number] for number in range(300_000)]
        kept = refcycle.snapshot()
        read, write = os.pipe()
        if os.fork() == 0:
            found = refcycle.unshared().to_dict()
            del found["rows"][1:]
            os.write(write, json.dumps(found).encode())
            os._exit(0)
        print(os.read(read, 100_000).decode())
    """)
    assert found["others"]["refcycle"] < found["private"]
    assert found["named_share"] <= 1.0
