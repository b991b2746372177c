"""Words of memory that look like a reference and are none."""

import datetime
import gc
import sys

import pytest
from helpers.fresh_memory import HAS_FREE_BLOCKS_IN_USE, in_fresh_memory
from helpers.leaks import give_back, leak
from helpers.processes import run

import refcycle

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux") or HAS_FREE_BLOCKS_IN_USE,
    reason="memory is searched on Linux only, and free blocks must be known to be free",
)


CYTHON = "cython_function_or_method"


class Target:
    pass


class Zone(datetime.tzinfo):
    pass


# Objects keep the address of code, as a number in a field of their struct. Then the code is freed;
# its memory still has the type, and the next word is an address.
NUMBERS = """
import gc, refcycle

def made(number):
    text = f"def f(a, b={number}):\\n  return a + b + {number}\\nx = {number}"
    return compile(text, "m", "exec")

codes = [made(number) for number in range(1000)]
numbers = [enumerate([], id(code)) for code in codes]
%s
for _ in range(3):
    graph = refcycle.snapshot(untracked=%s)
    roots = str(graph.roots())
    del graph, roots
    gc.collect()
    newer = [made(number) for number in range(1500)]
    other = [bytes([n %% 256]) * size for n in range(1000) for size in (100, 180, 300, 400)]
    del newer, other
print("survived")
"""


@pytest.mark.parametrize("end", ["", "del codes"])
@pytest.mark.parametrize("untracked", [False, True])
def test_a_number_that_is_the_address_of_code_is_not_followed(end, untracked):
    assert run(NUMBERS % (end, untracked), limit=120) == "survived\n"


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 12), reason="names of functions are immortal, and have no holders"
)
def test_the_code_of_functions_of_cython_is_followed():
    pytest.importorskip("numpy.random")
    functions = [obj for obj in gc.get_objects() if type(obj).__name__ == CYTHON]
    if not functions:
        pytest.skip("NumPy has no functions of this type")
    found = refcycle.snapshot(untracked=True).roots()
    held = [root for root in found if any("co_name of code" in name for name in root.holders)]
    names = {root.vertex for root in held}
    assert names & {function.__name__ for function in functions}


def test_of_several_fields_the_one_that_more_objects_speak_for_is_the_holder():
    numpy = pytest.importorskip("numpy")
    names = [name for name in dir(numpy) if hasattr(getattr(numpy, name), "_implementation")]
    functions = [getattr(numpy, name)._implementation for name in names]
    # A word that is left over in the memory of one object.
    [number] = [enumerate([], id(function)) for function in functions[:1]]
    order = [number, *functions]
    graph = refcycle.snapshot()
    roots = [root for root in graph.roots() if root.vertex is functions[0]]
    if not roots:
        pytest.skip("an object of the graph holds the function")
    [root] = roots
    held = [holder for holder in root.holders if "field at byte" in holder]
    assert held and not any("enumerate" in holder for holder in held)
    assert order[0] is number


@pytest.mark.parametrize("moment", [datetime.datetime, datetime.time])
def test_a_moment_without_a_time_zone_has_no_field_for_it(moment):
    day = (2020, 1, 1) if moment is datetime.datetime else ()
    zone = Zone()
    # Memory of moments with a time zone is used again for others.
    several = [moment(*day, 1, 2, tzinfo=zone) for _ in range(200)]
    others = [moment(*day, 1, 2, tzinfo=None) for _ in range(200)]
    del several
    others += [moment(*day, 1, 2, tzinfo=None) for _ in range(400)]
    leak(zone)
    try:
        (root,) = [root for root in refcycle.snapshot().roots() if root.vertex is zone]
        assert (root.holders, root.unexplained) == ((), 1)
    finally:
        give_back(zone)
    assert len(others) == 600


@linux
def test_texts_and_numbers_hold_nothing():
    target = in_fresh_memory(Target)
    number = id(target)
    base = sys.int_info.bits_per_digit
    # Digits of 30 bits in 4 bytes each: this number has the address among them.
    digits = (number & 0xFFFF_FFFF, number >> 32)
    numbers = []
    if all(digit < 1 << base for digit in digits):
        numbers.append(digits[0] | digits[1] << base | 1 << (2 * base))
    texts = [number.to_bytes(8, sys.byteorder) * 3 for _ in range(3)]
    texts += [b"x" * 7 + text for text in texts]
    leak(target)
    try:
        found = refcycle.snapshot().find_in_memory(target)
        assert ([place.name for place in found], found.is_leaked) == ([], True)
    finally:
        give_back(target)
    assert len(texts) == 6 and len(numbers) < 2


FREE_OBJECTS = """
import ctypes, refcycle
make = %s
free = [make() for _ in range(200)]
del free
# Its address is left over in the list from which it was taken.
target = make()
ctypes.pythonapi.Py_IncRef(ctypes.py_object(target))
found = refcycle.snapshot(untracked=True).find_in_memory(target)
# Its memory was that of another object, of which stacks may have pointers left.
print(found.unexplained, {place.kind for place in found} - {"stack", "call"})
"""


