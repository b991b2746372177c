"""The patterns of holders that `why` knows; it does not report those that do not apply.

One file, so that each pattern stands beside those that it must not be taken for.
"""

import asyncio
import codecs
import collections
import concurrent.futures
import enum
import functools
import gc
import os
import sys
import tempfile
import threading
import types

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle._objects.types import Types
from refcycle.remedies import remedies

THIS = sys.modules[__name__]
REGISTRY = []


class Target:
    pass


class Holder:
    def __init__(self, held=None):
        self.held = held

    def method(self):
        pass


class Constant(enum.Enum):
    ONE = 1


class Slotted:
    __slots__ = ("value",)


class ComparesAnything(type):
    def __eq__(cls, other):
        raise AssertionError("__eq__ of a metaclass")

    def __hash__(cls):
        raise AssertionError("__hash__ of a metaclass")


class Hostile(metaclass=ComparesAnything):
    pass


@pytest.fixture(autouse=True)
def empty_registry():
    gc.collect()
    yield
    REGISTRY.clear()
    THIS.__dict__.pop("KEPT", None)


def kept(obj):
    """The object, which only REGISTRY holds when this has returned."""
    REGISTRY.append(obj)


def names(answer):
    return [remedy.name for remedy in answer.remedies]


def asked(obj):
    """The remedies for an object; those from a file of the heap are the same."""
    answer = refcycle.why(obj)
    address, untracked = id(obj), not gc.is_tracked(obj)
    del obj
    heap = refcycle.snapshot(untracked=untracked)
    assert names(from_file(heap, address)) == names(answer)
    return answer


def first_target(container):
    values = container.values() if type(container) is dict else ()
    return next(item for item in (*container, *values) if type(item) is Target)


def from_file(graph, address):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "heap.refcycle")
        graph.save(path)
        del graph
        loaded = refcycle.load(path)
    return loaded.why(loaded.at(address))


def garbage(make):
    """What is known of an object whose id `make` returns, and that is garbage then."""
    key = make()
    graph = refcycle.garbage_preview()
    [obj] = [obj for obj in graph if id(obj) == key]
    answer = graph.why(obj)
    assert names(from_file(graph, key)) == names(answer)
    return answer


class TestBoundMethod:
    def test_of_an_observer(self):
        kept(Holder().method)
        answer = asked(REGISTRY[0].__self__)
        assert names(answer) == ["bound method", "module-level registry"]
        assert "WeakMethod" in answer.remedies[0].advice

    def test_in_an_attribute(self):
        THIS.KEPT = Holder(Holder(Target()).method)
        of_holder = asked(THIS.KEPT.held.__self__)
        of_target = asked(THIS.KEPT.held.__self__.held)
        assert names(of_holder) == names(of_target) == ["bound method"]

    def test_a_module_s_name_for_one_is_no_callback(self):
        THIS.KEPT = Holder().method
        answer = asked(THIS.KEPT.__self__)
        assert names(answer) == []

    def test_nor_is_a_default_argument_that_is_one(self):
        def function(one=Holder().method, *, other=Holder().method):  # noqa: B008
            pass

        THIS.KEPT = function
        one = asked(function.__defaults__[0].__self__)
        other = asked(function.__kwdefaults__["other"].__self__)
        assert names(one) == names(other) == []

    def test_nor_is_that_of_a_codec(self):
        answer = asked(codecs.lookup("cp1006").encode.__self__)
        assert names(answer) in ([], ["module-level registry"])

    def test_of_a_class_is_none(self):
        class Local:
            @classmethod
            def make(cls):
                pass

        THIS.KEPT = Holder(Local.make)
        del Local
        assert "bound method" not in names(asked(THIS.KEPT.held.__self__))


