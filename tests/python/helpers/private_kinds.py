"""Kinds of references that CPython declares nowhere, one holder and one target for each.

To be imported for its effect on `kinds.LABELLED`.

Long, because each kind of reference has a holder and a target of its own here.
"""

import _thread
import abc
import asyncio
import collections
import contextvars
import csv
import ctypes
import decimal
import functools
import gc
import io
import itertools
import operator
import os
import sys
import types
import typing

from .kinds import OLD, Plain, Target, generator, labelled, raised, since


def other(holder, kind):
    """The only thing of this type, or of a type of this name, to which an object refers."""
    (found,) = [o for o in gc.get_referents(holder) if kind in (type(o), type(o).__name__)]
    return found


KEPT = []


def kept(obj):
    KEPT.append(obj)
    return obj


# Iterators of builtin types


@labelled
def list_iterator():
    target = [1]
    return iter(target), target, "it_seq"


@labelled
def tuple_iterator():
    target = (Target(),)
    return iter(target), target, "it_seq"


@labelled
def str_iterator():
    target = "text".upper()
    return iter(target), target, "it_seq"


@labelled
def iterator_of_a_str_beyond_ascii():
    target = "größe\u1234".upper()
    return iter(target), target, "it_seq"


@labelled
def bytes_iterator():
    target = b"text".upper()
    return iter(target), target, "it_seq"


@labelled
def bytearray_iterator():
    target = bytearray(b"text")
    return iter(target), target, "it_seq"


@labelled
def reversed_list():
    target = [1]
    return reversed(target), target, "it_seq"


@labelled
def reversed_tuple():
    target = (Target(),)
    return reversed(target), target, "seq"


@labelled
def iterator_by_items():
    class Items:
        def __getitem__(self, index):
            return index

    target = Items()
    return iter(target), target, "it_seq"


@labelled
def set_iterator():
    target = {1}
    return iter(target), target, "si_set"


@labelled
def frozenset_iterator():
    target = frozenset([Target()])
    return iter(target), target, "si_set"


@labelled
def dict_key_iterator():
    target = {1: 2}
    return iter(target), target, "di_dict"


@labelled
def dict_value_iterator():
    target = {1: 2}
    return iter(target.values()), target, "di_dict"


@labelled
def dict_item_iterator():
    target = {1: 2}
    return iter(target.items()), target, "di_dict"


@labelled
def dict_item_iterator_result():
    holder = iter({1: 2}.items())
    return holder, other(holder, tuple), "di_result"


@labelled
def reversed_dict():
    target = {1: 2}
    return reversed(target), target, "di_dict"


@labelled
def reversed_dict_items():
    target = {1: 2}
    return reversed(target.items()), target, "di_dict"


@labelled
def ordered_dict_iterator():
    target = collections.OrderedDict(a=1)
    return iter(target), target, "di_odict"


@labelled
def enumerate_iterator():
    target = iter([1])
    return enumerate(target), target, "en_sit"


@labelled
def enumerate_result():
    holder = enumerate([1])
    return holder, other(holder, tuple), "en_result"


def zip_parts():
    holder = zip([1])
    one, two = [o for o in gc.get_referents(holder) if type(o) is tuple]
    return (holder, one, two) if one[0] is not None else (holder, two, one)


@labelled
def zip_iterators():
    holder, target, _ = zip_parts()
    return holder, target, "ittuple"


@labelled
def zip_result():
    holder, _, target = zip_parts()
    return holder, target, "result"


@labelled
def map_function():
    def target(item):
        return item

    return map(target, []), target, "func"


@labelled
def map_iterators():
    holder = map(print, [1])
    return holder, other(holder, tuple), "iters"


@labelled
def filter_function():
    def target(item):
        return item

    return filter(target, []), target, "func"


@labelled
def filter_iterator():
    target = iter([1])
    return filter(print, target), target, "it"


@labelled
def callable_iterator():
    def target():
        return 1

    return iter(target, 2), target, "it_callable"


