"""Graphs of objects and the references between them."""

from refcycle._refcycle import ObjectGraph

__all__ = ["ObjectGraph"]
