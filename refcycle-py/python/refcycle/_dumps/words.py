"""The words that say when to dump the heap, as in `MemoryError,SIGUSR2,rss>2GB`."""

from __future__ import annotations

import re
import signal
from typing import NamedTuple

__all__ = ["Request", "Threshold", "parsed"]

MOST = 3
EVERY = 60.0
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kmgt]?)(i?)b?", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
_TIME = re.compile(r"(\d+(?:\.\d+)?)(s|min|h|)")
_SECONDS = {"": 1, "s": 1, "min": 60, "h": 3600}
_KNOWN = (
    "MemoryError, a signal such as SIGUSR2, rss>2GB, cgroup>90%, pressure>20%, to=FOLDER, most=3, "
    "every=60s and fork"
)


class Threshold(NamedTuple):
    """A number that must not be exceeded."""

    source: str
    """`rss`, `cgroup` or `pressure`."""
    limit: float
    """Bytes, or a share of 1."""
    word: str
    """How it was written."""


class Request(NamedTuple):
    """When to dump the heap, where to, and how often."""

    on_memory_error: bool
    signals: tuple[int, ...]
    thresholds: tuple[Threshold, ...]
    folder: str
    most: int
    every: float
    fork: bool


def parsed(text: str) -> Request:
    """Return what the words request. ValueError that names the wrong word.

    >>> parsed("MemoryError,rss>2GB,every=10min").thresholds
    (Threshold(source='rss', limit=2000000000.0, word='rss>2GB'),)
    """
    signals: list[int] = []
    thresholds: list[Threshold] = []
    on_memory_error = fork = False
    settings = {"to": ".", "most": str(MOST), "every": f"{EVERY:g}s"}
    for word in filter(None, map(str.strip, text.split(","))):
        name, has_value, value = word.partition("=")
        source, is_threshold, limit = word.partition(">")
        if word == "MemoryError":
            on_memory_error = True
        elif word == "fork":
            fork = True
        elif has_value and name in settings and value:
            settings[name] = value
        elif is_threshold and source in ("rss", "cgroup", "pressure"):
            thresholds.append(Threshold(source, _limit(source, limit, word), word))
        elif (number := _signal(word)) is not None:
            signals.append(number)
        else:
            raise ValueError(f"unknown word {word!r}: the words are {_KNOWN}")
    if not (on_memory_error or signals or thresholds):
        raise ValueError("nothing causes a dump: add MemoryError, SIGUSR2, rss>2GB or cgroup>90%")
    return Request(
        on_memory_error,
        tuple(dict.fromkeys(signals)),
        tuple(thresholds),
        settings["to"],
        _most(settings["most"]),
        _every(settings["every"]),
        fork,
    )


def _limit(source: str, text: str, word: str) -> float:
    pattern, example = (_SIZE, "rss>2GB") if source == "rss" else (_SHARE, f"{source}>90%")
    found = pattern.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{word!r} has no limit that can be used: write one such as {example}")
    number = float(found[1])
    if source != "rss":
        return number / 100
    base = 1024 if found[3] else 1000
    return float(number * base ** _UNITS[found[2].lower()])


def _signal(word: str) -> int | None:
    """Return the number of a signal: `SIGUSR2`, `USR2` and `usr2` are the same."""
    name = word.upper()
    found = signal.Signals.__members__.get(name if name.startswith("SIG") else f"SIG{name}")
    return None if found is None else int(found)


def _most(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"most={text} is not a number of dumps: write one such as most=3")
    return int(text)


def _every(text: str) -> float:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"every={text} is not a time: write one such as every=60s or every=10min")
    return float(found[1]) * _SECONDS[found[2]]
