"""The tables of an index, as pyarrow has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._tables.packages import package

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["OBJECTS", "SIGNATURES", "Contents", "contents_of", "schema"]

_BUFFER = "refcycle.Buffer"

OBJECTS = {
    "type": "large_string",
    "module": "large_string",
    "size": "uint64",
    "retained": "uint64",
    "dominator": "uint32",
    "distance": "uint32",
    "root_group": "large_string",
    "signature_id": "uint32",
    "component": "uint32",
    "is_garbage": "bool_",
    "owner": "large_string",
    "native": "uint64",
}
"""The columns of the table with a row for each object, in the order of the dump."""

SIGNATURES = {
    "signature_id": "uint32",
    "signature": "large_string",
    "type": "large_string",
    "module": "large_string",
    "count": "int64",
    "bytes": "int64",
    "retained": "int64",
    "native": "int64",
    "is_garbage": "bool_",
}
"""The columns of the table of the signatures, in the order of `ObjectGraph.signatures`."""


class Contents(NamedTuple):
    """The tables of pyarrow."""

    objects: Any
    signatures: Any


def schema(columns: dict[str, str], purpose: str) -> Any:
    """Return the schema of pyarrow for some columns."""
    pyarrow = package("pyarrow", purpose)
    return pyarrow.schema([(name, getattr(pyarrow, kind)()) for name, kind in columns.items()])


def contents_of(graph: LoadedGraph, purpose: str) -> Contents:
    """Compute the tables; `purpose` is what needs pyarrow, for errors."""
    pyarrow = package("pyarrow", purpose)
    table, rows = graph._derived()
    objects = pyarrow.table(table).rename_columns(list(OBJECTS)).cast(schema(OBJECTS, purpose))
    places = pyarrow.array([row[4] for row in rows], pyarrow.uint32())
    examples = objects.select(["type", "module"]).take(places).to_pylist()
    of_rows = (
        {
            "signature_id": place,
            "signature": signature,
            **example,
            "count": count,
            "bytes": size,
            "retained": retained,
            "native": size if example["type"] == _BUFFER else 0,
            "is_garbage": is_garbage,
        }
        for place, ((signature, count, size, retained, _, is_garbage), example) in enumerate(
            zip(rows, examples, strict=True)
        )
    )
    signatures = pyarrow.Table.from_pylist(list(of_rows), schema=schema(SIGNATURES, purpose))
    return Contents(objects, signatures)
