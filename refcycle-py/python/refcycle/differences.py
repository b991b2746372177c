"""What changed between snapshots.

One file, because `diff` and `leaks` count, show and explain in the same way.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._growth.comparable import check_files, check_number, check_order
from refcycle._growth.findings import Findings
from refcycle._growth.held_groups import HeldGroups
from refcycle._growth.larger import LargerObjects, larger_objects
from refcycle._growth.old_addresses import with_holders_by_number
from refcycle._growth.outside import Outside, additional, hint, memory_at, outside
from refcycle._growth.samples import Sample
from refcycle._growth.signature_census import type_name_of
from refcycle._growth.type_totals import Totals, totals
from refcycle._html.parts import document, html_table, paragraph
from refcycle._objects.types import is_graph_of_file
from refcycle._refcycle import (
    ObjectGraph,
    Root,
    SavedObjectSet,
    _compare_files,
    _larger_containers,
)
from refcycle._refcycle import _report as report
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted, signed, signed_size
from refcycle._text.signatures import allowed_signatures
from refcycle._text.tables import SHOWN, text_table

if TYPE_CHECKING:
    from refcycle._refcycle import _Progress as Progress
    from refcycle.holder_groups import HolderGroup, SignatureTable

__all__ = [
    "Diff",
    "GrowthTable",
    "LargerObjects",
    "Leaks",
    "Sample",
    "TypeGrowth",
    "diff",
    "leaks",
]


class TypeGrowth(NamedTuple):
    """How much one type grew: a row of a `GrowthTable`.

    Attributes:
        type_name: The name of the type, as in `count_by_typename`.
        count: The number of additional objects; negative if there are fewer.
        size: The number of additional bytes that they take themselves, as in `shallow_sizes`.
    """

    type_name: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int

    @property
    def typename(self) -> str:
        """The former name of `type_name`."""
        return self.type_name


class GrowthTable(tuple[TypeGrowth, ...]):
    """Types that grew or shrank, the largest growth in bytes first: a tuple of `TypeGrowth`.

    Printed, it is as wide as the terminal and has at most 20 rows; a notebook shows an HTML table.
    `outside` is the growth that no row accounts for, if it is known: `blocks`, the memory blocks
    in addition to those of new objects, and `size`, the bytes. The text mentions it if it is
    large.

    >>> from refcycle.differences import GrowthTable, TypeGrowth
    >>> print(GrowthTable([TypeGrowth("Session", 12, 576), TypeGrowth("list", -1, -56)]))
    count        size  type
      +12  +576 bytes  Session
       -1   -56 bytes  list
    """

    outside: Outside | None = None

    def __str__(self) -> str:
        """Return the table as a text."""
        return self._text(SHOWN)

    def _text(self, most: int) -> str:
        """Return a table of at most so many rows."""
        table = text_table(_HEADINGS, self._cells(), most=most) if self else self._nothing()
        line = self._line_on_the_rest()
        return f"{table}\n{wrapped_text(line, line_width())}" if line else table

    def _nothing(self) -> str:
        if self.outside is None or self.outside.untracked:
            return "nothing grew or shrank"
        text = "nothing that the collector tracks grew or shrank"
        if not self._line_on_the_rest():
            text += f"; of other objects, nothing is known: {hint()}"
        return wrapped_text(text, line_width())

    def _line_on_the_rest(self) -> str:
        return str(self.outside or "")

    def _with_outside(self, found: Outside | None) -> GrowthTable:
        self.outside = found
        return self

    def _cells(self) -> list[tuple[str, str, str]]:
        return [(signed(row.count), signed_size(row.size), row.type_name) for row in self]

    def _html(self, caption: str, most: int = SHOWN) -> str:
        table = html_table(caption, _HEADINGS, self._cells(), most=most)
        line = self._line_on_the_rest()
        return table + (paragraph(line, "dim") if line else "")

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        return {"text/plain": str(self), "text/html": document(self._html("What grew"))}


_HEADINGS = ("count", "size", "type")


class Diff(Findings):
    """What changed between two snapshots: the result of `diff`.

    Print it for a table by type and, for the types that grew most, the chain of references that
    keeps one of their new objects alive. It keeps the objects of `new` and `gone` alive, and no
    others.

    `new` is the graph of the objects that only the later snapshot has. `gone` is the graph of
    the objects of the earlier one that only graphs or garbage held by the time of the later
    one. `table` is a `GrowthTable`: by type, the objects and bytes that came, minus those that
    went. `samples` is a tuple of `Sample`, for the types that grew most and then for others with
    a different fix: of objects that are alive, or of garbage if nothing else grew. `signatures`
    is a `SignatureTable` of the new objects: who holds them, how many there are and what they
    retain. The text shows the first signatures of the types that have a sample.

    New objects are set against those that went from the same holder, by type: a cache at its
    limit, whose entries are replaced, has no sample, and is in `signatures` only. If it has more
    of them than before, the text says how many more. What refcycle itself holds has no sample.

    `larger` is a tuple of `LargerObjects`: what was there before and has become larger itself,
    such as a list to which numbers were added, with its chain and how to fix it, the largest
    growth first. A container that holds new objects instead is left out: `samples` have these.

    Of graphs from files, `new` and `gone` are made when they are asked for, and keep the two
    graphs alive. Files tell objects apart by their addresses: an object at the address of one of
    its type that went is not in `new`. If a type has more objects than this explains, `samples`
    has the signature whose number grew most, unless as many may have moved there from other
    holders. The text says how many are left unexplained. Of numbers, strings, bytes,
    tuples and code, which several holders share, it only says how many more there are.
    """

    __slots__ = ("_gone", "_new")

    def __init__(
        self,
        new: ObjectGraph | SavedObjectSet,
        gone: ObjectGraph | SavedObjectSet,
        table: GrowthTable,
        samples: tuple[Sample, ...],
        signatures: SignatureTable,
        larger: Iterable[LargerObjects] = (),
    ) -> None:
        super().__init__(table, samples, signatures, larger)
        self._new = new
        self._gone = gone

    @property
    def new(self) -> ObjectGraph:
        """The graph of the objects that only the later snapshot has."""
        self._new = _graph_of(self._new)
        return self._new

    @property
    def gone(self) -> ObjectGraph:
        """The graph of the objects that only the earlier snapshot has."""
        self._gone = _graph_of(self._gone)
        return self._gone

    @property
    def _counts(self) -> tuple[int, int]:
        """The number of objects in `new` and in `gone`."""
        return len(self._new), len(self._gone)

    def _title(self) -> str:
        new, gone = self._counts
        return f"{counted(new, 'object')} new, {gone:,} gone"


class Leaks(Findings):
    """What an action left behind: the result of `leaks`.

    Print it for a table by type and, for the largest types, the chain of references that keeps
    one of their objects alive. It keeps the objects alive, and no others.

    `objects` is the graph of the objects that the action made and that something still holds.
    `table` is a `GrowthTable` with their number and bytes by type. `samples` is a tuple of
    `Sample`, for the types with most bytes and then for others with a different fix.
    `signatures` is a `SignatureTable`: who holds them. `larger` is a tuple of `LargerObjects`:
    containers and bytearrays that the action made larger by other things than these objects.
    """

    __slots__ = ("objects",)

    def __init__(
        self,
        objects: ObjectGraph,
        table: GrowthTable,
        samples: tuple[Sample, ...],
        signatures: SignatureTable,
        larger: tuple[LargerObjects, ...] = (),
    ) -> None:
        super().__init__(table, samples, signatures, larger)
        self.objects = objects

    def _title(self) -> str:
        return f"{counted(len(self.objects), 'object')} left behind"


def diff(
    before: ObjectGraph,
    after: ObjectGraph,
    *,
    samples: int = 3,
    allow: Iterable[str] = (),
    progress: Progress = None,
) -> Diff:
    """Return what changed between two snapshots of this process.

    Objects are compared by identity, which is exact: `before` holds its objects, so that no
    address is used twice. For the same reason, no object of `before` can die. `gone` has the
    objects of `before` that only graphs or garbage held by the time of `after`; they die with
    `before`. Objects that were garbage in both snapshots are not in `gone`; garbage created
    between the two is in `new`. Delete `before` and the `Diff` when you are done.

    A list, dict, set, deque or bytearray that existed before and has become larger, by other
    things than new objects of the graph, is in `larger`; of files, so is any other object that
    can change. Snapshots without `untracked` lack bytearrays and, up to Python 3.13, dicts of
    strings and numbers alone. Of live snapshots, such growth is in no row of the table;
    `census` counts it. With `untracked`, a dict or set that has no more entries than before is
    left out, unless its table is several times as large. An object that
    the collector tracks only in `after` is new; one that it tracks only in `before` is neither
    new nor gone. Graphs do not count.

    `samples` is the number of chains in `larger`, and the number of types, among those that
    grew most, for which a chain of references to one new object is found: that of the group of
    new objects that retains most. Unless it is 0, up to 3 chains follow of other new objects,
    at least two of each, whose fix is a different one. Of each holder that is in both snapshots,
    only the objects count that it has in addition to as many of their type as it let go, with
    what is new or gone below them; as many that are larger count too. New garbage has no sample
    unless all that grew is garbage: a line tells it apart. `allow` has signatures of chains, as in
    `Diff.signatures`: new objects with such a chain are left out of `table`, `samples` and
    `signatures`. Takes about ten times as long as a snapshot: about a second for a million
    objects.

    Two graphs that were loaded from files of one process are compared by address and type. An
    object that replaces one of its type at the same address is not recognised as new: the
    table is right, but `new` and `gone` may each lack such objects. If the table has more objects
    of a type than are new, all objects of the type are counted by signature in both graphs, for
    at most `samples` types and never more than three, and one more chain may follow for each. So
    are all objects of the types in `samples`. This takes the time of `signatures` twice. A
    holder in a sample's path is taken for one of `before` if that graph has each reference of
    the path to it.

    `TypeError` if an argument is not an `ObjectGraph`. `ValueError` if `after` is the earlier
    one, if one of them is not a snapshot, if only one has the untracked objects, or if only one
    is from a file, or they are from different processes, or if `samples` is negative. `TypeError`
    if `allow` is not a signature or a list of signatures.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

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
    if progress is not None:
        call = partial(diff, before, after, samples=samples, allow=allow)
        return report("diff", progress, call)
    if is_graph_of_file(before) or is_graph_of_file(after):
        return _diff_of_files(before, after, samples, allow)
    check_order(before=before, after=after)
    check_number(samples)
    came = after - before
    unused = _unused(after)
    # What only graphs hold, perhaps by an object that is gone, dies with them.
    observed = _held_by_graphs(after, came & unused)
    new = came - ObjectGraph(_with_namespaces(_graphs(came), came)) - observed
    gone = before & unused
    if len(gone) > 0:
        gone = gone - _unused(before)  # garbage then, garbage now
    held = _held(after, new, allow, (before, gone))
    added = totals(new)
    rest = _outside(before, after, len(came), _size(added))
    table = compared(totals(gone), _without(added, held.allowed))._with_outside(rest)
    larger = larger_objects(
        after, _larger_containers(before, after), samples, held.signatures_allowed
    )
    return Diff(new, gone, table, held.samples(table, samples), held.signatures(), larger)


