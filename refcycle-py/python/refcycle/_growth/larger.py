"""Objects that have become larger themselves: which, by how much, what holds them, and the fix."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._growth.samples import shortest_chain
from refcycle._growth.signature_census import type_name_of
from refcycle._objects.types import Types, len_of, size_of
from refcycle._refcycle import object_name
from refcycle._text.escapes import escaped, printable, text_for_stdout
from refcycle._text.numbers import counted, size_text
from refcycle._why.chains import Chain, Step
from refcycle._why.filled_containers import CONTAINER_OF_OBJECT
from refcycle._why.remedies_of_containers import CLASS_REGISTRY, MODULE_REGISTRY
from refcycle.remedies import Remedy, patterns

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.liveness import Why

__all__ = ["LargerObjects", "larger_blocks", "larger_objects"]

# What an item of a container is called in a chain.
_ITEMS = {
    "list": "item",
    "collections.deque": "item",
    "dict": "value",
    "collections.defaultdict": "value",
    "collections.OrderedDict": "value",
    "collections.Counter": "value",
    "set": "element",
}
# Lists and deques become smaller when items are removed; these do not.
_TABLES = {name for name, kind in _ITEMS.items() if kind != "item"}
# These say what keeps the items of a container.
_REGISTRIES = {CLASS_REGISTRY, CONTAINER_OF_OBJECT, MODULE_REGISTRY}
_PATTERN = "object that grows"
# Less in all objects of one chain is not worth a look.
_LEAST = 1000
# Right after it has become larger, a dict or a set takes less than this for each item.
_MOST_AN_ITEM = 250


class LargerObjects(NamedTuple):
    """Objects that have become larger themselves, with a chain that holds one of them.

    Attributes:
        type_name: The name of their type.
        count: The number of objects that are held by chains with the signature of `chain`.
        size: The bytes by which they grew.
        chain: The chain of references to the one that grew most, without objects.
        remedies: The patterns that refcycle recognises in the chain, each with a fix.
    """

    type_name: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    chain: Chain
    remedies: tuple[Remedy, ...] = ()

    @property
    def fixes(self) -> list[str]:
        """What to change in the program, a line for each of `remedies`."""
        return [escaped(f"{remedy.name}: {remedy.advice}") for remedy in self.remedies]

    def __str__(self) -> str:
        """Return what grew by how much, the chain, and how to fix it."""
        return text_for_stdout(self._text)

    def _text(self, *, ascii: bool = False) -> str:
        return "\n".join([f"{self._title()}:", self.chain.to_text(ascii=ascii), *self.fixes])

    def _title(self) -> str:
        size = size_text(self.size)
        if self.count == 1:
            return f"{printable(self.chain.steps[-1].label)} grew by {size}, and is held like this"
        objects = counted(self.count, f"{printable(self.type_name)} object")
        return f"{objects} grew by {size}, and are held like this"


def larger_blocks(found: Iterable[LargerObjects], *, ascii: bool = False) -> Iterator[list[str]]:
    """Yield the texts on each: its heading, its chain, and how to fix it."""
    for one in found:
        yield [f"{one._title()}:", one.chain.to_text(ascii=ascii), *one.fixes]


def larger_objects(
    graph: ObjectGraph,
    larger: Sequence[tuple[Any, int]],
    limit: int,
    allowed: Collection[str] = (),
) -> tuple[LargerObjects, ...]:
    """Return what grew by most bytes, one for each way of being held, and at most so many.

    `larger` has the objects with their additional bytes. What refcycle or a test runner holds is
    left out, and so are chains with a signature in `allowed`.
    """
    if limit == 0 or sum(more for _, more in larger) < _LEAST:
        return ()
    groups = graph._why_larger(list(larger), set(allowed), limit)
    return tuple(_found(*one) for one in groups if one[1] >= _LEAST and one[2].chains)


def _found(count: int, size: int, why: Why) -> LargerObjects:
    types = Types(why.graph)
    chain = why.chains[0]
    target = chain.steps[-1]
    type_name = type_name_of(target.object)
    return LargerObjects(type_name, count, size, shortest_chain(why), _remedies(why, chain, types))


def _remedies(why: Why, chain: Chain, types: Types) -> tuple[Remedy, ...]:
    """Return the fixes for a container to which items are added, or for a buffer."""
    *holders, target = chain.steps
    known = types.of(target.object).known
    place = _place(chain.steps, types) or f"this {printable(type_name_of(target.object))}"
    if known in _TABLES and _has_room(target.object):
        advice = f"{place} has room for many items that were removed: replace it by a copy"
        # No program can replace what a field of a C struct refers to, or the names of a module.
        is_fixed = target.kind == "field" or target.name == "__dict__"
        return () if is_fixed else (Remedy(_PATTERN, advice),)
    if known in _ITEMS:
        # As if the chain led on to an item that was put in.
        item = Step(0, "int", "", _ITEMS[known])
        longer = [chain._replace(steps=(*chain.steps, item))]
        [found] = patterns(longer, types, why.graph, why.unexplained, is_new=True)
        # Others are about containers of what grew.
        fits = [one.remedy for one in found if one.cut - len(holders) >= (one.name in _REGISTRIES)]
        # The place tells one container from others beside it.
        if fits and not (place.endswith("]`") and found[0].name in _REGISTRIES):
            return tuple(fits)
        how = "remove each item when it is done, or bound it"
    elif known == "bytearray":
        how = "delete the bytes that are done (`del buffer[:n]`), or bound it"
    else:
        how = "release what it no longer needs, or bound it"
    return (Remedy(_PATTERN, f"{place} grows: {how}"),)


def _has_room(container: object) -> bool:
    """Return whether a container is much larger than one that is made with its items."""
    return size_of(container) > _LEAST + _MOST_AN_ITEM * len_of(container)


def _place(steps: Sequence[Step], types: Types) -> str:
    """Return the attribute or variable through which an object is held, or else its type."""
    inside = ""
    for holder, step in reversed([*pairwise(steps)]):
        if types.of(holder.object).known == "cell":
            functions = (one for one in steps if types.of(one.object).known == "function")
            names = [object_name(function.object).name for function in functions]
            return f"a closure variable of `{printable(names[-1])}`" if names and names[-1] else ""
        if step.kind in ("attribute", "field", "local") and step.name:
            name = object_name(holder.object)
            owner = printable(name.name or (name.type_name or "").rpartition(".")[2])
            held = printable(step.name) + inside
            return f"`{held}` of `{owner}`" if step.kind == "local" else f"`{owner}.{held}`"
        if step.kind not in ("item", "value"):
            break
        key = step.detail if step.kind == "item" else printable(str(step.name))
        inside = f"[{key}]{inside}"
    return ""
