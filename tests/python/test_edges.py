"""Every reference that CPython lets anyone see is an edge: a holder and a target for each.

One file, because each kind of reference is a few lines that use the same helpers.
"""

import asyncio
import collections
import contextvars
import ctypes
import datetime
import functools
import gc
import itertools
import operator
import sys
import threading
import types
import weakref

import pytest

import refcycle
from refcycle import ObjectGraph

FROM_3_11 = sys.version_info >= (3, 11)
FROM_3_14 = sys.version_info >= (3, 14)


class Target:
    pass


class Slots:
    __slots__ = ("__weakref__", "first", "second")


class Holder:
    def method(self):
        pass


CASES = {}
UNTRACKED = {}


def case(function):
    """Creates a holder of a target, which the collector tracks."""
    CASES[function.__name__] = function
    return function


def untracked(function):
    """Creates a holder that only a snapshot with untracked objects contains."""
    UNTRACKED[function.__name__] = function
    return function


def edges(graph, holder, target):
    return sum(child is target for child in graph.children(holder))


# Containers and instances. `times` is how many references there are.


@case
def list_items():
    target = Target()
    return [target, None, target], target, 2


@case
def tuple_items():
    target = Target()
    return (target, []), target, 1


@case
def set_element():
    target = Target()
    return {target, 1}, target, 1


@case
def frozenset_element():
    target = Target()
    return frozenset([target]), target, 1


@case
def dict_key_and_value():
    target = Target()
    return {target: target, "other": []}, target, 2


@case
def dict_with_deleted_entries():
    target = Target()
    holder = dict.fromkeys(range(100), target)
    for key in range(90):
        del holder[key]
    return holder, target, 10


@case
def deque_item():
    target = Target()
    return collections.deque([target]), target, 1


@case
def ordered_dict_value():
    target = Target()
    return collections.OrderedDict(key=target), target, 1


@case
def ordered_dict_key():
    target = Target()
    return collections.OrderedDict({target: 1}), target, 2  # the list of keys has one more


@case
def defaultdict_factory():
    target = Holder().method
    return collections.defaultdict(target), target, 1


@case
def inline_value():
    holder, target = Holder(), Target()
    holder.name = target
    return holder if FROM_3_11 else holder.__dict__, target, 1


def with_touched_dict():
    holder, target = Holder(), Target()
    holder.name = target
    return holder, holder.__dict__, target


@case
def value_beside_a_touched_dict():
    holder, values, target = with_touched_dict()
    by_itself = sys.version_info[:2] == (3, 13)
    return (holder if by_itself else values), target, 1


@case
def touched_dict():
    holder, values, _ = with_touched_dict()
    return holder, values, 1


@case
def touched_dict_with_more():
    holder, target = Holder(), Target()
    for number in range(100):
        setattr(holder, f"name{number}", None)
    holder.__dict__["name"] = target
    return holder.__dict__, target, 1


@case
def replaced_dict():
    holder, target = Holder(), {"key": []}
    holder.name = None
    holder.__dict__ = target
    return holder, target, 1


@case
def slots():
    holder, target = Slots(), Target()
    holder.first = holder.second = target
    return holder, target, 2


@case
def slots_below_a_dict():
    holder, target = type("Both", (Slots,), {})(), Target()
    holder.first = holder.second = target
    holder.name = None
    return holder, target, 2


def of_subclass(base, *arguments):
    holder, target = type("Sub", (base,), {})(*arguments), Target()
    holder.name = target
    inside = [holder, *gc.get_referents(holder)]
    (owner,) = [obj for obj in inside if any(part is target for part in gc.get_referents(obj))]
    return owner, target, 1


@case
def attribute_of_a_list():
    return of_subclass(list, [1])


@case
def attribute_of_a_tuple():
    return of_subclass(tuple, [1, 2])


@case
def attribute_of_a_dict():
    return of_subclass(dict, {"key": 1})


@case
def attribute_of_a_set():
    return of_subclass(set, [1])


@case
def attribute_of_an_int():
    return of_subclass(int, 10**40)


@case
def attribute_of_a_str():
    return of_subclass(str, "text")


@case
def attribute_of_bytes():
    return of_subclass(bytes, b"12345")


