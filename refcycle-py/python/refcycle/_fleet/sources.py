"""Where dumps are: files, folders, patterns, and URLs that fsspec opens."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from refcycle._fleet.summaries import PURPOSE
from refcycle._tables.packages import package

__all__ = ["Failure", "Source", "is_url", "local", "sources_in"]

_SUFFIX = ".refcycle"
# What tells versions of a remote file apart; each file system has some of these.
_MARKS = ("size", "mtime", "created", "LastModified", "updated", "ETag", "etag")


class Source(NamedTuple):
    """A dump.

    Attributes:
        name: Its path or URL.
        version: What changes with its content, such as its size and the time of its change.
        identity: What it shares with other names of the same file.
    """

    name: str
    version: str
    identity: str


class Failure(NamedTuple):
    """A file that could not be read.

    Attributes:
        name: Its path or URL.
        reason: What is wrong with it.
    """

    name: str
    reason: str


def is_url(path: str) -> bool:
    """Return whether a path is for fsspec."""
    return "://" in path


def sources_in(paths: Iterable[str]) -> tuple[list[Source], list[Failure]]:
    """Return the dumps at some paths, each once and by name, and the paths that lead to none.

    A folder stands for all files below it that end with `.refcycle`. Of several links to a file,
    the first name counts.
    """
    found: dict[str, Source] = {}
    failures: list[Failure] = []
    for path in paths:
        try:
            sources = _remote(path) if is_url(path) else _local(path)
        except (OSError, ValueError) as error:
            failures.append(Failure(path, _reason(error)))
            continue
        if not sources:
            failures.append(Failure(path, "there are no dumps"))
        found.update((source.name, source) for source in sources)
    once: dict[str, Source] = {}
    for name in sorted(found):
        once.setdefault(found[name].identity, found[name])
    return list(once.values()), failures


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _local(path: str) -> list[Source]:
    if os.path.isdir(path):
        names = [
            os.path.join(folder, name)
            for folder, _, names in os.walk(path)
            for name in names
            if name.endswith(_SUFFIX)
        ]
    elif glob.has_magic(path) and not os.path.exists(path):
        names = [name for name in glob.glob(path, recursive=True) if os.path.isfile(name)]
    else:
        names = [path]
    return [_source(name, os.stat(name)) for name in names]


def _source(name: str, found: os.stat_result) -> Source:
    # Some file systems have no numbers of files.
    identity = f"{found.st_dev} {found.st_ino}" if found.st_ino else name
    return Source(name, f"{found.st_size} {found.st_mtime_ns}", identity)


def _remote(url: str) -> list[Source]:
    core = package("fsspec.core", f"reading {url}")
    system, path = core.url_to_fs(url)
    if glob.has_magic(path):
        names = system.glob(path)
    elif system.isdir(path):
        names = [name for name in system.find(path) if name.endswith(_SUFFIX)]
    else:
        names = [path]
    urls = [system.unstrip_protocol(name) for name in names]
    marks = [_marks(system.info(name)) for name in names]
    return [Source(url, mark, url) for url, mark in zip(urls, marks, strict=True)]


def _marks(info: dict[str, Any]) -> str:
    return " ".join(f"{mark}={info[mark]}" for mark in _MARKS if mark in info)


@contextmanager
def local(name: str) -> Iterator[str]:
    """Yield a path with the content of a dump: of a remote one, that of a temporary copy."""
    if not is_url(name):
        yield name
        return
    fsspec = package("fsspec", PURPOSE)
    with tempfile.TemporaryDirectory(prefix="refcycle-") as folder:
        path = os.path.join(folder, "copy" + _SUFFIX)
        with fsspec.open(name, "rb") as source, open(path, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        yield path
