"""What the memory of a process is for: objects, free blocks, libraries, and the unseen rest."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._html.parts import document, fix, html_table, preformatted
from refcycle._refcycle import LoadedGraph, ObjectGraph, ProcessReading, snapshot
from refcycle._refcycle import _read_process as read_process
from refcycle._refcycle import _report as report
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import text_table

if TYPE_CHECKING:
    from refcycle._growth.type_totals import Totals
    from refcycle._refcycle import _Progress as Progress

__all__ = [
    "Arenas",
    "Kind",
    "MemoryAccount",
    "Part",
    "account_in",
    "account_of_file",
    "memory",
]

_HEADINGS = ("size", "share", "what it is")
# A smaller share gets no advice.
_LARGE_SHARE = 0.1
# Fewer bytes are not worth any advice, and may be those that refcycle needs while it counts.
_LARGE_SIZE = 8_000_000
# The objects that keep most arenas alive.
_HOLDERS = 20
_SHOWN_HOLDERS = 3
_SHOWN_KINDS = 5

# The parts in the order of the table.
_PARTS = {
    "objects": "Python objects and their buffers",
    "allocator_overhead": "headers and rounding of the allocators, for these objects",
    "interpreter": "blocks of Python's allocator that belong to no object",
    "free_in_arenas": "free blocks of Python's allocator",
    "free_in_malloc": "free blocks of malloc",
    "beside_buffers": "memory of other allocators, in the mappings of their buffers",
    "libraries": "code and data of libraries",
    "stacks": "stacks of threads",
    "files": "mapped files",
    "shared_memory": "shared memory",
    "devices": "memory of devices",
    "kernel": "pages of the kernel",
    "refcycle": "refcycle's own graphs",
    "unseen": "not seen by refcycle",
}


class Part(NamedTuple):
    """A part of the memory of a process: a row of a `MemoryAccount`.

    Attributes:
        key: What it is, for programs, such as `free_in_arenas`.
        name: What it is, for people.
        size: The bytes in main memory; `None` if they are unknown.
        share: The bytes as a share of those of the process; `None` if either is unknown.
    """

    key: str
    name: str
    size: int | None
    share: float | None


class Kind(NamedTuple):
    """The objects of a type in a `MemoryAccount`.

    Attributes:
        type_name: The name of the type, as in `count_by_typename`.
        count: The number of objects.
        size: Their bytes, with their buffers.
    """

    type_name: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return {"type": self.type_name, "count": self.count, "size": self.size}


class Arenas(NamedTuple):
    """The arenas of Python's allocator, from which it takes blocks of up to 512 bytes.

    An arena has up to 1 MiB. It is returned to the system when all of its blocks are free.

    Attributes:
        count: The number of arenas.
        sparse: The number of arenas of which less than half is in use.
        resident: Their bytes in main memory.
        used: The bytes of the blocks that are in use.
        free: The bytes in main memory that are in no such block.
    """

    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    sparse: int
    resident: int
    used: int
    free: int


class MemoryAccount:
    """What the memory of a process is for: the result of `memory`. Print it for a table.

    It has names and numbers, and keeps no object alive.

    Attributes:
        libraries: The libraries, as pairs of a path and bytes, the largest first; empty in an
            account from a file.
        files: Other files that are mapped, as pairs of a path and bytes, the largest first; empty
            in an account from a file. Bytes that an object shows, as an `mmap` does, are not
            included.
        kinds: The objects by type, a tuple of `Kind`, the largest first. Those that are compiled
            into libraries count with 0 bytes, because these bytes are part of the libraries. In an
            account from a file, the bytes include what is not in main memory.
        arena_holders: The objects that keep most of the sparse arenas alive, as pairs of a name
            and the number of arenas. Empty if few bytes are free in arenas, and in an account from
            a file.
    """

    __slots__ = ("_figures", "arena_holders", "files", "kinds", "libraries")

    def __init__(
        self,
        figures: Mapping[str, int | None],
        kinds: tuple[Kind, ...],
        *,
        libraries: tuple[tuple[str, int], ...] = (),
        files: tuple[tuple[str, int], ...] = (),
        arena_holders: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self._figures = figures
        self.libraries = libraries
        self.files = files
        self.kinds = kinds
        self.arena_holders = arena_holders

    @property
    def resident(self) -> int | None:
        """The bytes of the process in main memory; `None` if the system does not report them."""
        return self._figures.get("resident")

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the bytes in main memory consist of, a tuple of `Part`.

        If all sizes are known, they add up to `resident`. The parts are `objects`,
        `allocator_overhead` (headers and rounding of their blocks, partly an estimate),
        `interpreter` (blocks of Python's allocator that belong to no object: data of the
        interpreter and of extension modules), `free_in_arenas`, `free_in_malloc`,
        `beside_buffers` (pyarrow and Polars have allocators of their own, whose mappings also
        have memory that is free, or used for something else than the buffers of objects),
        `libraries` (code and data, also objects that are compiled into them), `stacks`, `files`,
        `shared_memory`, `devices` (such as GPUs), `kernel`, `refcycle` (its other graphs), and
        `unseen`.
        """
        sizes = self._parts()
        # A list first: a tuple of unknown length leaves a block of memory in CPython's free lists.
        parts = [Part(key, self._name(key), sizes[key], self._share(sizes[key])) for key in _PARTS]
        return tuple(parts)

    @property
    def arenas(self) -> Arenas | None:
        """The arenas of Python's allocator; `None` if they are unknown."""
        numbers = [self._figures.get(f"arenas.{name}") for name in Arenas._fields]
        known = [number for number in numbers if number is not None]
        return Arenas(*known) if len(known) == len(numbers) else None

    @property
    def unseen(self) -> int | None:
        """The bytes that are in no other part; `None` if they are unknown."""
        return self._parts()["unseen"]

    @property
    def not_resident(self) -> int | None:
        """The bytes of objects that are not in main memory, such as untouched pages of arrays.

        `None` if they are unknown.
        """
        return self._figures.get("not_resident")

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about the parts that are large and are not objects: one sentence for each."""
        sizes = self._parts()
        found = [
            text.format(share=f"{share:.0%}", size=size_text(size))
            for key, text in self._advice_texts()
            if (size := sizes[key]) is not None
            if (share := self._share(size)) is not None and _is_large(size, share)
        ]
        return tuple(found)

    def _advice_texts(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                "unseen",
                "{share} is outside Python objects: use memray run --native to see which C code "
                "allocated it",
            ),
            (
                "free_in_arenas",
                "{share} is free, in arenas that a few objects keep alive"
                + (": see arena_holders" if self.arena_holders else ""),
            ),
            (
                "free_in_malloc",
                "{share} is freed memory that malloc keeps: malloc_trim(0) of the C library "
                "returns what it can",
            ),
        )

    def _parts(self) -> dict[str, int | None]:
        return {key: self._figures.get(f"part.{key}") for key in _PARTS}

    def _share(self, size: int | None) -> float | None:
        return size / self.resident if self.resident and size is not None else None

    def _libraries_with_allocators(self) -> list[str]:
        figures = [key.partition("beside_buffers.") for key in self._figures]
        return sorted(name for before, found, name in figures if found and not before)

    def _name(self, key: str) -> str:
        arenas, stacks = self.arenas, self._figures.get("stacks")
        if key == "free_in_arenas" and arenas is not None:
            return f"{_PARTS[key]}, in {counted(arenas.count, 'arena')}"
        if key == "beside_buffers" and (names := self._libraries_with_allocators()):
            return f"memory of the allocator of {' and '.join(names)}, beside buffers of objects"
        if key == "stacks" and stacks is not None:
            return counted(stacks, "stack of a thread", "stacks of threads")
        return _PARTS[key]

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as dicts, lists, strings and numbers, for JSON.

        >>> import refcycle
        >>> sorted(refcycle.memory().to_dict())[:4]
        ['advice', 'arena_holders', 'arenas', 'files']
        """
        arenas = self.arenas
        return {
            "resident": self.resident,
            "parts": {part.key: part.size for part in self.parts},
            "kinds": [kind.to_dict() for kind in self.kinds],
            "libraries": [{"path": path, "size": size} for path, size in self.libraries],
            "files": [{"path": path, "size": size} for path, size in self.files],
            "stacks": self._figures.get("stacks"),
            "arenas": None if arenas is None else arenas._asdict(),
            "arena_holders": [
                {"name": name, "arenas": count} for name, count in self.arena_holders
            ],
            "not_resident": self.not_resident,
            "swapped": self._figures.get("swapped"),
            "unseen_in_malloc": self._figures.get("unseen_in_malloc"),
            "advice": list(self.advice),
        }

    def _title(self) -> str:
        if self.resident is None:
            return "memory of the process: unknown"
        return f"memory of the process: {size_text(self.resident)}"

    def _rows(self) -> list[tuple[str, str, str]]:
        rows = []
        for part in self.parts:
            if part.size == 0 and part.key != "unseen":
                continue
            rows.append((_bytes(part.size), _percent(part.share), part.name))
            if part.key == "objects":
                rows += [
                    (_bytes(kind.size), _percent(self._share(kind.size)), _kind_text(kind))
                    for kind in self.kinds[:_SHOWN_KINDS]
                    if kind.size
                ]
        return rows

    def _notes(self) -> list[str]:
        notes = []
        arenas = self.arenas
        if arenas is not None and self.arena_holders:
            notes.append(
                f"{counted(arenas.count, 'arena')}, {size_text(arenas.free)} of free blocks in "
                f"them; the objects that keep most of the {arenas.sparse:,} sparse ones alive:"
            )
            notes += [
                f"  {counted(count, 'arena')}: {name}"
                for name, count in self.arena_holders[:_SHOWN_HOLDERS]
            ]
        return notes

    def __str__(self) -> str:
        """Return the table, and what to do about large parts that are not objects."""
        table = text_table(_HEADINGS, self._rows(), what="part")
        text = "\n".join([self._title(), table, *self.advice, *self._notes()])
        return wrapped_text(text, line_width())

    def __repr__(self) -> str:
        return f"<MemoryAccount: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        parts = [html_table(self._title(), _HEADINGS, self._rows(), what="part")]
        parts += map(fix, self.advice)
        if notes := self._notes():
            parts.append(preformatted("\n".join(notes)))
        return {"text/plain": str(self), "text/html": document(*parts)}


