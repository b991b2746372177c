"""Looking from everywhere that code can run, and at anything however deep."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.processes import run

HERE = Path(__file__).parent
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and fork")

PLACES = {
    "a tuple of a generator": """
        print(tuple(look() for _ in range(30)) == (True,) * 30)
    """,
    "__del__": """
        seen = []
        class Dying:
            def __del__(self):
                seen.append(look())
        obj = Dying()
        del obj
        obj = Dying()
        obj.own = obj
        del obj
        gc.collect()
        print(seen == [True, True])
    """,
    "a callback of a weak reference": """
        import weakref
        seen = []
        class Target:
            pass
        target = Target()
        reference = weakref.ref(target, lambda _: seen.append(look()))
        del target
        target = Target()
        target.own = target
        other = weakref.ref(target, lambda _: seen.append(look()))
        del target
        gc.collect()
        print(seen == [True, True])
    """,
    "a collection": """
        seen = []
        def callback(phase, info):
            seen.append((phase, look()))
        gc.callbacks.append(callback)
        for generation in (0, 1, 2):
            gc.collect(generation)
        gc.callbacks.clear()
        print(seen == [("start", True), ("stop", True)] * 3)
    """,
    "a trace function": """
        seen = []
        busy = False
        def trace(frame, event, argument):
            global busy
            if not busy:
                busy = True
                seen.append((event, look()))
                busy = False
            return trace
        def traced():
            return 1
        sys.settrace(trace)
        traced()
        sys.settrace(None)
        print(seen[:4] == [("call", True), ("line", True), ("return", True)])
    """,
    "a profile function": """
        seen = []
        busy = False
        def profile(frame, event, argument):
            global busy
            if not busy:
                busy = True
                seen.append((event, look()))
                busy = False
        sys.setprofile(profile)
        len("")
        sys.setprofile(None)
        print(seen[:2] == [("c_call", True), ("c_return", True)])
    """,
    "an audit hook": """
        seen = []
        busy = False
        def hook(event, arguments):
            global busy
            if not busy and event == "example":
                busy = True
                seen.append(look())
                busy = False
        sys.addaudithook(hook)
        sys.audit("example")
        print(seen == [True])
    """,
    "an audit hook of what a look does": """
        seen = []
        busy = False
        def hook(event, arguments):
            global busy
            if not busy and on:
                busy = True
                seen.append(look())
                busy = False
        on = False
        sys.addaudithook(hook)
        on = True
        ended = look()
        gc.get_objects()
        on = False
        print(ended and len(seen) > 0 and all(seen))
    """,
    "without collections": """
        gc.disable()
        print(look() and not gc.isenabled())
    """,
    "a collector in debug mode": """
        gc.set_debug(gc.DEBUG_SAVEALL | gc.DEBUG_STATS)
        gc.collect()
        flags = gc.get_debug()
        kept = len(gc.garbage)
        print(look() and gc.get_debug() == flags and len(gc.garbage) == kept)
        gc.set_debug(0)
    """,
    "tracemalloc": """
        import tracemalloc
        tracemalloc.start(20)
        seen = [look() for _ in range(5)]
        tracemalloc.take_snapshot().statistics("lineno")
        print(seen == [True] * 5)
    """,
    "a small threshold": """
        gc.set_threshold(1, 1, 1)
        print([look() for _ in range(5)] == [True] * 5)
    """,
    "another thread with a small stack": """
        import threading
        threading.stack_size(256 * 1024)
        seen = []
        thread = threading.Thread(target=lambda: seen.append(look()))
        thread.start()
        thread.join()
        print(seen == [True])
    """,
    "an exception handler": """
        try:
            {}["missing"]
        except KeyError as error:
            seen = look()
        print(seen)
    """,
    "a coroutine and an async generator": """
        import asyncio
        async def steps():
            for _ in range(3):
                await asyncio.sleep(0)
                yield look()
        async def run():
            return [seen async for seen in steps()] + await asyncio.gather(*map(one, range(3)))
        async def one(number):
            await asyncio.sleep(0)
            return look()
        print(asyncio.run(run()) == [True] * 6)
    """,
    "an import": """
        import pathlib, tempfile
        with tempfile.TemporaryDirectory() as folder:
            code = "from helpers.contexts import look\\nseen = look()\\n"
            pathlib.Path(folder, "imported_here.py").write_text(code)
            sys.path.append(folder)
            import imported_here
        print(imported_here.seen)
    """,
    "a comparison and a hash": """
        seen = []
        class Key:
            def __hash__(self):
                seen.append(look())
                return 1
            def __eq__(self, other):
                seen.append(look())
                return False
        table = {Key(): 1}
        table[Key()] = 2
        items = sorted([3, 1, 2], key=lambda item: seen.append(look()) or item)
        print(seen == [True] * 6 and items == [1, 2, 3])
    """,
}

ON_UNIX = {
    "a signal handler": """
        import signal
        seen = []
        signal.signal(signal.SIGALRM, lambda number, frame: seen.append(look()))
        for _ in range(3):
            signal.raise_signal(signal.SIGALRM)
        print(seen == [True] * 3)
    """,
    "a signal handler during an algorithm": """
        import signal
        import refcycle
        seen = []
        signal.signal(signal.SIGALRM, lambda number, frame: seen.append(look()))
        lists = [[] for _ in range(50_000)]
        for one, other in zip(lists, lists[1:]):
            one.append(other)
        graph = refcycle.ObjectGraph(lists)
        while len(seen) < 3:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            assert len(graph.strongly_connected_components()) == 50_000
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(all(seen))
        sys.stdout.flush()
        os._exit(0)
    """,
    "a forked child": """
        child = os.fork()
        if child == 0:
            os._exit(0 if look() else 1)
        print(look() and os.waitpid(child, 0)[1] == 0)
    """,
    # Python warns of a fork beside threads. To show that, the parent imports modules: a child that
    # another thread forks meanwhile would wait for their locks for ever.
    "a child of a thread": """
        import threading, warnings
        warnings.simplefilter("ignore")
        results = []
        def fork():
            child = os.fork()
            if child == 0:
                os._exit(0 if look() else 1)
            results.append(os.waitpid(child, 0)[1])
        threads = [threading.Thread(target=fork) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(results == [0] * 3)
    """,
}

IMPORTS = "import gc, os, sys\nfrom helpers.contexts import last_look, look\n"


def program(body):
    lines = body.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return IMPORTS + "\n".join(line[indent:] for line in lines)


@pytest.mark.parametrize("place", PLACES)
def test_one_can_look_from(place):
    assert run(program(PLACES[place]), cwd=HERE).split()[-1] == "True"


@UNIX
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("place", ON_UNIX)
def test_one_can_look_on_unix_from(place):
    assert run(program(ON_UNIX[place]), cwd=HERE).split()[-1] == "True"


MODES = {
    "development": ["-X", "dev"],
    "tracemalloc": ["-X", "tracemalloc=5"],
    "without pymalloc": [],
    "debug allocator": [],
    "optimized": ["-OO"],
    "without site": ["-S", "-s"],
}
ALLOCATORS = {"without pymalloc": "malloc", "debug allocator": "debug"}


@pytest.mark.parametrize("mode", MODES)
def test_one_can_look_in_mode(mode):
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if mode in ALLOCATORS:
        env["PYTHONMALLOC"] = ALLOCATORS[mode]
    if mode == "without site":
        env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    code = program(PLACES["__del__"] + "\n" + PLACES["a collection"])
    command = [sys.executable, "-X", "faulthandler", *MODES[mode], "-c", code]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=240, cwd=HERE, env=env
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "True"]


ENDINGS = {
    "atexit": """
        import atexit
        atexit.register(lambda: print("seen", look()))
    """,
    "__del__ of a global": """
        class Dying:
            def __del__(self, look=last_look, print=print):
                print("seen", look(self))
        obj = Dying()
    """,
    "__del__ of a cycle": """
        class Dying:
            def __del__(self, look=last_look, print=print):
                print("seen", look(self))
        obj = Dying()
        obj.own = obj
        gc.disable()
    """,
    "__del__ of an attribute of sys": """
        class Dying:
            def __del__(self, look=last_look, print=print):
                print("seen", look(self))
        sys.kept = Dying()
    """,
    "__del__ in a module that refcycle uses": """
        import collections, refcycle
        class Dying:
            def __del__(self, look=last_look, print=print):
                print("seen", look(self))
        collections.kept = refcycle.kept = Dying()
    """,
    "atexit beside threads that go on": """
        import atexit, threading, time
        def work():
            held = []
            while True:
                held = [held[:10], {}, lambda: held]
        def snapshots():
            while True:
                look()
        for target in (work, work, snapshots):
            threading.Thread(target=target, daemon=True).start()
        time.sleep(0.1)
        atexit.register(lambda: print("seen", look()))
    """,
    "a graph that is left": """
        import refcycle
        kept = refcycle.snapshot()
        kept.strongly_connected_components()
        parts = [kept.annotated().vertices, iter(kept), kept.roots()]
        sys.kept = [kept, parts]
        print("seen", look())
    """,
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_can_look_at_the_end(ending):
    lines = run(program(ENDINGS[ending]), cwd=HERE).splitlines()
    # Objects that `sys` holds may be freed when nothing can be printed any more.
    assert lines == ["seen True"] or ("of sys" in ending and lines == [])