def _size(found: Totals) -> int:
    return sum(size for _, size in found.values())


def _outside(before: ObjectGraph, after: ObjectGraph, objects: int, size: int) -> Outside | None:
    # `before` holds its objects, so that none of them has gone. Those that are missing in `after`
    # are not tracked any more.
    kind = after.statistics()["untracked"]
    return outside(
        memory_at(before),
        memory_at(after),
        objects=objects,
        size=size,
        untracked=kind,
        counts_larger=False,
    )


def _graphs(graph: ObjectGraph) -> list[Any]:
    """Return the vertices that are graphs or roots of graphs: they hold other owners' objects."""
    return [
        obj
        for class_ in (ObjectGraph, Root)
        for obj in graph.find_by_typename(class_.__name__)
        if type(obj) is class_
    ]


def _with_namespaces(graphs: list[Any], heap: ObjectGraph) -> list[Any]:
    """Return graphs with their `__dict__`, which are in a complete snapshot too."""
    found = [vars(graph) for graph in graphs if type(graph) is ObjectGraph]
    return graphs + [names for names in found if names in heap]


def _unused(snapshot: ObjectGraph) -> ObjectGraph:
    """Return the objects that are held by nothing except graphs or each other."""
    return snapshot._unreachable_without(_graphs(snapshot))