class TestCache:
    def test_on_a_method(self):
        class Local:
            @functools.lru_cache  # noqa: B019
            def compute(self):
                return Target()

        kept(Local)
        THIS.KEPT = Local().compute()
        del THIS.KEPT
        [made] = [obj for obj in refcycle.snapshot() if type(obj) is Local]
        answer = asked(made)
        assert names(answer) == ["functools.lru_cache"]
        assert "cache_clear()" in asked(made).remedies[0].advice
        Local.compute.cache_clear()

    def test_what_the_function_holds_is_not_in_the_cache(self):
        def make(held):
            @functools.lru_cache
            def compute():
                return held

            return compute

        THIS.KEPT = Holder(make(Target()))
        answer = asked(THIS.KEPT.held.__wrapped__.__closure__[0].cell_contents)
        assert len(answer.chains[0].steps) > 4
        assert names(answer) == []


class TestDefaultArgument:
    def test_that_grows(self):
        def function(item, items=[]):  # noqa: B006
            items.append(item)

        THIS.KEPT = Holder(function)
        function(Target())
        answer = asked(function.__defaults__[0][0])
        assert names(answer) == ["default argument"]

    def test_by_name_alone_and_in_an_attribute(self):
        def function(item, *, holder=Holder({})):  # noqa: B008
            holder.held["key"] = item

        THIS.KEPT = Holder(function)
        function(Target())
        held = function.__kwdefaults__["holder"].held["key"]
        answer = asked(held)
        assert names(answer) == ["default argument"]

    def test_what_is_one_from_the_start_has_not_grown(self):
        def function(one=Target(), two=[], three={"key": len}):  # noqa: B006, B008
            pass

        THIS.KEPT = Holder(function)
        assert [names(asked(value)) for value in function.__defaults__] == [[], [], []]


