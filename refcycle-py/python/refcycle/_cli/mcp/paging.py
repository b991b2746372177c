"""Long answers in pages that fit what an agent reads at once."""

from __future__ import annotations

from collections.abc import Iterator

from refcycle._cli.command import CommandError

__all__ = ["LIMIT", "page_of", "pages", "shortened"]

LIMIT = 8000
"""The largest number of bytes of an answer: 2,000 tokens of 4 characters."""

# For the line below a page, and for what the protocol puts before an error.
_RESERVED = 200


def pages(text: str) -> list[str]:
    """Return the parts of a text, each somewhat smaller than `LIMIT`; at least one.

    They end between lines; a line that fits in no page is broken. What UTF-8 cannot encode is
    escaped.

    >>> [len(page) for page in pages("x" * 7000 + chr(10) + "y" * 7000)]
    [7000, 7000]
    """
    most = LIMIT - _RESERVED
    found: list[str] = []
    lines: list[bytes] = []
    size = 0
    for line in text.rstrip("\n").encode("utf-8", "backslashreplace").split(b"\n"):
        for part in _parts(line, most):
            if lines and size + len(part) + 1 > most:
                found.append(b"\n".join(lines).decode("utf-8"))
                lines, size = [], 0
            lines.append(part)
            size += len(part) + 1
    return [*found, b"\n".join(lines).decode("utf-8")]


def page_of(text: str, number: int) -> str:
    """Return a page of the text, counted from 1; the last line says how to get the next one.

    CommandError if there is no such page.
    """
    found = pages(text)
    if not 1 <= number <= len(found):
        count = "1 page" if len(found) == 1 else f"{len(found):,} pages"
        raise CommandError(f"there is no page {number}: the answer has {count}")
    page = found[number - 1]
    if len(found) == 1:
        return page
    rest = f": ask with page={number + 1} for the next" if number < len(found) else ", the last"
    return f"{page}\n\n(page {number:,} of {len(found):,}{rest})"


def shortened(text: str) -> str:
    """Return the beginning of a text, such as an error, that is one page at most."""
    first, *others = pages(text)
    return f"{first}\n(the rest is left out)" if others else first


def _parts(line: bytes, most: int) -> Iterator[bytes]:
    """Yield the line in parts of at most `most` bytes, between characters."""
    start = 0
    while len(line) - start > most:
        end = start + most
        while line[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        yield line[start:end]
        start = end
    yield line[start:]
