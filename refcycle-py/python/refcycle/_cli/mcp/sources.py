"""Lines of the source files that a dump names."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from refcycle._cli.command import CommandError
from refcycle._cli.suggestions import did_you_mean
from refcycle._refcycle import object_name
from refcycle._text.escapes import escaped

if TYPE_CHECKING:
    from refcycle._cli.mcp.allowed import AllowedFiles, Found
    from refcycle._refcycle import LoadedGraph

__all__ = ["SourceFiles", "lines_around"]

# What a person or an answer of refcycle writes: a file and a line.
_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+))?")
_CUT = "..."
_ENDING = ".py"

_Parts = tuple[str, ...]


class SourceFiles:
    """The Python files that a dump names: of its modules, calls, and places of allocation."""

    def __init__(self, graph: LoadedGraph) -> None:
        self._time = graph.metadata.get("time")
        self._names: dict[str, set[_Parts]] = {}
        for name in set(_names_in(graph)):
            parts = _parts(name)
            if parts and parts[-1].endswith(_ENDING):
                self._names.setdefault(parts[-1], set()).add(parts)

    def lines(self, place: str, count: int, allowed: AllowedFiles) -> str:
        """Return lines around a place such as `views.py:12`.

        CommandError if the dump does not name the file, it may not be read, or several fit.
        """
        asked = _PLACE.fullmatch(place.strip())
        wanted = _parts(asked["file"]) if asked else ()
        if not asked or not wanted or not wanted[-1].endswith(_ENDING):
            raise CommandError(f"{place!r} is not a place in a Python file, such as views.py:12")
        name = wanted[-1]
        if name not in self._names:
            hint = did_you_mean(name, self._names)
            raise CommandError(f"the dump names no file {name}{hint}")
        found = self._best(wanted, allowed.named(name))
        if not found:
            named = " or ".join(sorted("/".join(parts) for parts in self._names[name])[:3])
            raise CommandError(
                f"the dump names {named}, which is not in what this server may read: "
                f"{allowed.described()}; start `refcycle mcp` with its folder too"
            )
        if len(found) > 1:
            names = ", ".join(sorted(file.name for file in found)[:5])
            raise CommandError(f"several files fit {place}: write more of the path: {names}")
        text = lines_around(found[0].path, int(asked["line"] or 1), count)
        return f"{found[0].name}{self._note(found[0].path)}\n{text}"

    def _is_elsewhere(self, path: str) -> bool:
        """Return whether all files of this name that the dump names are in other folders."""
        named = self._names[os.path.basename(path)]
        return all(len(parts) > 1 and _alike(_parts(path), parts) == 1 for parts in named)

    def _best(self, wanted: _Parts, files: Iterable[Found]) -> list[Found]:
        """Return the files whose ends are most like what is asked for, then like the dump's.

        A file in another folder than the one that is asked for is not returned.
        """
        rated: dict[tuple[int, int], list[Found]] = {}
        for file in files:
            parts = _parts(file.path)
            if len(wanted) > 1 and _alike(parts, wanted) == 1:
                continue
            by_dump = max(_alike(parts, named) for named in self._names[wanted[-1]])
            rated.setdefault((_alike(parts, wanted), by_dump), []).append(file)
        return rated[max(rated)] if rated else []

    def _note(self, path: str) -> str:
        """Return a warning if the file may be another one, or was changed after the dump."""
        if self._is_elsewhere(path):
            names = sorted("/".join(parts) for parts in self._names[os.path.basename(path)])
            return f" (it may be another file: the dump names {' or '.join(names[:3])})"
        try:
            written = datetime.strptime(self._time or "", "%Y-%m-%dT%H:%M:%SZ")
            changed = os.stat(path).st_mtime
        except (OSError, ValueError):
            return ""
        # The time of a dump is in whole seconds, rounded down.
        if changed < written.replace(tzinfo=timezone.utc).timestamp() + 1:
            return ""
        return " (changed after the dump: lines may have moved)"


def lines_around(path: str, line: int, count: int) -> str:
    """Return about `count` numbered lines of a file, with `>` before the one that is asked for."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    if not 1 <= line <= len(lines):
        raise CommandError(
            f"{os.path.basename(path)} has {len(lines):,} lines, and no line {line}"
        )
    first = max(line - count // 2, 1)
    shown = range(first, min(first + count, len(lines) + 1))
    width = len(str(shown[-1]))
    return "\n".join(
        f"{'>' if number == line else ' '} {number:{width}}  {escaped(lines[number - 1])}".rstrip()
        for number in shown
    )


def _names_in(graph: LoadedGraph) -> Iterator[str]:
    metadata = graph.metadata
    yield metadata.get("program", "")
    for stack in json.loads(metadata.get("threads", "{}")).values():
        for call in stack:
            yield call.rpartition(":")[0]
    for obj in graph:
        if obj.kind == "module" and obj.name:
            below = obj.name.replace(".", "/")
            yield below + _ENDING
            yield f"{below}/__init__{_ENDING}"
        elif obj.kind == "frame":
            yield object_name(obj).file or ""
        if obj.allocated_at:
            yield obj.allocated_at.rpartition(":")[0]


def _parts(path: str) -> _Parts:
    """Return the folders and the name; without the first part if the path was cut there."""
    parts = tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))
    return parts[1:] if path.startswith(_CUT) and len(parts) > 1 else parts


def _alike(one: _Parts, other: _Parts) -> int:
    """Return how many parts at the end are equal."""
    same = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        same += 1
    return same