class TestRegistry:
    def test_instances(self):
        kept(Holder(Target()))
        of_item = asked(REGISTRY[0])
        of_target = asked(REGISTRY[0].held)
        assert names(of_item) == names(of_target) == ["module-level registry"]
        [remedy] = of_target.remedies
        assert remedy.advice.startswith(f"`{__name__}.REGISTRY` keeps its items alive: ")
        assert remedy.advice.endswith(" items, store weak references (weakref.ref)")

    @pytest.mark.parametrize(
        ("make", "replacement"),
        [
            (lambda: {"name": Target()}, "use a weakref.WeakValueDictionary"),
            (lambda: {Target(): "name"}, "use a weakref.WeakKeyDictionary"),
            (lambda: {Target()}, "use a weakref.WeakSet"),
            (lambda: [Target()], "store weak references (weakref.ref)"),
            (lambda: collections.deque([Target()]), "store weak references (weakref.ref)"),
        ],
    )
    def test_the_weak_container_fits_the_container(self, make, replacement):
        THIS.KEPT = make()
        [remedy] = asked(first_target(THIS.KEPT)).remedies
        assert remedy.advice.endswith(f"; if other objects own the items, {replacement}")

    def test_in_containers_of_it_and_as_a_key(self):
        THIS.KEPT = {"name": [(1, Target())]}
        answer = asked(THIS.KEPT["name"][0][1])
        assert names(answer) == ["module-level registry"]
        THIS.KEPT = {Target(): None}
        answer = asked(next(iter(THIS.KEPT)))
        assert names(answer) == ["module-level registry"]
        [chain] = answer.chains
        assert chain.steps[-1].reference == "key"

    @pytest.mark.parametrize("through", ["module", "attribute"])
    @pytest.mark.parametrize("make", [list, set])
    def test_a_container_in_one_that_has_much_fewer_items(self, make, through):
        outer = {"one": make(), "other": make(Target() for _ in range(300)), "last": make()}
        THIS.KEPT = outer if through == "module" else Holder(outer)
        name = f"{__name__}.KEPT" if through == "module" else "Holder.held"
        del outer

        def change(how):
            how(THIS.KEPT if through == "module" else THIS.KEPT.held)

        def remedy():
            outer = THIS.KEPT if through == "module" else THIS.KEPT.held
            target = next(iter(outer["other"]))
            del outer
            [found] = asked(target).remedies
            return found.advice

        expected = f"a {make.__name__} in `{name}` keeps its items alive: remove each item"
        assert remedy().startswith(expected)
        # With one more that is as full, or as many entries, the outer one may be what grows.
        change(lambda outer: outer.update(last=make(Target() for _ in range(40))))
        assert remedy().startswith(f"`{name}` keeps its items alive: remove each item")
        change(lambda outer: outer.pop("last").clear())
        change(lambda outer: outer.update(enumerate(make() for _ in range(100))))
        assert remedy().startswith(f"`{name}` keeps its items alive: remove each item")

    def test_a_list_without_spare_capacity_that_has_a_new_item(self):
        THIS.KEPT = Holder([Target() for _ in range(4)][:])
        before = refcycle.snapshot()
        assert names(before.why(THIS.KEPT.held[0])) == []
        THIS.KEPT.held = THIS.KEPT.held + [Target(), Target()]  # noqa: RUF005
        found = refcycle.diff(before, refcycle.snapshot())
        [sample] = [one for one in found.samples if one.type_name == "Target"]
        [fix] = sample.fixes
        assert fix.startswith("container of an object: `Holder.held` keeps its items alive: ")

    def test_what_a_new_class_holds_is_in_no_container(self):
        before = refcycle.snapshot()
        THIS.KEPT = [collections.namedtuple("Pair", "one other") for _ in range(3)]
        found = refcycle.diff(before, refcycle.snapshot())
        assert "classmethod" in {row.type_name for row in found.table}
        fixes = [fix for one in found.samples for fix in one.fixes]
        assert fixes and not [fix for fix in fixes if fix.startswith("container of an object")]

    def test_a_closure(self):
        def make(held):
            return lambda: held

        kept(make(Target()))
        answer = asked(REGISTRY[0].__closure__[0].cell_contents)
        assert names(answer) == ["closure in a callback", "module-level registry"]

    def test_what_hostile_code_cannot_be_asked(self):
        kept(Hostile())
        answer = asked(REGISTRY[0])
        assert names(answer) == ["module-level registry"]

    @pytest.mark.any_version
    def test_a_table_of_constants_is_none(self):
        class Local:
            pass

        THIS.KEPT = {"class": Local, "function": lambda: None, "names": ["one"], "one": {}}
        THIS.KEPT |= {"member": Constant.ONE, "value": Slotted(), "more": Slotted()}
        del Local
        for key in THIS.KEPT:
            answer = asked(THIS.KEPT[key])
            assert names(answer) == []

    def test_nor_is_a_choice_of_one_of_each_class(self):
        THIS.KEPT = {"one": Target(), "other": Holder()}
        answer = asked(THIS.KEPT["one"])
        assert names(answer) == []
        THIS.KEPT["third"] = Target()
        answer = asked(THIS.KEPT["one"])
        assert names(answer) == ["module-level registry"]

    @pytest.mark.parametrize(
        "make",
        [
            lambda: collections.deque([Target()]),
            lambda: collections.deque([Target(), Target()]),
            lambda: collections.defaultdict(list, {"key": Target()}),
            lambda: collections.defaultdict(lambda: [], {"key": Target(), "other": Target()}),
            lambda: collections.OrderedDict({"key": Target(), "other": Target()}),
        ],
        ids=["deque", "two in a deque", "defaultdict", "with a function", "OrderedDict"],
    )
    def test_in_containers_of_other_types(self, make):
        THIS.KEPT = make()
        kept_in = THIS.KEPT.values() if isinstance(THIS.KEPT, dict) else THIS.KEPT
        answer = asked(next(iter(kept_in)))
        assert names(answer) == ["module-level registry"]

    def test_keys_of_an_ordered_dict(self):
        THIS.KEPT = collections.OrderedDict({Target(): None, Holder(): None})
        assert names(asked(next(iter(THIS.KEPT)))) == []
        THIS.KEPT[Target()] = None
        assert names(asked(next(iter(THIS.KEPT)))) == ["module-level registry"]

    def test_settings_are_none_also_where_a_file_leaves_some_out(self):
        THIS.KEPT = {"debug": True, "timeout": 30, "client": Target()}
        assert names(asked(THIS.KEPT["client"])) == []

    def test_a_file_that_leaves_some_out_says_nothing_rather_than_too_much(self):
        THIS.KEPT = {"hits": 3, "misses": 4, "one": Target(), "other": Holder()}
        assert names(refcycle.why(THIS.KEPT["one"])) == ["module-level registry"]
        assert names(from_file(refcycle.snapshot(), id(THIS.KEPT["one"]))) == []
        whole = refcycle.snapshot(untracked=True)
        assert names(from_file(whole, id(THIS.KEPT["one"]))) == ["module-level registry"]

    def test_nor_is_one_of_what_has_a_name_in_a_module(self):
        THIS.KEPT = Target()
        kept(THIS.KEPT)
        answer = asked(THIS.KEPT)
        assert len(answer.chains) == 2
        assert names(answer) == []

    def test_nor_the_threads_that_run(self):
        answer = asked(threading.main_thread())
        assert names(answer) in ([], ["bound method"])