@case
def attribute_of_an_exception():
    return of_subclass(ValueError, 1)


def of_touched_subclass(base, *arguments):
    holder, target = type("Sub", (base,), {})(*arguments), Target()
    holder.name = target
    return holder, holder.__dict__, 1


@case
def touched_dict_of_a_list():
    return of_touched_subclass(list, [1])


@case
def touched_dict_of_a_tuple():
    return of_touched_subclass(tuple, [1, 2])


@case
def touched_dict_of_an_int():
    return of_touched_subclass(int, 10**40)


@case
def touched_dict_of_a_str():
    return of_touched_subclass(str, "text")


@case
def class_of_an_instance():
    holder = Holder()
    return holder, Holder, 1


# Types.


def inner(mapping):
    """The dict behind a read-only view of it."""
    (found,) = [obj for obj in gc.get_referents(mapping) if type(obj) is dict]
    return found


@case
def type_dict():
    holder = type("Local", (Holder,), {"kept": []})
    return holder, inner(holder.__dict__), 1


@case
def type_mro():
    holder = type("Local", (Holder,), {})
    return holder, holder.__mro__, 1


@case
def type_bases():
    holder = type("Local", (Holder,), {})
    return holder, holder.__bases__, 1


@case
def type_base():
    holder = type("Local", (Holder,), {})
    return holder, Holder, 1


@case
def type_subclasses():
    holder = type("Local", (Holder,), {})
    lower = type("Lower", (holder,), {})
    reference = [ref for ref in weakref.getweakrefs(lower) if gc.is_tracked(ref)]
    (found,) = [
        dict_
        for dict_ in gc.get_objects()
        if type(dict_) is dict and dict_.get(id(lower)) in reference
    ]
    holder.kept = lower
    return holder, found, 1


@case
def type_of_a_module():
    module = sys.modules["_functools"]
    # A type that a module created refers to it.
    return functools.partial, module, 1


@case
def metaclass():
    meta = type("Meta", (type,), {})
    return meta("Local", (), {}), meta, 1


# Functions and what wraps them.


@case
def function_default():
    target = (Target(),)

    def holder(argument=target[0]):
        pass

    return holder, holder.__defaults__, 1


@case
def function_closure_and_dict():
    target = {"key": []}

    def holder():
        pass

    holder.__dict__ = target
    return holder, target, 1


@case
def function_globals():
    def holder():
        pass

    return holder, globals(), 1


@case
def function_annotations():
    def holder():
        pass

    holder.__annotations__ = {"argument": []}
    return holder, holder.__annotations__, 1


@case
def cell():
    target = Target()
    return types.CellType(target), target, 1


@case
def bound_method():
    target = Holder()
    return target.method, target, 1


@case
def bound_builtin_method():
    target = [Target()]
    return target.append, target, 1


@case
def builtin_function():
    import _heapq

    return _heapq.heappush, _heapq, 1


@case
def method_wrapper():
    target = Target()
    return target.__str__, target, 1


@case
def partial_arguments():
    target = Holder().method
    return functools.partial(target, 1), target, 1


@case
def cached_function():
    def target():
        pass

    holder = functools.lru_cache(maxsize=4)(target)
    return holder, target, 1


@case
def cached_result():
    target = Target()
    holder = functools.lru_cache(maxsize=None)(lambda argument: target)
    holder(1)
    (cache,) = [
        obj for obj in gc.get_referents(holder) if type(obj) is dict and "__wrapped__" not in obj
    ]
    return cache, target, 1


@case
def property_getter():
    def target(self):
        pass

    return property(target), target, 1


@case
def static_method():
    def target():
        pass

    return staticmethod(target), target, 1


@case
def class_method():
    def target(cls):
        pass

    return classmethod(target), target, 1


@case
def super_object():
    target = Holder()
    return super(Holder, target), target, 1


@case
def mapping_proxy():
    target = {"key": []}
    return types.MappingProxyType(target), target, 1


@case
def module_namespace():
    module = types.ModuleType("module")
    module.kept = []
    return module, vars(module), 1


# Iterators.


@case
def list_iterator():
    target = [Target()]
    return iter(target), target, 1


