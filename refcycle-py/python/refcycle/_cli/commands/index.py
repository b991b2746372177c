"""The command `index`: computes once what later questions need."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from refcycle._cli.arguments import add_json
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load
from refcycle._cli.output import print_json
from refcycle._cli.terminal import with_bar
from refcycle._text.escapes import escaped, printable
from refcycle._text.numbers import counted, size_text

_DESCRIPTION = """\
Write the index of each dump, with pyarrow: the file heap.refcycle.index beside heap.refcycle. It
has what takes a search of the whole dump (retained sizes, dominators, distances from the roots,
signatures, components, owners and so on), so that sql, top and fleet need not compute it again.
They give the same results with it as without it. The dump does not change; an index of another
content of the dump is not used. A dump whose index is up to date is not read again."""


@register
class Index(Command):
    """Writes indexes of dumps."""

    name = "index"
    summary = "compute once what sql, top and fleet need, and keep it beside the dump"
    description = _DESCRIPTION
    examples = ("heap.refcycle", "dumps/")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the files."""
        add_json(parser)
        parser.add_argument(
            "file", nargs="+", metavar="FILE", help="a dump, a folder or a pattern"
        )

    def run(self, options: argparse.Namespace) -> int:
        """Write the indexes; the status is 2 if one could not be written."""
        from refcycle._fleet.sources import is_url, sources_in  # later: an import costs time

        for name in options.file:
            if is_url(name):
                raise CommandError(f"{name}: an index is beside its dump: copy the dump first")
        sources, failures = sources_in(options.file)
        problems = [(failure.name, failure.reason) for failure in failures]
        done: list[dict[str, Any]] = []
        for source in sources:
            try:
                done.append(_indexed(source.name))
            except (OSError, ValueError, MemoryError) as error:
                text = error.strerror if isinstance(error, OSError) and error.strerror else error
                problems.append((source.name, str(text)))
            except CommandError as error:
                problems.append((source.name, str(error)))
            except ImportError as error:
                raise CommandError(str(error)) from error
            else:
                if not options.json:
                    _print_done(done[-1])
        for name, reason in problems:
            text = reason if name in reason else f"{name}: {reason}"
            print(escaped(f"refcycle: not indexed: {text}"), file=sys.stderr)
        if options.json:
            failed = [{"file": name, "error": reason} for name, reason in problems]
            print_json({"indexes": done, "failures": failed})
        return 2 if problems else 0


def _indexed(path: str) -> dict[str, Any]:
    """Write the index of a dump, unless there is one."""
    from refcycle._index.files import INDEX, opened, write_index  # later: an import costs time

    with opened(path, lambda reason: None) as index:
        is_new = index is None
        objects = 0 if index is None else index.leaders.objects
    if is_new:
        objects = write_index(path, load, with_bar)
    name = path + INDEX
    return {
        "file": path,
        "index": name,
        "size": os.path.getsize(name),
        "objects": objects,
        "is_new": is_new,
    }


def _print_done(found: dict[str, Any]) -> None:
    if found["is_new"]:
        what = f"{size_text(found['size'])} for {counted(found['objects'], 'object')}"
    else:
        what = "is up to date"
    print(printable(f"{found['index']}: {what}"))
