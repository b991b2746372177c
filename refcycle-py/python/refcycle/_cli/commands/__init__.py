"""The commands: one file for each. A new file here is a new command."""

from __future__ import annotations

import importlib
import pkgutil

from refcycle._cli.command import Command, registered

__all__ = ["all_commands"]


def all_commands() -> list[Command]:
    """Import the files of this folder; return their commands by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return registered()
