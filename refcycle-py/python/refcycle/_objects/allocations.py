"""Where objects were allocated, as text."""

from __future__ import annotations

__all__ = ["is_tracing", "place_text"]


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