@case
def tuple_iterator():
    target = (Target(),)
    return iter(target), target, 1


@case
def dict_items():
    target = {"key": Target()}
    return target.items(), target, 1


@case
def dict_iterator():
    target = {"key": Target()}
    return iter(target.items()), target, 1


@case
def enumeration():
    target = iter([Target()])
    return enumerate(target), target, 1


@case
def chain():
    target = iter([Target()])
    return itertools.chain.from_iterable(target), target, 1


@case
def mapped():
    target = Holder().method
    return map(target, [1]), target, 1


@case
def cycle():
    target = iter([Target()])
    return itertools.cycle(target), target, 1


@case
def called_until():
    target = Holder().method
    return iter(target, 1), target, 1


@case
def reversed_list():
    target = [Target()]
    return reversed(target), target, 1


@case
def islice():
    target = iter([Target()])
    return itertools.islice(target, 5), target, 1


# Weak references, exceptions, contexts, C types.


@case
def weak_callback():
    referent, target = Target(), Holder().method
    Target.kept = referent
    return weakref.ref(referent, target), target, 1


@case
def weak_value():
    holder = weakref.WeakKeyDictionary({Holder: []})
    return holder if FROM_3_11 else holder.__dict__, holder.data, 1


@case
def exception_arguments():
    target = ([],)
    holder = ValueError(*target)
    return holder, holder.args, 1


def raised():
    local = Target()
    try:
        raise ValueError(local)
    except ValueError as error:
        return error


@case
def exception_traceback():
    holder = raised()
    return holder, holder.__traceback__, 1


@case
def traceback_frame():
    holder = raised().__traceback__
    return holder, holder.tb_frame, 1


@case
def frame_of_a_traceback():
    frame = raised().__traceback__.tb_frame
    return frame, frame.f_locals["local"], 1


@case
def exception_cause_and_context():
    target = KeyError()
    holder = ValueError()
    holder.__cause__ = holder.__context__ = target
    return holder, target, 2


@case
def stop_iteration_value():
    target = Target()
    return StopIteration(target), target, 1  # And the tuple of its arguments.


@case
def memory_view():
    target = type("Bytes", (bytearray,), {})(b"12345")
    view = memoryview(target)
    KEPT.append(view)
    (managed,) = gc.get_referents(view)
    return managed, target, 1


@case
def ctypes_py_object():
    target = Target()
    holder = (ctypes.py_object * 2)()
    holder[1] = target
    return holder._objects, target, 1


@case
def ctypes_structure():
    class Structure(ctypes.Structure):
        _fields_ = (("field", ctypes.py_object),)

    target = Target()
    holder = Structure()
    holder.field = target
    return holder, holder._objects, 1


@case
def ctypes_callback():
    target = Holder().method
    callback = ctypes.CFUNCTYPE(None)(target)
    return next(iter(callback._objects.values())), target, 1


@case
def context_variable_default():
    target = Target()
    return contextvars.ContextVar("variable", default=target), target, 1


@case
def context_token():
    variable = contextvars.ContextVar("variable")
    target = Target()
    variable.set(target)
    token = variable.set(None)
    return token, target, 1


@case
def item_getter():
    target = (Target(), 1)
    return operator.itemgetter(target), target, 1


@case
def slice_bound():
    target = Target()
    return slice(None, target), target, 1


@case
def simple_namespace():
    target = types.SimpleNamespace(attribute=[])
    return target, target.__dict__, 1


@case
def thread_local():
    local, target = threading.local(), Target()
    local.name = target
    return local.__dict__, target, 1


# Generators and their like.


def frame_or_itself(generator, frame):
    """Up to 3.10, the locals belong to the frame."""
    KEPT.append(generator)
    return generator if FROM_3_11 else frame


@case
def generator_local():
    def generate(job):
        yield 1

    target = Target()
    holder = generate(target)
    next(holder)
    return frame_or_itself(holder, holder.gi_frame), target, 1


@case
def generator_that_has_not_started():
    def generate(job):
        yield 1

    target = Target()
    holder = generate(target)
    return frame_or_itself(holder, holder.gi_frame), target, 1


