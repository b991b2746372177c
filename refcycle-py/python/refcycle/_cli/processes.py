"""Dumps of running processes, and the options of the commands that take them."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_tracked_only
from refcycle._cli.command import CommandError
from refcycle._cli.terminal import progress

__all__ = ["add_process", "add_timeout", "dump_process"]


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Add the option for how long to wait for a process."""
    parser.add_argument(
        "--timeout",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long to wait until the process runs Python code (default: 30)",
    )


def add_process(parser: argparse.ArgumentParser) -> None:
    """Add the process as an argument, and the options for its dump."""
    add_timeout(parser)
    parser.add_argument(
        "--values",
        action="store_true",
        help="write the contents of strings and numbers too; these may be secrets",
    )
    add_tracked_only(parser)
    parser.add_argument(
        "pid",
        type=int,
        metavar="PID",
        help="the id of a running process with Python 3.14 or later",
    )


def dump_process(path: str, options: argparse.Namespace) -> None:
    """Dump the heap of the process to a file."""
    from refcycle.attachment import attach  # later: an import costs time

    try:
        with progress(f"waiting for the dump of process {options.pid}"):
            attach(
                options.pid,
                path,
                timeout=options.timeout,
                redact=not options.values,
                untracked=options.untracked,
            )
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        raise CommandError(str(error)) from error