class TestException:
    def test_its_frames(self):
        def fail():
            target = Target()
            raise ValueError(id(target))

        try:
            fail()
        except ValueError as error:
            THIS.KEPT = Holder(error)
        [found] = [
            value
            for value in THIS.KEPT.held.__traceback__.tb_next.tb_frame.f_locals.values()
            if type(value) is Target
        ]
        answer = asked(found)
        assert names(answer) == ["exception with its frames"]

    def test_not_what_it_was_made_with(self):
        try:
            raise ValueError(Target())
        except ValueError as error:
            THIS.KEPT = Holder(error)
        answer = asked(THIS.KEPT.held.args[0])
        assert names(answer) == []

    def test_in_a_variable(self, clean_heap):
        def fail():
            try:
                raise ValueError
            except ValueError as error:
                kept_error = error
            return id(kept_error)

        assert names(garbage(fail)) == ["exception in a variable of its own frame"]


class TestFutures:
    """Tasks of asyncio and of pools: what they keep when they have failed and when done."""

    async def fail(self):
        target = Target()
        raise ValueError(id(target))

    def found(self):
        [found] = [obj for obj in refcycle.snapshot() if type(obj) is Target]
        return found

    @pytest.fixture(autouse=True)
    def no_targets_of_others(self):
        gc.collect()

    def run(self, coroutine):
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(coroutine)
        finally:
            loop.close()

    def test_a_task_with_its_exception(self):
        async def main():
            task = asyncio.ensure_future(self.fail())
            await asyncio.wait([task])
            THIS.KEPT = Holder({task})
            task.exception()

        self.run(main())
        answer = asked(self.found())
        assert names(answer) == ["task or future with its exception"]
        assert "add_done_callback" in answer.to_text()

    def test_a_future_of_a_pool(self):
        def fail():
            target = Target()
            raise ValueError(id(target))

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            THIS.KEPT = Holder(pool.submit(fail))
        answer = asked(self.found())
        assert names(answer) == ["task or future with its exception"]

    def test_a_task_that_is_done_in_a_set(self):
        async def result():
            return Target()

        async def main(holder):
            holder.held = {asyncio.ensure_future(result())}
            await asyncio.wait(holder.held)

        THIS.KEPT = Holder()
        self.run(main(THIS.KEPT))
        answer = asked(self.found())
        assert names(answer) == ["completed task or future"]
        answer = asked(next(iter(THIS.KEPT.held)))
        assert names(answer) == ["completed task or future"]

    def test_one_that_has_not_ended(self):
        async def wait(event):
            target = Target()
            await event.wait()
            return target

        async def main(holder):
            event = asyncio.Event()
            task = asyncio.ensure_future(wait(event))
            holder.held = {task}
            del task
            await asyncio.sleep(0)
            answer = asked(self.found())
            [task] = holder.held
            of_task = asked(task)
            event.set()
            await task
            return answer, of_task

        THIS.KEPT = Holder()
        answer, of_task = self.run(main(THIS.KEPT))
        assert names(answer) == ["unfinished task"]
        assert "completed task or future" not in names(of_task)

    def test_a_task_in_a_variable_of_its_own_coroutine(self, clean_heap):
        async def fail():
            task = asyncio.current_task()
            raise ValueError(task.done())

        async def main():
            task = asyncio.ensure_future(fail())
            await asyncio.wait([task])
            task.exception()
            return id(task)

        answer = garbage(lambda: self.run(main()))
        assert names(answer) == ["task or future in a variable of the frames of its exception"]

    def test_what_has_the_name_of_asyncio_and_is_not(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "_asyncio", Hostile())
        kept(Target())
        answer = asked(REGISTRY[0])
        assert names(answer) == ["module-level registry"]
        fake = types.ModuleType("_asyncio")
        fake.Future = Target()
        monkeypatch.setitem(sys.modules, "_asyncio", fake)
        answer = asked(REGISTRY[0])
        assert names(answer) == ["module-level registry"]


