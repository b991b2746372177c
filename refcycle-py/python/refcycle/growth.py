"""What grows in a loop that should hold steady."""

import gc
import marshal
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from types import MappingProxyType, TracebackType
from typing import NamedTuple, TypeVar

from refcycle._arguments import check_flags, check_number, names_in
from refcycle._growth.samples import Sample, blocks_of, heading, samples_of
from refcycle._growth.signature_census import KnownObjects, SignatureCensus, type_name_of
from refcycle._growth.type_totals import Totals
from refcycle._html.parts import document, fix, html_table, paragraph, preformatted
from refcycle._objects.allocations import after_a_name
from refcycle._refcycle import ObjectGraph, most_allocated, snapshot
from refcycle._text.escapes import text_for_stdout
from refcycle._text.numbers import counted, signed, signed_size, size_text
from refcycle._text.signatures import allowed_signatures
from refcycle._text.tables import SHOWN, text_table
from refcycle.heap_census import count_heap
from refcycle.holder_groups import SignatureGrowth, signature_page, signature_table

__all__ = ["GrowthReport", "GrowthWatch", "SignatureGrowth", "SteadyGrowth", "Watch", "watch"]

_T = TypeVar("_T")

# So that each quarter has two steps: one alone may have been taken at a bad moment.
FEWEST_STEPS = 8

# Fewer blocks a step are the interpreter's own.
LEAST_OUTSIDE = 10.0
# Fewer bytes in all steps may be memory that allocators keep.
_LEAST_OUTSIDE_BYTES = 8_000_000

_HEADINGS = ("count a step", "size a step", "type")
_HELD_BY = "held by, since the first step"
_SHOWN_BESIDE_CHAINS = 5


class SteadyGrowth(NamedTuple):
    """A type that grows in every quarter of a loop: a row of a `GrowthReport`.

    Attributes:
        type_name: The name of the type, as in `count_by_typename`.
        count: The number of additional objects after each step; 0 if only the bytes grow.
        size: The number of additional bytes after each step; 0 if only the count grows.
    """

    type_name: str
    count: float  # type: ignore[assignment]  # a tuple has a method of this name
    size: float

    @property
    def typename(self) -> str:
        """The former name of `type_name`."""
        return self.type_name


