"""Cycles of tests that cannot be avoided."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from refcycle._cycles.reference_names import object_name

if TYPE_CHECKING:
    from refcycle import Cycle

_MOST_LOOKED_AT = 1000


def is_of_the_test_itself(cycle: Cycle) -> bool:
    """Return whether a cycle is a class that a test made, or goes through an object of pytest.

    Every class refers to itself. `with pytest.raises(...) as caught` puts the test's frame and
    the exception into a cycle.
    """
    name, _, reference = cycle.signature.partition(".")
    if name.startswith("class ") and reference == "__mro__ -> tuple[*]":
        return True
    objects = islice(cycle.graph, _MOST_LOOKED_AT)
    return any(object_name(obj).stable.startswith("_pytest.") for obj in objects)
