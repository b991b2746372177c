"""What a report says about the process of a graph and about its types."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from refcycle._growth.type_totals import totals
from refcycle._objects.types import is_graph_of_file
from refcycle._page.findings import Finding, Note, Section
from refcycle._text.numbers import counted, size_text
from refcycle.memory_account import account_of_file

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph, ObjectGraph
    from refcycle.memory_account import MemoryAccount

__all__ = ["section_on_process", "section_on_types"]

_MOST_TYPES = 15
_MOST_KINDS = 5
_LEAST_SHARE = 0.001


def section_on_process(graph: ObjectGraph) -> Section:
    """Return what the memory is for, and for a file where it comes from."""
    objects = f"{counted(len(graph), 'object')}, {size_text(sum(graph.shallow_sizes()))}"
    if not is_graph_of_file(graph):
        return Section("process", "The snapshot", [objects], [])
    account = account_of_file(graph)
    about = [*_origin(graph), objects]
    if graph.metadata.get("untracked") == "false":
        about.append("This dump has only the objects that the collector tracks.")
    if account is None or account.resident is None:
        return Section("process", "The dump", about, [])
    about[-1:-1] = [f"{size_text(account.resident)} in main memory"]
    about += [f"Note: {advice}." for advice in account.advice]
    return Section("process", "Memory of the process", about, _parts(account))


def _parts(account: MemoryAccount) -> list[Finding]:
    kinds = [
        Note("text", f"{counted(kind.count, f'{kind.type_name} object')}: {size_text(kind.size)}")
        for kind in account.kinds[:_MOST_KINDS]
    ]
    parts = sorted(account.parts, key=lambda part: -(part.size or 0))
    return [
        Finding(
            part.name,
            [],
            size=part.size,
            share=part.share,
            notes=tuple(kinds) if part.key == "objects" else (),
        )
        for part in parts
        if part.size is None or (part.share or 0) >= _LEAST_SHARE
    ]


def _origin(graph: LoadedGraph) -> list[str]:
    """Return the command, and the interpreter with the time; nothing for unknown facts."""
    facts = graph.metadata
    command = _words(facts.get("command", "[]"))
    parts = [
        facts.get("python") and f"Python {facts['python']}",
        facts.get("platform"),
        facts.get("pid") and f"process {facts['pid']}",
        facts.get("time"),
    ]
    return [text for text in (command, ", ".join(part for part in parts if part)) if text]


def _words(text: str) -> str:
    """Return a JSON list of words as one text; nothing for anything else."""
    try:
        words = json.loads(text)
    except ValueError:
        return ""
    return " ".join(map(str, words)) if type(words) is list else ""


def section_on_types(graph: ObjectGraph) -> Section:
    """Return the types whose objects take most bytes."""
    found = sorted(totals(graph).items(), key=lambda item: (-item[1][1], item[0]))
    findings = [
        Finding(name, [], count=count, size=size) for name, (count, size) in found[:_MOST_TYPES]
    ]
    return Section("types", "Largest types", [], findings, max(0, len(found) - _MOST_TYPES))
