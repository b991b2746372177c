"""Where objects were allocated, as text."""

from __future__ import annotations

__all__ = ["place_text"]


def place_text(allocated_at: str) -> str:
    """Return a place of allocation for people: the file without its folder.

    >>> place_text("/srv/app.py:12")
    'allocated at app.py:12'
    """
    return "allocated at " + allocated_at.replace("\\", "/").rpartition("/")[2]
