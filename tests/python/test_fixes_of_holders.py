"""The fixes of `why` for containers of objects, known holders, and names in an asking script."""

import asyncio
import atexit
import calendar
import collections
import contextlib
import contextvars
import functools
import gc
import itertools
import logging
import queue
import signal
import subprocess
import sys
import textwrap
import threading
import tracemalloc
import types
import typing
import unittest.mock
import weakref

import pytest
from test_fixes import advice, asked, names, the

import refcycle
from refcycle._objects.referents import referents
from refcycle._why.likenesses import others_alike

pytestmark = pytest.mark.any_version

THIS = sys.modules[__name__]
VARIABLE = contextvars.ContextVar("current_run")
OF_OBJECT = "container of an object"
IN_CLOSURE = "container in a closure"
AT_EXIT = "function registered for exit"


class Target:
    def method(self):
        pass

    def get(self, number):
        return number


class Other:
    pass


def at_end(value):
    pass


class Machine:
    def __init__(self):
        self.models = []


class Parameter:
    def __init__(self):
        self.data = {}


class Described:
    parameter = Parameter()


class Slotted:
    __slots__ = ("held",)

    def method(self):
        pass


@pytest.fixture(autouse=True)
def nothing_is_kept():
    gc.collect()
    yield
    THIS.__dict__.pop("KEPT", None)
    Described.parameter.data.clear()
    gc.collect()


def target():
    return the(Target)


