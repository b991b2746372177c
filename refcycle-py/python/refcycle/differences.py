"""What is different between snapshots."""

from __future__ import annotations

from collections.abc import Callable, Container
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._growth.type_totals import Totals, totals
from refcycle._objects.types import is_graph_of_file
from refcycle._refcycle import ObjectGraph, Root, _later
from refcycle._text.escapes import printable
from refcycle._text.numbers import counted, signed
from refcycle._text.tables import html_table, text_table
from refcycle._why.chains import Chain, Step

if TYPE_CHECKING:
    from refcycle.liveness import Why

__all__ = ["Diff", "GrowthTable", "Leaks", "Sample", "TypeGrowth", "diff", "leaks"]


class TypeGrowth(NamedTuple):
    """By how much one type has grown: a row of a `GrowthTable`."""

    type_name: str
    """The name of the type, as `count_by_typename` has it."""

    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    """How many objects more there are; negative when there are fewer."""

    size: int
    """How many bytes more they take by themselves, as `shallow_sizes` has it."""

    @property
    def typename(self) -> str:
        """The former name of `type_name`."""
        return self.type_name


class GrowthTable(tuple[TypeGrowth, ...]):
    """Rows of types that grew or shrank, the largest growth in bytes first.

    It is a tuple of `TypeGrowth`. Printed, it is as wide as the terminal and has at most
    20 rows; a notebook shows it as a table.

    >>> from refcycle.differences import GrowthTable, TypeGrowth
    >>> print(GrowthTable([TypeGrowth("Session", 12, 576), TypeGrowth("list", -1, -56)]))
    count  bytes  type
      +12   +576  Session
       -1    -56  list
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Return the table as a text."""
        return text_table(_HEADINGS, self._cells()) if self else "nothing grew or shrank"

    def _cells(self) -> list[tuple[str, str, str]]:
        return [(signed(row.count), signed(row.size), row.type_name) for row in self]

    def _html(self, caption: str) -> str:
        return html_table(caption, _HEADINGS, self._cells())

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        return {"text/plain": str(self), "text/html": self._html("What grew")}


_HEADINGS = ("count", "bytes", "type")
# What is said to hold an object that only a graph or a cycle holds.
_UNUSED = "nothing but graphs or garbage"


class Sample(NamedTuple):
    """What holds one of the objects of a type that grew."""

    type_name: str
    """The name of the type."""

    chain: Chain
    """The shortest chain of references to the object, as `ObjectGraph.why` finds it. Its steps
    have labels and no objects, so that it keeps none alive."""

    @property
    def typename(self) -> str:
        """The former name of `type_name`."""
        return self.type_name


class _Findings:
    """A table and samples, printed and shown alike."""

    __slots__ = ("samples", "table")

    def __init__(self, table: GrowthTable, samples: tuple[Sample, ...]) -> None:
        self.table = table
        self.samples = samples

    def _title(self) -> str:
        raise NotImplementedError

    def __str__(self) -> str:
        """Return the table, and for the types that grew most who holds one of them."""
        chains = [f"\none {printable(name)}:\n{chain}" for name, chain in self.samples]
        return "\n".join([self._title(), str(self.table), *chains])

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        escape: Callable[[str], str] = _later("html", "escape")
        chains = "".join(
            f"<p>one {escape(printable(name))}:</p><pre>{escape(str(chain))}</pre>"
            for name, chain in self.samples
        )
        page = f"<div>{self.table._html(self._title())}{chains}</div>"
        return {"text/plain": str(self), "text/html": page}


class Diff(_Findings):
    """What came and what went between two snapshots: what `diff` returns.

    Print it for a table by type, and for the types that grew most a chain of holders of one
    of their objects. It keeps the objects of `new` and `gone` alive, and no others.

    `new`: the graph of the objects that are in the later snapshot only. `gone`: the graph
    of the objects of the earlier one that only graphs, or garbage, hold by the later. `table`: a
    `GrowthTable`, by type how many objects and bytes came, less those that went. `samples`:
    a tuple of `Sample`, who holds a new object, the types that grew most first.
    """

    __slots__ = ("gone", "new")

    def __init__(
        self,
        new: ObjectGraph,
        gone: ObjectGraph,
        table: GrowthTable,
        samples: tuple[Sample, ...],
    ) -> None:
        super().__init__(table, samples)
        self.new = new
        self.gone = gone

    def _title(self) -> str:
        return f"{_objects(self.new)} new, {len(self.gone):,} gone"


