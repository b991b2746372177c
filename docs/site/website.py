"""Writes the sources of the web site, and checks what was built from them.

    python docs/site/website.py sources FOLDER    needs a Python in which refcycle is installed
    python docs/site/website.py check FOLDER      checks the links of the built pages

`.ci/site` runs both, and Sphinx between them.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import links
import navigation
import sources

_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_PICTURE = re.compile(r"<[^>]*>|!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_SUMMARY = (
    "refcycle takes a snapshot of the references in a running CPython process and shows what "
    "keeps an object alive and how to fix it, which cycles hold garbage together and what to cut, "
    "what grew, and where the memory went."
)


def pages() -> dict[str, str]:
    """Return the texts of all pages, by their names without the suffix."""
    from api import api_pages
    from commands import commands_page

    paths = sources.targets()
    found = {
        path.removesuffix(".md"): sources.text_of(page, paths)
        for page, path in paths.items()
        if path.endswith(".md")
    }
    found["reference/commands"] = commands_page()
    found.update({f"reference/{module}": text for module, text in api_pages().items()})
    return found


def llms_text(texts: dict[str, str]) -> str:
    """Return `llms.txt`: the pages with what each is about, for programs that read text."""
    lines = ["# refcycle", "", f"> {_SUMMARY}", ""]
    for title, names in navigation.parts_of(texts):
        lines += [f"## {title}", ""]
        for name in names:
            heading = _HEADING.search(texts[name])
            what = heading[1].strip("`") if heading else name
            lines.append(f"- [{what}](_sources/{name}.md.txt): {first_sentence(texts[name])}")
        lines.append("")
    return "\n".join(lines)


def first_sentence(text: str) -> str:
    """Return the first sentence of a page below its heading, as plain text."""
    heading = _HEADING.search(text)
    for paragraph in text[heading.end() if heading else 0 :].split("\n\n"):
        plain = " ".join(_LINK.sub(r"\1", _PICTURE.sub("", paragraph)).split())
        if plain and plain[0] not in "#`|>-[":
            return re.split(r"(?<=[.?!]) ", plain.replace("**", ""))[0].rstrip(":")
    return ""


def write_sources(folder: Path) -> None:
    """Write the sources of the site into a folder, whose contents are replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    texts = pages()
    for name, text in texts.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == "index":
            text += navigation.contents_of(list(navigation.parts_of(texts)))
        path.write_text(text, encoding="utf-8")
    for file, target in sources.targets().items():
        if not target.endswith(".md"):
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / target)
    shutil.copyfile(Path(__file__).with_name("conf.py"), folder / "conf.py")
    (folder / "extra").mkdir()
    (folder / "extra" / "llms.txt").write_text(llms_text(texts), encoding="utf-8")


def check(folder: Path) -> int:
    """Print what is wrong with the links of the built site; list those that lead elsewhere."""
    wrong, external = links.check(folder)
    (folder.parent / "external-links.txt").write_text("\n".join(external) + "\n", encoding="utf-8")
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    print(f"{len(external)} external links are listed in {folder.parent / 'external-links.txt'}")
    return 1 if wrong else 0


def main() -> int:
    """Do what the command line says; return the exit status."""
    match sys.argv[1:]:
        case ["sources", folder]:
            write_sources(Path(folder))
            return 0
        case ["check", folder]:
            return check(Path(folder))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