def answered(program):
    """The output of a program that asks about its own object."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", textwrap.dedent(program)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestContainerOfAnObject:
    def test_that_a_module_names(self):
        THIS.KEPT = Machine()
        THIS.KEPT.models.append(Target())
        answer = asked(target(), saved=True)
        assert names(answer) == [OF_OBJECT]
        assert advice(answer).startswith("`Machine.models` keeps its items alive: remove each")

    def test_that_a_class_has(self):
        Described.parameter.data[1] = Target()
        answer = asked(target(), saved=True)
        assert names(answer) == [OF_OBJECT]
        assert "`Parameter.data` keeps" in advice(answer)
        assert "WeakValueDictionary" in advice(answer)

    def test_one_that_has_not_grown_is_none(self):
        THIS.KEPT = Machine()
        THIS.KEPT.models = [Target()]
        assert names(asked(target())) == []

    def test_a_choice_is_none(self):
        THIS.KEPT = Parameter()
        THIS.KEPT.data.update(one=Target(), other=Other())
        assert names(asked(target())) == []

    def test_one_below_another_is_none(self):
        THIS.KEPT = Machine()
        inner = Machine()
        inner.models.append(Target())
        THIS.KEPT.models.append(inner)
        del inner
        answer = asked(target())
        assert names(answer) == [OF_OBJECT]
        assert len(answer.chains[0].steps) > 4

    def test_of_a_task_no_weak_reference_is_advised(self):
        async def main():
            THIS.KEPT = Machine()
            end = asyncio.Event()
            task = asyncio.ensure_future(end.wait())
            task.target = Target()
            THIS.KEPT.models.append(task)
            answer = asked(target())
            end.set()
            await task
            return answer

        assert "weakref" not in str(asyncio.run(main()).remedies)

    def test_one_of_the_standard_library_is_none(self):
        THIS.KEPT = weakref.WeakValueDictionary()
        key = Target()
        THIS.KEPT[key] = value = Other()
        del key
        assert OF_OBJECT not in names(asked(target()))
        del value


class TestContainerInAClosure:
    def test_the_cache_of_a_decorator(self):
        def cached(function):
            cache = {}

            @functools.wraps(function)
            def inner(*args):
                cache[args] = function(*args)

            return inner

        class Local:
            @cached
            def state(self):
                pass

        THIS.KEPT = Local
        Local().state()
        answer = asked(the(Local), saved=True)
        Local.state.__closure__[0].cell_contents.clear()
        assert names(answer) == [IN_CLOSURE]
        assert advice(answer).startswith("`cache`, in the closure of function")

    def test_a_value_is_none(self):
        def make(held):
            return lambda: held

        THIS.KEPT = make(Target())
        assert names(asked(target())) == []

    def test_one_of_a_function_that_python_stores_is_none(self):
        def make():
            types_of_fields = {}
            types_of_fields["name"] = Target()
            return lambda: types_of_fields

        THIS.KEPT = type("Row", (), {"__annotate__": make()})
        assert IN_CLOSURE not in names(asked(target()))


class TestDefaultOfAField:
    def test_of_attrs(self):
        attribute = type("Attribute", (), {"__module__": "attr._make"})()
        attribute.default = {}
        attribute.default[1] = Target()
        THIS.KEPT = type("Tracker", (), {"__attrs_attrs__": (attribute,)})
        del attribute
        answer = asked(target(), saved=True)
        assert names(answer) == ["default of a field"]
        assert "attrs.field(factory=...)" in advice(answer)

    def test_one_that_is_none_of_these(self):
        other = type("Attribute", (), {})()
        other.default = {}
        other.default[1] = Target()
        THIS.KEPT = type("Tracker", (), {"attributes": (other,)})
        del other
        assert names(asked(target())) == []


class TestKnownHolders:
    @pytest.mark.parametrize(
        ("name", "attribute"),
        [("Widget", "widgets"), ("Gcf", "figs"), ("finalize", "_registry")],
    )
    def test_a_class_of_a_program_with_such_a_name_is_none(self, name, attribute):
        THIS.KEPT = type(name, (), {attribute: {1: Target()}})
        assert "known holder" not in names(asked(target(), saved=True))

    def test_one_far_above_says_nothing_of_a_nearer_container(self):
        handler = logging.NullHandler()
        handler.machine = Machine()
        handler.machine.models.append(Target())
        logger = logging.getLogger(__name__)
        logger.addHandler(handler)
        del handler
        answer = asked(target())
        logger.handlers.clear()
        assert "known holder" not in names(answer)

    def test_warnings(self):
        THIS.KEPT = None
        THIS.__warningregistry__ = {"text": Target()}
        answer = asked(target())
        del THIS.__warningregistry__
        assert names(answer) == ["known holder"]
        assert "same text" in advice(answer)

    def test_a_file_as_a_key(self):
        with open(__file__, "rb") as file, open(__file__, "rb") as other:
            THIS.KEPT = {file: None, other: None}
            answer = refcycle.why(file)
        assert names(answer) == ["module-level registry"]
        assert "WeakKeyDictionary" in advice(answer)


class TestContext:
    def test_of_a_timer_with_the_name_of_the_variable(self):
        async def work(loop):
            VARIABLE.set(Target())
            return loop.call_later(3600, print)

        async def main():
            loop = asyncio.get_running_loop()
            handle = await asyncio.ensure_future(work(loop))
            answer = asked(target())
            handle.cancel()
            return answer

        found = [
            each.advice for each in asyncio.run(main()).remedies if each.name == "context variable"
        ]
        assert found and all("the context variable `current_run`" in each for each in found)

    def test_a_token_that_holds_its_context(self):
        def work():
            VARIABLE.set(Target())
            return VARIABLE.set(None)

        THIS.KEPT = contextvars.Context().run(work)
        answer = asked(target())
        assert names(answer) == ["context variable"]
        assert "keeps the previous value" in advice(answer)

        def other():
            token = VARIABLE.set(None)
            OTHER.set(Target())
            return token, contextvars.copy_context()

        OTHER = contextvars.ContextVar("other")
        THIS.KEPT = contextvars.Context().run(other)[0]
        found = [obj for obj in refcycle.snapshot() if type(obj) is Target]
        for obj in found:
            told = [each for each in refcycle.why(obj).remedies if "token" in each.advice]
            assert all("context in which it was created" in each.advice for each in told)


class TestAtExit:
    @pytest.mark.parametrize("kind", ["method", "closure"])
    def test_what_is_registered(self, kind):
        def register():
            kept = Target()

            def at_end():
                return kept

            atexit.register(kept.method if kind == "method" else at_end)

        register()
        answer = asked(target(), saved=True)
        # Up to 3.10, a chain before that one is by a value stack that asks.
        steps = (step.object for chain in answer.chains for step in chain.steps)
        atexit.unregister(next(filter(callable, steps)))
        assert names(answer) == [AT_EXIT]
        assert "atexit.unregister()" in advice(answer)
        assert "WeakMethod" not in advice(answer)

    def test_not_the_function_that_calls_all_finalizers(self):
        class Owner:
            pass

        owner = Owner()
        finalizer = weakref.finalize(owner, Target().method)
        try:
            # For many objects, the shortest chain begins at `atexit`.
            groups = refcycle.snapshot().why_all(Target).groups
            one = asked(target(), saved=True)
        finally:
            finalizer.detach()
        [group] = [one for one in groups if "finalize._registry" in one.signature]
        for answer in (group.why, one):
            assert "atexit" not in advice(answer)
            assert "let them not lead to that object, or call its detach()" in advice(answer)

    @pytest.mark.parametrize("by_name", [False, True])
    def test_an_argument(self, by_name):
        if by_name:
            atexit.register(at_end, value=Target())
        else:
            atexit.register(at_end, Target())
        try:
            answer = asked(target(), saved=True)
        finally:
            atexit.unregister(at_end)
        assert names(answer) == [AT_EXIT]
        assert "keeps the arguments of a function until the program ends" in advice(answer)

    def test_a_callback_of_a_program_is_none(self):
        THIS.KEPT = Machine()
        THIS.KEPT.models.append(Target().method)
        answer = asked(target())
        assert AT_EXIT not in names(answer)
        assert "bound method" in names(answer)


def test_a_method_whose_object_cannot_be_weakly_referenced():
    THIS.KEPT = Machine()
    THIS.KEPT.models.append(Slotted().method)
    answer = asked(the(Slotted))
    assert "WeakMethod" not in str(answer.remedies)


def test_a_thread_that_runs_a_method_of_the_object():
    begun, end = threading.Event(), threading.Event()

    class Cache:
        def maintenance(self):
            begun.set()
            end.wait()

    thread = threading.Thread(target=Cache().maintenance)
    thread.start()
    begun.wait()
    try:
        answer = asked(the(Cache))
    finally:
        end.set()
        thread.join()
    assert names(answer) == ["pending call or item"]
    assert "a thread keeps its target" in advice(answer)


class TestTheNameThatAsks:
    PROGRAM = """
        import functools
        import refcycle

        class Client:
            @functools.cache
            def files(self):
                pass

        client = Client()
        client.files()
    """

    def test_says_nothing_of_others(self):
        told = answered(self.PROGRAM + "    print(refcycle.why(client))")
        assert "functools.lru_cache: " in told

    def test_of_a_function_it_is_meant_to_stay(self):
        asking = """
        def ask():
            print(refcycle.why(client))

        ask()
        """
        assert "functools.lru_cache: " not in answered(self.PROGRAM + asking)


class TestSeveralReferences:
    def test_in_one_list(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(every=[target, None, target])
        [chain] = refcycle.why(target).chains
        assert chain.steps[-1].reference == "[0] and [2]"
        THIS.KEPT.every += [target, target]
        [chain] = refcycle.why(target).chains
        assert chain.steps[-1].reference == "[0] and 3 more references"
        assert (chain.steps[-1].kind, chain.steps[-1].detail) == ("item", 0)

    def test_in_one_dict(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(every={"one": target, "two": target, "three": 3})
        [chain] = refcycle.why(target).chains
        assert chain.steps[-1].reference == "['one'] and ['two']"

    def test_by_one_attribute_and_another(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(one=target, two=target)
        [chain] = refcycle.why(target).chains
        assert chain.steps[-1].reference == ".one and .two"

    def test_as_a_key_and_in_items_of_one_type(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(
            cache={(target, 1): [], (target, 2): [], (None, target): [], (None, 1): []}
        )
        [chain] = refcycle.why(target).chains
        assert chain.steps[-2].reference == "key (and 2 more like it)"
        assert "(and 2 more like it)" in str(chain)

    def test_of_one_alone_nothing_is_said(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(every=[(target,), (Target(),)])
        [chain] = refcycle.why(target).chains
        assert [step.reference for step in chain.steps[-2:]] == ["[0]", "[0]"]


class TestHiddenHolders:
    def test_below_an_object_of_the_chain(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(
            every=[target], more={1: target}, calls=types.SimpleNamespace(last=(target,))
        )
        answer = refcycle.why(target)
        assert len(answer.chains) == 1
        shown = answer.chains[0].steps[-2].label
        every = {"list (1 item)", "dict (1 item)", "tuple (1 item)"}
        assert {shown, *answer.hidden} == every
        assert "also held, below these chains, by " in str(answer)

    def test_of_many_three_are_named(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(parts=[[target] for _ in range(9)])
        answer = refcycle.why(target)
        assert len(answer.hidden) == 8
        assert "(and 8 more like it)" in str(answer)
        assert "by list (1 item), list (1 item), list (1 item) and 5 more" in str(answer)

    def test_below_another_variable_of_a_call(self):
        found, is_over = queue.SimpleQueue(), threading.Event()

        def work():
            target = Target()
            targets = {1: [target]}
            found.put(weakref.ref(target))
            is_over.wait()
            return targets

        thread = threading.Thread(target=work)
        thread.start()
        try:
            answer = refcycle.why(found.get()())
            assert [chain.steps[-1].reference for chain in answer.chains] == ["local 'target'"]
            assert answer.hidden == ("list (1 item)",)
        finally:
            is_over.set()
            thread.join()

    def test_variables_of_the_function_that_asks_are_none(self):
        def ask(target):
            targets = [[target]]
            answer = refcycle.why(target)
            return answer, targets

        THIS.KEPT = target = Target()
        answer, _ = ask(target)
        assert answer.hidden == ()

    def test_containers_of_many_items_are_not_copied(self):
        many = [None] * 300_000
        THIS.KEPT = types.SimpleNamespace(every=many)
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            assert referents(many) == []
            assert others_alike([THIS.KEPT, many, many, many]) == {}
            assert tracemalloc.get_traced_memory()[1] - before < 100_000
        finally:
            tracemalloc.stop()

    def test_garbage_modules_and_the_caller_are_none(self):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(held=target)
        garbage = [target]
        garbage.append(garbage)
        del garbage
        answer = refcycle.why(target)
        assert answer.hidden == ()
        assert "also hold it" not in str(answer)


def test_a_task_with_its_exception_has_one_fix():
    async def fail():
        target = Target()
        raise ValueError(id(target))

    async def main():
        task = asyncio.ensure_future(fail())
        await asyncio.wait([task])
        task.exception()
        return [task]

    THIS.KEPT = Machine()
    THIS.KEPT.models += asyncio.run(main())
    assert names(asked(target())) == ["task or future with its exception"]


def test_samples_of_a_diff_have_fixes():
    THIS.KEPT = collections.defaultdict(list)
    before = refcycle.snapshot(untracked=True)
    THIS.KEPT["texts"] += [f"text {number}" * 9 for number in range(500)]
    found = refcycle.diff(before, refcycle.snapshot(untracked=True))
    [sample] = [each for each in found.samples if each.type_name == "str"]
    [remedy] = sample.remedies
    assert remedy.name == "module-level registry"
    assert f"module-level registry: `{__name__}.KEPT` keeps its items alive" in str(found)
    type_name, chain = sample
    assert (type_name, chain) == (sample.type_name, sample.chain)


class TestFixesThatFit:
    def test_a_dict_that_is_a_cache_is_bounded(self):
        THIS.KEPT = Machine()
        THIS.KEPT.entries = {"a": (Target(),)}
        target = THIS.KEPT.entries["a"][0]
        [remedy] = asked(target).remedies
        assert remedy.name == OF_OBJECT
        assert "or bound it if it is a cache, as functools.lru_cache(maxsize=...) does" in str(
            remedy.advice
        )

    def test_a_list_is_no_cache(self):
        THIS.KEPT = Machine()
        THIS.KEPT.entries = []
        THIS.KEPT.entries.append(Target())
        [remedy] = asked(THIS.KEPT.entries[0]).remedies
        assert "cache" not in remedy.advice

    @pytest.mark.parametrize("by_value", [True, False])
    def test_the_value_of_a_weak_key_dictionary(self, by_value):
        key, value = Target(), Other()
        value.parts = [key]
        THIS.KEPT = weakref.WeakKeyDictionary({key: value})
        target = value if by_value else key
        del key, value
        answer = refcycle.why(target)
        [remedy] = answer.remedies
        assert remedy.name == "value of a WeakKeyDictionary that holds its key"
        assert "weakref.ref" in remedy.advice

    def test_a_value_that_does_not_hold_its_key(self):
        key = THIS.OTHER = Target()
        THIS.KEPT = weakref.WeakKeyDictionary({key: Other()})
        [value] = THIS.KEPT.values()
        assert names(refcycle.why(value)) == []
        del THIS.OTHER

    def test_an_exit_stack(self):
        target = Target()
        stack = contextlib.ExitStack()
        stack.callback(target.method)
        stack.push(target.method)
        THIS.KEPT = types.SimpleNamespace(stack=stack)
        [remedy] = asked(target).remedies
        assert remedy.name == "known holder"
        assert remedy.advice.startswith("an ExitStack keeps its callbacks")
        stack.pop_all()

    @pytest.mark.parametrize("make", [map, filter, itertools.starmap])
    def test_an_iterator(self, make):
        target = Target()
        THIS.KEPT = types.SimpleNamespace(rows=make(target.method, [1]))
        [remedy] = asked(target).remedies
        assert remedy.name == "iterator that is not exhausted"

    def test_an_iterator_that_a_loop_runs(self):
        def ask(target):
            for _ in map(target.get, [1]):
                return names(refcycle.why(target))

        assert "iterator that is not exhausted" not in ask(Target())

    def test_what_c_code_calls_is_no_weak_method(self):
        target = Target()
        before = signal.signal(signal.SIGINT, target.method)
        try:
            [remedy] = asked(target).remedies
            assert remedy.name == "bound method"
            assert "WeakMethod" not in remedy.advice
        finally:
            signal.signal(signal.SIGINT, before)

    def test_the_iterator_of_a_loop_is_not_said_to_be_of_c_code(self):
        for target in [Target(), Target()]:
            chains = refcycle.why(target).chains
            assert chains
            assert not any("held by C code" in chain.holder for chain in chains)

    def test_constants_of_classes_of_the_standard_library(self):
        for class_, name in [(calendar._localized_month, "_months"), (typing.TextIO, "errors")]:
            value = vars(class_)[name]
            held = value[1] if type(value) is list else value.fget
            assert names(refcycle.why(held)) == []

    def test_a_patch_that_is_not_stopped(self):
        target = Target()
        patch = unittest.mock.patch.object(THIS, "KEPT", target, create=True)
        patch.start()
        try:
            assert any("patch.stopall()" in r.advice for r in refcycle.why(patch).remedies)
        finally:
            patch.stop()


def test_the_fullest_container_is_named():
    class Signal:
        def __init__(self):
            self.receivers = []

    class App:
        def __init__(self):
            self.signals = {}

    THIS.KEPT = App()
    THIS.KEPT.signals["saved"] = Signal()
    for _ in range(20):
        THIS.KEPT.signals["saved"].receivers.append(Target())
    found = asked(THIS.KEPT.signals["saved"].receivers[3])
    assert names(found) == ["container of an object"]
    assert advice(found).startswith("`Signal.receivers` keeps its items alive: ")
    # With more entries than that, the dict is what grows.
    for number in range(50):
        THIS.KEPT.signals[number] = Signal()
    found = asked(THIS.KEPT.signals["saved"].receivers[3])
    assert advice(found).startswith("`App.signals` keeps its items alive: ")


class Journal:
    def __init__(self, count):
        self.history = []
        for _ in range(count):
            self.history.append(Target())


class Routes:
    known = {}


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("of_class", [False, True])
def test_a_registry_of_few_does_not_grow(of_class, saved):
    kept = (Routes, "known") if of_class else (THIS, "KEPT")
    try:
        setattr(*kept, {"/a": Journal(45), "/b": Journal(2)})
        found = asked(getattr(*kept)["/a"].history[3], saved)
        assert names(found) == ["container of an object"]
        assert advice(found).startswith("`Journal.history` keeps its items alive: ")
        # With so many entries, the registry may be what grows.
        getattr(*kept).update((number, Journal(1)) for number in range(10))
        found = asked(getattr(*kept)["/a"].history[3], saved)
        name = "Routes.known" if of_class else f"{__name__}.KEPT"
        assert advice(found).startswith(f"`{name}` keeps its items alive: ")
    finally:
        Routes.known = {}


@pytest.mark.parametrize("saved", [False, True])
def test_a_registry_in_a_registry_may_be_what_grows(saved):
    THIS.KEPT = {"journals": {number: Journal(45) for number in range(20)}, "others": {1: []}}
    found = asked(THIS.KEPT["journals"][7].history[3], saved)
    assert advice(found).startswith(f"`{__name__}.KEPT` keeps its items alive: ")
    THIS.KEPT = {"journals": {"/a": Journal(45)}, "others": {1: []}}
    found = asked(THIS.KEPT["journals"]["/a"].history[3], saved)
    assert advice(found).startswith("`Journal.history` keeps its items alive: ")