@labelled
def callable_iterator_sentinel():
    target = Target()
    return iter(list, target), target, "it_sentinel"


@labelled
def iterator_of_a_subclass():
    class Derived(enumerate):
        pass

    target = iter([1])
    return Derived(target), target, "en_sit"


# Views


@labelled
def dict_view_mapping():
    target = {1: 2}
    return target.keys(), target, "mapping"


@labelled
def dict_values_mapping():
    target = {1: 2}
    return target.values(), target, "mapping"


@labelled
def dict_items_mapping():
    target = {1: 2}
    return target.items(), target, "mapping"


@labelled
def ordered_dict_view_mapping():
    target = collections.OrderedDict(a=1)
    return target.items(), target, "mapping"


@labelled
def mapping_proxy_mapping():
    target = {}
    return types.MappingProxyType(target), target, "mapping"


@labelled
def memory_view_buffer():
    holder = memoryview(bytearray(3))
    return holder, other(holder, "managedbuffer"), "mbuf"


@labelled
def managed_buffer_object():
    target = bytearray(3)
    return other(kept(memoryview(target)), "managedbuffer"), target, "obj"


@labelled
def method_wrapper_descriptor():
    return [].__len__, list.__dict__["__len__"], "descr"


@labelled
def ordered_dict_keys():
    target = Target()
    return collections.OrderedDict([(target, 1)]), target, "key", "key"


@since(3, 13)
def frame_locals_proxy():
    target = sys._getframe()
    return target.f_locals, target, "frame"


@since(3, 13)
def property_name():
    holder = property()
    holder.__name__ = target = "a name".upper()
    return holder, target, "__name__"


# Types in words


@labelled
def generic_alias_parameters():
    holder = types.GenericAlias(list, (typing.TypeVar("T"),))
    return holder, holder.__parameters__, "__parameters__"


@labelled
def union_arguments():
    holder = Plain | int
    return holder, holder.__args__, "__args__"


@since(3, 14)
def union_hashable_arguments():
    holder = Plain | int
    return holder, other(holder, frozenset), "hashable_args"


@labelled
def type_variable_bound():
    target = type("Target", (), {})
    holder = typing.TypeVar("T", bound=target)
    if sys.version_info >= (3, 12):
        return holder, target, "__bound__"
    found = [o for o in gc.get_referents(holder) if o is target]
    return (holder, target, "__bound__") if found else (vars(holder), target, "value['__bound__']")


@since(3, 12)
def type_variable_constraints():
    holder = typing.TypeVar("T", Plain, int)
    return holder, holder.__constraints__, "__constraints__"


def from_source(source, name):
    scope = {}
    exec(source, scope)
    return scope[name]


@since(3, 12)
def type_variable_lazy_bound():
    holder = from_source("def f[T: int](): pass", "f").__type_params__[0]
    return holder, other(holder, types.FunctionType), "evaluate_bound"


@since(3, 12)
def type_variable_lazy_constraints():
    holder = from_source("def f[T: (int, str)](): pass", "f").__type_params__[0]
    return holder, other(holder, types.FunctionType), "evaluate_constraints"


@since(3, 13)
def type_variable_default():
    target = Plain
    return typing.TypeVar("T", default=target), target, "__default__"


@since(3, 12)
def alias_value():
    return typing.TypeAliasType("Alias", Plain), Plain, "__value__"


@since(3, 12)
def alias_parameters():
    target = (typing.TypeVar("T"),)
    return typing.TypeAliasType("Alias", Plain, type_params=target), target, "__type_params__"


@since(3, 12)
def lazy_alias():
    holder = from_source("type Alias = int", "Alias")
    name = "evaluate_value" if sys.version_info >= (3, 14) else "compute_value"
    return holder, other(holder, types.FunctionType), name


@since(3, 12)
def parts_of_parameters():
    target = typing.ParamSpec("P")
    return target.args, target, "__origin__"


