"""The account of the memory of a process: known amounts are in the right part."""

import contextlib
import functools
import json
import os
import subprocess
import sys

import pytest
from helpers.fresh_memory import c_library
from helpers.processes import run, run_json

import refcycle
from refcycle.memory_account import MemoryAccount

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
glibc = pytest.mark.skipif(
    not os.confstr("CS_GNU_LIBC_VERSION") if hasattr(os, "confstr") else True,
    reason="only the GNU C library says what it holds free",
)

MB = 1_000_000

# Defines `grown`: by how many bytes each part grows in a call.
START = """
import ctypes, gc, json, mmap, os, sys, threading
import refcycle
gc.disable()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.mmap.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
MB = 1_000_000
def sizes():
    account = refcycle.memory()
    found = {part.key: part.size for part in account.parts}
    found["not_resident"] = account.not_resident
    found["resident"] = account.resident
    found["malloc"] = account.to_dict()["unseen_in_malloc"]
    return found
def grown(call):
    for _ in range(4):
        sizes()
    before = sizes()
    kept = call()
    after = sizes()
    print(json.dumps({key: after[key] - before[key] for key in after if before[key] is not None}))
    del kept
"""


since_311 = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="memory of small arenas goes to and fro"
)


def again(test):
    """Measure up to three times: other processes change what is resident."""

    @functools.wraps(test)
    def measured(*arguments, **keywords):
        for _ in range(2):
            with contextlib.suppress(AssertionError):
                return test(*arguments, **keywords)
        return test(*arguments, **keywords)

    return measured


def growth(code):
    """By how many bytes the parts grow in the function `call` that the code defines."""
    return run_json(f"{START}{code}\ngrown(call)")


def assert_grown(found, key, amount, tolerance=0.1 * MB):
    """One part grew by this amount, and the others did not."""
    # The system gives memory of the looks themselves, and takes it, in pages of 2 MB.
    limits = {"free_in_malloc": 5 * MB, "free_in_arenas": 3 * MB, "unseen": 5 * MB}
    if key == "unseen":
        tolerance = limits[key]
    assert abs(found[key] - amount) < tolerance + 0.02 * amount, found
    for name, size in found.items():
        if name not in (key, "resident", "not_resident", "malloc"):
            # Each look leaves some freed memory.
            assert abs(size) < limits.get(name, 0.7 * MB), (name, found)


@linux
def test_the_parts_are_the_whole():
    account = refcycle.memory()
    assert None not in [part.size for part in account.parts if part.key != "free_in_malloc"]
    assert sum(part.size or 0 for part in account.parts) == account.resident
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    assert account.resident == pytest.approx(pages * os.sysconf("SC_PAGESIZE"), rel=0.2)
    assert sum(share for _, _, _, share in account.parts if share) == pytest.approx(1)
    assert sum(kind.size for kind in account.kinds) == pytest.approx(
        account.parts[0].size, abs=account.not_resident + 1
    )


@linux
@again
def test_memory_of_c_code_is_not_seen():
    found = growth("""
def call():
    block = libc.malloc(20 * MB)
    libc.memset(block, 1, 20 * MB)
""")
    assert_grown(found, "unseen", 20 * MB)
    free = found["free_in_malloc"] if "free_in_malloc" in found else 0
    assert found["resident"] - free - found["free_in_arenas"] == pytest.approx(20 * MB, abs=5 * MB)


@linux
@glibc
@again
def test_what_is_not_seen_is_in_blocks_of_malloc():
    found = growth("""
def call():
    for _ in range(20_000):
        libc.memset(libc.malloc(1000), 1, 1000)
""")
    assert found["unseen"] == pytest.approx(20 * MB, rel=0.25)
    assert found["malloc"] == pytest.approx(20 * MB, rel=0.1)


@linux
@pytest.mark.parametrize(
    "make",
    [
        "b'x' * (20 * MB)",
        "'x' * (20 * MB)",
        "[None] * (20 * MB // 8)",
        "bytearray(b'x' * 20 * MB)",
    ],
)
@again
def test_a_large_object(make):
    found = growth(f"def call(): return {make}")
    assert_grown(found, "objects", 20 * MB)


@linux
@again
def test_many_small_objects():
    found = growth("def call(): return [object() for _ in range(1_000_000)]")
    assert_grown(found, "objects", 16 * MB + 8 * MB, tolerance=MB)