def _rate(values: Sequence[int]) -> float:
    """Return the growth per step of the minimum of the quarters; 0 if it does not always grow."""
    bounds = [len(values) * quarter // 4 for quarter in range(5)]
    least = [min(values[start:end]) for start, end in pairwise(bounds)]
    rises = all(earlier < later for earlier, later in pairwise(least))
    return (least[3] - least[0]) / (bounds[3] - bounds[0]) if rises else 0.0


class _Held(NamedTuple):
    """What holds the new objects of growing types."""

    rows: tuple[SignatureGrowth, ...] = ()
    samples: tuple[Sample, ...] = ()
    places: Mapping[str, str] = MappingProxyType({})
    """By type, where most of its new objects were allocated, as text after its name."""


def _held_in(
    graph: ObjectGraph,
    rows: tuple[SteadyGrowth, ...],
    known: KnownObjects,
    allowed: frozenset[str],
) -> _Held:
    """Return what holds the new objects of growing types, without the rows themselves."""
    own = {id(rows), *map(id, rows), *(id(field) for row in rows for field in row)}
    found = (obj for row in rows for obj in graph.find_by_typename(row.type_name))
    new = [obj for obj in known.without_them(found) if id(obj) not in own]
    signatures = graph.signatures(new)
    held = SignatureCensus(signatures).rows({row.type_name for row in rows}, allowed)
    first = held[0].signature if held else ""
    examples = [row.example for row in signatures if row.signature == first]
    samples = tuple(samples_of(graph, examples).values())
    counts = Counter(map(type_name_of, new))
    places = {
        name: after_a_name((place, number), counts[name])
        for name, place, number in most_allocated(graph.full_subgraph(new))
    }
    return _Held(held, samples, places)


class GrowthReport:
    """What grew in a loop: the result of `GrowthWatch.report`. Print it for a table.

    `steps` is the number of steps. `growing` is a tuple of `SteadyGrowth`, the type with most
    bytes a step first; it is empty if the loop holds steady. `outside` is the number of memory
    blocks that are added in each step beyond those of counted objects: with `untracked=False`,
    these may be strings and numbers. `outside_size` is the number of bytes by which the
    process grows in each step beyond the counted objects, 0 unless `untracked=False`. `held`
    is a tuple of `SignatureGrowth`: the chains that hold the objects of these types that were
    created since the first step, the most bytes first. `samples` has at most one
    `refcycle.differences.Sample`: a chain to one of the objects of the first row of `held`,
    and how to fix it.
    """

    __slots__ = ("_places", "growing", "held", "outside", "outside_size", "samples", "steps")

    def __init__(
        self,
        steps: int,
        growing: tuple[SteadyGrowth, ...],
        outside: float = 0.0,
        held: tuple[SignatureGrowth, ...] = (),
        samples: tuple[Sample, ...] = (),
        places: Mapping[str, str] = MappingProxyType({}),
        outside_size: float = 0.0,
    ) -> None:
        self.steps = steps
        self.growing = growing
        self.outside = outside
        self.outside_size = outside_size
        self.held = held
        self.samples = samples
        self._places = places

    def _title(self) -> str:
        growing = counted(len(self.growing), "type grows", "types grow")
        has_blocks = self.outside >= LEAST_OUTSIDE
        # Less may be memory that allocators keep.
        is_all = not has_blocks and self.outside_size * self.steps < _LEAST_OUTSIDE_BYTES
        nothing = "nothing grows" if is_all else "no counted type grows"
        title = f"{growing if self.growing else nothing} in {counted(self.steps, 'step')}"
        if is_all:
            return title
        rate = f"{self.outside:,.1f} blocks" if has_blocks else size_text(round(self.outside_size))
        return f"{title}; {rate} a step grow outside this watch: use untracked=True"

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (
                signed(row.count),
                signed_size(row.size),
                row.type_name + self._places.get(row.type_name, ""),
            )
            for row in self.growing
        ]

    @property
    def _most(self) -> int:
        return _SHOWN_BESIDE_CHAINS if self.samples else SHOWN

    def __str__(self) -> str:
        """Return a table of the types that grow, what holds their objects, and how to fix it."""
        return text_for_stdout(self._text)

    def _text(self, *, ascii: bool = False) -> str:
        if not self.growing:
            return self._title()
        lines = [f"{self._title()}:", text_table(_HEADINGS, self._rows(), most=self._most)]
        if self.held:
            lines += [f"{_HELD_BY}:", signature_table(self.held, self._most)]
        for block in self._blocks(ascii=ascii):
            lines += ["", *block]
        return "\n".join(lines)

    def _blocks(self, *, ascii: bool = False) -> Iterable[list[str]]:
        # The sample is one of the objects of the first row.
        headings = [heading(one, self.held[0].count) for one in self.samples]
        return blocks_of(self.samples, headings, ascii=ascii)

    def __repr__(self) -> str:
        return f"<GrowthReport: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        if not self.growing:
            return {"text/plain": str(self), "text/html": document(paragraph(self._title()))}
        parts = [html_table(self._title(), _HEADINGS, self._rows(), most=self._most)]
        if self.held:
            parts.append(signature_page(_HELD_BY, self.held, self._most))
        for title, chain, *fixes in self._blocks():
            parts += [paragraph(title), preformatted(chain), *map(fix, fixes)]
        return {"text/plain": str(self), "text/html": document(*parts)}


