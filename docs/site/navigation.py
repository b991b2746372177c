"""The order of the pages of the web site."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple


class Part(NamedTuple):
    """A part of the table of contents."""

    title: str
    pages: list[str]


# Names of pages without their suffix. One that ends with / stands for all pages below it.
_PARTS = [
    ("Recipes", ["which-tool", "recipes/"]),
    ("Real leaks", ["leaks/"]),
    ("Guide", ["guide/"]),
    ("Help", ["troubleshooting", "faq", "gallery"]),
    ("Reference", ["reference/commands", "reference/refcycle", "reference/", "file-format"]),
    ("Rust", ["rust/"]),
    ("Background", ["reliability", "performance", "cycle-bill", "design", "core"]),
    ("Project", ["changelog", "contributing"]),
]
_FURTHER = "Further pages"


def parts_of(pages: Collection[str]) -> Iterator[Part]:
    """Yield the parts with the given pages, each page once. `index` is in none."""
    left = set(pages) - {"index"}
    for title, names in _PARTS:
        found: list[str] = []
        for name in names:
            if name.endswith("/"):
                found += sorted(page for page in left if page.startswith(name))
            elif name in left:
                found.append(name)
            left -= set(found)
        if found:
            yield Part(title, found)
    if left:
        yield Part(_FURTHER, sorted(left))


def contents_of(parts: list[Part]) -> str:
    """Return the table of contents for the end of the page `index`."""
    blocks = [
        "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```", ""])
        for title, pages in parts
    ]
    return "\n".join(["", *blocks])
