"""The summary of one dump: a few hundred rows, one for each way in which objects are held."""

from __future__ import annotations

import heapq
import json
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from refcycle._growth.file_order import earlier_dumps
from refcycle._index.files import opened
from refcycle._refcycle import load
from refcycle._tables.packages import package

if TYPE_CHECKING:
    from refcycle._index.files import Index
    from refcycle._refcycle import LoadedGraph
    from refcycle.holder_groups import SignatureRow

__all__ = [
    "PURPOSE",
    "columns",
    "encodable",
    "facts_of_process",
    "failure",
    "schema",
    "summary",
    "warn",
]

PURPOSE = "refcycle.fleet"
"""What needs the packages, in errors."""

# As many rows by each measure. Any signature with a hundredth of a heap is one of them.
_MOST = 150
_BUFFER = "refcycle.Buffer"


def columns() -> dict[str, str]:
    """Return the names of the columns with their types, in order."""
    return {
        "file": "string",
        "application": "string",
        "host": "string",
        "pid": "int64",
        "process": "string",
        "command": "string",
        "time": "string",
        "earlier_dumps": "int64",
        "labels": "labels",
        "objects": "int64",
        "heap_bytes": "int64",
        "signature": "string",
        "type": "string",
        "module": "string",
        "count": "int64",
        "shallow": "int64",
        "retained": "int64",
        "native": "int64",
        "is_garbage": "bool",
        "error": "string",
    }


def schema() -> Any:
    """Return the schema of a summary, as one of pyarrow."""
    pyarrow = package("pyarrow", PURPOSE)
    types = {
        "string": pyarrow.string(),
        "int64": pyarrow.int64(),
        "bool": pyarrow.bool_(),
        "labels": pyarrow.map_(pyarrow.string(), pyarrow.string()),
    }
    return pyarrow.schema([(name, types[kind]) for name, kind in columns().items()])


def summary(path: str, name: str | None = None) -> Any:
    """Return the summary of the dump at a path, with another name for the file if it is given."""
    pyarrow = package("pyarrow", PURPOSE)
    file = encodable(path if name is None else name)
    with opened(path, warn) as index:
        if index is None:
            facts, of_rows = _of_graph(load(path))
        else:
            facts, of_rows = _of_index(index)
    facts = {"file": file, **facts}
    arrays = [
        pyarrow.array([facts.get(column, row.get(column)) for row in of_rows], field.type)
        for column, field in zip(columns(), schema(), strict=True)
    ]
    return pyarrow.record_batch(arrays, schema=schema())


def _of_graph(graph: LoadedGraph) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the facts about a dump and its rows."""
    heap_bytes = sum(graph.shallow_sizes()) if len(graph) else 0
    facts = {**facts_of_process(graph.metadata), "objects": len(graph), "heap_bytes": heap_bytes}
    rows = _largest(graph.signatures())
    modules = _modules(graph, [row.example for row in rows])
    return facts, [_facts_of(row, modules) for row in rows]


@dataclass
class _Measures:
    """A row of an index."""

    place: int
    signature: str
    count: int
    size: int
    retained_size: int


def _of_index(index: Index) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the same from the index."""
    leaders = index.leaders
    facts = {
        **facts_of_process(leaders.metadata),
        "objects": leaders.objects,
        "heap_bytes": leaders.size,
    }
    table = index.signatures()
    measures = (table[name].to_pylist() for name in ("signature", "count", "bytes", "retained"))
    rows = map(_Measures, range(len(table)), *measures)
    pyarrow = package("pyarrow", PURPOSE)
    places = pyarrow.array([row.place for row in _largest(rows)], pyarrow.uint32())
    names = ["shallow" if name == "bytes" else name for name in table.column_names]
    found: list[dict[str, Any]] = table.take(places).rename_columns(names).to_pylist()
    return facts, found


def warn(reason: str) -> None:
    """Warn that an index is not used, in a program that is no command."""
    warnings.warn(reason, RuntimeWarning, stacklevel=2)


def failure(name: str, reason: str) -> Any:
    """Return what stands for the summary of a file that cannot be read."""
    row = {"file": encodable(name), "error": encodable(reason)}
    return package("pyarrow", PURPOSE).RecordBatch.from_pylist([row], schema=schema())


def encodable(text: str) -> str:
    r"""Return a text as Arrow can keep it: bytes that are no UTF-8 become escapes.

    >>> encodable("caf\udce9")
    'caf\\udce9'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def facts_of_process(metadata: dict[str, str]) -> dict[str, Any]:
    """Return the facts about the process; those that the dump does not have are None."""
    found = _parsed(metadata.get("labels"), dict) or {}
    labels = {encodable(str(key)): encodable(str(value)) for key, value in found.items()}
    command = _parsed(metadata.get("command"), list)
    host = metadata.get("host", labels.get("host"))
    pid = metadata.get("pid", "")
    words = None if command is None else encodable(" ".join(map(str, command)))
    application = labels.get("service") or labels.get("app") or metadata.get("program") or words
    # The host is not in redacted files. The numbers tell apart containers, whose pid is often 1.
    numbers = (pid, metadata.get("sys.modules", ""))
    if "process" in metadata:
        identity: tuple[str, ...] = (labels.get("host", ""), *numbers, metadata["process"])
    else:  # a file of an older version
        identity = (host or "", *numbers)
    return {
        "application": application,
        "host": host,
        "pid": int(pid) if pid.isdecimal() else None,
        "process": ":".join(identity),
        "command": words,
        "time": metadata.get("time"),
        "earlier_dumps": earlier_dumps(metadata),
        "labels": sorted(labels.items()),
    }


def _parsed(text: str | None, kind: type) -> Any:
    """Return the value of a fact; None if a dump from elsewhere has another one."""
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if type(found) is kind else None


_Row = TypeVar("_Row", "SignatureRow", _Measures)


def _largest(rows: Iterable[_Row]) -> list[_Row]:
    """Return the rows with most retained bytes, bytes or objects, the first of these first."""
    rows = list(rows)
    chosen: dict[int, _Row] = {}
    for measure in ("retained_size", "size", "count"):
        chosen.update((id(row), row) for row in heapq.nsmallest(_MOST, rows, _rank_by(measure)))
    return sorted(chosen.values(), key=lambda row: (-row.retained_size, row.signature))


def _rank_by(measure: str) -> Callable[[SignatureRow | _Measures], tuple[int, str]]:
    return lambda row: (-getattr(row, measure), row.signature)


def _modules(graph: LoadedGraph, examples: list[Any]) -> dict[str, str | None]:
    """Return the modules of the types of some objects."""
    if not examples:
        return {}
    table = package("pyarrow", PURPOSE).table(graph.full_subgraph(examples).to_arrow().vertices)
    return dict(zip(table["type"].to_pylist(), table["module"].to_pylist(), strict=True))


def _facts_of(row: SignatureRow, modules: dict[str, str | None]) -> dict[str, Any]:
    example: Any = row.example
    type_name = example.type_name
    return {
        "signature": row.signature,
        "type": type_name,
        "module": modules.get(type_name),
        "count": row.count,
        "shallow": row.size,
        "retained": row.retained_size,
        "native": row.size if type_name == _BUFFER else 0,
        "is_garbage": row.is_garbage,
    }
