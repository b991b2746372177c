"""Objects of types whose private fields are measured, with hooks all over.

To be imported for its effect on `hostile.HOSTILE`.
"""

import asyncio
import collections
import contextvars
import ctypes
import functools
import itertools
import operator
import types

from .hostile import HOSTILE, container, instance, instance_of_a_metaclass, metaclass_hooks


def hostile(function):
    HOSTILE[function.__name__] = function
    return function


@hostile
def deque_subclass():
    obj = container(collections.deque)()
    collections.deque.append(obj, instance())
    return obj


@hostile
def deque_of_hooks():
    return collections.deque([instance(), instance_of_a_metaclass()])


@hostile
def iterator_subclass():
    return container(enumerate)([instance()])


@hostile
def iterator_over_hooks():
    return itertools.chain([instance()], [instance_of_a_metaclass()])


@hostile
def cache_of_hooks():
    cached = functools.lru_cache(lambda argument: [argument])
    cached(instance())
    cached(instance_of_a_metaclass())
    return cached


@hostile
def context_of_hooks():
    context = contextvars.Context()
    for _ in range(3):
        context.run(contextvars.ContextVar("variable").set, instance())
    return context


def make_loop():
    def loop():
        pass

    loop.get_debug = lambda: False
    return loop


@hostile
def future_of_hooks():
    future = asyncio.Future(loop=make_loop())
    future.set_result(instance())
    return future


@hostile
def future_subclass():
    return container(asyncio.Future)(loop=make_loop())


@hostile
def item_getter_of_hooks():
    return operator.itemgetter(instance())


@hostile
def class_with_a_mapping_proxy():
    return types.MappingProxyType(container(dict)())


@hostile
def generator_with_a_stack():
    def function():
        return [instance(), instance_of_a_metaclass(), (yield)]

    made = function()
    next(made)
    return made


@hostile
def ctypes_class():
    meta = type("Meta", (type(ctypes.Structure),), {})
    return meta("Hostile", (ctypes.Structure,), {"payload": instance()})


@hostile
def class_of_a_hostile_metaclass_in_a_cache():
    cls = type.__new__(metaclass_hooks(), "Hostile", (), {})
    cached = functools.lru_cache(lambda argument: argument)
    cached(cls)
    return cached
