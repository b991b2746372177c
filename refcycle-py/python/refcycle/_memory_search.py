"""The search of memory for pointers to an object.

It is called from Python without the object. A call that passed the object would have pointers to
it on the stack of the thread, which could not be told from those of other C functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refcycle._refcycle import LoadedGraph

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, PlacesInMemory
    from refcycle._refcycle import _Progress as Progress


def find_in_memory(self: ObjectGraph, obj: object, *, progress: Progress = None) -> PlacesInMemory:
    """Search the memory of the process for pointers to an object.

    Returns a `refcycle.object_graph.PlacesInMemory`.

    For an object with references whose holder `why` and `roots` do not know. References that
    the graph shows are left out, and so are freed memory, the unused parts of stacks and the
    memory of this package. What remains are variables of libraries, fields of objects that no
    traversal shows, blocks that C code has allocated, stacks of threads and other memory. The
    search is conservative: a place may contain the address by chance, or without holding the
    object. If there are references without a holder and no pointer at all, C code has leaked
    a reference, and `is_leaked` is true. Print the result for a text.

    References are those of the time when the graph was made. If the object has more or fewer
    now, `has_changed` is true: an assignment of the object since then adds a pointer that the
    graph does not show. Take a new snapshot, and call this method before you assign the
    object.

    A pointer that C code keeps in a changed form, in a register of a running thread, or in
    memory of a device is missed. So is what only the state of the interpreter holds without a
    name; `roots` names its lists, such as `gc.garbage`. A call of this method from C code may
    itself be among the places, as `stack of thread MainThread`.

    `KeyError` if `obj` is not in the graph, `ValueError` if the graph is from a file,
    `NotImplementedError` where a process cannot read its own memory safely: the search needs
    Linux. Takes the time of `roots` and about half a second for 1 GB of memory in use; Ctrl-C
    ends it.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import ctypes, refcycle
        >>> leaked = []
        >>> _ = ctypes.pythonapi.Py_IncRef(ctypes.py_object(leaked))
        >>> graph = refcycle.snapshot()
        >>> found = graph.find_in_memory(leaked)
        >>> found.unexplained, len(found), found.is_leaked
        (1, 0, True)
    """
    if issubclass(type(self), LoadedGraph):
        raise ValueError(
            "this graph is from a file: find_in_memory searches the memory of this process, so "
            "take a snapshot of it"
        )
    number = self._number_of(obj)
    del obj
    _overwrite_registers()
    return self._search_memory(number, progress=progress)


def _overwrite_registers() -> None:
    """Make calls of all kinds, which leave no pointer behind on the stack of the interpreter."""
    for number in sorted([3, 2, 1], key=_same):
        _ignore(*[number], **{"number": number})


def _same(number: int) -> int:
    return number


def _ignore(*args: object, **kwargs: object) -> None:
    pass
