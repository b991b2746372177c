# https://github.com/lovasoa/marshmallow_dataclass/issues/198
"""The frame of the caller is an argument of a cached function: all its variables stay."""

import functools
import sys

import refcycle

CAUSE = ["_internal_class_schema", "frame demo", "'outer'"]
FIX = ["cache_clear()"]


class Outer:
    pass


class Sample:
    pass


@functools.lru_cache(maxsize=100)
def _internal_class_schema(cls, frame):
    return cls.__name__


def class_schema(cls):
    return _internal_class_schema(cls, sys._getframe(1))


def demo():
    outer = Outer()
    class_schema(Sample)
    return id(outer)


demo()
print(refcycle.why(refcycle.snapshot().find_by_typename("Outer")[0]))
