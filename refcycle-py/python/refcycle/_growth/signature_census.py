"""How many objects are held by chains with each signature. No object is kept alive."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from refcycle._objects.type_flags import class_name
from refcycle._objects.types import is_ours
from refcycle._refcycle import SavedObject
from refcycle.holder_groups import SignatureGrowth

if TYPE_CHECKING:
    from refcycle._growth.type_totals import Totals
    from refcycle._refcycle import ObjectGraph
    from refcycle.holder_groups import SignatureRow

__all__ = ["KnownObjects", "SignatureCensus", "totals_of", "type_name_of"]

# Spreads the addresses of types, so that two pairs have different keys.
_FACTOR = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1


class KnownObjects:
    """The objects of a snapshot, by address and type: 8 bytes each.

    A later object is mistaken for a dead one of its type that had the same address.
    """

    __slots__ = ("_keys",)

    def __init__(self, graph: ObjectGraph) -> None:
        self._keys = array("Q", map(_key, graph)).tobytes()

    def without_them(self, objects: Iterable[object]) -> list[object]:
        """Return the objects that are not known."""
        new = {_key(obj): obj for obj in objects}
        for key in memoryview(self._keys).cast("Q"):
            new.pop(key, None)
        return list(new.values())


def _key(obj: object) -> int:
    return (id(obj) + id(type(obj)) * _FACTOR) & _MASK


class SignatureCensus:
    """The number and bytes of objects by signature, with the name of their type.

    It is a class of refcycle, so that the next census does not count the objects that it keeps.
    """

    __slots__ = ("_totals",)

    def __init__(self, rows: Iterable[SignatureRow]) -> None:
        # Stored as bytes: the next census would count a dict and its objects.
        self._totals = marshal.dumps(
            {
                row.signature: (row.count, row.size, type_name_of(row.example))
                for row in rows
                # Objects that only refcycle holds count as garbage.
                if not row.is_garbage and not is_ours(row.example)
            }
        )

    def totals(self) -> dict[str, tuple[int, int, str]]:
        """Return the number of objects, their bytes and the name of their type, by signature."""
        found: dict[str, tuple[int, int, str]] = marshal.loads(self._totals)
        return found

    def rows(
        self,
        types: Collection[str],
        allowed: Collection[str] = (),
        *,
        is_ordered: bool = False,
    ) -> tuple[SignatureGrowth, ...]:
        """Return the objects of some types, the most bytes first, or in the order as given."""
        rows = [
            SignatureGrowth(signature, count, size)
            for signature, (count, size, type_name) in self.totals().items()
            if type_name in types and signature not in allowed
        ]
        if not is_ordered:
            rows.sort(key=lambda row: (-row.size, -row.count, row.signature))
        return tuple(rows)


def totals_of(graph: ObjectGraph, signatures: Collection[str]) -> Totals:
    """Return the number and bytes of the objects with these signatures, by type."""
    found: dict[str, tuple[int, int]] = {}
    for row in graph._signatures_among(frozenset(signatures)):
        name = type_name_of(row.example)
        count, size = found.get(name, (0, 0))
        found[name] = (count + row.count, size + row.size)
    return found


def type_name_of(obj: Any) -> str:
    """Return the name of the type of an object, as in `count_by_typename`."""
    if type(obj) is SavedObject:
        name: str = obj.type_name
        return name.rpartition(".")[2]
    found: str = class_name(type(obj))
    return found
