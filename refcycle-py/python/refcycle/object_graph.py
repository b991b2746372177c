"""Graphs of objects and the references between them."""

from refcycle._refcycle import ObjectGraph, Root

__all__ = ["ObjectGraph", "Root"]
