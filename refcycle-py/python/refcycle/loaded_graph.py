"""Graphs of objects as they were when they were saved."""

from refcycle._refcycle import LoadedGraph, SavedObject, load

__all__ = ["LoadedGraph", "SavedObject", "load"]