@case
def generator_cell():
    def generate(job):
        yield lambda: job

    target = Target()
    holder = generate(target)
    function = next(holder)
    return frame_or_itself(holder, holder.gi_frame), function.__closure__[0], 1


@case
def generator_free_variable():
    target = Target()

    def generate():
        yield target

    holder = generate()
    next(holder)
    found = generate.__closure__[0]
    # Since 3.11, a frame has the cells of its function from its first step on.
    return frame_or_itself(holder, holder.gi_frame), found, 1


@case
def generator_value_stack():
    def generate(target):
        yield [target, target, (yield)]

    target = Target()
    holder = generate(target)
    next(holder)
    return frame_or_itself(holder, holder.gi_frame), target, 3


@case
def generator_expression():
    target = iter([1, 2])
    holder = (item for item in target)
    next(holder)
    # The argument, and the iterator of the loop.
    return frame_or_itself(holder, holder.gi_frame), target, 2


@case
def delegating_generator():
    def generate():
        yield from target

    target = (number for number in range(3))
    holder = generate()
    next(holder)
    return frame_or_itself(holder, holder.gi_frame), target, 1


@case
def coroutine_local():
    async def wait(job):
        await Awaitable()

    target = Target()
    holder = wait(target)
    holder.send(None)
    KEPT.append(holder)
    return frame_or_itself(holder, holder.cr_frame), target, 1


@case
def coroutine_that_is_awaited():
    async def inner():
        await Awaitable()

    async def outer(target):
        await target

    target = inner()
    holder = outer(target)
    holder.send(None)
    KEPT.append(holder)
    # The argument, and the object for which it waits.
    return frame_or_itself(holder, holder.cr_frame), target, 2


@case
def asynchronous_generator_local():
    async def generate(job):
        yield 1

    target = Target()
    holder = generate(target)
    with pytest.raises(StopIteration):
        holder.asend(None).send(None)
    return frame_or_itself(holder, holder.ag_frame), target, 1


class Awaitable:
    def __await__(self):
        yield


KEPT = []


def in_a_loop(make):
    loop = asyncio.new_event_loop()
    KEPT.append(loop)
    return make(loop)


@case
def future_loop():
    return in_a_loop(lambda loop: (loop.create_future(), loop, 1))


@case
def future_result():
    def make(loop):
        future, target = loop.create_future(), Target()
        future.set_result(target)
        return future, target, 1

    return in_a_loop(make)


@case
def task_coroutine():
    async def wait():
        pass

    def make(loop):
        target = wait()
        task = loop.create_task(target)
        KEPT.append(task)
        return task, target, 1

    return in_a_loop(make)


@case
def task_context():
    async def wait():
        pass

    def make(loop):
        task = loop.create_task(wait())
        KEPT.append(task)
        (target,) = [p for p in gc.get_referents(task) if type(p) is contextvars.Context]
        return task, target, 1

    return in_a_loop(make)


@pytest.fixture
def run_down():
    yield
    Target.kept = None
    for held in KEPT:
        if isinstance(held, asyncio.AbstractEventLoop):
            for task in asyncio.all_tasks(held):
                task.cancel()
            held.run_until_complete(asyncio.sleep(0))
            held.close()
        elif isinstance(held, types.CoroutineType):
            held.close()
    KEPT.clear()


