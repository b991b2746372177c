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
from refcycle._text.lines import line_width, wrapped_text

__all__ = ["main"]

_WRONG = 2
_INTERRUPTED = 130
_NOBODY_READS = 141


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command, by default that of the process's command line, and exit.

    Without a command, it prints its help. The exit status is that of the command; it is 2 for
    invalid arguments and for requests that cannot be fulfilled.
    """
    options = _options(arguments)
    sys.exit(_status(options.command, options))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    # Not in `main`: while a program runs, its frame would hold the parser.
    parser = parser_of(all_commands())
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        sys.exit(0)
    return options


def _status(command: Command, options: argparse.Namespace) -> int:
    try:
        if not command.runs_program and "refcycle.dump_conditions" in sys.modules:
            from refcycle.dump_conditions import stop_from_environment

            # They are meant for a program, not for what analyses one.
            stop_from_environment()
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
        return _wrong(error)
    except ValueError as error:
        if not hasattr(error, "dump_reason"):
            raise
        return _wrong(error)  # a part of a file that is read later


def _wrong(error: Exception) -> int:
    text = "\n".join(printable(line) for line in str(error).splitlines())
    width = line_width() if sys.stderr.isatty() else None
    print(wrapped_text(f"refcycle: {text}", width), file=sys.stderr)
    return _WRONG
