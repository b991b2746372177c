"""Dumps that a command reads, and files that it writes."""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from refcycle._cli.command import CommandError
from refcycle._cli.suggestions import files_like
from refcycle._cli.terminal import progress, with_bar
from refcycle._dumps.paths import Version, version_of
from refcycle._refcycle import load as load_graph
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = [
    "default_place",
    "is_partial",
    "keep_loaded",
    "load",
    "no_such_file",
    "not_used",
    "refuse_same_file",
    "write",
]


class _Kept:
    """The graphs that were loaded last, for a process that answers many questions."""

    most = 0
    graphs: OrderedDict[Version, LoadedGraph] = OrderedDict()


def keep_loaded(most: int) -> None:
    """Keep the graphs of the last `most` dumps, so that the next question does not read them."""
    _Kept.most = most
    while len(_Kept.graphs) > most:
        _Kept.graphs.popitem(last=False)


def load(path: str, *, partial: bool = False) -> LoadedGraph:
    """Return the graph of a dump; raise a CommandError if it cannot be read.

    With `partial`, a file that was cut off is read as far as it goes, and a warning says so.
    """
    if partial:
        return _load(path, partial)
    version = version_of(path) if _Kept.most else None
    if version is None:
        return _load(path)
    if version in _Kept.graphs:
        _Kept.graphs.move_to_end(version)
    else:
        # Before the next one is read, there is room for it.
        while len(_Kept.graphs) >= _Kept.most:
            _Kept.graphs.popitem(last=False)
        _Kept.graphs[version] = _load(path)
    return _Kept.graphs[version]


def _load(path: str, partial: bool = False) -> LoadedGraph:
    try:
        with progress(f"reading {path}") as shown:
            graph = load_graph(path, partial=partial, progress=shown)
    except (OSError, ValueError, MemoryError) as error:
        raise _about(path, error) from error
    if is_partial(graph.metadata):
        lost = counted(int(graph.metadata.get("lost_references", 0)), "reference")
        warning = (
            f"warning: {path} IS NOT WHOLE. Its end is missing; what follows is about "
            f"{counted(len(graph), 'object')} only. {lost} to others, and what else holds these "
            "objects, are unknown: sizes are too small, and a missing holder proves nothing"
        )
        print(escaped(warning), file=sys.stderr)
    return graph


def is_partial(metadata: Mapping[str, str]) -> bool:
    """Return whether a dump was cut off."""
    return metadata.get("partial") == "true"


def not_used(reason: str) -> None:
    """Say on stderr why an index is not used."""
    print(escaped(f"refcycle: {reason}"), file=sys.stderr)


def default_place(source: str, ending: str, *, force: bool) -> str:
    """Return the name of an output that is beside the file that is read.

    Raise a CommandError if it exists, unless `force` is true: nobody has named it.
    """
    place = os.path.splitext(source)[0] + ending
    if os.path.lexists(place) and not force:
        raise CommandError(f"{place} exists: name the output, or replace it with --force")
    return place


def refuse_same_file(output: str, source: str) -> None:
    """Raise a CommandError if the output would replace the file that is read."""
    try:
        is_same = os.path.samefile(output, source)
    except OSError:
        return  # one of them does not exist
    if is_same:
        raise CommandError(f"{output} is also the file to read: give the output another name")


def write(path: str, writer: Callable[[], object]) -> None:
    """Write a file; raise a CommandError if that fails."""
    try:
        with_bar(f"writing {path}", writer)
    except ImportError as error:
        raise CommandError(str(error)) from error
    except (OSError, ValueError, MemoryError) as error:
        raise _about(path, error) from error


def no_such_file(path: str) -> str:
    """Return the error for a file that does not exist, or that is in no folder."""
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        return f"no such folder: {folder}{files_like(folder)}"
    return f"no such file: {path}{files_like(path)}"


def is_process(text: str) -> bool:
    """Return whether a text is the id of a running process, as far as this can be known."""
    if not text.isascii() or not text.isdecimal():
        return False
    number = int(text)
    if os.name != "posix" or number == 0:
        return number > 0  # on Windows, the question would end the process
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it belongs to another user
    return True


def _about(path: str, error: Exception) -> CommandError:
    """Return the error for a file; its text names the file once."""
    if not path:
        return CommandError("the name of the file is empty")
    if isinstance(error, FileNotFoundError):
        if is_process(path):
            return CommandError(
                f"{path} is a process, and this command reads a file: first write its dump, as "
                f"with `refcycle dump {path} heap.refcycle`"
            )
        return CommandError(no_such_file(path))
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    reason = getattr(error, "dump_reason", None)
    if reason is not None:
        text = f"{path}: {reason}"
        if getattr(error, "is_cut_off", False):
            how = "with --partial (top, why, cycles, waste, convert)"
            text += f", or read the part that is there {how}"
    return CommandError(text if path in text else f"{path}: {text}")