@pytest.fixture(scope="module")
def seen():
    """For each case, the expected edges, and those in graphs of all cases."""
    made = {name: CASES[name]() for name in CASES}
    gc.collect()
    graphs = [refcycle.snapshot(), refcycle.snapshot(untracked=True)]
    return {
        name: (
            times,
            [edges(graph, holder, target) for graph in graphs],
            graphs[1].external_references(target),
        )
        for name, (holder, target, times) in made.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_a_reference_is_an_edge(name, seen):
    times, found, _ = seen[name]
    assert found == [times, times]


@pytest.mark.parametrize("name", CASES)
def test_a_reference_is_an_edge_of_a_small_graph(name, run_down):
    holder, target, times = CASES[name]()
    assert edges(ObjectGraph([holder, target]), holder, target) == times
    assert edges(refcycle.objects_reachable_from(holder), holder, target) == times


@pytest.mark.parametrize("name", CASES)
def test_all_references_to_a_target_are_edges(name, seen):
    if name in NOT_ALL_SEEN:
        pytest.skip(NOT_ALL_SEEN[name])
    assert seen[name][2] == 0


NOT_ALL_SEEN = {}


# Edges that only a snapshot with untracked objects contains.


def scope():
    found = {}
    exec("def function(argument):\n    local = 1.5\n    return {1, 2}, global_name", found)
    return found["function"]


@untracked
def function_code():
    holder = scope()
    return holder, holder.__code__


@untracked
def function_name():
    holder = scope()
    holder.__name__ = "a new name"
    return holder, holder.__name__


@untracked
def code_constants():
    code = scope().__code__
    return code, code.co_consts


@untracked
def code_names():
    code = scope().__code__
    return code, code.co_names


@untracked
def code_file_name():
    code = scope().__code__
    return code, code.co_filename


@untracked
def code_of_code():
    found = {}
    exec("def outer():\n    def inner():\n        pass", found)
    code = found["outer"].__code__
    (target,) = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return code.co_consts, target


@untracked
def text_in_a_list():
    target = "".join(["a ", "text"])
    return [target], target


@untracked
def text_key_of_a_dict():
    target = "".join(["a ", "key"])
    return {target: Target(), 1: 2}, target


@untracked
def number_in_an_untracked_tuple():
    holder = (10**40, "text")
    gc.collect()
    return holder, holder[0]


@untracked
def static_type_dict():
    return bytearray, inner(bytearray.__dict__)


@untracked
def static_type_mro():
    return bytearray, bytearray.__mro__


@untracked
def static_type_base():
    return bool, int


@untracked
def range_end():
    holder = range(10**30)
    return holder, holder.stop


@untracked
def time_zone():
    target = datetime.timezone(datetime.timedelta(hours=3))
    return datetime.datetime(2020, 1, 1, tzinfo=target), target


@untracked
def time_of_a_class_of_ours():
    class Zone(datetime.tzinfo):
        pass

    target = Zone()
    return datetime.time(1, tzinfo=target), target


@pytest.fixture(scope="module")
def seen_untracked():
    made = {name: UNTRACKED[name]() for name in UNTRACKED}
    graph = refcycle.snapshot(untracked=True)
    return {name: edges(graph, holder, target) for name, (holder, target) in made.items()}


@pytest.mark.parametrize("name", UNTRACKED)
def test_a_reference_of_what_is_untracked_is_an_edge(name, seen_untracked):
    assert seen_untracked[name] == 1
    holder, target = UNTRACKED[name]()
    assert edges(refcycle.objects_reachable_from([holder]), holder, target) == 1


@pytest.mark.large_imports
def test_the_parts_of_arrays_are_edges():
    numpy = pytest.importorskip("numpy")
    target = Target()
    array = numpy.array([None, target, target, 5], dtype=object)
    view = array[1:]
    kept = [view]
    graph = refcycle.snapshot(untracked=True)
    assert edges(graph, array, target) == 2
    assert edges(graph, view, array) == 1 and edges(graph, view, target) == 0
    assert edges(refcycle.objects_reachable_from(kept), array, target) == 2
    assert graph.external_references(target) == 0
    assert graph.external_references(array) == 0


# Running frames.


def test_what_a_running_frame_holds_is_an_edge_from_it():
    argument, free = Target(), Target()

    def call(argument, *others, key):
        local = captured = Target()

        def inner():
            return captured, free

        frame = sys._getframe()
        graph = refcycle.snapshot()
        return graph, frame, local, inner

    graph, frame, local, inner = call(argument, argument, key=argument)
    assert edges(graph, frame, argument) == 2
    (others,) = [child for child in graph.children(frame) if type(child) is tuple]
    assert others == (argument,)
    assert edges(graph, frame, local) == 1
    captured_cell, free_cell = inner.__closure__
    assert edges(graph, frame, captured_cell) == 1 and edges(graph, frame, free_cell) == 1


def test_the_value_stack_of_a_running_frame():
    frame = sys._getframe()
    target, graph = [Target(), refcycle.snapshot()]
    parents = graph.parents(target)
    if FROM_3_14:
        assert [parent is frame for parent in parents] == [True]
        assert graph.external_references(target) == 0
    else:
        assert parents == []
        assert graph.external_references(target) == 1


def test_the_value_stack_of_a_calling_frame():
    def take(first):
        return refcycle.snapshot()

    frame = sys._getframe()
    target, graph = [Target(), take(1)]
    parents = graph.parents(target)
    # Since 3.11, a frame that calls another one says how much of its stack is in use.
    assert [parent is frame for parent in parents] == [True] * FROM_3_11


def test_the_callers_are_there_and_no_frame_of_the_tool():
    def take():
        return refcycle.snapshot(), sys._getframe()

    graph, frame = take()
    expected = []
    caller = frame
    while caller is not None:
        expected.append(caller)
        caller = caller.f_back
    assert [one in graph for one in expected] == [True] * len(expected)
    for one, back in zip(expected, expected[1:]):  # noqa: B905
        assert edges(graph, one, back) == 1
    names = [obj.f_code.co_filename for obj in graph.find_by_typename("frame")]
    package = refcycle.__file__.rpartition("__init__")[0]
    assert [name for name in names if name.startswith(package)] == []


def test_the_frames_of_class_bodies_and_modules():
    graphs = []

    class Body:
        target = Target()
        frame = sys._getframe()
        namespace = locals()
        graphs.append(refcycle.snapshot())

    (graph,) = graphs
    assert edges(graph, Body.frame, Body.namespace) == 1
    assert edges(graph, Body.namespace, Body.target) == 1
    code = compile("import sys\nframe = sys._getframe()\ngraph = take()", "module", "exec")
    namespace = {"take": refcycle.snapshot}
    exec(code, namespace)
    assert edges(namespace["graph"], namespace["frame"], namespace) >= 1


def test_a_generator_that_runs_shows_each_reference_once():
    def generate(target):
        yield refcycle.snapshot(), sys._getframe()

    target = Target()
    generator = generate(target)
    graph, frame = next(generator)
    holders = graph.parents(target)
    own = sys._getframe()
    assert {id(parent) for parent in holders} == {id(frame), id(own)} or {
        id(parent) for parent in holders
    } == {id(frame), id(own), id(generator)}
    assert graph.external_references(target) == 0
    assert edges(graph, frame, target) == 1


def test_a_touched_frame_of_a_generator_shows_nothing_twice():
    def generate(target):
        yield

    target = Target()
    generator = generate(target)
    next(generator)
    frame = generator.gi_frame
    graph = refcycle.snapshot(untracked=True)
    parents = [p for p in graph.parents(target) if p is generator or p is frame]
    assert [parent is frame for parent in parents] == [not FROM_3_11]
    assert graph.external_references(target) == 0


def test_the_frame_of_a_thread_holds_its_locals():
    ready, go = threading.Event(), threading.Event()
    targets, frames = [], []

    def body(argument):
        local = Target()
        targets.extend([argument, local])
        frames.append(sys._getframe())
        ready.set()
        go.wait(60)

    thread = threading.Thread(target=body, args=(Target(),))
    thread.start()
    assert ready.wait(60)
    graph = refcycle.snapshot()
    go.set()
    thread.join(60)
    assert [edges(graph, frames[0], target) for target in targets] == [1, 1]
    assert [graph.external_references(target) for target in targets] == [0, 0]
    assert edges(graph, frames[0], go) == 0  # It is in a cell.


def test_a_task_that_waits_holds_its_locals():
    async def job(target):
        local = [target]
        await asyncio.sleep(60)
        return local

    async def main():
        target = Target()
        task = asyncio.ensure_future(job(target))
        await asyncio.sleep(0)
        graph = refcycle.snapshot()
        chain = graph.shortest_path(task, target)
        external = graph.external_references(target)
        task.cancel()
        coroutine = task.get_coro()
        return graph, coroutine, target, len(chain), external

    graph, _coroutine, target, steps, external = asyncio.run(main())
    assert steps == (3 if FROM_3_11 else 4)  # Up to 3.10, by way of the frame.
    assert external == 0
    lists = [p for p in graph.parents(target) if type(p) is list]
    assert [items == [target] for items in lists] == [True]
