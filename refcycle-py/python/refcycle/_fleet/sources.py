"""Where dumps are: files, folders, patterns, and URLs that fsspec opens."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from refcycle._index.files import is_index
from refcycle._tables.packages import package

__all__ = [
    "NO_SUCH_FILE",
    "SUMMARY",
    "Failure",
    "Source",
    "is_url",
    "local",
    "reason_of",
    "sources_in",
]

_SUFFIX = ".refcycle"
SUMMARY = ".fleet.parquet"
"""How the name of a summary ends: patterns find dumps, and not what is kept beside them."""
NO_SUCH_FILE = "no such file"
# What tells versions of a remote file apart; each file system has some of these.
_MARKS = ("size", "mtime", "created", "LastModified", "updated", "ETag", "etag")

# What reads the URLs of a protocol.
_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "abfs", "abfss", "adl"), "adlfs"),
    **dict.fromkeys(("http", "https"), "'fsspec[http]'"),
}

# What the first part of a path is the name of.
_STORES = {
    **dict.fromkeys(("s3", "s3a", "gs", "gcs"), "bucket"),
    **dict.fromkeys(("az", "abfs", "abfss"), "container"),
}


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
    """Return the dumps at some paths, each once and by name, and what leads to none.

    A folder stands for all files below it that end with `.refcycle`. Of several links to a file,
    the first name counts. A file that disappears meanwhile, or a link to nothing, is a failure
    with its own name. ImportError if a package for a URL is not installed.
    """
    paths = list(paths)
    if len(paths) > 1:  # a shell expands patterns itself
        paths = [path for path in paths if is_url(path) or not _is_beside_dump(path)]
    found: dict[str, Source] = {}
    failures: list[Failure] = []
    for path in paths:
        try:
            names, source_of = _remote(path) if is_url(path) else _local(path, failures)
        except ImportError:
            raise
        except Exception as error:  # packages for remote files have errors of their own
            failures.append(Failure(path, _reason(error, path)))
            continue
        if not names:
            failures.append(Failure(path, "there are no dumps"))
        for name in names:
            try:
                source = source_of(name)
            except Exception as error:
                failures.append(Failure(name, _reason(error, name)))
            else:
                found[source.name] = source
    once: dict[str, Source] = {}
    for name in sorted(found):
        once.setdefault(found[name].identity, found[name])
    return list(once.values()), failures


def _reason(error: Exception, name: str) -> str:
    if isinstance(error, FileNotFoundError):
        is_link = not is_url(name) and os.path.islink(name)
        return "a link to a file that does not exist" if is_link else NO_SUCH_FILE
    return reason_of(error, name)


def reason_of(error: Exception, path: str) -> str:
    """Return why the file at a path could not be read; the text does not name the path."""
    # Of a dump that was cut off, it does not say that a part can be read: only some commands can.
    reason = getattr(error, "dump_reason", None)
    if reason is not None:
        return str(reason)
    strerror = error.strerror if isinstance(error, OSError) else None
    text = strerror or str(error) or type(error).__name__
    return text.removeprefix(f"{path}: ")


_Listing = tuple[list[str], Callable[[str], Source]]  # names, and what makes a source of one


def _local(path: str, failures: list[Failure]) -> _Listing:
    def fail(error: OSError) -> None:
        name = path if error.filename is None else os.fspath(error.filename)
        failures.append(Failure(name, _reason(error, name)))

    if os.path.isdir(path):
        names = [
            os.path.join(folder, name)
            for folder, _, names in os.walk(path, onerror=fail)
            for name in names
            if name.endswith(_SUFFIX)
        ]
    elif glob.has_magic(path) and not os.path.exists(path):
        names = [name for name in glob.glob(path, recursive=True) if _may_be_dump(name)]
    else:
        names = [path]
    return names, _local_source


def _is_beside_dump(name: str, exists: Callable[[str], bool] = os.path.exists) -> bool:
    """Return whether a file is a summary or an index."""
    return name.endswith(SUMMARY) or is_index(name, exists)


def _may_be_dump(name: str) -> bool:
    """Return whether what a pattern found is a file, or a link that leads nowhere."""
    if _is_beside_dump(name):
        return False
    return os.path.isfile(name) or (os.path.islink(name) and not os.path.exists(name))


def _local_source(name: str) -> Source:
    found = os.stat(name)
    # Some file systems have no numbers of files.
    identity = f"{found.st_dev} {found.st_ino}" if found.st_ino else name
    return Source(name, f"{found.st_size} {found.st_mtime_ns}", identity)


def _remote(url: str) -> _Listing:
    system, path = _file_system(url)
    if glob.has_magic(path):
        names = [name for name in system.glob(path) if not _is_beside_dump(name, system.exists)]
    elif system.isdir(path):
        names = [name for name in system.find(path) if name.endswith(_SUFFIX)]
    else:
        names = [path]
    if not names:
        _check_store(system, path, url)
    paths = {system.unstrip_protocol(name): name for name in names}

    def source(url: str) -> Source:
        try:
            found = system.info(paths[url])
        except FileNotFoundError:
            _check_store(system, paths[url], url)
            raise
        return Source(url, _marks(found), url)

    return list(paths), source


def _check_store(system: Any, path: str, url: str) -> None:
    """Raise a ValueError if the bucket of a path does not exist."""
    kind = _STORES.get(url.partition("://")[0])
    store = path.partition("/")[0]
    if kind is None or not store:
        return
    try:
        exists = system.exists(store)
    except Exception:  # no permission to ask: the path is missing in any case
        return
    if not exists:
        raise ValueError(f"there is no {kind} {store}")


def _file_system(url: str) -> tuple[Any, str]:
    """Return what fsspec reads a URL with, and the path there."""
    core = package("fsspec.core", f"reading {url}")
    try:
        system, path = core.url_to_fs(url)
    except ImportError as error:
        needed = _PACKAGES.get(url.partition("://")[0])
        if needed is None:
            raise ImportError(f"{url}: {error}") from error
        raise ImportError(f"reading {url} needs more packages: pip install {needed}") from error
    return system, path


def _marks(info: dict[str, Any]) -> str:
    return " ".join(f"{mark}={info[mark]}" for mark in _MARKS if mark in info)


@contextmanager
def local(name: str) -> Iterator[str]:
    """Yield a path with the content of a dump: of a remote one, that of a temporary copy."""
    if not is_url(name):
        yield name
        return
    system, remote = _file_system(name)
    with tempfile.TemporaryDirectory(prefix="refcycle-") as folder:
        path = os.path.join(folder, "copy" + _SUFFIX)
        with system.open(remote, "rb") as source, open(path, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        yield path
