"""Which fix `why` names: a test where the pattern is the reason, and one where it is not.

One file, so that each pattern stands beside those that it must not be taken for.
"""

import asyncio
import builtins
import collections
import concurrent.futures
import contextvars
import functools
import gc
import logging
import sys
import threading
import traceback
import types
import unittest.mock
import weakref
from queue import SimpleQueue

import pytest
from test_remedies import from_file, names

import refcycle
from refcycle._objects import unused_locals

pytestmark = pytest.mark.any_version

THIS = sys.modules[__name__]
VARIABLE = contextvars.ContextVar("variable")
UNUSED = "variable that is not used again"


class Target:
    def method(self):
        pass


class Holder:
    def __init__(self, held=None):
        self.held = held


class Registered:
    every = ()

    def __init__(self):
        type(self).every += (self,)


@pytest.fixture(autouse=True)
def nothing_is_kept():
    gc.collect()
    yield
    THIS.__dict__.pop("KEPT", None)
    Registered.every = ()
    gc.collect()


def asked(obj, saved=False):
    """What is known of an object; if `saved`, a file says the same."""
    if not saved:
        return refcycle.why(obj)
    address = id(obj)
    del obj
    # An answer holds objects too, so it comes last.
    of_file = names(from_file(refcycle.snapshot(), address))
    graph = refcycle.snapshot()
    answer = graph.why(next(obj for obj in graph if id(obj) == address))
    assert of_file == names(answer)
    return answer


def grown(item):
    """A list to which an item was added."""
    found = []
    found.append(item)
    return found


def the(cls=Target):
    [found] = [obj for obj in refcycle.snapshot() if type(obj) is cls]
    return found


def advice(answer):
    [remedy] = answer.remedies
    return remedy.advice


class Worker:
    """A thread that has done a job and waits."""

    def __init__(self, function, job):
        self.jobs, self.done, self.end = SimpleQueue(), SimpleQueue(), threading.Event()
        self.thread = threading.Thread(target=function, args=(self.jobs, self.done, self.end))
        self.jobs.put(job)

    def __enter__(self):
        self.thread.start()
        self.done.get()

    def __exit__(self, *exception):
        self.end.set()
        self.jobs.put(None)
        self.thread.join()


def in_a_loop(jobs, done, end):
    while not end.is_set():
        job = jobs.get()
        if job is not None:
            job()
        done.put(None)


def in_a_for_loop(jobs, done, end):
    for job in iter(jobs.get, None):
        job()
        done.put(None)


def once(jobs, done, end):
    job = jobs.get()
    job()
    done.put(None)
    end.wait()


def again(jobs, done, end):
    job = jobs.get()
    done.put(None)
    end.wait()
    job()


def when_it_fails(jobs, done, end):
    while not end.is_set():
        try:
            job = jobs.get()
            done.put(None)
        except ValueError:
            job()


def shared(jobs, done, end):
    job = jobs.get()
    again = lambda: job  # noqa: E731
    done.put(None)
    end.wait()
    again()


def by_name(jobs, done, end):
    job = jobs.get()
    done.put(None)
    end.wait()
    locals()


def with_data(jobs, done, end):
    while not end.is_set():
        job = jobs.get()
        done.put(len(job.held) if job else 0)


class App:
    def __init__(self, end):
        self.sessions, self.end = [], end

    def run(self, jobs, done):
        self.sessions.append(jobs.get())
        done.put(None)
        self.end.wait()
        self.sessions.clear()


def main(jobs, done, end):
    app = App(end)
    app.run(jobs, done)


