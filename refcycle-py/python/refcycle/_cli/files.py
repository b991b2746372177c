"""Files of heaps, and the objects in them that a command is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import refcycle
from refcycle._cli.terminal import progress

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["CommandError", "about", "find", "load"]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+|\d+")


class CommandError(Exception):
    """What the command line asks for cannot be done; the text says why."""


def load(path: str) -> LoadedGraph:
    """Return the graph of a file; raise a CommandError when it cannot be read."""
    try:
        with progress(f"reading {path}") as shown:
            return refcycle.load(path, progress=shown)
    except (OSError, ValueError, MemoryError) as error:
        raise about(path, error) from error


def find(graph: LoadedGraph, wanted: str) -> list[Any]:
    """Return the objects at an address, or of a type by its name; raise where there are none."""
    if _ADDRESS.fullmatch(wanted):
        try:
            return [graph.at(int(wanted, 0))]
        except (KeyError, OverflowError, ValueError) as error:
            raise CommandError(f"no object of the file was at {wanted}") from error
    found = [obj for obj in graph if obj.type_name == wanted]
    found = found or graph.find_by_typename(wanted)
    if found:
        return found
    from difflib import get_close_matches  # later: an import costs time

    names = {obj.type_name.rpartition(".")[2] for obj in graph}
    close = get_close_matches(wanted.rpartition(".")[2], sorted(names), n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise CommandError(f"the file has no object of type {wanted}{hint}")


def about(path: str, error: Exception) -> CommandError:
    """Return what to say of a file that cannot be read or written."""
    text = str(error)
    return CommandError(text if path in text else f"{path}: {text}")
