"""What an agent can ask."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from refcycle._cli.command import CommandError
from refcycle._cli.files import load
from refcycle._cli.mcp.allowed import AllowedFiles
from refcycle._cli.mcp.answers import Answers
from refcycle._cli.mcp.paging import page_of
from refcycle._cli.mcp.sources import SourceFiles
from refcycle._dumps.paths import version_of
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import text_table
from refcycle.holder_groups import SignatureTable

__all__ = ["Tools"]

_MOST_ROWS = 1_000
_MOST_LINES = 400
_LONGEST_QUERY = 60


class Tools:
    """The tools of the server. Each method is one; its docstring is what an agent reads."""

    def __init__(self, allowed: AllowedFiles, *, attaches: bool) -> None:
        """Answer about the allowed files, and about running processes if `attaches` is true."""
        self._allowed = allowed
        self._answers = Answers()
        self._attaches = attaches
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._taken = 0
        self._sources: tuple[object, SourceFiles] | None = None

    def close(self) -> None:
        """Remove the dumps of processes."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def all(self) -> Sequence[Callable[..., str]]:
        """Return the tools, in the order in which they are used."""
        found: list[Callable[..., str]] = [
            self.dumps,
            self.summary,
            self.suspects,
            self.why,
            self.signatures,
            self.cycles,
            self.diff,
            self.waste,
            self.sql,
            self.source,
        ]
        if self._attaches:
            found.append(self.dump_process)
        return found

    def dumps(self, page: int = 1) -> str:
        """List the heap dumps that can be asked about, the newest first.

        The other tools take a name from this list.
        """
        found = self._allowed.dumps()
        if not found:
            return (
                f"no dumps (*.refcycle) in {self._allowed.described()}. Write one with "
                "refcycle.dump('heap.refcycle') in the program, or with `refcycle dump PID "
                "heap.refcycle` (Python 3.14 or later)"
            )
        rows = []
        for file in found:
            try:
                status = os.stat(file.path)
            except OSError:
                continue  # it was removed meanwhile
            time = datetime.fromtimestamp(status.st_mtime, timezone.utc)
            rows.append((size_text(status.st_size), f"{time:%Y-%m-%d %H:%M:%S}", file.name))
        headings = ("size", "written (UTC)", "dump")
        return page_of(text_table(headings, rows, what="dump", most=len(rows)), page)

    def summary(self, dump: str, page: int = 1) -> str:
        """Show what the memory of the process was for. Ask this first.

        If Python objects are the largest part, continue with `diff` or `suspects`. Large free
        blocks are fragmentation; what refcycle does not see is memory of C code.
        """
        path = self._allowed.dump(dump)
        graph = load(path)
        facts = graph.metadata
        size = size_text(sum(graph.shallow_sizes()) if len(graph) else 0)
        lines = [f"{counted(len(graph), 'object')}, {size}"]
        for name in ("program", "python", "time", "pid"):
            if name in facts:
                lines.append(f"{name}: {escaped(facts[name])}")
        if facts.get("redacted") == "false":
            lines.append("not redacted: answers show values of strings, which may be secrets")
        try:
            lines.append(self._answers.of("memory", path))
        except CommandError as error:
            lines.append(str(error))
        return page_of("\n".join(lines), page)

    def suspects(self, dump: str, limit: int = 5, partial: bool = False, page: int = 1) -> str:
        """Show the leak suspects, the largest retainers, and the types with most bytes.

        An object retains what would be freed with it. limit: how many retainers and types.
        partial: read a dump that was cut off as far as it goes.
        """
        path = self._allowed.dump(dump)
        answer = self._answers.of("top", path, limit=_number(limit), partial=partial)
        return page_of(answer, page)

    def why(
        self,
        dump: str,
        object: str,
        limit: int = 3,
        chains: int = 3,
        partial: bool = False,
        page: int = 1,
    ) -> str:
        """Show what keeps an object alive, or all objects of a type, and how to fix it.

        object: the name of a type (`Session`, `app.models.Session`), an address that another
        answer shows (`0x7f2d5c0b9d60`), a variable (`app.cache.entries`), a signature, or
        `class X`, `function x`, `module x`. Objects of a type
        are grouped by what holds them. Read a chain from the top: the first line is the root, the
        last one is the object, and the line below it is the fix. limit: how many groups.
        chains: how many chains to a single object. partial: read a dump that was cut off as far as
        it goes.
        """
        path = self._allowed.dump(dump)
        numbers = {"limit": _number(limit), "chains": _number(chains, "chains")}
        answer = self._answers.of("why", path, object, **numbers, partial=partial)
        return page_of(answer.lstrip("\n"), page)

    def signatures(self, dump: str, containing: str = "", limit: int = 20, page: int = 1) -> str:
        """Show how all objects are held: chains of types and attributes, with count and bytes.

        The ones that retain most come first. Use it if you do not know which type leaks: a large
        count is what piles up. containing: show only signatures with this text, such as a type or
        a module. limit: how many.
        """
        rows = load(self._allowed.dump(dump)).signatures()
        chosen = [row for row in rows if containing in row.signature]
        if not chosen:
            return f"no signature contains {containing!r}: write a part of a type or of a module"
        most = min(_number(limit), _MOST_ROWS)
        return page_of(SignatureTable(chosen)._text(most), page)

    def cycles(
        self,
        dump: str,
        all: bool = False,
        limit: int = 100,
        partial: bool = False,
        page: int = 1,
    ) -> str:
        """Show garbage that only its cycles hold, and which reference to cut so that none is made.

        all: also show the cycles that are in use; these are no leaks by themselves. limit: how
        many groups of equal cycles. partial: read a dump that was cut off as far as it goes.
        """
        path = self._allowed.dump(dump)
        options = {"all": all, "limit": _number(limit), "partial": partial}
        return page_of(self._answers.of("cycles", path, **options), page)

    def diff(self, before: str, after: str, chains: int = 3, page: int = 1) -> str:
        """Show what grew between two dumps of one process, with the chains that hold it.

        What grows steadily is a leak; what grows once is a cache. chains: of how many types.
        """
        paths = self._allowed.dump(before), self._allowed.dump(after)
        return page_of(self._answers.of("diff", *paths, chains=_number(chains, "chains")), page)

    def waste(self, dump: str, limit: int = 10, partial: bool = False, page: int = 1) -> str:
        """Show bytes that the program could save: duplicates, empty containers, missing __slots__.

        Use it if memory is large but does not grow. limit: how many rows. partial: read a dump
        that was cut off as far as it goes.
        """
        path = self._allowed.dump(dump)
        answer = self._answers.of("waste", path, limit=_number(limit), partial=partial)
        return page_of(answer, page)

    def sql(self, dumps: list[str] | str, query: str = "", limit: int = 100, page: int = 1) -> str:
        """Query dumps with DuckDB. Without a query, list the ready ones: their names are queries.

        Tables: vertices(file, vertex, id, type, label, size, module, retained), edges(file, id,
        tail, head, label), objects (more columns), roots, signatures(file, signature, type, count,
        bytes, retained, is_garbage), files. dumps: their names, or one name. limit: how many rows.
        """
        dumps = [dumps] if isinstance(dumps, str) else dumps
        if not query.strip():
            return page_of(self._answers.of("sql", list=True), page)
        if not dumps:
            raise CommandError("name at least one dump: the tool dumps lists them")
        paths = [self._allowed.dump(dump) for dump in dumps]
        most = min(_number(limit), _MOST_ROWS)
        text = self._answers.of(
            "sql", *paths, query, confined=True, limit=most, timeout=_LONGEST_QUERY
        )
        return page_of(text, page)

    def source(self, dump: str, place: str, lines: int = 30, page: int = 1) -> str:
        """Show lines of a Python file around a place that an answer names, as in `views.py:12`.

        Only files that the dump names, and that this server may read. lines: how many.
        """
        path = self._allowed.dump(dump)
        version = version_of(path)
        if self._sources is None or self._sources[0] != version:
            self._sources = version, SourceFiles(load(path))
        count = min(_number(lines, "lines"), _MOST_LINES)
        return page_of(self._sources[1].lines(place, count, self._allowed), page)

    def dump_process(self, pid: int, timeout: float = 30.0) -> str:
        """Dump the heap of a running process (Python 3.14 or later); return the name of the dump.

        The process pauses while it writes. The dump is redacted: it has no values of strings. Take
        two with some time or work between them for `diff`. timeout: seconds to wait until the
        process runs Python code.
        """
        if pid == os.getpid():
            raise CommandError(f"{pid} is this server itself: name another process")
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="refcycle-mcp-")
        name = f"process-{pid}-{self._taken + 1}"
        path = os.path.join(self._folder.name, f"{name}.refcycle")
        self._answers.of("dump", pid, path, timeout=timeout)
        self._taken += 1
        self._allowed.add(name, path)
        return f"{name}: {size_text(os.path.getsize(path))}. Ask the other tools about dump={name}"


def _number(value: int, name: str = "limit") -> int:
    if value < 1:
        raise CommandError(f"{name} is {value}: it must be at least 1")
    return value
