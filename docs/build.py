"""Runs the examples of the documentation, and keeps the pictures that they make.

    python docs/build.py            run all pages, write docs/guide/images, docs/images
    python docs/build.py --check    run all pages, write nothing

The web site is another program's work: see docs/site.

It needs a Python in which refcycle is installed. A page is run in a process and an empty
folder of its own, from top to bottom, as if typed into one interpreter:

- a `pycon` block is compared with what Python prints (doctest, with ELLIPSIS and
  NORMALIZE_WHITESPACE);
- a `python` block is a file: its first line is a comment with the file's name, and it is
  run as `python -i` would run it;
- a `rust` block is run by `cargo test --doc -p refcycle-tests`, not here;
- a page of NEEDS is run only where its package is installed;
- other blocks are not run, and must be of a kind that is no code.
"""

from __future__ import annotations

import argparse
import doctest
import gc
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
GUIDE = DOCS / "guide"
FOLDERS = (DOCS / "recipes", DOCS / "leaks")
# Pages whose examples, if they have any, are run like those of the guide.
SINGLE = (
    ROOT / "README.md",
    ROOT / "refcycle-py" / "README.md",
    DOCS / "which-tool.md",
    DOCS / "troubleshooting.md",
    DOCS / "faq.md",
    DOCS / "file-format.md",
)
# Pages without examples, whose links are checked.
TEXTS = (DOCS / "README.md", *(DOCS / f"{name}.md" for name in ("core", "design", "reliability")))
# Pages with the numbers of one run: sizes and counts differ between versions of Python.
ONE_RUN = {"README"}
# What a page's examples import.
NEEDS = {"httpx-response": "httpx"}
IMAGES = GUIDE / "images"
# Pictures for other pages than the guide's: by name, and where they go.
ELSEWHERE = {"holders.png": DOCS / "images"}

EXAMPLES = {"pycon", "python"}
NOT_CODE = {"console", "dot", "ini", "json", "sh", "text", "toml"}
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.REPORT_NDIFF
TIME_LIMIT = 120
# The method that searches all memory of the process.
_SEARCH = ".find_in_memory("

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FIGURE = re.compile(r"\d[\d,]*")
_FILE_NAME = re.compile(r"# ([\w-]+\.py)\n")
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#:]+)(?:#[^)]*)?\)")


class DocsError(Exception):
    """A page that is not as it says."""


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str
    line: int  # of its first line of text, from 0


class Made(NamedTuple):
    """A picture that a page's examples made."""

    source: Path
    target: Path


def pages() -> list[Path]:
    """Return the pages that have examples: the guide, in order, and then the others."""
    others = [page for folder in FOLDERS for page in sorted(folder.glob("*.md"))]
    return [*sorted(GUIDE.glob("[0-9]*.md")), *others, *SINGLE]


def name_of(page: Path) -> str:
    """Return the path of a page below the root of the repository."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


def is_runnable(page: Path) -> bool:
    """Return whether what the examples of a page import is installed."""
    return page.stem not in NEEDS or importlib.util.find_spec(NEEDS[page.stem]) is not None


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page; DocsError if one is of an unknown kind."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        block = Block(match[1], match[2], text.count("\n", 0, match.start(2)))
        if block.language not in EXAMPLES | NOT_CODE | {"rust"}:
            raise DocsError(f"{page.name}:{block.line}: a block of kind {block.language!r}")
        if block.language != "pycon" and re.search("^>>> ", block.text, re.MULTILINE):
            raise DocsError(f"{page.name}:{block.line}: a prompt, but the block is not run")
        if block.language == "python" and not _FILE_NAME.match(block.text):
            raise DocsError(f"{page.name}:{block.line}: the file of the block has no name")
        found.append(block)
    if len(re.findall("^ *```", text, re.MULTILINE)) != 2 * len(found):
        raise DocsError(f"{page.name}: a block is not closed, or does not start a line")
    return found


def pictures(page: Path) -> set[str]:
    """Return the names of the pictures that a page shows, without those of the web."""
    found = set()
    for path in _PICTURE.findall(page.read_text(encoding="utf-8")):
        if path.startswith("https://"):
            continue
        folder, _, name = path.rpartition("/")
        if folder != "images" or not name.endswith(".svg"):
            raise DocsError(f"{page.name} shows {path}: a picture is images/NAME.svg")
        found.add(name)
    return found


def dead_links(page: Path) -> list[str]:
    """Return the links of a page to files that do not exist."""
    links: list[str] = _LINK.findall(page.read_text(encoding="utf-8"))
    return [link for link in links if not (page.parent / link).exists()]


def run_page(page: Path, scratch: Path) -> list[Made]:
    """Run a page's examples in the folder `scratch`; DocsError if one fails.

    Return the pictures that they made and that are wanted: those that the page shows, and
    those of ELSEWHERE.
    """
    shown = pictures(page)
    if any(block.language in EXAMPLES for block in blocks(page)):
        _run_in_process(page, scratch)
    missing = sorted(name for name in shown if not (scratch / name).is_file())
    if missing:
        raise DocsError(f"{page.name} shows what no example makes: {', '.join(missing)}")
    made = [Made(scratch / name, IMAGES / name) for name in sorted(shown)]
    for name, folder in ELSEWHERE.items():
        if (scratch / name).is_file():
            made.append(Made(scratch / name, folder / name))
    return made


def _run_in_process(page: Path, scratch: Path) -> None:
    # What a search of all memory finds depends on what earlier objects have left there, which
    # differs with the hash seed.
    seeds = range(4) if _SEARCH in page.read_text(encoding="utf-8") else range(1)
    for seed in seeds:
        done = _with_seed(page, scratch, seed)
        if done.returncode == 0 and not done.stdout:
            return
    raise DocsError(f"{page.name}: exit {done.returncode}\n{done.stdout}")


def _with_seed(page: Path, scratch: Path, seed: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "faulthandler", str(Path(__file__).resolve())]
    return subprocess.run(
        [*command, "--run-here", str(page)],
        cwd=scratch,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=TIME_LIMIT,
    )


class _AnyFigures(doctest.OutputChecker):
    """Compares outputs, with any number in the place of another."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        want, got = (_FIGURE.sub("#", text) for text in (want, got))
        return super().check_output(want, got, optionflags)