class TestUnusedVariable:
    @pytest.mark.parametrize("function", [in_a_loop, in_a_for_loop])
    def test_of_a_worker_that_waits_for_its_next_job(self, function):
        with Worker(function, Target().method):
            answer = asked(the())
        assert names(answer) == [UNUSED]
        assert advice(answer) == (
            f"`{function.__name__}` still holds the value of `job` and does not read it again: "
            "put `del job` at the end of the loop, in a `finally` block if the body can end early"
        )

    def test_outside_a_loop(self):
        with Worker(once, Target().method):
            answer = asked(the())
        assert names(answer) == [UNUSED]
        assert advice(answer).endswith("put `del job` after its last use")

    def test_what_only_the_variable_leads_to(self):
        with Worker(with_data, Holder([Target()])):
            answer = asked(the(), saved=True)
        assert names(answer) == [UNUSED]

    @pytest.mark.parametrize("function", [again, when_it_fails, shared, by_name])
    def test_one_that_may_be_read_is_none(self, function):
        with Worker(function, Target().method):
            answer = asked(the())
        assert len(answer.chains) == 1
        assert names(answer) == []

    def test_what_others_use_too_is_none(self):
        with Worker(main, Target()):
            assert names(asked(the())) == []
            assert names(asked(the(App))) == []

    def test_code_with_an_object_that_has_no_copy_is_left_out(self, tmp_path):
        def waits(jobs, done, end):
            job = jobs.get()
            job()
            done.put(None)
            end.wait()

        constants = (*waits.__code__.co_consts, object())
        waits.__code__ = waits.__code__.replace(co_consts=constants)
        with Worker(waits, Target().method):
            assert names(asked(the())) == []
            refcycle.snapshot().save(tmp_path / "heap")

    def test_of_a_task(self):
        async def worker(jobs, done):
            while True:
                job = await jobs.get()
                job()
                done.set()

        async def main():
            jobs, done = asyncio.Queue(), asyncio.Event()
            task = asyncio.ensure_future(worker(jobs, done))
            jobs.put_nowait(Target().method)
            await done.wait()
            answer = asked(the())
            task.cancel()
            await asyncio.wait([task])
            return answer

        answer = asyncio.run(main())
        assert names(answer) == [UNUSED]
        assert "put `del job` at the end of the loop" in advice(answer)

    def test_of_a_task_that_reads_it_is_none(self):
        async def worker(job, begun, end):
            begun.set()
            await end.wait()
            job()

        async def main():
            begun, end = asyncio.Event(), asyncio.Event()
            task = asyncio.ensure_future(worker(Target().method, begun, end))
            await begun.wait()
            answer = asked(the())
            end.set()
            await task
            return answer

        assert names(asyncio.run(main())) == ["unfinished task"]

    def test_a_coroutine_that_has_not_begun_is_none(self):
        async def worker(job):
            pass

        async def main():
            task = asyncio.ensure_future(worker(Target().method))
            answer = asked(the())
            await task
            return answer

        assert UNUSED not in names(asyncio.run(main()))

    @pytest.mark.parametrize(
        "text",
        ["", "{", "1", "[1]", "[[1, 2, 3]]", '[[["a"], [], [[1], "2", null]]]', "[" * 100_000],
    )
    def test_of_a_file_with_something_else_nothing_is_known(self, text):
        assert dict(unused_locals._read(text)) == {}

    def test_what_a_file_says(self):
        def generate():
            held = Target()
            yield id(held)

        running = generate()
        next(running)
        text = unused_locals.describe([running, [], len])
        if sys.version_info >= (3, 11):
            assert dict(unused_locals._read(text)) == {
                id(running): (frozenset({"held"}), frozenset())
            }


class TestTraceback:
    def failed(self):
        try:
            target = Target()
            raise ValueError(id(target))
        except ValueError as error:
            return error

    @pytest.mark.parametrize("name", ["last_traceback", "last_value", "last_exc"])
    def test_of_the_prompt(self, name, monkeypatch):
        error = self.failed()
        value = error.__traceback__ if name == "last_traceback" else error
        monkeypatch.setattr(sys, name, value, raising=False)
        del error, value
        answer = asked(the(), saved=True)
        assert names(answer) == ["result or error of the prompt"]
        assert "`del sys.last_value, sys.last_traceback`" in advice(answer)

    def test_of_a_log_record(self):
        error = self.failed()
        info = (type(error), error, error.__traceback__)
        THIS.KEPT = Holder(logging.LogRecord("name", 10, "path", 1, "text", (), info))
        del error, info
        answer = asked(the())
        assert names(answer) == ["log record with its traceback"]
        assert "record.exc_info = None" in advice(answer)

    def test_of_an_attribute(self):
        THIS.KEPT = Holder(self.failed().__traceback__)
        answer = asked(the())
        assert names(answer) == ["traceback with its frames"]
        assert "traceback.clear_frames" in advice(answer)

    def test_of_a_variable(self):
        def keep(jobs, done, end):
            tb = jobs.get()
            done.put(None)
            end.wait()
            traceback.clear_frames(tb)

        with Worker(keep, self.failed().__traceback__):
            answer = asked(the())
        assert names(answer) == ["traceback with its frames"]
        assert advice(answer).endswith("`del tb` when it has been handled")

    def test_what_a_record_was_made_with_is_none(self):
        THIS.KEPT = Holder(logging.LogRecord("name", 10, "path", 1, "text", (Target(),), None))
        assert names(asked(the())) == []

    def test_a_frame(self):
        def frame():
            target = Target()
            return sys._getframe(), id(target)

        THIS.KEPT = Holder(frame()[0])
        answer = asked(the())
        assert names(answer) == ["stored frame"]

    def test_an_exception_that_is_being_handled(self):
        def fail():
            target = Target()
            raise ValueError(id(target))

        try:
            fail()
        except ValueError:
            answer = asked(the())
        assert names(answer) == ["exception that is being handled"]


