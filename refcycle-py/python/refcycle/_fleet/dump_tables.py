"""The tables of one dump, computed from its graph or read from its index."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from refcycle._fleet.summaries import encodable, facts_of_process
from refcycle._index.contents import Contents, contents_of
from refcycle._tables.packages import package

if TYPE_CHECKING:
    from refcycle._index.files import Index
    from refcycle._refcycle import LoadedGraph

__all__ = ["OfGraph", "OfIndex", "account_in", "facts_of_file", "frames_in", "metadata_rows"]

_PURPOSE = "sql"

# The columns that `objects` shares with `vertices`: no others need searches of the whole graph.
_OF_VERTICES = ("type", "module", "size", "retained")

# The columns that `objects` takes from the file itself, if the file has them.
_OF_FILE = (
    "address",
    "kind",
    "name",
    "place",
    "label",
    "reference_count",
    "state",
    "allocated",
    "waste",
    "saved",
    "has_unknown_size",
    "roots",
)


class OfGraph:
    """The tables of a dump without an index."""

    def __init__(self, graph: LoadedGraph, path: str) -> None:
        """Take the graph, and the path of the dump."""
        self._graph = graph
        self._path = path
        self._pyarrow = package("pyarrow", _PURPOSE)
        self._tables: Any = None
        self._contents: Contents | None = None
        self.metadata = graph.metadata

    def totals(self) -> tuple[int, int]:
        """Return the number of the objects and their bytes."""
        return len(self._graph), sum(self._graph.shallow_sizes()) if len(self._graph) else 0

    def vertices(self) -> Any:
        """Return the table of the vertices."""
        return self._pyarrow.table(self._of_arrow().vertices)

    def edges(self) -> Any:
        """Return the table of the edges."""
        return self._pyarrow.table(self._of_arrow().edges)

    def _of_arrow(self) -> Any:
        if self._tables is None:
            self._tables = self._graph.to_arrow()
        return self._tables

    def objects(self, needed: AbstractSet[str]) -> Any:
        """Return the table of the objects, with the columns that are needed or more."""
        if needed <= {"file", "vertex", *_OF_VERTICES, *_OF_FILE}:
            computed = self.vertices().select(_OF_VERTICES)
        else:
            computed = self._derived().objects
        with open(self._path, "rb") as dump:
            return _objects(computed, dump, needed)

    def signatures(self) -> Any:
        """Return the table of the signatures."""
        return self._derived().signatures

    def _derived(self) -> Contents:
        if self._contents is None:
            self._contents = contents_of(self._graph, _PURPOSE)
        return self._contents


class OfIndex:
    """The tables of a dump with an index: the dump itself need not be loaded."""

    def __init__(self, index: Index) -> None:
        """Take the index."""
        self._index = index
        self.metadata = index.leaders.metadata

    def totals(self) -> tuple[int, int]:
        """Return the number of the objects and their bytes."""
        return self._index.leaders.objects, self._index.leaders.size

    def vertices(self) -> Any:
        """Return the table of the vertices."""
        columns = self._index.objects().select(_OF_VERTICES)
        found = _objects(columns, self._index.dump, {"address", "label"})
        names = ["id" if name == "address" else name for name in found.column_names]
        return found.rename_columns(names)

    def objects(self, needed: AbstractSet[str]) -> Any:
        """Return the table of the objects, with the columns that are needed or more."""
        return _objects(self._index.objects(), self._index.dump, needed)

    def signatures(self) -> Any:
        """Return the table of the signatures."""
        return self._index.signatures()


def _objects(derived: Any, dump: Any, needed: AbstractSet[str]) -> Any:
    """Return a table with the numbers of the vertices and the columns of the file it needs."""
    pyarrow = package("pyarrow", _PURPOSE)
    feather = package("pyarrow.feather", _PURPOSE)
    ipc = package("pyarrow.ipc", _PURPOSE)
    dump.seek(0)
    there = set(ipc.open_file(dump).schema.names)
    dump.seek(0)
    columns = [name for name in _OF_FILE if name in needed & there]
    if columns:  # of an empty list, versions of pyarrow read all columns
        rows = feather.read_table(dump, columns=columns)
        rows.validate(full=True)
        for column in rows.column_names:
            derived = derived.append_column(column, rows[column])
    numbers = pyarrow.array(range(len(derived)), pyarrow.uint32())
    return derived.append_column("vertex", numbers)


def facts_of_file(metadata: dict[str, str], objects: int, size: int) -> dict[str, Any]:
    """Return the row of the table `files`."""
    return {
        **facts_of_process(metadata),
        "python": metadata.get("python"),
        "refcycle": metadata.get("refcycle"),
        "objects": objects,
        "bytes": size,
    }


def frames_in(metadata: dict[str, str]) -> list[dict[str, Any]]:
    """Return the calls of the threads, the innermost of each first, with the depth 0."""
    threads: dict[str, list[str]] = json.loads(metadata.get("threads", "{}"))
    return [
        {"thread": encodable(thread), "depth": depth, "call": encodable(call)}
        for thread, calls in threads.items()
        for depth, call in enumerate(calls)
    ]


def account_in(metadata: dict[str, str]) -> list[dict[str, Any]]:
    """Return the figures of the account of the process, if the dump has one."""
    figures: dict[str, int | None] = json.loads(metadata.get("memory", "{}"))
    return [{"part": encodable(name), "bytes": size} for name, size in figures.items()]


def metadata_rows(metadata: dict[str, str]) -> list[dict[str, Any]]:
    """Return all facts about the dump."""
    return [{"key": key, "value": value} for key, value in metadata.items()]