@since(3, 14)
def template_strings():
    holder = from_source("value = 1; made = t'text {value}'", "made")
    return holder, holder.strings, "strings"


@since(3, 14)
def template_interpolations():
    holder = from_source("value = 1; made = t'text {value}'", "made")
    return holder, holder.interpolations, "interpolations"


@since(3, 14)
def interpolation_value():
    holder = from_source("value = []; made = t'text {value}'", "made").interpolations[0]
    return holder, holder.value, "value"


# Exceptions and tracebacks


@labelled
def exception_arguments():
    holder = ValueError(Target())
    return holder, holder.args, "args"


@labelled
def exception_traceback():
    holder = raised()
    return holder, holder.__traceback__, "__traceback__"


@labelled
def exception_cause():
    holder = ValueError()
    holder.__cause__ = target = KeyError()
    return holder, target, "__cause__"


@labelled
def exception_context():
    holder = ValueError()
    holder.__context__ = target = KeyError()
    return holder, target, "__context__"


@labelled
def key_error_argument():
    holder = KeyError(Target())
    return holder, holder.args, "args"


@since(3, 11)
def exception_notes():
    holder = ValueError()
    holder.add_note("text")
    return holder.__dict__, holder.__notes__, "value['__notes__']"


@labelled
def traceback_next():
    def fail():
        raise ValueError

    try:
        fail()
    except ValueError as error:
        holder = error.__traceback__
    return holder, holder.tb_next, "tb_next"


# Generators and coroutines


@labelled
def generator_stack():
    def function():
        return [1, Target(), (yield)]

    holder = function()
    next(holder)
    if OLD:
        holder = kept(holder).gi_frame
    return holder, other(holder, Target), "stack[1]"


@labelled
def generator_in_a_loop():
    def function():
        for _ in items:
            yield

    items = enumerate([1])
    holder = function()
    next(holder)
    if OLD:
        holder = kept(holder).gi_frame
    return holder, items, "stack[0]"


@labelled
def generator_yielding_from():
    def function():
        yield from generator(1)

    holder = function()
    next(holder)
    if OLD:
        return kept(holder).gi_frame, holder.gi_yieldfrom, "stack[0]"
    return holder, holder.gi_yieldfrom, "gi_yieldfrom"


@types.coroutine
def pause():
    yield


async def waiting(target):
    await target


@labelled
def coroutine_waiting():
    target = waiting(pause())
    holder = waiting(target)
    holder.send(None)
    if OLD:
        return kept(holder).cr_frame, target, "local 'target'", "stack[0]"
    return holder, target, "local 'target'", "cr_await"


@labelled
def coroutine_wrapper():
    target = waiting(None)
    holder = target.__await__()
    with_close(target)
    return holder, target, "cw_coroutine"


def with_close(coroutine):
    """So that no warning says that it was never awaited."""
    coroutine.close()


async def yielding():
    yield


@labelled
def async_generator_send():
    target = yielding()
    holder = target.asend(None)
    with_close(holder)
    return holder, target, "ags_gen"


@labelled
def async_generator_sent_value():
    target = Target()
    holder = yielding().asend(target)
    with_close(holder)
    return holder, target, "ags_sendval"


@labelled
def async_generator_throw():
    target = yielding()
    holder = target.athrow(ValueError())
    with_close(holder)
    return holder, target, "agt_gen"


@labelled
def next_with_a_default():
    target = Target()
    holder = anext(yielding(), target)
    others = [o for o in gc.get_referents(holder) if o is not target]
    with_close(others[0])
    return holder, target, "default_value"


# `itertools`


@labelled
def chain_source():
    target = iter([[1]])
    return itertools.chain.from_iterable(target), target, "source"


@labelled
def chain_active():
    target = iter([1, 2])
    holder = itertools.chain([0], target)
    next(holder), next(holder)
    return holder, target, "active"


@labelled
def cycle_iterator():
    target = iter([1])
    return itertools.cycle(target), target, "it"