@linux
@pytest.mark.parametrize("make", ["list", "dict", "lambda: [].append"])
def test_a_list_of_free_objects_holds_nothing(make):
    # A word may be left over elsewhere, in one run of many; the list is there in each.
    assert any(run(FREE_OBJECTS % make) == "1 set()\n" for _ in range(5))


OLDER = """
import ctypes, refcycle

class Other:
    pass

class S:
    pass

# They fill the holes of the heap: the next object has memory that no other had.
others = [Other() for _ in range(30_000)]

def leaked():
    made = S()
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(made))

leaked()
graph = refcycle.snapshot()
print(graph.find_in_memory(graph.find_by_typename("S")[0]))
found = graph.find_by_typename("S")[0]
result = graph.find_in_memory(found)
print(result.has_changed, result.is_leaked, result.unexplained)
print(result)
result = refcycle.snapshot().find_in_memory(found)
print(result.has_changed, result.is_leaked, result.unexplained, *result)
"""


@linux
def test_a_pointer_that_is_newer_than_the_graph_is_not_called_the_holder():
    lines = run(OLDER).splitlines()
    leaked, (state, *text), last = lines[:2], lines[2:-1], lines[-1]
    assert leaked == [
        "object __main__.S: 1 reference without a known holder",
        "no pointer to it exists: a reference was leaked (a missing Py_DECREF)",
    ]
    assert state == "True False 1"
    assert text[:3] == [
        "object __main__.S: 1 reference without a known holder",
        "references to it have changed since the graph was made: take a new snapshot",
        "pointers outside the graph, some of which may be newer:",
    ]
    assert last == "False True 1"


@linux
def test_a_reference_that_is_gone_has_not_leaked():
    target = in_fresh_memory(Target)
    leak(target)
    graph = refcycle.snapshot()
    before = graph.find_in_memory(target)
    give_back(target)
    after = graph.find_in_memory(target)
    # From 3.14 on, stacks of C functions may have pointers left.
    kinds = {place.kind for place in before}
    assert not before.has_changed and kinds <= {"stack"} and before.is_leaked is not bool(kinds)
    assert (after.has_changed, after.is_leaked, after.unexplained) == (True, False, 1)


@linux
def test_other_graphs_are_no_change():
    target = in_fresh_memory(Target)
    graph = refcycle.snapshot()
    others = [refcycle.snapshot(), refcycle.snapshot()]
    found = graph.find_in_memory(target)
    assert (found.has_changed, len(found)) == (False, 0)
    assert len(others) == 2


@linux
def test_the_text_of_many_places_is_short():
    class Many:
        pass

    graph = refcycle.snapshot()
    newer = [(Many, number) for number in range(50)]
    found = graph.find_in_memory(Many)
    assert found.has_changed and len(found) >= len(newer)
    lines = str(found).splitlines()
    assert len(lines) == 3 + 20 + 1
    assert lines[-1] == f"  and {len(found) - 20} more"


FREED = """
import ctypes, re, refcycle

class Target:
    pass

refcycle.snapshot()  # imports modules, whose objects would be made in what is freed here
others = [Target() for _ in range(30_000)]
target = Target()
free = [%s for _ in range(1500)]
del free
ctypes.pythonapi.Py_IncRef(ctypes.py_object(target))
found = refcycle.snapshot().find_in_memory(target)
# Stacks of C functions may have pointers left, and so may larger blocks, which are no tables.
size = re.compile("C heap block of ([0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-6]) bytes")
print([place for place in found if place.kind == "field" or size.fullmatch(place.name)])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="searched on Linux only")
@pytest.mark.parametrize("holder", ["(None, target)", "(None, target, None)", "{'a': target}"])
def test_an_object_in_a_list_of_free_ones_holds_nothing(holder):
    # A word may be left over elsewhere, in one run of many; the list is there in each.
    assert any(run(FREED % holder) == "[]\n" for _ in range(5))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="searched on Linux only")
def test_the_unused_end_of_a_block_holds_nothing():
    code = """
import ctypes, sys, refcycle

class Target:
    pass

others = [Target() for _ in range(30_000)]
target = Target()
# A set has 216 bytes of a block of 224. The last word of the block was that of a text: its last
# byte is the null that ends it.
assert sys.getsizeof(set()) == 216
text = b"x" * 184 + id(target).to_bytes(8, "little")[:7]
free = [bytes(bytearray(text)) for _ in range(2000)]
del free
sets = [{1, 2, 3} for _ in range(1000)]
ctypes.pythonapi.Py_IncRef(ctypes.py_object(target))
found = refcycle.snapshot().find_in_memory(target)
print([place for place in found if place.name.endswith("of set[3]")])
"""
    assert run(code) == "[]\n"
