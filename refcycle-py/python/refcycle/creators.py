"""Graphs of the live heap and of garbage."""

from refcycle._refcycle import (
    cycles_created_by,
    garbage,
    garbage_preview,
    key_cycles,
    objects_reachable_from,
    size,
    snapshot,
    why,
)

__all__ = [
    "cycles_created_by",
    "garbage",
    "garbage_preview",
    "key_cycles",
    "objects_reachable_from",
    "size",
    "snapshot",
    "why",
]
