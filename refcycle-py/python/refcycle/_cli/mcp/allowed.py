"""The files that the server may read: those below the folders on its command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from refcycle._cli.command import CommandError
from refcycle._cli.files import no_such_file
from refcycle._cli.suggestions import did_you_mean

__all__ = ["AllowedFiles", "Found"]

_DUMP = ".refcycle"
_START = b"ARROW1"
# Of larger folders, the first files are searched.
_MOST_FILES = 100_000
_MOST_HITS = 1_000
# Of the files that fit, an error names so many.
_MOST_NAMED = 5
_LEFT_OUT = {"__pycache__", "node_modules"}


class Found(NamedTuple):
    """A file that may be read."""

    name: str
    """As it is shown and asked for."""
    path: str
    """Where it is, with links resolved."""


class _Place(NamedTuple):
    name: str
    path: str


class AllowedFiles:
    """The files below some folders, some single files, and dumps that the server has taken.

    Links are followed only to places that are allowed too.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        """Take the folders and files. CommandError if one does not exist."""
        self._places: list[_Place] = []
        self._own: dict[str, str] = {}
        for path in paths:
            if not os.path.exists(path):
                raise CommandError(no_such_file(path))
            self._places.append(_Place(path, os.path.realpath(path)))

    def add(self, name: str, path: str) -> None:
        """Allow a file that the server has written, under this name."""
        self._own[name] = path

    def dump(self, name: str) -> str:
        """Return the path of a dump; CommandError if it is not a file that may be read.

        Of a file elsewhere, the error does not say whether it exists.
        """
        if name in self._own:
            return self._own[name]
        if not name or "\0" in name:
            raise CommandError("the name of the dump is empty or has a null character")
        path = self._inside(name)
        if path is None:
            raise CommandError(
                f"{name} is not in what this server may read: {self.described()}; start "
                "`refcycle mcp` with its folder to allow it"
            )
        if os.path.isdir(path):
            raise CommandError(
                f"{name} is a folder: ask for one of its dumps (see the tool dumps)"
            )
        if not os.path.isfile(path):
            names = [found.name for found in self.dumps()]
            hint = did_you_mean(name, [*names, *map(os.path.basename, names)])
            raise CommandError(f"no such dump: {name}{hint or '; the tool dumps lists them'}")
        return path

    def dumps(self) -> list[Found]:
        """Return the dumps, the newest first: those of processes, then those in files.

        Single files that were given are shown if they begin as a dump does, under any name.
        """
        own = [Found(name, path) for name, path in self._own.items()]
        single = {place.path for place in self._places if os.path.isfile(place.path)}
        files = {
            found.path: found
            for found in islice(self._files(), _MOST_FILES)
            if found.path.endswith(_DUMP) or (found.path in single and _is_dump(found.path))
        }
        ordered = sorted(files.values(), key=lambda found: (-_time(found.path), found.name))
        return [*reversed(own), *ordered[:_MOST_HITS]]

    def named(self, name: str) -> list[Found]:
        """Return the files with this name, without its folders."""
        files = islice(self._files(), _MOST_FILES)
        found = {file.path: file for file in files if os.path.basename(file.path) == name}
        return list(found.values())[:_MOST_HITS]

    def described(self) -> str:
        """Return the folders and files in words."""
        return ", ".join(place.path for place in self._places)

    def _inside(self, name: str) -> str | None:
        """Return the path without links; None if it is outside.

        CommandError if several folders have a file of this name, and it is no path by itself.
        """
        tried = [name, *(os.path.join(place.path, name) for place in self._places)]
        paths = dict.fromkeys(map(os.path.realpath, tried))
        inside = [path for path in paths if self._is_allowed(path)]
        existing = [path for path in inside if os.path.exists(path)]
        if len(existing) > 1 and existing[0] != os.path.realpath(name):
            raise CommandError(
                f"several dumps have the name {name}: ask for one by its folder too: "
                + ", ".join(existing[:_MOST_NAMED])
            )
        return next(iter(existing or inside), None)

    def _is_allowed(self, path: str) -> bool:
        return any(
            path == place.path or path.startswith(os.path.join(place.path, ""))
            for place in self._places
        )

    def _files(self) -> Iterator[Found]:
        for place in self._places:
            if os.path.isfile(place.path):
                yield Found(place.name, place.path)
            for folder, folders, names in os.walk(place.path):
                folders[:] = sorted(
                    inner for inner in folders if inner[0] != "." and inner not in _LEFT_OUT
                )
                below = os.path.relpath(folder, place.path)
                shown = os.path.normpath(os.path.join(place.name, below))
                for name in sorted(names):
                    path = os.path.realpath(os.path.join(folder, name))
                    if self._is_allowed(path) and os.path.isfile(path):
                        yield Found(os.path.normpath(os.path.join(shown, name)), path)


def _is_dump(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(_START)) == _START
    except OSError:
        return False


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:  # it was removed meanwhile
        return 0.0
