"""Graphs that were saved to files."""

from refcycle._refcycle import LoadedGraph, SavedObject, load

__all__ = ["LoadedGraph", "SavedObject", "load"]
