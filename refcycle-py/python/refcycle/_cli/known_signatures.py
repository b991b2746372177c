"""The signatures that `fleet --known` leaves out, as a file lists them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Collection, Iterable
from itertools import chain, takewhile
from operator import eq

from refcycle._cli.command import CommandError
from refcycle._text.escapes import escaped

__all__ = ["known_signatures", "say_what_is_unknown"]

# What precedes a signature in a report, as in "  3.8 MB: module app.cache -> dict".
_SIZE = re.compile(r"[\d.,]+ (?:bytes?|[kMGTPE]B): +")
# What a signature has: references, or the name of a root.
_PARTS = (" -> ", ": ")
# A signature without these.
_GARBAGE = "garbage"
_KNOWN = " (known)"
_ALIKE = 0.95
_MOST_NAMED = 10
# Of the signatures with the same last type, those of the most similar length, and of these those
# with the longest common beginning and end: the comparison of each takes a millisecond.
_MOST_OF_LENGTH = 5_000
_MOST_COMPARED = 20


def known_signatures(path: str) -> list[str]:
    """Return the signatures in a file, in its order: a list, or the result of `fleet --json`.

    CommandError if it cannot be read, or is something else.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise CommandError(f"{os.fspath(path)}: {reason or error}") from error
    if text.lstrip().startswith(("{", "[")):
        try:
            return _suspects(json.loads(text))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise CommandError(f"{path}: not the result of `refcycle fleet --json`") from error
    lines = [line.strip() for line in text.splitlines()]
    lines = [_signature(line) for line in lines if line and not line.startswith("#")]
    has_any = _GARBAGE in lines or any(part in line for line in lines for part in _PARTS)
    if text.lstrip().startswith("<") or (lines and not has_any):
        raise CommandError(
            f"{path}: not a list of signatures: give one in a line, or a result of "
            "`refcycle fleet --json`"
        )
    return lines


def _signature(line: str) -> str:
    """Return the signature in a line, without what a report writes before and after it."""
    size = _SIZE.match(line)
    if size is not None:
        line = line[size.end() :]
    if line.endswith(_KNOWN):
        return line[: -len(_KNOWN)]
    # The application is in parentheses. The name of a type has none, but that of a root may.
    before, arrow, last = line.rpartition(" -> ")
    if line.endswith(")") and (arrow or size is not None):
        return before + arrow + last.partition(" (")[0]
    return line


def _suspects(data: dict[str, list[object]]) -> list[str]:
    """Return the suspects in a report, with those that were known to it."""
    if "suspects" in data:
        if not all(isinstance(data[name], list) for name in ("suspects", "known_suspects")):
            raise TypeError("signatures are in a list")
        found = [*data["suspects"], *data["known_suspects"]]
    else:  # before refcycle wrote these
        rows: list[object] = data["findings"]
        found = [row["signature"] for row in rows if row["is_suspect"]]  # type: ignore[index]
    if not all(isinstance(one, str) for one in found):
        raise TypeError("a signature is a text")
    return list(map(str, found))


def say_what_is_unknown(path: str, known: Iterable[str], signatures: Collection[str]) -> None:
    """Name on stderr the known signatures of a file that the summaries of the dumps lack."""
    unknown = [name for name in dict.fromkeys(known) if name not in signatures]
    for name in unknown[:_MOST_NAMED]:
        close = _close(name, signatures)
        hint = f"; did you mean {close}?" if close else ""
        text = f"{path}: not among the largest signatures of these dumps: {name}{hint}"
        print(escaped(text), file=sys.stderr)
    if len(unknown) > _MOST_NAMED:
        print(escaped(f"{path}: and {len(unknown) - _MOST_NAMED:,} more"), file=sys.stderr)


def _close(name: str, signatures: Iterable[str]) -> str | None:
    """Return the signature with the same last type that is most like another, if one is."""
    from difflib import get_close_matches  # later: imports cost time
    from heapq import nlargest, nsmallest

    last = name.rpartition(" -> ")[2]
    found = [one for one in signatures if one.endswith(last) and one.rpartition(" -> ")[2] == last]
    found = nsmallest(_MOST_OF_LENGTH, found, key=lambda one: (abs(len(one) - len(name)), one))
    found = nlargest(_MOST_COMPARED, found, key=lambda one: (_in_common(name, one), one))
    close = get_close_matches(name, found, n=1, cutoff=_ALIKE)
    return close[0] if close else None


def _in_common(one: str, other: str) -> int:
    """Return how many characters the beginnings and the ends of two texts share."""
    beginning = takewhile(bool, map(eq, one, other))
    end = takewhile(bool, map(eq, reversed(one), reversed(other)))
    return sum(1 for _ in chain(beginning, end))
