"""What the commands print, as text."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress

from refcycle._cli.command import registered
from refcycle._cli.parser import raising_parser_of
from refcycle._dumps.paths import version_of

__all__ = ["Answers"]

_MOST_KEPT = 8


class Answers:
    """Executes commands of `refcycle` in this process; for one thread at a time."""

    def __init__(self) -> None:
        self._parser = raising_parser_of(registered())
        # By the command and the versions of the files, so that another page is cheap.
        self._texts: OrderedDict[object, str] = OrderedDict()

    def of(self, command: str, *arguments: object, **options: object) -> str:
        """Return what a command prints; raise a CommandError if it cannot be executed.

        An option whose value is None or False is left out; True stands for an option without a
        value. The arguments follow after `--`, so that none of them is taken for an option.
        """
        words = [command]
        for name, value in options.items():
            if value is True:
                words.append(f"--{name}")
            elif value is not None and value is not False:
                words.append(f"--{name}={value}")
        texts = [str(argument) for argument in arguments]
        key = *words, *texts, *map(version_of, texts)
        if key not in self._texts:
            self._texts[key] = self._run([*words, "--", *texts] if texts else words)
            if len(self._texts) > _MOST_KEPT:
                self._texts.popitem(last=False)
        return self._texts[key]

    def _run(self, words: Sequence[str]) -> str:
        printed, complained = io.StringIO(), io.StringIO()
        # A list or a help ends with SystemExit.
        with redirect_stdout(printed), redirect_stderr(complained), suppress(SystemExit):
            options = self._parser.parse_args(words)
            options.command.run(options)
        return printed.getvalue() + complained.getvalue()