class TestClassRegistry:
    @pytest.mark.parametrize(
        ("make", "fix"),
        [
            (lambda: grown(Target()), "store weak references (weakref.ref)"),
            (lambda: collections.deque([Target()]), "store weak references (weakref.ref)"),
            (lambda: {"key": Target()}, "use a weakref.WeakValueDictionary"),
            (lambda: {Target(): 1}, "use a weakref.WeakKeyDictionary"),
            (lambda: {Target()}, "use a weakref.WeakSet"),
            (lambda: grown(("key", Target())), "remove each item when it is done"),
        ],
        ids=["list", "deque", "values", "keys", "set", "list of tuples"],
    )
    @pytest.mark.parametrize("form", ["class-level registry", "module-level registry"])
    def test_what_fits_the_container(self, form, make, fix):
        owner, name = (Registered, "every") if form.startswith("class") else (THIS, "KEPT")
        setattr(owner, name, make())
        answer = asked(the())
        assert names(answer) == [form]
        owner = owner.__name__
        assert advice(answer).startswith(f"`{owner}.{name}` keeps its items alive: ")
        assert advice(answer).endswith(fix)

    def test_in_a_class(self):
        Registered.every = grown(Target())
        answer = asked(the(), saved=True)
        assert names(answer) == ["class-level registry"]
        assert advice(answer).startswith("`Registered.every` keeps its items alive: ")

    def test_in_a_tuple_of_the_class(self):
        Registered()
        answer = asked(the(Registered))
        assert names(answer) == ["class-level registry"]
        assert advice(answer).endswith("assign a tuple without the item when it is done")

    @pytest.mark.parametrize(
        "make",
        [
            lambda: (Target(),),
            lambda: (Target(), Holder()),
            lambda: (Holder(Target()), Holder()),
            lambda: [Target()],
            lambda: [Holder(Target()), Holder(), Holder()],
        ],
        ids=["one", "two", "two of a type", "list", "list of three"],
    )
    def test_constants_are_none(self, make):
        Registered.every = make()
        assert names(asked(the(), saved=True)) == []

    def test_a_table_is_none(self):
        Registered.every = {"class": Target, "one": {}}
        assert names(asked(Registered.every["one"])) == []


class TestCallback:
    def test_a_closure(self):
        def connect(target):
            return lambda: target

        THIS.KEPT = Holder([connect(Target())])
        answer = asked(the())
        assert names(answer) == ["closure in a callback"]
        assert "by its closure" in advice(answer)

    def test_a_default_of_a_lambda(self):
        THIS.KEPT = Holder({"click": lambda target=Target(): target})  # noqa: B008
        answer = asked(the())
        assert names(answer) == ["closure in a callback"]
        assert "by a default" in advice(answer)

    def test_a_function_with_a_name_is_none(self):
        def decorated(target):
            def function():
                return target

            return function

        THIS.KEPT = decorated(Target())
        assert names(asked(the())) == []

    def test_a_function_of_a_class_is_none(self):
        def decorated(target):
            def function():
                return target

            return function

        Registered.every = decorated(Target())
        assert names(asked(the())) == []

    @pytest.mark.parametrize(
        "make",
        [
            lambda: functools.partial(print, Target()),
            lambda: functools.partial(print, target=Target()),
        ],
        ids=["arguments", "keywords"],
    )
    def test_a_partial(self, make):
        THIS.KEPT = Holder([make()])
        answer = asked(the(), saved=True)
        assert names(answer) == ["functools.partial"]
        assert "weakref.ref" in advice(answer)

    def test_a_partial_with_a_name_is_none(self):
        THIS.KEPT = functools.partial(print, Target())
        assert names(asked(the())) == []

    def test_a_method_in_a_variable_is_none(self):
        with Worker(again, Target().method):
            assert names(asked(the())) == []


