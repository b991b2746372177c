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
from refcycle.differences import diff, leaks
from refcycle.growth import watch
from refcycle.heap_census import census
from refcycle.i_directed_graph import IDirectedGraph
from refcycle.object_graph import ObjectGraph

__all__ = [
    "AnnotatedGraph",
    "IDirectedGraph",
    "ObjectGraph",
    "__version__",
    "capabilities",
    "census",
    "cycles_created_by",
    "diff",
    "garbage",
    "garbage_preview",
    "key_cycles",
    "leaks",
    "objects_reachable_from",
    "snapshot",
    "watch",
]
