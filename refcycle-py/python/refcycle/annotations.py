"""Names for objects and for references."""

from refcycle._refcycle import annotated_references, object_annotation

__all__ = ["annotated_references", "object_annotation"]
