"""Which of two files of one process is the later one, by what they say."""

from __future__ import annotations

__all__ = ["earlier_dumps", "is_later", "moment_text"]

# More digits than this are no number of dumps, and no number of a database.
_MOST_DIGITS = 18


def earlier_dumps(metadata: dict[str, str]) -> int | None:
    """Return how many dumps the process had written before this one; None if it is unknown.

    >>> earlier_dumps({"earlier_dumps": "12"})
    12
    """
    text = metadata.get("earlier_dumps", "")
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def is_later(one: dict[str, str], other: dict[str, str]) -> bool:
    """Return whether a file with this metadata is later than another of the same process.

    Times are in seconds. Of dumps in one second, the later one says that there were more before.

    >>> is_later({"time": "2026-11-28T18:19:15Z"}, {"time": "2026-11-28T18:19:14Z"})
    True
    >>> moment = {"time": "2026-11-28T18:19:15Z"}
    >>> is_later({**moment, "earlier_dumps": "1"}, {**moment, "earlier_dumps": "0"})
    True
    """
    times = one.get("time", ""), other.get("time", "")
    numbers = earlier_dumps(one), earlier_dumps(other)
    if times[0] != times[1] or numbers[0] is None or numbers[1] is None:
        return times[0] > times[1]
    return numbers[0] > numbers[1]


def moment_text(metadata: dict[str, str]) -> str:
    """Return when a file was written, in words.

    >>> moment_text({"time": "2026-11-28T18:19:15Z", "earlier_dumps": "1"})
    '2026-11-28T18:19:15Z (dump 2 of the process)'
    """
    number = earlier_dumps(metadata)
    of_process = "" if number is None else f" (dump {number + 1:,} of the process)"
    return metadata.get("time", "an unknown time") + of_process
