"""Graphs of objects and the references between them."""

from refcycle._memory_search import find_in_memory
from refcycle._refcycle import (
    MemoryPlace,
    NativeBuffer,
    ObjectGraph,
    PlacesInMemory,
    Retained,
    Root,
    Suspect,
)

__all__ = [
    "MemoryPlace",
    "NativeBuffer",
    "ObjectGraph",
    "PlacesInMemory",
    "Retained",
    "Root",
    "Suspect",
]

# Written in Python, for the reason that its module gives.
ObjectGraph.find_in_memory = find_in_memory  # type: ignore[method-assign]
