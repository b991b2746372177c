"""The links of the built pages: internal ones are checked, external ones listed."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

_ELSEWHERE = ("http:", "https:")
_NOT_CHECKED = ("mailto:", "data:", "javascript:")


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value and not value.startswith(_NOT_CHECKED):
                self.links.add(value)


def check(folder: Path) -> tuple[list[str], list[str]]:
    """Return the faults in the links of a site, and the external links in order."""
    pages = {
        path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")
    }
    wrong = []
    external = set()
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(_ELSEWHERE):
                external.add(link)
                continue
            file, anchor = urldefrag(unquote(link.partition("?")[0] if "#" not in link else link))
            target = (path.parent / file).resolve() if file else path
            if not target.exists():
                wrong.append(f"{path.name}: a link to {link}, which does not exist")
            elif anchor and target in pages and anchor not in pages[target].anchors:
                wrong.append(f"{path.name}: a link to {link}, which has no such heading")
    return sorted(wrong), sorted(external)
