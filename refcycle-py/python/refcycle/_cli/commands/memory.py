"""The command `memory`: what the memory of a process is for."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from refcycle._cli.arguments import add_json
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load
from refcycle._cli.output import print_json
from refcycle._cli.processes import add_timeout, dump_process
from refcycle._text.escapes import printable

if TYPE_CHECKING:
    from refcycle.memory_account import MemoryAccount

_NO_ACCOUNT = (
    "the file has no account of the memory: write it with refcycle.dump or the command dump, "
    "without untracked=False or --tracked-only"
)


@register
class Memory(Command):
    """Shows what the memory of a process is for."""

    name = "memory"
    summary = "show what the memory of a process is for: objects, free blocks, libraries"
    examples = ("heap.refcycle", "4711")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the dump or the process."""
        add_json(parser)
        add_timeout(parser)
        parser.add_argument(
            "source",
            metavar="FILE-or-PID",
            help="a file that refcycle.dump wrote, or the id of a running process with Python "
            "3.14 or later",
        )

    def run(self, options: argparse.Namespace) -> None:
        """Print the account."""
        account = _account(options)
        if options.json:
            print_json(account.to_dict())
        else:
            print("\n".join(map(printable, str(account).split("\n"))))


def _account(options: argparse.Namespace) -> MemoryAccount:
    if not options.source.isdecimal():
        return _account_in(options.source)
    from tempfile import TemporaryDirectory  # later: an import costs time

    options.pid, options.values, options.untracked = int(options.source), False, True
    with TemporaryDirectory() as folder:
        path = f"{folder}/heap.refcycle"
        dump_process(path, options)
        return _account_in(path)


def _account_in(path: str) -> MemoryAccount:
    from refcycle.memory_account import account_of_file  # later: an import costs time

    account = account_of_file(load(path))
    if account is None:
        raise CommandError(_NO_ACCOUNT)
    return account
