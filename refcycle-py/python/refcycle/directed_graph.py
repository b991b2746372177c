"""Graphs of any hashable objects."""

from refcycle._refcycle import DirectedGraph

__all__ = ["DirectedGraph"]
