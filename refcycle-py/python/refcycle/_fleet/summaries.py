"""The summary of one dump: a few hundred rows, one for each way in which objects are held."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from refcycle._refcycle import load
from refcycle._tables.packages import package

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph
    from refcycle.holder_groups import SignatureRow

__all__ = ["PURPOSE", "columns", "encodable", "facts_of_process", "failure", "schema", "summary"]

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
    graph = load(path)
    file = encodable(path if name is None else name)
    facts = {"file": file, **facts_of_process(graph.metadata)}
    facts.update(objects=len(graph), heap_bytes=sum(graph.shallow_sizes()) if len(graph) else 0)
    rows = _largest(graph.signatures())
    modules = _modules(graph, [row.example for row in rows])
    of_rows = [_facts_of(row, modules) for row in rows]
    arrays = [
        pyarrow.array([facts.get(column, row.get(column)) for row in of_rows], field.type)
        for column, field in zip(columns(), schema(), strict=True)
    ]
    return pyarrow.record_batch(arrays, schema=schema())


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
    # The address of sys.modules is random: it distinguishes containers, whose pid is often 1.
    identity = (host or "", pid, metadata.get("sys.modules", ""))
    return {
        "application": application,
        "host": host,
        "pid": int(pid) if pid.isdecimal() else None,
        "process": ":".join(identity),
        "command": words,
        "time": metadata.get("time"),
        "labels": sorted(labels.items()),
    }


def _parsed(text: str | None, kind: type) -> Any:
    """Return the value of a fact; None if a dump from elsewhere has another one."""
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if type(found) is kind else None


def _largest(rows: Iterable[SignatureRow]) -> list[SignatureRow]:
    """Return the rows with most retained bytes, bytes or objects, the first of these first."""
    rows = list(rows)
    chosen: dict[int, SignatureRow] = {}
    for measure in ("retained_size", "size", "count"):

        def rank(row: SignatureRow, measure: str = measure) -> tuple[int, str]:
            return -getattr(row, measure), row.signature

        chosen.update((id(row), row) for row in heapq.nsmallest(_MOST, rows, rank))
    return sorted(chosen.values(), key=lambda row: (-row.retained_size, row.signature))


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
