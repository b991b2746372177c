"""Parquet files, which pyarrow writes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from refcycle._refcycle import NewFile
from refcycle._tables.packages import package

if TYPE_CHECKING:
    from _typeshed import StrPath
    from typing_extensions import Buffer

    from refcycle._refcycle import ArrowTables

__all__ = ["write_table", "write_tables"]

# As many rows are compressed at a time.
_GROUP = 1 << 20


def write_tables(tables: ArrowTables, vertices: StrPath, edges: StrPath | None) -> None:
    """Write the table of the vertices and, if it has a path, that of the edges.

    ImportError if pyarrow is not installed, OSError if a file cannot be written.
    """
    pyarrow = package("pyarrow", "export_parquet()")
    if edges is not None and os.path.abspath(vertices) == os.path.abspath(edges):
        raise ValueError("the tables need two files, but both paths are the same")
    write_table(pyarrow.table(tables.vertices), vertices)
    if edges is not None:
        write_table(pyarrow.table(tables.edges), edges)


def write_table(table: Any, path: StrPath) -> None:
    """Write a table of pyarrow as a Parquet file; OSError if that fails."""
    NewFile(path).write(_parts(table, package("pyarrow.parquet", "writing Parquet")))


class _Parts(io.RawIOBase):
    """A file that keeps what is written to it, until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def taken(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts


def _parts(table: Any, parquet: Any) -> Iterator[bytes]:
    """Yield the file of a table, a group of rows at a time."""
    parts = _Parts()
    with parquet.ParquetWriter(parts, table.schema, compression="zstd") as writer:
        for start in range(0, len(table), _GROUP):
            writer.write_table(table.slice(start, _GROUP))
            yield from parts.taken()
    yield from parts.taken()