class Leaks(_Findings):
    """What an action has left behind: what `leaks` returns.

    Print it for a table by type, and for the largest of them a chain of holders of one of
    their objects. It keeps the objects alive, and no others.

    `objects`: the graph of what the action has made and something still holds. `table`: a
    `GrowthTable`, by type how many these are and how many bytes they take. `samples`: a
    tuple of `Sample`, who holds one of them, the types with most bytes first.
    """

    __slots__ = ("objects",)

    def __init__(
        self, objects: ObjectGraph, table: GrowthTable, samples: tuple[Sample, ...]
    ) -> None:
        super().__init__(table, samples)
        self.objects = objects

    def _title(self) -> str:
        return f"{_objects(self.objects)} left behind"


def diff(before: ObjectGraph, after: ObjectGraph, *, samples: int = 3) -> Diff:
    """Return what came and what went between two snapshots of this process.

    Objects are told apart by identity. No address is used twice, for `before` holds its
    objects. That is also why all that died since is still there: `before` keeps it. `gone`
    has those objects of `before` that nothing but graphs, and garbage, holds by `after`: they
    go when `before` does. What was garbage in both is not gone, and garbage that was made
    between the two is new. Let go of `before`, and of the `Diff`, when you are done.

    What was there before and has become larger is in no row: a list with more items, a
    `bytearray`. `census` counts these as well. What the collector did not track before and
    does now is new, what it no longer tracks is neither new nor gone. Graphs do not count.

    `samples` says for how many of the types that grew most a holder is looked for: a
    shortest chain from one new object to a module, or else to what is known to hold it.
    Takes some ten times as long as a snapshot: about a second for a million objects.

    Two graphs that were loaded from files of one process are compared by addresses and
    types. An object that has taken the place of one of its type
    between the two is not seen as new: the numbers of the table are right, those of `new` and
    `gone` may each be too low by as many.

    `TypeError` for what is no `ObjectGraph`. `ValueError` when `after` is the earlier one,
    when one of them is no snapshot, when only one has the untracked objects, or when one is
    from a file and the other is not, or from another process.

    >>> import refcycle
    >>> class Session: pass
    >>> sessions = []
    >>> before = refcycle.snapshot()
    >>> sessions.append(Session())
    >>> found = refcycle.diff(before, refcycle.snapshot())
    >>> sessions == found.new.find_by_typename("Session")
    True
    >>> [row.count for row in found.table if row.type_name == "Session"]
    [1]
    """
    if is_graph_of_file(before) or is_graph_of_file(after):
        return _diff_of_files(before, after, samples)
    _check_order(before=before, after=after)
    new = after - before
    new = new - ObjectGraph(_graphs(new))
    gone = before & _unused(after)
    if len(gone) > 0:
        gone = gone - _unused(before)  # garbage then, garbage now
    table = compared(totals(gone), totals(new))
    return Diff(new, gone, table, _samples(after, new, table, samples))


def _graphs(graph: ObjectGraph) -> list[Any]:
    """Return the vertices that are graphs or roots of graphs: they hold what others own."""
    return [
        obj
        for class_ in (ObjectGraph, Root)
        for obj in graph.find_by_typename(class_.__name__)
        if type(obj) is class_
    ]


def _unused(snapshot: ObjectGraph) -> ObjectGraph:
    """Return the objects that nothing holds but graphs, or each other."""
    return snapshot._unreachable_without(_graphs(snapshot))


def _diff_of_files(before: ObjectGraph, after: ObjectGraph, samples: int) -> Diff:
    other = "is not from a file, and the other is: load or take both"
    if not is_graph_of_file(before):
        raise ValueError(f"before {other}")
    if not is_graph_of_file(after):
        raise ValueError(f"after {other}")
    _check_files(before.metadata, after.metadata)
    known = set(map(_identity, before))
    present = set(map(_identity, after))
    new = after.full_subgraph([obj for obj in after if _identity(obj) not in known])
    gone = before.full_subgraph([obj for obj in before if _identity(obj) not in present])
    table = compared(totals(before), totals(after))
    return Diff(new, gone, table, _samples(after, new, table, samples))