def _bytes(size: int | None) -> str:
    return "unknown" if size is None else size_text(size)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _kind_text(kind: Kind) -> str:
    return f"  {counted(kind.count, f'{kind.type_name} object')}"


def memory(*, progress: Progress = None) -> MemoryAccount:
    """Say what the memory of this process is for. Nothing is kept alive.

    The resident memory of the process, which is what the system counts as its memory, is divided
    into Python objects by type, free blocks of the allocators, libraries, stacks of threads,
    files, and a rest that is not seen: C code allocated it, and no Python object shows it. Bytes
    that are allocated but not in main memory are left out. No code of the objects runs.

    Linux only: on other systems, and where `/proc/self/smaps` cannot be read, only the objects and
    the overhead of their allocators are known; the sizes of all other parts are `None`, and
    printed as "unknown". So is `free_in_malloc` if the C library does not report its free blocks.

    Takes up to 1.3 times as long as `snapshot(untracked=True)`. If more than a tenth of the memory
    is free in arenas of Python's allocator, it takes about 1.7 times as long, to find the objects
    that keep these arenas alive.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

    >>> import refcycle
    >>> account = refcycle.memory()
    >>> [part.key for part in account.parts][:2]
    ['objects', 'allocator_overhead']
    """
    if progress is not None:
        return report("memory", progress, memory)
    # No variable of a running frame may have the snapshot: that would be a cycle.
    return _account(read_process(), snapshot(untracked=True))


