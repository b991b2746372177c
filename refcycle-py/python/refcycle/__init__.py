"""Shows what keeps an object alive, and which cycles hold garbage together.

>>> import refcycle
>>> graph = refcycle.snapshot()
>>> graph.ancestors(graph).export_image("holders.svg")  # doctest: +SKIP
"""

import os as _os
from typing import TYPE_CHECKING

from refcycle import _extension as _extension  # first: the library for this interpreter
from refcycle import _provided as _provided  # second: what the library calls
from refcycle._refcycle import VERSION as __version__
from refcycle._refcycle import Buffer, _later, capabilities, register_size, unshared
from refcycle.annotated_graph import AnnotatedGraph
from refcycle.creators import (
    cycles_created_by,
    garbage,
    garbage_preview,
    key_cycles,
    objects_reachable_from,
    size,
    snapshot,
    why,
)
from refcycle.i_directed_graph import IDirectedGraph
from refcycle.object_graph import ObjectGraph

if TYPE_CHECKING:
    from refcycle.attachment import attach
    from refcycle.cuts import Cut
    from refcycle.cycles import Cycle
    from refcycle.differences import diff, leaks
    from refcycle.dominator_tree import DominatorTree
    from refcycle.dumping import ForkedDump, dump
    from refcycle.expectations import expect_freed
    from refcycle.growth import watch
    from refcycle.heap_census import census
    from refcycle.indexing import index_file
    from refcycle.loaded_graph import load
    from refcycle.memory_account import MemoryAccount, memory
    from refcycle.memory_error_dumps import MemoryErrorDump, dump_on_memory_error
    from refcycle.monitor import GcMonitor, gc_monitor
    from refcycle.signal_dumps import SignalDumps, dump_on_signal
    from refcycle.testing import assert_freed, assert_no_cycles
    from refcycle.unshared_memory import UnsharedMemory

__all__ = [
    "AnnotatedGraph",
    "Buffer",
    "Cut",
    "Cycle",
    "DominatorTree",
    "ForkedDump",
    "GcMonitor",
    "IDirectedGraph",
    "MemoryAccount",
    "MemoryErrorDump",
    "ObjectGraph",
    "SignalDumps",
    "UnsharedMemory",
    "__version__",
    "assert_freed",
    "assert_no_cycles",
    "attach",
    "capabilities",
    "census",
    "cycles_created_by",
    "diff",
    "dump",
    "dump_on_memory_error",
    "dump_on_signal",
    "expect_freed",
    "garbage",
    "garbage_preview",
    "gc_monitor",
    "index_file",
    "key_cycles",
    "leaks",
    "load",
    "memory",
    "objects_reachable_from",
    "register_size",
    "size",
    "snapshot",
    "unshared",
    "watch",
    "why",
]

# Names that are imported when a program first uses them, with their modules.
_LATER = {
    "Cut": "cuts",
    "Cycle": "cycles",
    "DominatorTree": "dominator_tree",
    "ForkedDump": "dumping",
    "GcMonitor": "monitor",
    "MemoryAccount": "memory_account",
    "MemoryErrorDump": "memory_error_dumps",
    "SignalDumps": "signal_dumps",
    "UnsharedMemory": "unshared_memory",
    "assert_freed": "testing",
    "assert_no_cycles": "testing",
    "attach": "attachment",
    "census": "heap_census",
    "diff": "differences",
    "dump": "dumping",
    "dump_on_memory_error": "memory_error_dumps",
    "dump_on_signal": "signal_dumps",
    "expect_freed": "expectations",
    "gc_monitor": "monitor",
    "index_file": "indexing",
    "leaks": "differences",
    "load": "loaded_graph",
    "load_ipython_extension": "_notebook.magics",
    "memory": "memory_account",
    "unload_ipython_extension": "_notebook.magics",
    "watch": "growth",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = _later(f"refcycle.{_LATER[name]}", name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if _os.environ.get("REFCYCLE_DUMP_ON"):
    _later("refcycle.dump_conditions", "start_from_environment")()
