"""The program that writes the index of a dump after a fork has written the dump itself."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from refcycle._refcycle import _escaped as escaped

__all__ = ["SOURCE", "check", "index_program"]

# As in `refcycle._index.files`, which imports much.
_INDEX = ".index"
# What a process needs before it knows where its packages are. `site` is not loaded: it may run
# code of the program.
SOURCE = """
import sys
path, sys.path[:] = sys.argv[1], sys.argv[2].split(chr(10))
import refcycle
refcycle.index_file(path)
"""


def check() -> None:
    """Raise an error if no process can write an index. Imports nothing."""
    if find_spec("pyarrow") is None:
        raise ImportError(
            "an index needs the package pyarrow, which is not installed: pip install pyarrow"
        )
    name = os.path.basename(sys.executable or "")
    if not name.startswith("python"):
        raise RuntimeError(
            f"an index is written by a new process, but sys.executable is {escaped(name)!r} and "
            "not Python: do not use index, and run `refcycle index` later"
        )


def _is_after_the_library(place: str) -> bool:
    """Return whether a place of modules is not the standard library, or a part of it."""
    library = os.path.dirname(os.__file__)
    is_part = place == library or place.startswith(library + os.sep)
    return not is_part or os.path.basename(place) in ("site-packages", "dist-packages")


def index_program(path: str) -> tuple[list[str], dict[str, str], str, str]:
    """Return the arguments and the environment of the program, its file, and what a failure is."""
    places = [place for place in sys.path if type(place) is str and "\n" not in place]
    # Relative to the folder of now, which may be anybody's. No module of the program may stand for
    # one of the standard library.
    places = sorted(filter(os.path.isabs, places), key=_is_after_the_library)
    # Variables of Python may change what it does at its start, and those of refcycle what it does
    # at its import.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name == "PYTHONHOME" or not name.startswith(("PYTHON", "REFCYCLE_"))
    }
    arguments = [sys.executable, "-S", "-c", SOURCE, path, "\n".join(places)]
    failure = (
        f"{escaped(path)} is complete, but its index was not written; run `refcycle index` to see "
        "why"
    )
    return arguments, environment, path + _INDEX, failure
