"""What keeps an object alive, which cycles hold garbage together.

>>> import refcycle
>>> graph = refcycle.snapshot()
>>> graph.ancestors(graph).export_image("holders.svg")  # doctest: +SKIP
"""

from refcycle import _extension as _extension  # first: the library for this interpreter
from refcycle._refcycle import VERSION as __version__
from refcycle._refcycle import capabilities
from refcycle.annotated_graph import AnnotatedGraph
from refcycle.creators import (
    cycles_created_by,
    garbage,
    garbage_preview,
    key_cycles,
    objects_reachable_from,
    snapshot,
)
from refcycle.cuts import Cut
from refcycle.cycles import Cycle
from refcycle.i_directed_graph import IDirectedGraph
from refcycle.monitor import GcMonitor, gc_monitor
from refcycle.object_graph import ObjectGraph
from refcycle.testing import assert_freed, assert_no_cycles

__all__ = [
    "AnnotatedGraph",
    "Cut",
    "Cycle",
    "GcMonitor",
    "IDirectedGraph",
    "ObjectGraph",
    "__version__",
    "assert_freed",
    "assert_no_cycles",
    "capabilities",
    "cycles_created_by",
    "garbage",
    "garbage_preview",
    "gc_monitor",
    "key_cycles",
    "objects_reachable_from",
    "snapshot",
]
