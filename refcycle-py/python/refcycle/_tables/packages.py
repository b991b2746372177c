"""Packages that are imported only when a caller needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["package"]

# What to install for a module of another name.
_DISTRIBUTIONS = {"distributed": "'dask[distributed]'", "mcp": "'refcycle[mcp]'"}


def package(name: str, purpose: str) -> Any:
    """Import and return a module of another package.

    ImportError if it is not installed: the text says which purpose needs it, and how to get it.
    """
    top = name.partition(".")[0]
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != top:
            raise
        raise ImportError(
            f"{purpose} needs the package {top}, which is not installed: "
            f"pip install {_DISTRIBUTIONS.get(top, top)}"
        ) from error