@labelled
def cycle_saved():
    holder = itertools.cycle([1])
    return holder, other(holder, list), "saved"


@labelled
def tee_data():
    holder, _ = itertools.tee([1])
    return holder, other(holder, "_tee_dataobject"), "dataobj"


@labelled
def tee_iterator():
    target = iter([1])
    holder, _ = itertools.tee(target)
    return other(holder, "_tee_dataobject"), target, "it"


@labelled
def tee_value():
    target = Target()
    holder, other_holder = itertools.tee([1, 2, target])
    list(holder)
    return other(kept(other_holder), "_tee_dataobject"), target, "values[2]"


@labelled
def tee_next_block():
    first, second = itertools.tee(range(100))
    list(itertools.islice(first, 60))
    holder = other(kept(second), "_tee_dataobject")
    return holder, other(holder, "_tee_dataobject"), "nextlink"


@labelled
def islice_iterator():
    target = iter([1])
    return itertools.islice(target, 1), target, "it"


@labelled
def repeated_element():
    target = Target()
    return itertools.repeat(target), target, "element"


@labelled
def group_key():
    def target(item):
        return item

    return itertools.groupby([], target), target, "keyfunc"


@labelled
def grouper_parent():
    target = itertools.groupby([1])
    _, holder = next(target)
    return holder, target, "parent"


@labelled
def starmap_function():
    def target():
        pass

    return itertools.starmap(target, []), target, "func"


@labelled
def taken_while():
    target = iter([1])
    return itertools.takewhile(print, target), target, "it"


@labelled
def dropped_while():
    target = iter([1])
    return itertools.dropwhile(print, target), target, "it"


@labelled
def not_filtered():
    target = iter([1])
    return itertools.filterfalse(print, target), target, "it"


@labelled
def compress_selectors():
    target = iter([1])
    return itertools.compress([], target), target, "selectors"


@labelled
def accumulated_function():
    def target(left, right):
        return left

    return itertools.accumulate([], target), target, "binop"


@labelled
def accumulated_total():
    target = Target()
    holder = itertools.accumulate([target, 1])
    next(holder)
    return holder, target, "total"


@labelled
def product_pools():
    holder = itertools.product([Target()], [Target()])
    return holder, other(holder, tuple), "pools"


@labelled
def combinations_pool():
    target = (Target(), Target())
    return itertools.combinations(target, 1), target, "pool"


@labelled
def permutations_pool():
    target = (Target(), Target())
    return itertools.permutations(target), target, "pool"


@labelled
def longest_fill_value():
    target = Target()
    return itertools.zip_longest([], fillvalue=target), target, "fillvalue"


@labelled
def pair_iterator():
    target = iter([1])
    return itertools.pairwise(target), target, "it"


@since(3, 12)
def batch_iterator():
    target = iter([1])
    return itertools.batched(target, 2), target, "it"


# `functools`, `operator`, `collections`, `abc`, `decimal`


@labelled
def lru_cache_function():
    def target(argument):
        return argument

    return functools.lru_cache(target), target, "__wrapped__"


def cached(maxsize=4):
    @functools.lru_cache(maxsize)
    def function(argument):
        return RESULTS.setdefault(argument, Target())

    return function


RESULTS = {}


@labelled
def lru_cache_dict():
    holder = cached()
    found = [o for o in gc.get_referents(holder) if type(o) is dict and o is not vars(holder)]
    return holder, found[0], "cache"


@labelled
def lru_cache_result():
    holder = cached()
    target = holder("name")
    return holder, target, "value['name']"


@labelled
def lru_cache_key():
    holder, target = cached(), Plain()
    holder("first")
    holder(target)
    return holder, other(holder, tuple), "key"


@labelled
def lru_cache_information():
    holder = cached()
    return holder, functools._CacheInfo, "cache_info_type"


@labelled
def type_of_links():
    holder = cached()
    holder("first"), holder("second")
    (table,) = [o for o in gc.get_referents(holder) if type(o) is dict and "first" in o]
    labels = ["lru_list_elem_type", "link.__class__", "link.__class__"]
    return holder, type(table["first"]), *labels[2 - count_of_types(holder) :]