class GrowthWatch:
    """A loop that is watched: the result of `watch`.

    It is a context manager. Inside it, call `step` after each round of the loop, or iterate
    over `steps`. Then call `report` or `assert_steady`. Entering it again starts anew.
    """

    # Counts are stored as bytes: the next step would count dicts.
    __slots__ = (
        "_allow",
        "_changes",
        "_collect",
        "_count_threshold",
        "_first",
        "_ignore",
        "_is_open",
        "_latest",
        "_outside",
        "_size_threshold",
        "_steps",
        "_untracked",
    )

    def __init__(
        self,
        *,
        untracked: bool,
        collect: bool,
        count_threshold: float,
        size_threshold: float,
        ignore: frozenset[str],
        allow: frozenset[str],
    ) -> None:
        self._allow = allow
        self._untracked = untracked
        self._collect = collect
        self._count_threshold = count_threshold
        self._size_threshold = size_threshold
        self._ignore = ignore
        self._is_open = False
        self._forget()

    def _forget(self) -> None:
        self._steps = 0
        self._changes = bytearray()
        self._latest = marshal.dumps({})
        self._outside = marshal.dumps([])
        self._first: KnownObjects | None = None

    def __enter__(self) -> "GrowthWatch":
        self._forget()
        self._is_open = True
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_open = False

    def step(self) -> None:
        """Count the objects of each type, after a round of the loop.

        Takes the time of a `census` and, with `collect`, of a collection. No object is kept alive.
        `RuntimeError` outside the `with` statement.
        """
        if not self._is_open:
            raise RuntimeError(
                "step was called outside the watch: call it inside `with watch() as ...`"
            )
        if self._collect:
            gc.collect()
        if self._steps == 0:
            # Before anything else is created, which would be known although it dies.
            self._first = KnownObjects(snapshot(untracked=self._untracked))
        own = (self._changes, self._latest, self._outside)
        found, memory = count_heap(self._untracked, own, self._allow)
        before: Totals = marshal.loads(self._latest)
        gone = dict.fromkeys(before.keys() - found.keys(), (0, 0))
        changed = {name: total for name, total in found.items() if before.get(name) != total}
        self._changes += marshal.dumps({**changed, **gone})
        self._latest = marshal.dumps(found)
        if memory is not None and not self._untracked:
            counts, sizes = zip(*found.values(), strict=True)
            # The bytes are unknown on some systems, the blocks with several interpreters.
            size = 0 if memory.size is None else memory.size - sum(sizes)
            blocks = 0 if memory.blocks is None else memory.blocks - sum(counts)
            beside = (blocks, size)
            self._outside = marshal.dumps([*marshal.loads(self._outside), beside])
        self._steps += 1

    def steps(self, items: Iterable[_T]) -> Iterator[_T]:
        """Iterate over `items`, with a `step` after each: `for item in growth.steps(items)`.

        A round that leaves the loop early, as with `break`, is not a step.
        """
        for item in items:
            yield item
            self.step()

    def report(self) -> GrowthReport:
        """Return which types grow steadily.

        The steps are divided into quarters, of which only the minimum counts. A type grows if this
        minimum rises from each quarter to the next, in objects or in bytes, by at least the
        threshold. So objects that are made once do not count as growth, nor does a cache that is
        full after half of the steps, nor a buffer that is emptied in each quarter.

        `ValueError` if there were fewer than 8 steps: too few to tell.
        """
        if self._steps < FEWEST_STEPS:
            raise ValueError(
                f"{self._steps} steps are too few to detect growth: run at least {FEWEST_STEPS}"
            )
        rows = self._growing()
        held = self._held(rows) if rows else _Held()
        blocks, size = self._growth_outside()
        return GrowthReport(self._steps, rows, blocks, *held, outside_size=size)

    def _growing(self) -> tuple[SteadyGrowth, ...]:
        rows = []
        for name, history in self._histories().items():
            counts, sizes = zip(*history, strict=True)
            row = SteadyGrowth(name, _rate(counts), _rate(sizes))
            if self._matters(row):
                rows.append(row)
        rows.sort(key=lambda row: (-row.size, -row.count, row.type_name))
        return tuple(rows)

    def _growth_outside(self) -> tuple[float, float]:
        """Return the growth in blocks and in bytes."""
        outside = marshal.loads(self._outside)
        if len(outside) != self._steps:
            return 0.0, 0.0
        # The first count is older than the objects that the interpreter creates at the first step.
        blocks, sizes = zip(*outside[1:], strict=True)
        return _rate(blocks), _rate(sizes)

    def _held(self, rows: tuple[SteadyGrowth, ...]) -> _Held:
        """Return the chains that hold the objects created since the first step."""
        if self._first is None:
            return _Held()
        # No variable of a running frame may have the snapshot: that would be a cycle.
        return _held_in(snapshot(untracked=self._untracked), rows, self._first, self._allow)

    def assert_steady(self) -> None:
        """Raise an AssertionError, with the table of `report`, if something grows."""
        __tracebackhide__ = True
        report = self.report()
        if report.growing:
            raise AssertionError(str(report))

    def _matters(self, row: SteadyGrowth) -> bool:
        exceeds = row.count >= self._count_threshold or row.size >= self._size_threshold
        return exceeds and (row.count > 0 or row.size > 0) and row.type_name not in self._ignore

    def _histories(self) -> dict[str, list[tuple[int, int]]]:
        """Return the totals after each step, for every type that changed."""
        changes = BytesIO(self._changes)
        histories: dict[str, list[tuple[int, int]]] = {}
        for step in range(self._steps):
            changed: Totals = marshal.load(changes)
            for name, total in changed.items():
                history = histories.setdefault(name, [])
                history += [history[-1] if history else (0, 0)] * (step - len(history))
                history.append(total)
        for history in histories.values():
            history += [history[-1]] * (self._steps - len(history))
        return histories