def run_here(page: Path) -> bool:
    """Run a page's examples in this process and folder; return whether all are right."""
    gc.collect()  # a parser of arguments leaves garbage behind
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    checker = _AnyFigures() if page.stem in ONE_RUN else doctest.OutputChecker()
    runner = doctest.DocTestRunner(checker=checker, optionflags=OPTIONS)
    parser = doctest.DocTestParser()
    for block in blocks(page):
        if block.language == "python":
            name = _FILE_NAME.match(block.text)
            assert name is not None
            exec(compile(block.text, name[1], "exec"), main.__dict__)
        elif block.language == "pycon":
            test = parser.get_doctest(block.text, {}, page.stem, str(page), block.line)
            test.globs = main.__dict__
            if runner.run(test, clear_globs=False).failed:
                return False
    return True


def _run_all() -> Iterator[tuple[Path, list[Made] | DocsError]]:
    """Run each page; its pictures are there until the next page."""
    for page in pages():
        with tempfile.TemporaryDirectory(prefix="refcycle-docs-") as scratch:
            try:
                yield page, run_page(page, Path(scratch))
            except DocsError as error:
                yield page, error


def build(*, write: bool) -> list[str]:
    """Run all pages, and keep their pictures if told to; return what is wrong."""
    wrong = []
    targets: dict[Path, Path] = {}
    with tempfile.TemporaryDirectory(prefix="refcycle-docs-") as kept:
        for page, result in _run_all():
            print(f"{page.name}: {'failed' if isinstance(result, DocsError) else 'ok'}")
            if isinstance(result, DocsError):
                wrong.append(str(result))
                continue
            for source, target in result:
                if target in targets:
                    wrong.append(f"{page.name}: another page makes {target.name} too")
                targets[target] = Path(shutil.copy(source, Path(kept) / target.name))
        for page in [DOCS / "README.md", DOCS / "design.md", *pages()]:
            wrong += [f"{page.name}: a link to {link}" for link in dead_links(page)]
        if write and not wrong:
            shutil.rmtree(IMAGES, ignore_errors=True)
            for target, picture in targets.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(picture, target)
    return wrong if write else wrong + _not_as_committed(set(targets))


def _not_as_committed(targets: set[Path]) -> list[str]:
    committed = {*IMAGES.glob("*"), *(path for d in ELSEWHERE.values() for path in d.glob("*"))}
    return [
        *(f"{path.name} is not there: run docs/build.py" for path in sorted(targets - committed)),
        *(f"{path.name} is made by no page" for path in sorted(committed - targets)),
    ]


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--run-here", metavar="PAGE", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run_here:
        return 0 if run_here(arguments.run_here) else 1
    if not arguments.check and sys.version_info < (3, 11):
        # There an instance has a dict, which the pictures are not to show.
        parser.error("the pictures are made with Python 3.11 or newer; --check runs on any")
    wrong = build(write=not arguments.check)
    for message in wrong:
        print(message, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
