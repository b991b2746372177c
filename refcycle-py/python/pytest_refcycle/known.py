"""Cycles of tests that cannot be avoided."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from refcycle._objects.type_flags import is_class

if TYPE_CHECKING:
    from refcycle import Cycle

_MOST_LOOKED_AT = 1000

# No code of a metaclass runs.
_mro_of = type.__dict__["__mro__"].__get__
_module_of = type.__dict__["__module__"].__get__


def is_of_the_test_itself(cycle: Cycle) -> bool:
    """Return whether a cycle is a class that a test created, or contains an object of pytest.

    Every class refers to itself. `with pytest.raises(...) as caught` puts the test's frame and
    the exception into a cycle.
    """
    return _is_class_itself(cycle.objects) or any(
        _is_of_pytest(obj) for obj in islice(cycle.graph, _MOST_LOOKED_AT)
    )


def _is_class_itself(objects: list[object]) -> bool:
    """Return whether objects are a class and its `__mro__`."""
    return len(objects) == 2 and any(
        is_class(type(class_)) and _mro_of(class_) is mro
        for class_, mro in (objects, reversed(objects))
    )


def _is_of_pytest(obj: object) -> bool:
    module = _module_of(type(obj))
    return type(module) is str and module.partition(".")[0] == "_pytest"
