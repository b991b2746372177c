"""Evidence on whether a link between two instances leads to the owner or to an owned object.

No evidence is proof, except that something outside holds one of the two. So points are added up,
and the programmer must decide on a link that does not have enough of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.assignments import Assignment, Assignments
from refcycle._cycles.directions import Direction, Directions
from refcycle._cycles.removal import Risk
from refcycle._objects.type_flags import namespace_of, resolution_of
from refcycle._refcycle import SavedObject

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["ENOUGH", "Link", "LinkEvidence", "is_back_name", "is_name_of_owner", "risk_of"]

_NAME = 3.0
_FROM_OUTSIDE = 3.0
_ORDER = 1.0
_METHOD = 1.0
_MANY_TO_ONE = 0.5
_VALUE = -3.0
_BY_ASSIGNMENT = {
    Assignment.MADE: -3.0,
    Assignment.HANDED_OVER: 3.0,
    Assignment.GIVEN: 0.5,
    Assignment.UNKNOWN: 0.0,
}
ENOUGH = 2.0
"""With this many points, a link is taken to lead to an owner."""

# At most this many links of one name are examined.
_MOST_LINKS = 64

_NAMES = {"back", "container", "creator", "document", "host", "manager", "master", "outer"}
_NAMES |= {"owner", "parent", "prev", "previous", "root", "up"}
_FIRST_WORDS = {"owner", "parent", "prev", "previous"}
_LAST_WORDS = {"owner", "parent"}
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")


class Link(NamedTuple):
    """A reference from an instance to another, by the ids of its ends."""

    tail: int
    head: int
    field: str
    """The name of the attribute; empty for an item of a container."""
    is_method: bool = False
    """Whether it leads to a method of the other instance."""


class LinkEvidence:
    """The evidence on the links of a component. It holds the objects of the component."""

    def __init__(self, graph: ObjectGraph, directions: Directions) -> None:
        self._directions = directions
        self._assignments = Assignments()
        self._objects = {id(obj): obj for obj in graph if type(obj) is not SavedObject}

    def points(self, links: Sequence[Link]) -> float:
        """Return the points for links of one name to lead to owners; negative for the reverse."""
        some = links[:_MOST_LINKS]
        points = _NAME if is_back_name(some[0].field) else 0.0
        points += _METHOD if some[0].is_method else 0.0
        points += min(_BY_ASSIGNMENT[found] for found in self._assigned(some))
        directions = [self._directions.of(link.tail, link.head) for link in some]
        points += self._of_directions(some, directions)
        if len({link.head for link in some}) < len({link.tail for link in some}):
            points += _MANY_TO_ONE
        if any(self._is_value(link.tail) for link in some):
            points += _VALUE
        return points

    def _is_value(self, object_id: int) -> bool:
        """Return whether an object is a value for computations, passed on without its creator."""
        obj = self._objects.get(object_id)
        bases = () if obj is None else resolution_of(type(obj))
        return any(type(namespace_of(base).get("__mul__")) is FunctionType for base in bases)

    def _assigned(self, links: Sequence[Link]) -> set[Assignment]:
        found = {Assignment.UNKNOWN} if not links[0].field else set()
        seen = set()
        for link in links:
            tail, head = self._objects.get(link.tail), self._objects.get(link.head)
            ends = id(type(tail)), id(type(head))
            if not link.field or ends in seen:
                continue
            seen.add(ends)
            if tail is None or head is None:
                found.add(Assignment.UNKNOWN)
            else:
                found.add(
                    self._assignments.of(
                        type(tail), link.field, type(head), is_method=link.is_method
                    )
                )
        return found

    def _of_directions(self, links: Sequence[Link], directions: list[Direction]) -> float:
        outside = self._directions.outside
        is_known = any((link.tail in outside) != (link.head in outside) for link in links)
        unit = _FROM_OUTSIDE if is_known else _ORDER
        to_owner = directions.count(Direction.TO_OWNER)
        to_owned = directions.count(Direction.TO_OWNED)
        return unit * ((to_owner > to_owned) - (to_owner < to_owned))


def risk_of(points: float) -> Risk:
    """Return the risk of making links weak."""
    if points >= ENOUGH:
        return Risk.SAFE
    return Risk.OWNED if points <= -ENOUGH else Risk.OPEN


def is_name_of_owner(field: str) -> bool:
    """Return whether the name of an attribute is that of an owner, and nothing more.

    >>> [is_name_of_owner(name) for name in ("_parent", "parent_value")]
    [True, False]
    """
    words = [word.lower() for word in _WORD.findall(field)]
    return len(words) == 1 and words[0] in _NAMES


def is_back_name(field: str) -> bool:
    """Return whether the name of an attribute is one for an owner.

    >>> [is_back_name(name) for name in ("_parent", "ownerDocument", "parents", "root_function")]
    [True, True, False, False]
    """
    words = [word.lower() for word in _WORD.findall(field)]
    if not words:
        return False
    return is_name_of_owner(field) or words[0] in _FIRST_WORDS or words[-1] in _LAST_WORDS
