"""The commands `attach` and `dump`: of a process that runs."""

from __future__ import annotations

import refcycle
from refcycle._cli.commands.top import tell_top
from refcycle._cli.files import CommandError
from refcycle._cli.output import tell_written
from refcycle._cli.terminal import progress

__all__ = ["attach", "dump"]


def dump(pid: int, path: str, timeout: float, *, values: bool, as_json: bool) -> None:
    """Have a process write its heap into a file."""
    _dump(pid, path, timeout, values=values)
    tell_written(path, "", as_json=as_json)


def _dump(pid: int, path: str, timeout: float, *, values: bool) -> None:
    try:
        with progress(f"waiting for the dump of process {pid}"):
            refcycle.attach(pid, path, timeout=timeout, redact=not values)
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        raise CommandError(str(error)) from error


def attach(
    pid: int, keep: str | None, timeout: float, limit: int, *, values: bool, as_json: bool
) -> None:
    """Print what retains most in a process."""
    from tempfile import TemporaryDirectory  # later: an import costs time

    with TemporaryDirectory() as folder:
        path = keep or f"{folder}/heap.refcycle"
        _dump(pid, path, timeout, values=values)
        tell_top(path, limit, as_json=as_json)
