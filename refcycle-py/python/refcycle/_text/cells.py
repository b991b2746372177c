"""How many cells of a terminal a text takes."""

from refcycle._refcycle import _later

__all__ = ["cut", "width"]

_ELLIPSIS = "..."


def width(text: str) -> int:
    """Return how many cells a text takes.

    >>> width("list"), width("中文")
    (4, 4)
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, cells: int) -> str:
    """Return the text, or its start and an ellipsis where it takes more cells.

    >>> cut("a long name", 8)
    'a lon...'
    """
    if width(text) <= cells:
        return text
    used, kept = len(_ELLIPSIS), ""
    for character in text:
        used += _cells(character)
        if used > cells:
            break
        kept += character
    return kept + _ELLIPSIS


def _cells(character: str) -> int:
    if character.isascii():
        return 1
    # Later: an import costs time.
    if _later("unicodedata", "combining")(character):
        return 0
    return 2 if _later("unicodedata", "east_asian_width")(character) in "WF" else 1