def count_of_types(holder):
    return sum(o.__name__ == "_lru_list_elem" for o in types_of(holder)) - 1


def types_of(holder):
    return [o for o in gc.get_referents(holder) if type(o) is type]


@labelled
def compared_object():
    target = Target()
    return functools.cmp_to_key(print)(target), target, "obj"


@labelled
def item_getter_key():
    target = (Target(), 1)
    return operator.itemgetter(target), target, "item"


@labelled
def attribute_getter():
    holder = operator.attrgetter("first.second", "third")
    return holder, other(holder, tuple), "attr"


@labelled
def method_caller_keywords():
    holder = operator.methodcaller("name", key=Target())
    return holder, other(holder, dict), "kwds"


@labelled
def deque_item():
    target = Target()
    return collections.deque([1, target, 2]), target, "item[1]"


@labelled
def item_of_a_long_deque():
    target = Target()
    holder = collections.deque(range(1000))
    holder.rotate(77)
    holder[500] = target
    return holder, target, "item[500]"


@labelled
def parallel_deque_items():
    target = Target()
    return collections.deque([target, 1, target]), target, "item[0]", "item[2]"


@labelled
def deque_subclass_item():
    class Derived(collections.deque):
        pass

    holder, target = Derived([1]), Target()
    holder.value = 1
    holder.append(target)
    return holder, target, "item[1]"


@labelled
def deque_iterator():
    target = collections.deque([1])
    return iter(target), target, "deque"


class Abstract(abc.ABC):  # noqa: B024
    pass


class Registered:
    pass


class DerivedFromRegistered(Registered):
    pass


class Unrelated:
    pass


Abstract.register(Registered)
issubclass(DerivedFromRegistered, Abstract)
issubclass(Unrelated, Abstract)


def abstract_set(cls):
    holder = Abstract._abc_impl
    sets = [o for o in gc.get_referents(holder) if type(o) is set]
    found = [o for o in sets if [reference() for reference in o] == [cls]]
    return holder, found


@labelled
def abstract_registry():
    holder, (found,) = abstract_set(Registered)
    return holder, found, "_abc_registry"


@labelled
def abstract_cache():
    holder, (found,) = abstract_set(DerivedFromRegistered)
    return holder, found, "_abc_cache"


@labelled
def abstract_negative_cache():
    holder, (found,) = abstract_set(Unrelated)
    return holder, found, "_abc_negative_cache"


@since(3, 13)
def decimal_context_traps():
    holder = decimal.Context()
    return holder, holder.traps, "traps"


# Contexts


@labelled
def context_variables():
    holder, variable = contextvars.Context(), contextvars.ContextVar("variable")
    holder.run(variable.set, Target())
    return holder, other(holder, "hamt"), "ctx_vars"


@labelled
def context_table_root():
    holder, variable = contextvars.Context(), contextvars.ContextVar("variable")
    holder.run(variable.set, Target())
    table = other(holder, "hamt")
    return table, other(table, "hamt_bitmap_node"), "h_root"


def context_node(count):
    holder = contextvars.Context()
    variables = [contextvars.ContextVar("variable") for _ in range(count)]
    targets = [Target() for _ in variables]
    for variable, target in zip(variables, targets):  # noqa: B905
        holder.run(variable.set, target)
    table = other(holder, "hamt")
    (node,) = [o for o in gc.get_referents(table) if type(o).__name__.startswith("hamt")]
    return node, variables, targets


@labelled
def context_table_key():
    holder, variables, _ = context_node(1)
    return holder, variables[0], "key"


@labelled
def context_table_value():
    holder, _, targets = context_node(1)
    kind = f"{contextvars.ContextVar.__module__}.ContextVar"
    return holder, targets[0], f"value[<{kind} object>]"


@labelled
def context_variable_default():
    target = Target()
    return contextvars.ContextVar("variable", default=target), target, "var_default"