class TestPending:
    def test_in_a_queue(self):
        THIS.KEPT = Holder(SimpleQueue())
        THIS.KEPT.held.put(Target().method)
        answer = asked(the())
        assert names(answer) in (["pending call or item"], [])
        if names(answer):
            assert "until it is taken out" in advice(answer)

    def test_in_a_pool(self):
        end = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(end.wait)
            pool.submit(Target().method)
            answer = asked(the())
            end.set()
        assert names(answer) == ["pending call or item"]
        assert "shutdown(cancel_futures=True)" in advice(answer)

    def test_in_a_timer_of_a_loop(self):
        loop = asyncio.new_event_loop()
        try:
            THIS.KEPT = Holder(loop)
            loop.call_later(1000, Target().method)
            answer = asked(the())
        finally:
            loop.close()
        assert names(answer) == ["pending call or item"]
        assert "cancel() the handle" in advice(answer)

    def test_in_the_running_loop_is_no_registry(self):
        async def main():
            asyncio.get_running_loop().call_later(1000, Target().method)
            await asyncio.sleep(0)
            return asked(the())

        assert names(asyncio.run(main())) == ["pending call or item"]

    def test_an_attribute_of_a_queue_is_none(self):
        THIS.KEPT = Holder(asyncio.Queue())
        THIS.KEPT.held.owner = Target()
        assert names(asked(the())) == []


class TestContext:
    def test_of_the_thread(self):
        token = VARIABLE.set(Target())
        try:
            answer = asked(the())
        finally:
            VARIABLE.reset(token)
        assert names(answer) == ["context variable"]
        assert "reset(token)" in advice(answer)

    def test_a_copy(self):
        token = VARIABLE.set(Target())
        THIS.KEPT = Holder(contextvars.copy_context())
        VARIABLE.reset(token)
        del token
        answer = asked(the())
        assert names(answer) == ["context variable"]
        assert "contextvars.Context" in advice(answer)

    def test_a_copy_of_a_timer(self):
        loop = asyncio.new_event_loop()
        try:
            THIS.KEPT = Holder(loop)
            token = VARIABLE.set(Target())
            loop.call_later(1000, print)
            VARIABLE.reset(token)
            del token
            answer = asked(the())
        finally:
            loop.close()
        assert names(answer) == ["context variable"]
        assert "the timer or handle keeps a copy" in advice(answer)

    def test_what_the_main_task_has_set(self):
        async def main():
            VARIABLE.set([Target()])
            return asked(the())

        found = [r.advice for r in asyncio.run(main()).remedies if r.name == "context variable"]
        # Its context is that of `asyncio.run`: the program has stored none.
        assert found
        assert not any("a stored contextvars.Context" in each for each in found)
        assert any("reset(token)" in each for each in found)

    def test_a_variable_of_a_task_is_none(self):
        async def wait(begun, end):
            target = Target()
            begun.set()
            await end.wait()
            return target

        async def main():
            begun, end = asyncio.Event(), asyncio.Event()
            task = asyncio.ensure_future(wait(begun, end))
            await begun.wait()
            answer = asked(the())
            end.set()
            await task
            return answer

        assert "context variable" not in names(asyncio.run(main()))


class TestCache:
    @pytest.mark.parametrize(
        "decorate",
        [
            functools.cache,
            functools.lru_cache,
            functools.lru_cache(maxsize=None),
            functools.lru_cache(typed=True),
            functools.lru_cache(maxsize=None, typed=True),
            functools.lru_cache(maxsize=2),
        ],
        ids=["cache", "lru", "unbounded", "typed", "unbounded typed", "bounded"],
    )
    @pytest.mark.parametrize(
        "call",
        [
            lambda function: function(Target()),
            lambda function: function(Target(), 1),
            lambda function: function(target=Target()),
            lambda function: function(1, result=True),
        ],
        ids=["one", "two", "keyword", "result"],
    )
    def test_every_shape(self, decorate, call):
        @decorate
        def function(*arguments, result=False, **keywords):
            return Target() if result else None

        THIS.KEPT = Holder(function)
        call(function)
        answer = asked(the())
        assert names(answer) == ["functools.lru_cache"]
        assert "cache_clear()" in advice(answer)

    def test_an_attribute_of_the_function_is_none(self):
        @functools.cache
        def function():
            pass

        THIS.KEPT = Holder(function)
        function.cache = {"key": Target()}
        assert names(asked(the())) == []


