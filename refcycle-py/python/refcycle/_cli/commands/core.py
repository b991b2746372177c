"""The command `core`: the heap of a process that has ended, from its core file."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from refcycle._cli.arguments import add_json, add_tracked_only
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import no_such_file, refuse_same_file
from refcycle._cli.output import print_json, print_paragraph
from refcycle._cli.terminal import progress


@register
class Core(Command):
    """Dumps the heap of a process that has ended."""

    name = "core"
    summary = "dump the heap of a process from its core file"
    description = (
        "Dump the heap of a CPython process from its core file, on Linux on x86-64. The memory of "
        "the process is restored in a new process, which runs code from the core file, without "
        "its files, connections and threads: it can read the files that you can read, and write "
        "nothing but the dump. Use it only on core files of your own programs. Run it where the "
        "program ran: the program and its libraries must be the same builds, and refcycle must "
        "be installed for the same version of Python. At the end, it says what is missing in the "
        "dump."
    )
    examples = ("/usr/bin/python3.11 core.4711", "/usr/bin/python3.11 core.4711 -o heap.refcycle")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the program, the core file and the output."""
        add_json(parser)
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="the file (default: CORE.refcycle)"
        )
        parser.add_argument(
            "--timeout",
            type=float,
            default=300.0,
            metavar="SECONDS",
            help="the time limit of the command (default: 300)",
        )
        parser.add_argument(
            "--values",
            action="store_true",
            help="write the contents of strings and numbers too; these may be secrets",
        )
        add_tracked_only(parser)
        parser.add_argument("executable", metavar="EXECUTABLE", help="the Python that ran")
        parser.add_argument("core", metavar="CORE", help="its core file")

    def run(self, options: argparse.Namespace) -> None:
        """Write the file, and print what is missing."""
        from refcycle._core.core_file import CoreError
        from refcycle._core.dump import dump_core  # later: an import costs time

        if not options.timeout > 0:
            raise CommandError(f"--timeout is {options.timeout:g}: it must be more than 0 seconds")
        output = options.output or f"{options.core}.refcycle"
        for source in (options.core, options.executable):
            refuse_same_file(output, source)
        if not options.output and os.path.lexists(output):
            raise CommandError(f"{output} exists: name the output with -o")
        try:
            with (
                _exit_on_signals(),
                progress(f"restoring the process of {options.core}"),
            ):
                missing = dump_core(
                    options.executable,
                    options.core,
                    output,
                    redact=not options.values,
                    untracked=options.untracked,
                    timeout=options.timeout,
                )
        except OSError as error:
            name = str(error.filename or output)
            is_missing = isinstance(error, FileNotFoundError)
            text = no_such_file(name) if is_missing else f"{name}: {error.strerror or error}"
            raise CommandError(text) from error
        except CoreError as error:
            raise CommandError(str(error)) from error
        if options.json:
            print_json({"output": output, "missing": missing})
            return
        print_paragraph(f"{output} has the heap of the process.")
        for one in missing:
            print_paragraph(f"missing: {one}")


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Turn signals that end this program into an exception, which removes what it has begun."""
    replaced = []
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _exit)
                replaced.append(number)
    try:
        yield
    finally:
        for number in replaced:
            signal.signal(number, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
