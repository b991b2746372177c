"""Which of two files of one process is the later one, by what they say."""

from __future__ import annotations

__all__ = ["is_later", "moment_text"]


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
    numbers = one.get("earlier_dumps", ""), other.get("earlier_dumps", "")
    if times[0] != times[1] or not all(map(str.isdecimal, numbers)):
        return times[0] > times[1]
    return int(numbers[0]) > int(numbers[1])


def moment_text(metadata: dict[str, str]) -> str:
    """Return when a file was written, in words.

    >>> moment_text({"time": "2026-11-28T18:19:15Z", "earlier_dumps": "1"})
    '2026-11-28T18:19:15Z (dump 2 of the process)'
    """
    number = metadata.get("earlier_dumps", "")
    of_process = f" (dump {int(number) + 1:,} of the process)" if number.isdecimal() else ""
    return metadata.get("time", "an unknown time") + of_process
