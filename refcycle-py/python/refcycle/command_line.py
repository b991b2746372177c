"""The command `refcycle`, which is also `python -m refcycle`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from refcycle._cli.command import Command, CommandError
from refcycle._cli.commands import all_commands
from refcycle._cli.parser import parser_of
from refcycle._text.escapes import printable

__all__ = ["main"]

_WRONG = 2
_INTERRUPTED = 130
_NOBODY_READS = 141


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command, by default that of the process's command line, and exit.

    The exit status is that of the command; it is 2 for invalid arguments and for requests that
    cannot be fulfilled.
    """
    options = parser_of(all_commands()).parse_args(arguments)
    sys.exit(_status(options.command, options))


def _status(command: Command, options: argparse.Namespace) -> int:
    try:
        status = command.run(options) or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader, such as `head`, has closed the pipe. The rest is discarded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
    except KeyboardInterrupt:
        return _INTERRUPTED
    except CommandError as error:
        text = "\n".join(printable(line) for line in str(error).splitlines())
        print(f"refcycle: {text}", file=sys.stderr)
        return _WRONG