class TestWeakKey:
    def test_a_value_that_holds_its_key(self):
        THIS.KEPT = weakref.WeakKeyDictionary()
        target = Target()
        THIS.KEPT[target] = [Holder(target)]
        del target
        answer = refcycle.why(the())
        assert names(answer) == ["value of a WeakKeyDictionary that holds its key"]

    def test_that_of_another_key_is_none(self):
        THIS.KEPT = weakref.WeakKeyDictionary()
        key = Holder()
        THIS.KEPT[key] = Holder(Target())
        assert names(refcycle.why(the())) == []


class TestPrompt:
    def test_the_last_result(self, monkeypatch):
        monkeypatch.setattr(builtins, "_", Target(), raising=False)
        answer = asked(the())
        assert names(answer) == ["result or error of the prompt"]
        assert "`builtins._ = None`" in advice(answer)

    @pytest.mark.parametrize("name", ["Out", "_oh", "_12"])
    def test_those_of_ipython(self, name, monkeypatch):
        value = Target() if name == "_12" else {12: Target()}
        monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
        monkeypatch.setattr(sys.modules["__main__"], name, value, raising=False)
        del value
        answer = asked(the())
        assert names(answer) == ["result or error of the prompt"]
        assert "%reset -f out" in advice(answer)

    def test_those_of_a_program_are_none(self, monkeypatch):
        monkeypatch.setattr(sys.modules["__main__"], "Out", [Target()], raising=False)
        assert "result or error of the prompt" not in names(asked(the()))

    def test_a_translation_is_none(self, monkeypatch):
        monkeypatch.setattr(builtins, "_", Target().method, raising=False)
        assert "result or error of the prompt" not in names(asked(the()))

    def test_other_names_are_none(self, monkeypatch):
        monkeypatch.setattr(sys.modules["__main__"], "result", Target(), raising=False)
        assert names(asked(the())) == []

    def test_an_attribute_is_none(self):
        THIS.KEPT = types.SimpleNamespace(_=Target())
        assert names(asked(the())) == []


class TestKnownHolder:
    def test_finalize(self):
        THIS.KEPT = Holder()
        finalizer = weakref.finalize(THIS.KEPT, print, Target())
        answer = asked(the())
        finalizer.detach()
        assert names(answer) == ["known holder"]
        assert "detach()" in advice(answer)

    def test_a_handler(self):
        handler = logging.NullHandler()
        handler.target = Target()
        logger = logging.getLogger(__name__)
        logger.addHandler(handler)
        del handler
        answer = asked(the())
        logger.handlers.clear()
        assert names(answer) == ["known holder"]
        assert "removeHandler()" in advice(answer)

    def test_a_mock(self):
        THIS.KEPT = Holder(unittest.mock.Mock())
        THIS.KEPT.held(Target())
        answer = asked(the())
        assert names(answer) == ["known holder"]
        assert "reset_mock()" in advice(answer)

    def test_a_figure(self, monkeypatch):
        # As in pyplot.
        module = types.ModuleType("matplotlib._pylab_helpers")
        figures = collections.OrderedDict({1: Holder(Target())})
        module.Gcf = type("Gcf", (), {"figs": figures, "__module__": module.__name__})
        del figures
        monkeypatch.setitem(sys.modules, module.__name__, module)
        del module
        answer = asked(the())
        assert names(answer) == ["known holder"]
        assert "plt.close(fig)" in advice(answer)

    def test_a_smart_string(self):
        cls = type("_ElementUnicodeResult", (str,), {"__module__": "lxml.etree"})
        THIS.KEPT = Holder(cls("text"))
        THIS.KEPT.held._parent = Target()
        answer = asked(the())
        assert names(answer) == ["smart string of lxml"]
        assert "smart_strings=False" in advice(answer)

    def test_garbage_that_is_kept(self):
        gc.garbage.append(Target())
        answer = asked(the())
        gc.garbage.clear()
        assert names(answer) == ["known holder"]

    def test_a_memoryview(self):
        class Buffer(bytearray):
            pass

        THIS.KEPT = Holder(memoryview(Buffer(b"1234")))
        answer = asked(the(Buffer))
        assert names(answer) in (["memoryview"], [])

    def test_one_of_the_same_name_is_none(self):
        class Logger:
            def __init__(self):
                self.handlers = [Target()]

        THIS.KEPT = Holder(Logger())
        assert names(asked(the())) == []