@since_311
@linux
@again
def test_pages_that_nobody_touched_do_not_count():
    found = growth("def call(): return bytes(50 * MB)")
    assert abs(found["objects"]) < 0.5 * MB
    assert found["not_resident"] == pytest.approx(50 * MB, rel=0.01)
    assert abs(found["unseen"]) < 5 * MB


@linux
@again
def test_pages_of_a_divided_mapping_that_nobody_touched_do_not_count():
    pytest.importorskip("numpy")
    # NumPy asks for large pages, for which the system divides the mapping.
    found = growth("import numpy\ndef call(): return numpy.zeros(10_000_000)")
    assert abs(found["objects"]) < 0.5 * MB
    assert found["not_resident"] == pytest.approx(80 * MB, rel=0.01)


HALF_FREED = """
def call():
    global KEPT
    items = [(number, str(number)) for number in range(300_000)]
    KEPT = items[::1000]
    del items
"""


@since_311
@linux
@again
def test_free_blocks_of_arenas():
    found = growth(HALF_FREED)
    assert found["free_in_arenas"] > 20 * MB
    assert abs(found["unseen"]) < 5 * MB
    assert found["free_in_arenas"] == pytest.approx(found["resident"], abs=5 * MB)


@linux
def test_the_objects_that_keep_arenas_alive():
    found = run_json(f"""{START}{HALF_FREED}
call()
account = refcycle.memory()
print(json.dumps([account.arenas, account.arena_holders, str(account)]))
""")
    (count, sparse, resident, used, free), holders, text = found
    assert sparse > 20 and free > 20 * MB and used + free <= resident
    name, arenas = holders[0]
    assert name == "list (300 items), __main__.KEPT"
    assert sparse * 0.8 < arenas <= sparse
    assert f"{count} arenas, " in text and f"{arenas} arenas: {name}" in text


@linux
def test_no_holders_if_little_is_free():
    account = refcycle.memory()
    assert account.arenas.free < account.arenas.resident
    assert account.arena_holders == () or account.arenas.free > 0.1 * account.resident


@linux
@glibc
@again
def test_freed_blocks_of_malloc():
    found = growth("""
blocks = []
def call():
    for _ in range(60_000):
        block = libc.malloc(1000)
        libc.memset(block, 1, 1000)
        blocks.append(block)
    last = blocks.pop()
    while blocks:
        libc.free(blocks.pop())
""")
    assert_grown(found, "free_in_malloc", 60 * MB, tolerance=5 * MB)


STACK = """
class Attributes(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char * 256)]
libc.pthread_self.restype = ctypes.c_void_p
ready, end = threading.Event(), threading.Event()
def use_stack():
    attributes, address, size = Attributes(), ctypes.c_void_p(), ctypes.c_size_t()
    libc.pthread_getattr_np(ctypes.c_void_p(libc.pthread_self()), ctypes.byref(attributes))
    libc.pthread_attr_getstack(
        ctypes.byref(attributes), ctypes.byref(address), ctypes.byref(size)
    )
    libc.memset(address.value + 65536, 1, 10 * MB)
    ready.set()
    end.wait()
def call():
    threading.stack_size(SIZE * MB)
    thread = threading.Thread(target=use_stack, daemon=True)
    thread.start()
    ready.wait()
    blocked = "running"
    while blocked.startswith("running"):  # where the stack of a thread is, is known if it waits
        with open(f"/proc/self/task/{thread.native_id}/syscall") as file:
            blocked = file.read()
"""


@since_311
@linux
@glibc
@pytest.mark.parametrize("size", [16, 256])
@again
def test_the_stack_of_a_thread(size):
    if size > 64 and c_library() >= (2, 42):
        pytest.skip("the guard below a stack is not visible, so that it may be other memory")
    found = growth(STACK.replace("SIZE", str(size)))
    assert_grown(found, "stacks", 10 * MB)


@since_311
@linux
@again
def test_a_mapped_file(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"x" * 10 * MB)
    found = growth(f"""
def call():
    file = os.open({str(path)!r}, os.O_RDONLY)
    address = libc.mmap(None, 10 * MB, mmap.PROT_READ, mmap.MAP_PRIVATE, file, 0)
    ctypes.string_at(address, 10 * MB).count(b"y")
""")
    assert_grown(found, "files", 10 * MB)