@labelled
def context_token_variable():
    holder, target = contextvars.Context(), contextvars.ContextVar("variable")
    return holder.run(target.set, 1), target, "var"


@labelled
def context_token_context():
    target, variable = contextvars.Context(), contextvars.ContextVar("variable")
    return target.run(variable.set, 1), target, "tok_ctx"


@labelled
def context_token_value():
    holder, variable = contextvars.Context(), contextvars.ContextVar("variable")
    target = Target()
    holder.run(variable.set, target)
    return holder.run(variable.set, 1), target, "old_value"


# Small modules


@labelled
def thread_local_arguments():
    class Local(_thread._local):
        def __init__(self, *arguments):
            pass

    holder = Local(Target())
    return holder, other(holder, tuple), "args"


@labelled
def thread_local_dicts():
    holder = _thread._local()
    name = "localdummies" if sys.version_info >= (3, 13) else "dummies"
    return holder, other(holder, dict), name


@labelled
def text_buffer():
    target = io.BytesIO(b"text")
    return io.TextIOWrapper(target), target, "buffer"


@labelled
def text_encoder():
    holder = io.TextIOWrapper(io.BytesIO(b"text"), encoding="utf-8")
    return holder, other(holder, "IncrementalEncoder"), "encoder"


@labelled
def text_raw():
    holder = open(os.devnull, encoding="utf-8")
    return holder, holder.buffer.raw, "raw"


@labelled
def table_lines():
    target = iter([])
    return csv.reader(target), target, "input_iter"


@labelled
def table_dialect():
    holder = csv.reader([])
    return holder, holder.dialect, "dialect"


@labelled
def ctypes_objects():
    holder = ctypes.py_object(Target())
    return holder, holder._objects, "_objects"


@since(3, 13)
def ctypes_pointer_target():
    class Target(ctypes.Structure):
        pass

    return ctypes.POINTER(Target), Target, "proto"


@labelled
def module_state():
    holder = sys.modules["_functools"]
    return holder, functools.partial, "state of '_functools'"


# `asyncio`


def make_loop():
    def loop():
        pass

    loop.calls = []
    loop.get_debug = lambda: False
    loop.call_soon = lambda function, *arguments, **others: loop.calls.append(function)
    return loop


def future():
    return asyncio.Future(loop=make_loop())


@labelled
def future_loop():
    holder = future()
    return holder, holder.get_loop(), "_loop"


@labelled
def future_result():
    holder, target = future(), Target()
    holder.set_result(target)
    return holder, target, "_result"


@labelled
def future_exception():
    holder, target = future(), ValueError()
    holder.set_exception(target)
    return holder, holder.exception(), "_exception"


@labelled
def future_callback():
    holder, target = future(), Target().__str__
    holder.add_done_callback(target)
    return holder, target, "fut_callback0"


@labelled
def future_callbacks():
    holder = future()
    holder.add_done_callback(print)
    holder.add_done_callback(max)
    return holder, other(holder, list), "_callbacks"


@labelled
def future_cancel_message():
    holder, target = future(), Target()
    holder.cancel(msg=target)
    return holder, target, "_cancel_message"


@labelled
def future_iterator():
    target = future()
    return iter(target), target, "future"


@labelled
def subclass_of_a_future():
    class Derived(asyncio.Future):
        pass

    target = make_loop()
    return Derived(loop=target), target, "_loop"


def task():
    loop, coroutine = make_loop(), waiting(None)
    made = asyncio.Task(coroutine, loop=loop)
    made._log_destroy_pending = False
    with_close(coroutine)
    return made, coroutine, loop


@labelled
def task_coroutine():
    holder, target, _ = task()
    return holder, target, "_coro"


@labelled
def task_context():
    holder, _, _ = task()
    return holder, other(holder, contextvars.Context), "task_context"


@labelled
def task_step():
    target, _, loop = task()
    return loop.calls[0], target, "sw_task"
