"""The file of an index: a ZIP archive beside the dump, with Parquet tables.

It is bound to the bytes of the dump by their SHA-256, so that an index of another content is never
used. Its parts are not compressed again, and have the check sums of the format.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from refcycle._dumps.paths import version_in
from refcycle._index.contents import OBJECTS, SIGNATURES, Contents, contents_of, schema
from refcycle._index.leaders import MOST, Leaders, leaders_from, leaders_of
from refcycle._refcycle import VERSION, NewFile
from refcycle._tables.packages import package

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["INDEX", "Index", "is_index", "opened", "write_index"]

INDEX = ".index"
"""How the name of an index ends: the rest is the name of the dump."""

# Changes with the columns and with what they mean.
_FORMAT = 3
_PURPOSE = "an index"
_ABOUT = "about.json"
_LEADERS = "leaders.json"
_OBJECTS = "objects.parquet"
_SIGNATURES = "signatures.parquet"
_PARTS = {_ABOUT, _LEADERS, _OBJECTS, _SIGNATURES}
_PIECE = 1 << 20
_Facts = tuple[Leaders, Contents]
_REPEATED = {"type", "module", "root_group"}


class Index:
    """An index that belongs to its dump, whose file stays open."""

    def __init__(self, archive: zipfile.ZipFile, dump: BinaryIO, leaders: Leaders) -> None:
        self._archive = archive
        self.dump = dump
        """The file of the dump: the one that was compared, even if another replaces it."""
        self.leaders = leaders

    def objects(self) -> Any:
        """Return the table of the objects. ValueError if it is not what was written."""
        found = self._table(_OBJECTS, OBJECTS)
        if len(found) != self.leaders.objects:
            raise ValueError(_damaged(self._archive.filename))
        return found

    def signatures(self) -> Any:
        """Return the table of the signatures. ValueError if it is not what was written."""
        return self._table(_SIGNATURES, SIGNATURES)

    def _table(self, name: str, columns: dict[str, str]) -> Any:
        pyarrow = package("pyarrow", _PURPOSE)
        parquet = package("pyarrow.parquet", _PURPOSE)
        found = parquet.read_table(pyarrow.BufferReader(self._archive.read(name)))
        if found.schema.names != list(columns):
            raise ValueError(_damaged(self._archive.filename))
        return found.cast(schema(columns, _PURPOSE))


def is_index(name: str, exists: Callable[[str], bool] = os.path.exists) -> bool:
    """Return whether a file is the index of another one, by its name."""
    return name.endswith(INDEX) and exists(name.removesuffix(INDEX))


def _plainly(what: str, call: Callable[[], _Facts]) -> _Facts:
    return call()


def write_index(
    path: str,
    load: Callable[[str], LoadedGraph],
    shown: Callable[[str, Callable[[], _Facts]], _Facts] = _plainly,
) -> int:
    """Write the index of a dump; return the number of objects.

    `shown` makes the call after `load`, and shows how far it is. Errors of `load` are passed on.
    ImportError if pyarrow is not installed, OSError if the index cannot be written, ValueError if
    the dump changes meanwhile.
    """
    package("pyarrow.parquet", _PURPOSE)  # before any work
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise ValueError(f"{path}: only a regular file can have an index")
    with open(path, "rb") as dump:
        before = os.fstat(dump.fileno())
        graph = load(path)
        leaders, contents = shown(f"indexing {path}", partial(_facts, graph))
        del graph
        about = _about(dump)
        after = os.stat(path)
    if version_in(before) != version_in(after) or about["size"] != before.st_size:
        raise ValueError(f"{path}: the dump changed while it was indexed: index it again")
    # A link that somebody has put there would lead elsewhere, and is not read.
    NewFile(path + INDEX, follow_links=False).write(_written(about, leaders, contents))
    return leaders.objects


def _facts(graph: LoadedGraph) -> _Facts:
    return leaders_of(graph, MOST), contents_of(graph, _PURPOSE)


@contextmanager
def opened(path: str, complain: Callable[[str], object]) -> Iterator[Index | None]:
    """Yield the index of a dump; None if there is none, or if it must not be used.

    `complain` is called with the reason for the latter. Reads both files once.
    """
    with ExitStack() as files:
        yield _opened(path, complain, files)


def _opened(path: str, complain: Callable[[str], object], files: ExitStack) -> Index | None:
    name = path + INDEX
    if not os.path.isfile(name) or not os.path.isfile(path):
        return None
    if os.path.islink(name):  # who may read the folder of a dump need not read elsewhere
        complain(f"{name} is not used: it is a symbolic link")
        return None
    try:
        archive = files.enter_context(zipfile.ZipFile(name))
    except OSError as error:
        complain(f"{name} is not used: {error.strerror or error}")
        return None
    except Exception:  # anything, for a file that is no archive
        complain(_damaged(name))
        return None
    try:
        return _checked(archive, path, files.enter_context(open(path, "rb")))
    except OSError:
        return None  # the reader of the dump says why
    except ValueError as error:
        complain(str(error))
        return None


def _checked(archive: zipfile.ZipFile, path: str, dump: BinaryIO) -> Index:
    """Return the index. ValueError, which says why, if it must not be used."""
    name = path + INDEX
    again = f"run `refcycle index {path}` again"
    try:
        parts = archive.infolist()
        if any(part.compress_type != zipfile.ZIP_STORED for part in parts):
            raise _Unused(_damaged(name))  # it could become of any size
        about = json.loads(archive.read(_ABOUT))
        if (about["format"], about["refcycle"]) != (_FORMAT, VERSION):
            version = str(about["refcycle"])[:40]
            raise _Unused(f"{name} is not used: version {version} of refcycle made it; {again}")
        if {part.filename for part in parts} != _PARTS or archive.testzip() is not None:
            raise _Unused(_damaged(name))
        known = about["size"], about["sha256"]
        leaders = leaders_from(json.loads(archive.read(_LEADERS)))
    except _Unused as error:
        raise ValueError(str(error)) from None
    except Exception:  # whatever a damaged archive leads to
        raise ValueError(_damaged(name)) from None
    if os.fstat(dump.fileno()).st_size == known[0]:
        now = _about(dump)
        if (now["size"], now["sha256"]) == known:
            return Index(archive, dump, leaders)
    raise ValueError(f"{name} is not used: the dump is not the one that was indexed; {again}")


class _Unused(Exception):
    """An index must not be used; the text says why."""


def _damaged(name: str | None) -> str:
    path = (name or "").removesuffix(INDEX)
    return f"{name} is not used: it is damaged; run `refcycle index {path}` again"


def _about(dump: BinaryIO) -> dict[str, Any]:
    """Return what the index is of."""
    digest = hashlib.sha256()
    size = 0
    dump.seek(0)
    while piece := dump.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    dump.seek(0)
    return {"format": _FORMAT, "refcycle": VERSION, "size": size, "sha256": digest.hexdigest()}


def _written(about: dict[str, Any], leaders: Leaders, contents: Contents) -> Iterator[bytes]:
    """Yield the archive."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(_ABOUT), json.dumps(about))
        archive.writestr(_entry(_LEADERS), json.dumps(leaders))
        for name, table in ((_OBJECTS, contents.objects), (_SIGNATURES, contents.signatures)):
            archive.writestr(_entry(name), _parquet(table))
    data = whole.getbuffer()
    for start in range(0, len(data), _PIECE):
        yield bytes(data[start : start + _PIECE])


def _parquet(table: Any) -> bytes:
    """Return the Parquet file of a table."""
    types = package("pyarrow.types", _PURPOSE)
    # Numbers of neighbours are alike. Few texts are, except those in `_REPEATED`.
    numbers = [field.name for field in table.schema if types.is_integer(field.type)]
    part = io.BytesIO()
    package("pyarrow.parquet", _PURPOSE).write_table(
        table,
        part,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name in _REPEATED],
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
    )
    return part.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    # Without a time: the same dump gives the same index.
    return zipfile.ZipInfo(name)
