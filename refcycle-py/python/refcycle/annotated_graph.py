"""Graphs of names, which keep no object alive."""

from refcycle._refcycle import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex

__all__ = ["AnnotatedEdge", "AnnotatedGraph", "AnnotatedVertex"]
