"""Why an object is alive: chains of references from what holds them to the object.

>>> import refcycle
>>> class Connection:
...     pass
>>> class Pool:
...     def __init__(self):
...         self.free = [Connection()]
>>> pool = Pool()
>>> print(refcycle.why(pool.free[0]))  # doctest: +SKIP
object __main__.Connection is kept alive by
└─ sys.modules['__main__']
   └─ module __main__
      └─ .pool → object __main__.Pool
         └─ .free → list[1]
            └─ item[0] → this object
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._refcycle import object_annotation
from refcycle._tables import escaped, is_encodable, printable
from refcycle._types import Types, is_graph_of_file
from refcycle.remedies import Remedy, remedies

if TYPE_CHECKING:
    from refcycle._types import Type
    from refcycle.object_graph import ObjectGraph

__all__ = ["Chain", "Remedy", "Step", "Why"]

_ATTRIBUTE = re.compile(r"value\['([^\W\d]\w*)'\]")


class Step(NamedTuple):
    """An object of a chain."""

    object: object
    label: str
    """What it is, in one line."""
    reference: str
    """How the one before refers to it, as in "local 'job'"; empty for the first."""


class Chain(NamedTuple):
    """References that keep an object alive, from the outside to the object."""

    holder: str
    """What holds the first object, as in "running in thread MainThread"."""
    steps: tuple[Step, ...]
    """The objects, that which is asked about last. The `__dict__` of an object and of a
    module is none of them: what it holds is an attribute."""

    def __str__(self) -> str:
        return "\n".join(map(escaped, _lines(self, unicode=True)))


class Why:
    """Why an object is alive.

    `str` gives a tree of text; a notebook shows a picture. It holds the objects of its
    chains, and nothing else of the heap.
    """

    def __init__(
        self,
        graph: ObjectGraph,
        label: str,
        chains: tuple[Chain, ...],
        more: bool,
        only_caller: bool,
        cycle: tuple[Step, ...],
        types: Types,
    ) -> None:
        self.graph = graph
        """The objects of the chains and of the cycle, an `ObjectGraph`."""
        self.label = label
        """What the object is, in one line."""
        self.chains = chains
        """The chains, a tuple of `Chain`, the shortest first. They share no object but modules
        and that which is asked about: each has to be broken to free it."""
        self.more = more
        """Whether there are more such chains than were asked for."""
        self.only_caller = only_caller
        """Whether nothing holds it but variables of the calling function, or the call."""
        self.cycle = cycle
        """Where nothing from outside holds it: the steps of the nearest cycle that does. The
        reference of the first step is that of the last object to it. Else empty."""
        self.remedies: tuple[Remedy, ...] = remedies(chains, cycle, types)
        """What is known of holders of this form, and what helps."""

    @property
    def is_garbage(self) -> bool:
        """Return whether nothing from outside holds the object."""
        return not self.chains and not self.only_caller

    def to_text(self, *, ascii: bool = False) -> str:
        """Return the chains as a tree, with lines of ASCII characters if that is wanted."""
        return "\n".join(map(escaped, _told_lines(self, unicode=not ascii)))

    def __str__(self) -> str:
        text = self.to_text()
        if is_encodable(text):
            return text
        return "\n".join(map(printable, self.to_text(ascii=True).split("\n")))

    def __repr__(self) -> str:
        return f"<Why: {escaped(self.label)}, {_counted(len(self.chains), 'chain')}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.graph._repr_mimebundle_(include, exclude))
        bundle["text/plain"] = self.to_text()
        return bundle


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _label(obj: object) -> str:
    if type(obj) is types.FrameType:
        code = obj.f_code
        file = re.split(r"[\\/]", code.co_filename)[-1]
        return f"frame {code.co_name} at {file}:{obj.f_lineno}"
    return object_annotation(obj).replace("\n", " ")


def _is_namespace(holder: Type, reference: str, held: Type) -> bool:
    """Return whether objects of these types are an object and its `__dict__`."""
    return reference == "__dict__" and held.known == "dict" and holder.known != "type"


def _attribute(name: str) -> str:
    found = _ATTRIBUTE.fullmatch(name)
    return f".{found[1]}" if found else name


def _short(holder: Type, name: str) -> str:
    """Return an attribute as it is written in Python, and else the name."""
    is_item = name in ("key", "element") and holder.facts.has_keys_or_elements
    is_short = name.isidentifier() and not name.startswith("__") and not is_item
    return f".{name}" if is_short else name


def _steps(
    objects: Sequence[object], references: Sequence[Sequence[str]], types: Types
) -> Iterable[Step]:
    """Yield the objects, each with the name of the reference that leads to it."""
    names = ["", *(names[0] if names else "" for names in references)]
    kinds = [types.of(obj) for obj in objects]
    place = 0
    while place < len(objects):
        name = names[place]
        if 0 < place < len(objects) - 1 and _is_namespace(kinds[place - 1], name, kinds[place]):
            place += 1
            name = _attribute(names[place])
        else:
            name = _short(kinds[place - 1], name)
        yield Step(objects[place], _label(objects[place]), name)
        place += 1


def _around(
    objects: Sequence[object], references: Sequence[Sequence[str]], types: Types
) -> Iterable[Step]:
    """Yield the steps of a cycle: once round, first an object that is no namespace."""
    count = len(objects)
    if not count:
        return
    for _ in range(count):
        last, first = types.of(objects[-1]), types.of(objects[0])
        if not _is_namespace(last, (references[-1] or [""])[0], first):
            break
        objects = [*objects[1:], objects[0]]
        references = [*references[1:], references[0]]
    begin, *rest = _steps([*objects, objects[0]], references, types)
    yield begin._replace(reference=rest[-1].reference)
    yield from rest[:-1]


_Found = tuple[str, Sequence[object], Sequence[Sequence[str]]]


def _from_the_module(found: _Found, *, is_saved: bool) -> _Found:
    """Return a chain that begins with a module where it begins with `sys.modules`."""
    holder, objects, references = found
    # A file does not have `sys.modules` itself.
    is_it = objects[0] is sys.modules or (is_saved and holder == "sys.modules")
    if not is_it or len(objects) == 1:
        return found
    name = references[0][0].removeprefix("value") if references[0] else ""
    return f"sys.modules{name}", objects[1:], references[1:]


def _told(
    graph: ObjectGraph,
    obj: object,
    chains: Sequence[_Found],
    more: bool,
    only_caller: bool,
    cycle: tuple[Sequence[object], Sequence[Sequence[str]]],
) -> Why:
    """Return what the search has found."""
    is_saved = is_graph_of_file(graph)
    modules = (_from_the_module(found, is_saved=is_saved) for found in chains)
    types = Types(graph)
    told = tuple(
        Chain(holder, tuple(_steps(objects, references, types)))
        for holder, objects, references in modules
    )
    around = tuple(_around(*cycle, types))
    return Why(graph, _label(obj), told, more, only_caller, around, types)


def _lines(chain: Chain, *, unicode: bool) -> Iterable[str]:
    """Yield a line for the holder and one for each step, each below the one before."""
    branch, arrow = ("└─ ", " → ") if unicode else ("`- ", " -> ")
    yield chain.holder
    last = len(chain.steps) - 1
    for depth, step in enumerate(chain.steps):
        label = "this object" if depth == last else step.label
        reference = step.reference + arrow if step.reference else ""
        yield "   " * depth + branch + reference + label


def _told_lines(why: Why, *, unicode: bool) -> Iterable[str]:
    if why.only_caller:
        caller = "variables of the calling function" if why.chains else "this call"
        yield f"{why.label} is kept alive by {caller} alone"
    elif why.chains:
        yield f"{why.label} is kept alive by"
    elif why.cycle:
        yield f"{why.label} is garbage: only a cycle of {len(why.cycle)} holds it"
        yield from _cycle_lines(why.cycle, unicode=unicode)
    else:
        yield f"{why.label} is garbage: nothing holds it"
    inner, end, bar = ("├─ ", "└─ ", "│  ") if unicode else ("|- ", "`- ", "|  ")
    last = len(why.chains) - 1 + why.more
    for number, chain in enumerate(why.chains):
        start, below = (end, "   ") if number == last else (inner, bar)
        for place, line in enumerate(_lines(chain, unicode=unicode)):
            yield (below if place else start) + line
    if why.more:
        yield end + "and more: `limit` says how many chains are shown"
    for remedy in why.remedies:
        yield f"{remedy.name}: {remedy.advice}"


def _cycle_lines(cycle: tuple[Step, ...], *, unicode: bool) -> Iterable[str]:
    branch, arrow = ("└─ ", " → ") if unicode else ("`- ", " -> ")
    yield branch + cycle[0].label
    for depth, step in enumerate(cycle[1:], start=1):
        yield "   " * depth + branch + step.reference + arrow + step.label
    depth = len(cycle)
    yield "   " * depth + branch + cycle[0].reference + arrow + "the first again"