class TestGenerator:
    def test_suspended(self):
        def generate():
            held = Target()
            yield held

        THIS.KEPT = Holder(generate())
        target = next(THIS.KEPT.held)
        answer = asked(target)
        assert names(answer) == ["suspended generator or coroutine"]

    def test_a_coroutine(self):
        async def wait(held):
            await asyncio.sleep(1)

        THIS.KEPT = Holder(wait(Target()))
        [found] = [obj for obj in refcycle.snapshot() if type(obj) is Target]
        answer = asked(found)
        assert names(answer) == ["suspended generator or coroutine"]
        THIS.KEPT.held.close()

    def test_one_that_runs_is_not(self):
        def generate():
            held = [Target()]
            yield names(asked(held[0]))

        assert next(generate()) == []


class TestThreadLocal:
    def test_a_value(self):
        THIS.KEPT = Holder(threading.local())
        THIS.KEPT.held.value = Target()
        answer = asked(THIS.KEPT.held.value)
        assert names(answer) == ["thread local"]
        answer = asked(THIS.KEPT.held)
        assert names(answer) == []


class TestClosure:
    def test_that_calls_itself(self, clean_heap):
        def make():
            def walk(depth):
                return walk(depth - 1) if depth else None

            return id(walk)

        assert names(garbage(make)) == ["closure that holds itself"]

    def test_two_that_call_each_other(self, clean_heap):
        def make():
            def one(depth):
                return two(depth - 1) if depth else None

            def two(depth):
                return one(depth)

            return id(one)

        assert names(garbage(make)) == ["closure that holds itself"]

    def test_a_class_with_super_is_none(self, clean_heap):
        def make():
            class Local:
                def __init__(self):
                    super().__init__()

            return id(Local)

        assert names(garbage(make)) == []

    def test_nor_an_object_with_a_closure_over_it(self, clean_heap):
        def make():
            holder = Holder()
            holder.held = lambda: holder
            return id(holder)

        assert names(garbage(make)) == []


class TestLinkBack:
    def test_a_parent(self, clean_heap):
        def make():
            parent, child = Holder(), Holder()
            parent.children, child.parent = [child], parent
            return id(child)

        answer = garbage(make)
        assert names(answer) == ["link back"]
        assert "`Holder.parent` a weak reference" in answer.remedies[0].advice

    def test_other_links_are_none(self, clean_heap):
        def make():
            one, other = Holder(), Holder()
            one.held, other.held = other, one
            return id(one)

        assert names(garbage(make)) == []


def test_none_of_nothing():
    assert remedies((), (), Types(ObjectGraph([]))) == ()


def test_no_false_alarm():
    THIS.KEPT = Holder(Target())
    answer = asked(THIS.KEPT.held)
    assert names(answer) == []