Watch = GrowthWatch  # its former name


def watch(
    *,
    untracked: bool = True,
    collect: bool = True,
    count_threshold: float = 0.1,
    size_threshold: float = 1.0,
    ignore: Iterable[str] = (),
    allow: Iterable[str] = (),
) -> GrowthWatch:
    """Watch a loop that should hold steady, and report which types grow in it.

    After each step the objects of each type and their bytes are counted. No object is kept
    alive, and what the watch itself needs does not count. Make more steps than it takes to fill
    the program's caches: a cache that is being filled grows. The first step keeps 8 bytes for each
    object; without growth, later ones keep a few bytes.

    With `collect` a collection runs before each count, so that garbage does not count as
    growth; otherwise the collector is left alone. Its settings stay as they are.

    Strings, numbers and other objects that the collector does not track are counted too. With
    `untracked=False` they are not, which takes a fifth of the time: a list of them then grows in
    bytes, and the growth of a large dict or set may not show for many steps. The report says how
    many memory blocks were added that were not counted, or by how much the process grew.

    Growth by less than `count_threshold` objects and less than `size_threshold` bytes a step is
    ignored, and so are the types whose names are in `ignore`, and the objects that are held by a
    chain whose signature is in `allow`, as in `GrowthReport.held`. With `allow` a step takes up to
    twice as long. Both are a single name or a list of them. `ValueError` for a threshold that is
    negative or NaN, `TypeError` for an argument of another type.

    >>> import refcycle
    >>> sessions = []
    >>> class Session: pass
    >>> with refcycle.watch() as growth:
    ...     for _ in growth.steps(range(12)):
    ...         sessions.append(Session())
    >>> [row.count for row in growth.report().growing if row.type_name == "Session"]
    [1.0]
    """
    check_flags(untracked=untracked, collect=collect)
    thresholds = {"count_threshold": count_threshold, "size_threshold": size_threshold}
    for name, threshold in thresholds.items():
        check_number(name, threshold)
        if not threshold >= 0:
            raise ValueError(f"{name} is {threshold}: it must be 0 or more")
    return GrowthWatch(
        untracked=untracked,
        collect=collect,
        count_threshold=count_threshold,
        size_threshold=size_threshold,
        ignore=names_in(ignore, "ignore", "names of types"),
        allow=allowed_signatures(allow),
    )
