"""Whether graphs can be compared, and the errors if they cannot."""

from __future__ import annotations

from itertools import pairwise

from refcycle._arguments import index_of
from refcycle._growth.file_order import is_later, moment_text
from refcycle._refcycle import ObjectGraph

__all__ = ["check_files", "check_number", "check_order"]


def check_files(first: dict[str, str], second: dict[str, str]) -> None:
    """Raise an error unless files with these facts are of one process, in chronological order."""
    if first.get("pid") != second.get("pid"):
        raise ValueError(
            f"before is from process {first.get('pid')}, after from process "
            f"{second.get('pid')}: compare files of the same process"
        )
    if first.get("untracked") != second.get("untracked"):
        raise ValueError(
            "only one of the files has the untracked objects: take both with the same `untracked`"
        )
    if is_later(first, second):
        raise ValueError(
            f"after is older than before: it is of {moment_text(second)}, before of "
            f"{moment_text(first)}: pass them in chronological order"
        )


def check_order(**graphs: ObjectGraph) -> None:
    """Raise an error unless these are comparable snapshots in chronological order."""
    for name, graph in graphs.items():
        # Not isinstance: that asks the object for its `__class__`.
        if not issubclass(type(graph), ObjectGraph):
            raise TypeError(f"{name} is of type {type(graph).__name__}: it must be an ObjectGraph")
    kinds = {name: graph.statistics().get("untracked") for name, graph in graphs.items()}
    for name, kind in kinds.items():
        if kind is None:
            raise ValueError(f"{name} is not a snapshot: take it with refcycle.snapshot()")
    if len(set(kinds.values())) > 1:
        with_them = ", ".join(name for name, kind in kinds.items() if kind)
        raise ValueError(
            f"only {with_them} has untracked objects: take all snapshots with the same `untracked`"
        )
    for earlier, later in pairwise(graphs):
        if graphs[later] in graphs[earlier]:
            raise ValueError(f"{later} is older than {earlier}: pass them in chronological order")


def check_number(samples: int) -> None:
    """Raise an error if this is no number of samples."""
    if index_of("samples", samples) < 0:
        raise ValueError(f"samples is {samples}: it must be 0 or more")