def _check_files(first: dict[str, str], second: dict[str, str]) -> None:
    if first.get("pid") != second.get("pid"):
        raise ValueError(
            f"before is of process {first.get('pid')}, after of process {second.get('pid')}: "
            "addresses say nothing there, compare files of one process"
        )
    if first.get("untracked") != second.get("untracked"):
        raise ValueError("only one of the files has the untracked objects: take both alike")
    if first.get("time", "") > second.get("time", ""):
        raise ValueError("after was taken before before: give them in order of time")


def _identity(obj: Any) -> tuple[int, str]:
    return obj.address, obj.type_name


def leaks(
    baseline: ObjectGraph, action: ObjectGraph, back: ObjectGraph, *, samples: int = 3
) -> Leaks:
    """Return what an action has made, and what is left of it when it is over.

    Take three snapshots: before the action, while what it made is in use, and when it
    should be gone. The result has the objects that are in `action` and not in `baseline`
    and that something other than a graph holds by `back`. What `back` has of its own, as a
    cache that was filled on the way back, is left out: that is the use of a third snapshot.

    Arguments, cost and errors are those of `diff`.

    >>> import refcycle
    >>> class Page: pass
    >>> history = []
    >>> baseline = refcycle.snapshot()
    >>> page, shown = Page(), Page()
    >>> history.append(page)
    >>> action = refcycle.snapshot()
    >>> del page, shown
    >>> back = refcycle.snapshot()
    >>> refcycle.leaks(baseline, action, back).objects.count_by_typename()["Page"]
    1
    """
    _check_order(baseline=baseline, action=action, back=back)
    objects = ((action - baseline) & back) - _unused(back)
    objects = objects - ObjectGraph(_graphs(objects))
    table = compared({}, totals(objects))
    return Leaks(objects, table, _samples(back, objects, table, samples))


def _check_order(**graphs: ObjectGraph) -> None:
    """Raise an error unless these are snapshots of one kind, in the order of time."""
    for name, graph in graphs.items():
        # Not isinstance: that asks the object for its `__class__`.
        if not issubclass(type(graph), ObjectGraph):
            raise TypeError(f"{name} is a {type(graph).__name__}: it must be an ObjectGraph")
    kinds = {name: graph.statistics().get("untracked") for name, graph in graphs.items()}
    for name, kind in kinds.items():
        if kind is None:
            raise ValueError(f"{name} is no snapshot: take it with refcycle.snapshot()")
    if len(set(kinds.values())) > 1:
        with_them = ", ".join(name for name, kind in kinds.items() if kind)
        raise ValueError(
            f"untracked objects are in {with_them} only: take all snapshots with the same "
            "`untracked`"
        )
    for earlier, later in pairwise(graphs):
        if graphs[later] in graphs[earlier]:
            raise ValueError(f"{later} was taken before {earlier}: give them in order of time")


def compared(before: Totals, after: Totals) -> GrowthTable:
    """Return by how much each type has grown, but for those that are as they were."""
    rows = []
    for name in before.keys() | after.keys():
        count, size = before.get(name, (0, 0))
        later_count, later_size = after.get(name, (0, 0))
        if (later_count, later_size) != (count, size):
            rows.append(TypeGrowth(name, later_count - count, later_size - size))
    rows.sort(key=lambda row: (-row.size, -row.count, row.type_name))
    return GrowthTable(rows)


def _samples(
    graph: ObjectGraph, objects: ObjectGraph, table: GrowthTable, number: int
) -> tuple[Sample, ...]:
    """Return the chain in a graph to one object of each of the types that grew most."""
    # A frame is there because it runs, not because something has grown.
    names = [row.type_name for row in table if row.count > 0 and row.type_name != "frame"]
    found = {name: objects.find_by_typename(name) for name in names[: max(number, 0)]}
    first = {name: those[0] for name, those in found.items() if those}
    answers = graph._why_each(list(first.values()), limit=1) if first else []
    return tuple(Sample(name, _chain(why)) for name, why in zip(first, answers, strict=True))


def _chain(why: Why) -> Chain:
    """Return the shortest chain, without its objects."""
    if not why.chains:
        return Chain(_UNUSED, (Step(None, why.label, ""),))
    [chain] = why.chains
    return Chain(chain.holder, tuple(step._replace(object=None) for step in chain.steps))


def _objects(graph: ObjectGraph) -> str:
    return counted(len(graph), "object")