def _account(process: ProcessReading, heap: ObjectGraph) -> MemoryAccount:
    found = process.account(heap)
    account = MemoryAccount(
        found["figures"],
        tuple([Kind(*kind) for kind in found["kinds"]]),
        libraries=tuple(found["libraries"]),
        files=tuple(found["files"]),
    )
    free = account._parts()["free_in_arenas"]
    if free is not None and _is_large(free, account._share(free)):
        account.arena_holders = tuple(process.arena_holders(heap, _HOLDERS))
    return account


def _is_large(size: int, share: float | None) -> bool:
    return size >= _LARGE_SIZE and share is not None and share >= _LARGE_SHARE


def account_of_file(graph: LoadedGraph) -> MemoryAccount | None:
    """Return the account in a dump; `None` if it has none."""
    text = graph.metadata.get("memory")
    if text is None:
        return None
    from refcycle._growth.type_totals import totals  # later: most files are not asked

    return account_in(text, totals(graph))


def account_in(figures_text: str, types: Totals) -> MemoryAccount:
    """Return the account from the figures in a dump, and the totals of its types."""
    figures: dict[str, int | None] = json.loads(figures_text)
    kinds = [Kind(name, count, size) for name, (count, size) in types.items()]
    kinds.sort(key=lambda kind: (-kind.size, kind.type_name))
    return MemoryAccount(figures, tuple(kinds))