def _held_by_graphs(snapshot: ObjectGraph, unused: ObjectGraph) -> ObjectGraph:
    """Return those of some unused objects that graphs hold; the others are garbage."""
    return unused - snapshot._unreachable_without([]) if len(unused) > 0 else unused


def _diff_of_files(
    before: ObjectGraph, after: ObjectGraph, samples: int, allow: Iterable[str]
) -> Diff:
    other = "is not from a file, but the other graph is: load both or take both"
    if not is_graph_of_file(before):
        raise ValueError(f"before {other}")
    if not is_graph_of_file(after):
        raise ValueError(f"after {other}")
    check_files(before.metadata, after.metadata)
    check_number(samples)
    gone, new, grown = _compare_files(before, after)
    earlier, later = totals(before), totals(after)
    rest = outside(
        memory_at(before),
        memory_at(after),
        objects=additional(earlier, later),
        size=_size(later) - _size(earlier),
        untracked=after.metadata.get("untracked") == "true",
        counts_larger=True,
    )
    held = _held(after, new, allow, (before, gone))
    table = compared(earlier, _without(later, held.allowed))._with_outside(rest)
    larger = larger_objects(after, grown, samples, held.signatures_allowed)
    found = held.samples_in_files(table, samples)
    if samples > 0:
        allowed = held.signatures_allowed
        found = with_holders_by_number(found, before, after, table, allowed, samples)
    return Diff(new, gone, table, found, held.signatures(), larger)


