"""Indexes of dumps, with which later questions need not compute everything again."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from refcycle._dumps.paths import absolute
from refcycle._index.files import INDEX, write_index
from refcycle._refcycle import _report as report
from refcycle.loaded_graph import load

if TYPE_CHECKING:
    from _typeshed import StrPath

    from refcycle._refcycle import _Progress as Progress

__all__ = ["index_file"]


def index_file(path: StrPath, *, progress: Progress = None) -> str:
    """Write the index of a dump, and return its path.

    The index is the file `heap.refcycle.index` beside `heap.refcycle`. It contains what takes a
    search of the whole dump: for each object the retained size, the immediate dominator, the
    distance from the roots, the group of the nearest root, the signature, the component, whether
    it is garbage, the module, the owner and native bytes; the table of the signatures; and what
    `refcycle top` shows. `refcycle sql`, `refcycle top`, `refcycle fleet` and
    `refcycle.fleet.summarise` use it by themselves, and give the same results as without it.

    The dump itself does not change. The index is bound to its content: if the dump is replaced,
    moved or edited, an index of another content is not used, and a message says so. An index may
    be moved, copied and deleted like any file. An older index is replaced when the new one is
    complete; if that fails, nothing changes. Only its owner can read a new index.

    `ImportError` if pyarrow is not installed. `OSError` if a file cannot be read or written.
    `ValueError` if the file is not a dump, is damaged, or changes meanwhile; `MemoryError` if
    there is not enough memory. Takes some 2.5 seconds of processor time for a million objects, and
    3 to 20 bytes of disk for each.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import os, tempfile
        >>> from importlib.util import find_spec
        >>> import refcycle
        >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
        >>> refcycle.ObjectGraph([[], []]).save(path)
        >>> if find_spec("pyarrow"):
        ...     assert refcycle.index_file(path) == path + ".index"
    """
    absolute(path)  # what is no path is an error as elsewhere
    name = os.fspath(path)
    report("index_file", progress, partial(write_index, name, load))
    return name + INDEX
