"""How many objects are held by chains with each signature. No object is kept alive."""

from __future__ import annotations

import marshal
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from refcycle._refcycle import SavedObject, object_name
from refcycle.holder_groups import SignatureGrowth

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["SignatureCensus", "is_ours", "type_name_of"]

# What refcycle itself holds is nothing to report, and neither is garbage, nor what runs.
_OURS = "refcycle."
_LEFT_OUT = {"garbage"}

_name_of = type.__dict__["__name__"].__get__


class SignatureCensus:
    """The number and bytes of objects by signature, with the name of their type.

    It is of refcycle, so that what it keeps does not count for the next one.
    """

    __slots__ = ("_totals",)

    def __init__(self, graph: ObjectGraph, objects: Iterable[object] | None = None) -> None:
        # As bytes: a dict would be objects that the next census counts.
        self._totals = marshal.dumps(
            {
                row.signature: (row.count, row.size, type_name_of(row.example))
                for row in graph.signatures(objects)
                if row.signature not in _LEFT_OUT and not is_ours(row.example)
            }
        )

    def totals(self) -> dict[str, tuple[int, int, str]]:
        """Return the number of objects, their bytes and the name of their type, by signature."""
        found: dict[str, tuple[int, int, str]] = marshal.loads(self._totals)
        return found

    def grown_since(
        self, earlier: SignatureCensus, types: Collection[str], allowed: Collection[str] = ()
    ) -> tuple[SignatureGrowth, ...]:
        """Return what grew among the objects of some types, the most bytes first."""
        rows = []
        known = earlier.totals()
        for signature, (count, size, type_name) in self.totals().items():
            if type_name not in types or signature in allowed:
                continue
            before, bytes_before, _ = known.get(signature, (0, 0, ""))
            if count > before:
                rows.append(SignatureGrowth(signature, count - before, size - bytes_before))
        rows.sort(key=lambda row: (-row.size, -row.count, row.signature))
        return tuple(rows)

    def of(self, signatures: Collection[str]) -> dict[str, tuple[int, int]]:
        """Return the number and bytes of the objects with these signatures, by type."""
        found: dict[str, tuple[int, int]] = {}
        totals = self.totals() if signatures else {}
        for signature in totals.keys() & signatures:
            count, size, name = totals[signature]
            known, bytes_known = found.get(name, (0, 0))
            found[name] = (known + count, bytes_known + size)
        return found


def type_name_of(obj: Any) -> str:
    """Return the name of the type of an object, as in `count_by_typename`."""
    if type(obj) is SavedObject:
        name: str = obj.type_name
        return name.rpartition(".")[2]
    found: str = _name_of(type(obj))
    return found


def is_ours(obj: object) -> bool:
    """Return whether an object is of a class of refcycle."""
    return str(object_name(obj).type_name).startswith(_OURS)