@linux
@again
def test_shared_memory():
    found = growth("""
def call():
    shared = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS
    address = libc.mmap(None, 10 * MB, mmap.PROT_READ | mmap.PROT_WRITE, shared, -1, 0)
    libc.memset(address, 1, 10 * MB)
""")
    assert_grown(found, "shared_memory", 10 * MB)


@pytest.mark.any_version
@linux
def test_graphs_of_refcycle_have_a_line_of_their_own():
    found = run_json(f"""{START}
data = [[number] for number in range(500_000)]
graphs = [refcycle.snapshot(untracked=True) for _ in range(4)]
memory = sum(graph.statistics()["memory"] for graph in graphs)
print(json.dumps([memory, refcycle.memory().to_dict()]))
""")
    memory, account = found
    assert memory > 40 * MB
    # Some freed arrays are kept for the next graph.
    assert 0.9 * memory < account["parts"]["refcycle"] < memory + 100 * MB
    assert account["parts"]["unseen"] < 5 * MB


MADE = {
    "polars": "kept = polars.DataFrame({f'c{n}': range(200_000) for n in range(8)})",
    "pyarrow": "kept = pyarrow.table({f'c{n}': list(range(200_000)) for n in range(8)})",
}


@linux
@pytest.mark.parametrize("library", MADE)
def test_memory_of_the_allocators_of_libraries(library):
    pytest.importorskip(library)
    found, text = run_json(f"""{START}
import {library}
before = refcycle.memory()
{MADE[library]}
account = refcycle.memory()
print(json.dumps([[before.to_dict(), account.to_dict()], str(account)]))
""")
    before, after = found
    assert before["parts"]["beside_buffers"] == 0
    assert after["parts"]["beside_buffers"] > 0
    assert f"allocator of {library}, beside buffers of objects" in text
    for account in found:
        assert sum(size or 0 for size in account["parts"].values()) == account["resident"]
    # The buffers are in the same mappings.
    first, then = (
        account["parts"]["objects"] + account["parts"]["beside_buffers"] for account in found
    )
    assert then - first >= 8 * 200_000 * 8


@linux
def test_without_these_libraries_nothing_is_beside_their_buffers():
    found = run_json(f"""{START}
kept = bytearray(5 * MB)
print(json.dumps([refcycle.memory().to_dict(), str(refcycle.memory())]))
""")
    assert found[0]["parts"]["beside_buffers"] == 0
    assert "beside" not in found[1]


@linux
@pytest.mark.parametrize("allocator", ["malloc", "debug", "pymalloc_debug", "malloc_debug"])
def test_other_allocators(allocator):
    code = f"{START}\nprint(json.dumps([refcycle.memory().to_dict()]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONMALLOC": allocator},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    [found] = json.loads(done.stdout)
    has_arenas = allocator in ("debug", "pymalloc_debug")
    assert (found["arenas"] is not None) is has_arenas
    assert (found["parts"]["free_in_arenas"] is not None) is has_arenas
    assert found["parts"]["objects"] > MB
    assert sum(size or 0 for size in found["parts"].values()) == found["resident"]


def test_without_proc():
    """No file can be opened: what the system would say is unknown."""
    pytest.importorskip("resource")
    found = run_json("""
import json, resource
import refcycle
refcycle.memory()
import sys, os
lowest = os.dup(0)
os.close(lowest)
resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))
account = refcycle.memory()
print(json.dumps([account.to_dict(), str(account)]))
""")
    account, text = found
    assert account["resident"] is None and account["arenas"] is None
    unknown = [key for key, size in account["parts"].items() if size is None]
    assert {"libraries", "stacks", "unseen", "free_in_arenas"} <= set(unknown)
    assert account["parts"]["objects"] > MB and account["kinds"][0]["size"] > 0
    assert account["advice"] == []
    assert "memory of the process: unknown" in text and "unknown" in text


@linux
def test_advice_for_what_is_not_seen():
    text = run(f"""{START}
block = libc.malloc(100 * MB)
libc.memset(block, 1, 100 * MB)
print(refcycle.memory())
""")
    assert "is outside Python objects: use memray run --native" in text


def test_no_advice_for_a_small_program():
    assert "memray" not in run("import refcycle; print(refcycle.memory())")


