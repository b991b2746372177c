"""The pages that are in the repository, and their links on the web site."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
REPOSITORY = "https://github.com/mdickinson/refcycle"

_SUFFIXES = {".md", ".svg", ".png", ".gif", ".jpg", ".webp"}
_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s#]*)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HIDDEN = re.compile(r"^# .*\n", re.MULTILINE)


class LinkError(Exception):
    """A link that leads nowhere."""


def targets() -> dict[Path, str]:
    """Return the files of the site, with their paths on it."""
    found = {
        file: file.relative_to(DOCS).as_posix()
        for file in DOCS.rglob("*")
        if file.suffix in _SUFFIXES and not file.is_relative_to(Path(__file__).parent)
    }
    found[DOCS / "README.md"] = "index.md"
    found[ROOT / "CHANGELOG.md"] = "changelog.md"
    found[ROOT / "CONTRIBUTING.md"] = "contributing.md"
    for crate in ("refcycle-core", "refcycle-dot"):
        found[ROOT / crate / "README.md"] = f"rust/{crate}.md"
    return found


def text_of(page: Path, paths: Mapping[Path, str]) -> str:
    """Return the text of a page of the site, with links to other pages or to the repository."""
    text = page.read_text(encoding="utf-8")
    parts = []
    end = 0
    for fence in _FENCE.finditer(text):
        parts.append(_with_links(text[end : fence.start()], page, paths))
        parts.append(_shown(fence[0]))
        end = fence.end()
    parts.append(_with_links(text[end:], page, paths))
    return "".join(parts)


def _shown(block: str) -> str:
    """Return a block without the lines that only the tests of Rust need."""
    return _HIDDEN.sub("", block) if block.startswith("```rust") else block


def _with_links(text: str, page: Path, paths: Mapping[Path, str]) -> str:
    here = Path(paths[page]).parent

    def link(match: re.Match[str]) -> str:
        opening, path, anchor = match[1], match[2], match[3] or ""
        if not path or path.startswith(("http:", "https:", "mailto:")):
            return match[0]
        target = (page.parent / path).resolve()
        if target in paths:
            return f"{opening}{os.path.relpath(paths[target], here)}{anchor})"
        if not target.exists():
            raise LinkError(f"{page.relative_to(ROOT)}: a link to {path}, which does not exist")
        kind = "tree" if target.is_dir() else "blob"
        return f"{opening}{REPOSITORY}/{kind}/main/{target.relative_to(ROOT).as_posix()}{anchor})"

    return _LINK.sub(link, text)
