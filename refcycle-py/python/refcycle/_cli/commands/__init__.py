"""The commands that answer from files of heaps and from processes that run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from refcycle._cli.commands.convert import convert, write_html
from refcycle._cli.commands.cycles import tell_cycles
from refcycle._cli.commands.diff import tell_difference
from refcycle._cli.commands.processes import attach, dump
from refcycle._cli.commands.sql import query
from refcycle._cli.commands.top import tell_top
from refcycle._cli.commands.why import tell_why
from refcycle._cli.files import CommandError
from refcycle._text.tables import printable

__all__ = ["CommandError", "run"]


def run(asked: Any) -> int:
    """Do what the command line asks for; return the exit status."""
    commands: dict[str, Callable[[], int | None]] = {
        "top": lambda: tell_top(asked.file, asked.limit, as_json=asked.json),
        "why": lambda: tell_why(asked.file, asked.object, asked.limit, as_json=asked.json),
        "cycles": lambda: tell_cycles(
            asked.file, asked.limit, garbage_only=asked.garbage, as_json=asked.json
        ),
        "diff": lambda: tell_difference(asked.before, asked.after, as_json=asked.json),
        "html": lambda: write_html(asked.file, asked.output, asked.target, as_json=asked.json),
        "convert": lambda: convert(asked.file, asked.output, as_json=asked.json),
        "dump": lambda: dump(
            asked.pid, asked.output, asked.timeout, values=asked.values, as_json=asked.json
        ),
        "attach": lambda: attach(
            asked.pid,
            asked.output,
            asked.timeout,
            asked.limit,
            values=asked.values,
            as_json=asked.json,
        ),
        "sql": lambda: query(asked.file, asked.query, as_json=asked.json),
    }
    try:
        status = commands[asked.command]() or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who reads has seen enough, as `head` does. What is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except CommandError as error:
        text = "\n".join(printable(line) for line in str(error).splitlines())
        print(f"refcycle: {text}", file=sys.stderr)
        return 2