@linux
def test_texts():
    account = refcycle.memory()
    assert isinstance(account, MemoryAccount)
    title, headings, first, *_ = str(account).splitlines()
    assert title.startswith("memory of the process: ") and title.endswith("MB")
    assert headings.split() == ["size", "share", "what", "it", "is"]
    assert first.endswith("Python objects and their buffers")
    bundle = account._repr_mimebundle_()
    assert bundle["text/plain"] == str(account)
    assert "<caption>memory of the process: " in bundle["text/html"]
    assert json.loads(json.dumps(account.to_dict()))["resident"] == account.resident
    assert repr(account) == f"<MemoryAccount: {title}>"


def test_nothing_is_kept():
    class Planted:
        pass

    planted = Planted()
    count = sys.getrefcount(planted)
    account = refcycle.memory()
    assert [kind.count for kind in account.kinds if kind.type_name == "Planted"] == [1]
    assert sys.getrefcount(planted) == count


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "refcycle", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


DUMP = """
import json, sys
import refcycle
kept = [bytes([number % 256]) * 1000 for number in range(20_000)]
for _ in range(3):
    account = refcycle.memory()
dump = refcycle.dump(sys.argv[1], fork=sys.argv[2] == "True")
if dump is not None:
    dump.wait()
print(json.dumps(account.to_dict()))
"""


@pytest.mark.any_version
@linux
@pytest.mark.parametrize("fork", [False, True])
def test_a_dump_has_the_account(tmp_path, fork):
    path = tmp_path / "heap.refcycle"
    program = [sys.executable, "-c", DUMP, str(path), str(fork)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    now = json.loads(done.stdout)
    done = command("memory", path, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sum(size or 0 for size in found["parts"].values()) == found["resident"]
    for key, size in now["parts"].items():
        # Each look leaves some freed memory.
        limit = 8 * MB if key == "free_in_malloc" else 3 * MB
        assert found["parts"][key] == pytest.approx(size, abs=limit), key
    assert found["parts"]["objects"] > 20 * MB and found["libraries"] == []
    assert [kind["type"] for kind in found["kinds"]][0] == "bytes"
    text = command("memory", path).stdout
    assert text.startswith("memory of the process: ") and "Python objects and their" in text
    top = command("top", path).stdout
    assert "\nprocess of " in top and "% Python objects and their buffers" in top
    data = json.loads(command("top", path, "--json").stdout)
    assert data["memory"] == found
    refcycle.load(path).export_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f'"title":"refcycle: process of {found["resident"] / 1e6:.0f} MB: objects ' in page


RETURNED = """
import json, sys, refcycle

class Node:
    def __init__(self, number):
        self.number, self.name = number, f"node {number}"

nodes = [Node(number) for number in range(100_000)]
refcycle.memory()  # now: what the first call needs
free = [refcycle.memory().to_dict()["parts"]["free_in_malloc"]]
for _ in range(2):
    refcycle.dump(sys.argv[1])
    free.append(refcycle.memory().to_dict()["parts"]["free_in_malloc"])
print(json.dumps(free))
"""


@linux
def test_a_dump_gives_back_the_memory_that_it_needed(tmp_path):
    path = tmp_path / "heap.refcycle"
    program = [sys.executable, "-c", RETURNED, str(path)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    before, *after = json.loads(done.stdout)
    if before is None:
        pytest.skip("the C library does not report its free blocks")
    assert max(after) < before + 4 * MB


def test_what_is_unknown_is_none():
    found = MemoryAccount({"resident": None, "part.objects": 5}, ())
    assert found.not_resident is None and found.to_dict()["not_resident"] is None
    assert (found.resident, found.unseen, found.arenas) == (None, None, None)


def test_an_account_holds_what_it_says():
    """It is no observer that holds the objects of the program."""
    account = refcycle.memory()
    kinds = account.kinds
    graph = refcycle.snapshot(untracked=True)
    del kinds
    [chain] = graph.why(account.kinds).chains
    assert not graph.why(account.kinds).is_garbage
    assert [step.reference for step in chain.steps][-1] == ".kinds"


@pytest.mark.any_version
@pytest.mark.parametrize("make", ["snapshot", "tracked"])
def test_a_dump_without_an_account(tmp_path, make):
    path = tmp_path / "heap.refcycle"
    if make == "snapshot":
        refcycle.snapshot(untracked=True).save(path)
    else:
        refcycle.dump(path, untracked=False)
    done = command("memory", path)
    assert done.returncode == 2
    assert "the file has no account of the memory" in done.stderr
    assert command("top", path).returncode == 0
