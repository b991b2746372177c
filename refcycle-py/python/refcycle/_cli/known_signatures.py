"""The signatures that `fleet --known` leaves out, as a file lists them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Collection, Iterable

from refcycle._cli.command import CommandError
from refcycle._text.escapes import escaped

__all__ = ["known_signatures", "say_what_is_unknown"]

# What precedes a signature in a report, as in "  3.8 MB: module app.cache -> dict".
_SIZE = re.compile(r"[\d.,]+ (?:bytes?|[kMGTPE]B): +")
# What a signature has: references, or the name of a root.
_PARTS = (" -> ", ": ")
_ALIKE = 0.9
_MOST_NAMED = 10


def known_signatures(path: str) -> list[str]:
    """Return the signatures in a file, in its order: a list, or the result of `fleet --json`.

    CommandError if it cannot be read, or is something else.
    """
    try:
        with open(path, encoding="utf-8") as file:
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
    lines = [_SIZE.sub("", line, count=1) for line in lines if line and not line.startswith("#")]
    has_any = any(part in line for line in lines for part in _PARTS)
    if text.lstrip().startswith("<") or (lines and not has_any):
        raise CommandError(
            f"{path}: not a list of signatures: give one in a line, or a result of "
            "`refcycle fleet --json`"
        )
    return lines


def _suspects(data: dict[str, list[object]]) -> list[str]:
    """Return the suspects in a report, with those that were known to it."""
    if "suspects" in data:
        found = [*data["suspects"], *data["known_suspects"]]
    else:  # before refcycle wrote these
        rows: list[object] = data["findings"]
        found = [row["signature"] for row in rows if row["is_suspect"]]  # type: ignore[index]
    if not all(isinstance(one, str) for one in found):
        raise TypeError("a signature is a text")
    return list(map(str, found))


def say_what_is_unknown(path: str, known: Iterable[str], signatures: Collection[str]) -> None:
    """Name on stderr the known signatures of a file that the dumps do not have."""
    from difflib import get_close_matches  # later: an import costs time

    unknown = [name for name in dict.fromkeys(known) if name not in signatures]
    for name in unknown[:_MOST_NAMED]:
        close = get_close_matches(name, signatures, n=1, cutoff=_ALIKE)
        hint = f"; did you mean {close[0]}?" if close else ""
        print(escaped(f"{path}: not in these dumps: {name}{hint}"), file=sys.stderr)
    if len(unknown) > _MOST_NAMED:
        print(escaped(f"{path}: and {len(unknown) - _MOST_NAMED:,} more"), file=sys.stderr)
