"""Where objects were allocated, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

__all__ = ["after_a_name", "is_tracing", "most_frequent", "place_text"]


def is_tracing() -> bool:
    """Return whether `tracemalloc` is tracing.

    Importing `tracemalloc` itself would take long and leave classes of `pickle` as garbage.
    """
    try:
        import _tracemalloc
    except ImportError:  # an isolated interpreter cannot import it
        return False
    return _tracemalloc.is_tracing()


def place_text(allocated_at: str) -> str:
    """Return a place of allocation for people: the file without its folder.

    >>> place_text("/srv/app.py:12")
    'allocated at app.py:12'
    """
    return "allocated at " + allocated_at.replace("\\", "/").rpartition("/")[2]


def after_a_name(allocation: tuple[str, int] | None, count: int) -> str:
    """Return what follows the name of a type: where most of its objects were allocated.

    `allocation` is this place and the number of objects allocated there, of `count`; None if
    nothing is known.

    >>> after_a_name(("/srv/app.py:12", 3), 4)
    ', allocated at app.py:12 (3 of them)'
    """
    if allocation is None:
        return ""
    place, number = allocation
    return f", {place_text(place)}" + (f" ({number:,} of them)" if number < count else "")


def most_frequent(places: Iterable[str | None]) -> tuple[str, int] | None:
    """Return the most frequent place, and how often it occurs; None if no place is known.

    >>> most_frequent(["app.py:1", None, "app.py:2", "app.py:2"])
    ('app.py:2', 2)
    """
    known = Counter(place for place in places if place is not None)
    return max(known.items(), key=lambda item: (item[1], item[0]), default=None)
