"""The measurements before the first reference is named leave no trace and run no code."""

import pathlib
import textwrap

from helpers.processes import run_json

HERE = pathlib.Path(__file__).parent

IMPORTS = """
import abc, asyncio, collections, contextvars, csv, ctypes, decimal, functools, gc, io
import itertools, json, operator, sys, types, typing, warnings
import refcycle
"""

KEPT = """
class Future(asyncio.Future):
    pass

def loop():
    pass

loop.get_debug = lambda: False
variable = contextvars.ContextVar("variable", default=[])
context = contextvars.Context()
context.run(variable.set, [])
cached = functools.lru_cache(lambda argument: [argument])
cached(1)

async def coroutine():
    yield

KEPT = [
    Future(loop=loop), iter(Future(loop=loop)), context, cached, abc.ABC, csv.reader([]),
    ctypes.POINTER(ctypes.c_int), decimal.Context(), itertools.tee([1]), sys.stdout,
    operator.itemgetter([]), types.MappingProxyType({}), typing.TypeVar("T"), {}.keys(),
    coroutine(), memoryview(b""), collections.deque([[]]), int | str, iter([]),
]
"""


def test_what_is_measured_leaves_nothing_in_the_heap():
    code = """
    def is_of_names(obj):
        # From its first call on a function written in C keeps the names of its parameters.
        return type(obj) is tuple and obj and all(type(part) is str for part in obj)

    def look():
        found = {}
        for obj in gc.get_objects():
            if not is_of_names(obj):
                found[id(obj)] = str(type(obj))
        found.pop(id(found), None)
        return found

    look()
    refcycle.snapshot()  # The first one imports what later calls need.
    gc.collect()
    gc.disable()
    graph = refcycle.snapshot()
    modules = list(sys.modules)
    before = look()
    made = graph.annotated()
    count = len(made.edges)
    del made
    after = look()
    after.pop(id(before), None)
    left = [kind for number, kind in after.items() if number not in before]
    facts = {"left": left, "count": count, "modules": list(sys.modules) == modules}
    del graph, before, after
    facts["garbage"] = gc.collect()
    print(json.dumps(facts))
    """
    facts = run_json(prepared(code))
    assert facts["left"] == [] and facts["garbage"] == 0
    assert facts["modules"] is True
    assert facts["count"] > 1000


def prepared(code):
    return IMPORTS + KEPT + textwrap.dedent(code)


def test_the_collector_stays_as_it_was():
    code = """
    found = []
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        refcycle.snapshot().annotated()
        found.append(gc.isenabled())
    print(json.dumps(found))
    """
    assert run_json(prepared(code)) == [True, False]


def test_no_hook_of_the_interpreter_is_called():
    code = """
    called = []

    def hook(name):
        def called_by(*arguments, **others):
            place = getattr(arguments[0], "f_code", None) if arguments else None
            called.append(f"{name} {getattr(place, 'co_filename', '')}")

        return called_by

    graph = refcycle.snapshot()
    sys.set_asyncgen_hooks(hook("firstiter"), hook("finalizer"))
    warnings.simplefilter("always")
    warnings.showwarning = hook("warning")
    sys.unraisablehook = hook("unraisable")
    gc.disable()
    gc.callbacks.append(hook("gc"))
    trace, profile = hook("trace"), hook("profile")
    if sys.version_info >= (3, 11):
        sys.settrace(trace)
        sys.setprofile(profile)
    made = graph.annotated()
    sys.setprofile(None)
    sys.settrace(None)
    hooks = [bool(hook) for hook in sys.get_asyncgen_hooks()]
    print(json.dumps({"called": called, "hooks": hooks}))
    """
    facts = run_json(prepared(code))
    # A profile function is told that `annotated` and the two that end it are called.
    from_here = [name for name in facts["called"] if name == "profile <string>"]
    assert facts["called"] == from_here and len(from_here) < 10
    assert facts["hooks"] == [True, True]


def test_no_code_of_the_objects_runs():
    code = """
    import helpers.hostile_private
    from helpers.hostile import HOSTILE, TOUCHED, watched
    KEEP = [make() for make in HOSTILE.values()]
    graph = refcycle.snapshot()
    with watched():
        made = graph.annotated()
    print(json.dumps({"touched": TOUCHED, "kept": len(KEEP), "edges": len(made.edges)}))
    """
    facts = run_json(prepared(code), cwd=HERE)
    assert facts["touched"] == []
    assert facts["kept"] > 40 and facts["edges"] > 1000


def test_a_process_that_has_imported_nothing():
    code = """
    import sys, warnings
    from refcycle.annotations import annotated_references

    called = []
    warnings.simplefilter("always")
    warnings.showwarning = lambda *arguments: called.append(str(arguments[0]))
    target = iter([])
    found = annotated_references(enumerate(target))[target]
    import json
    print(json.dumps([called, found]))
    """
    assert run_json(code) == [[], ["en_sit"]]