def leaks(
    baseline: ObjectGraph,
    action: ObjectGraph,
    back: ObjectGraph,
    *,
    samples: int = 3,
    allow: Iterable[str] = (),
    progress: Progress = None,
) -> Leaks:
    """Return which objects an action created and left behind.

    Take three snapshots: before the action, while the objects that it made are in use, and when
    they should be gone. The result has the objects that are in `action` but not in `baseline`,
    and that something other than a graph holds in `back`. Objects that are only in `back`, such
    as a cache filled on the way back, do not count; this is what the third snapshot is for. A
    list, dict, set, deque or bytearray of `baseline` that is larger in both others, by other
    things than new objects, is in `larger`, with the bytes that the action added and left there.

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
    if progress is not None:
        call = partial(leaks, baseline, action, back, samples=samples, allow=allow)
        return report("leaks", progress, call)
    check_order(baseline=baseline, action=action, back=back)
    check_number(samples)
    objects = ((action - baseline) & back) - _unused(back)
    objects = objects - ObjectGraph(_graphs(objects))
    held = _held(back, objects, allow)
    came = back - baseline
    rest = _outside(baseline, back, len(came), _size(totals(came)))
    table = compared({}, _without(totals(objects), held.allowed))._with_outside(rest)
    grown = _larger_in_both(baseline, action, back)
    larger = larger_objects(back, grown, samples, held.signatures_allowed)
    return Leaks(objects, table, held.samples(table, samples), held.signatures(), larger)


def _larger_in_both(
    baseline: ObjectGraph, action: ObjectGraph, back: ObjectGraph
) -> list[tuple[Any, int]]:
    """Return the containers that are larger in both later snapshots, with the smaller growth."""
    made = {id(obj): more for obj, more in _larger_containers(baseline, action)}
    left = _larger_containers(baseline, back)
    return [(obj, min(more, made[id(obj)])) for obj, more in left if id(obj) in made]


def compared(before: Totals, after: Totals) -> GrowthTable:
    """Return how much each type grew; types that did not change are left out."""
    rows = []
    for name in before.keys() | after.keys():
        count, size = before.get(name, (0, 0))
        later_count, later_size = after.get(name, (0, 0))
        if (later_count, later_size) != (count, size):
            rows.append(TypeGrowth(name, later_count - count, later_size - size))
    rows.sort(key=lambda row: (-row.size, -row.count, row.type_name))
    return GrowthTable(rows)


def _graph_of(objects: ObjectGraph | SavedObjectSet) -> ObjectGraph:
    return objects.graph() if type(objects) is SavedObjectSet else objects


def _held(
    graph: ObjectGraph,
    objects: ObjectGraph | SavedObjectSet,
    allow: Iterable[str],
    before: tuple[ObjectGraph, ObjectGraph | SavedObjectSet] | None = None,
) -> HeldGroups:
    """Group objects of a graph by how they are held.

    `before` is an earlier graph, and those of its objects that only it has.
    """
    allowed = allowed_signatures(allow)
    found, grown = graph._why_types(objects, allowed, before)
    # Of files, an object at an address that was used before is not known to be new.
    news = None
    if type(objects) is not SavedObjectSet and not is_graph_of_file(objects):
        news = partial(ObjectGraph.__contains__, objects)
    return HeldGroups(found.groups, allowed, grown, news)


def _without(found: Totals, groups: Iterable[HolderGroup]) -> Totals:
    """Return the totals without the objects of some groups."""
    left = dict(found)
    for group in groups:
        name = type_name_of(group.example)
        count, size = left[name]
        left[name] = (count - group.count, size - group.size)
    return {name: total for name, total in left.items() if total[0] > 0}
