"""Registers the functions and classes that the extension module calls.

The extension module does not know the modules of this package. It imports each of these modules
when it first needs one of its names.
"""

from refcycle._refcycle import _register

PLACES = {
    "answer": ("refcycle.liveness", "Why"),
    "cut": ("refcycle.cuts", "Cut"),
    "cycles": ("refcycle.cycles", "cycles_of"),
    "description": ("refcycle._dumps.description", "describe"),
    "dominator tree": ("refcycle.dominator_tree", "DominatorTree"),
    "graph": ("refcycle.i_directed_graph", "IDirectedGraph"),
    "graph table": ("refcycle._html.graphs", "table_of_types"),
    "has state": ("refcycle._objects.states", "has_state"),
    "keyed dict": ("refcycle.key_transform_dict", "KeyTransformDict"),
    "keyed set": ("refcycle.element_transform_set", "ElementTransformSet"),
    "parquet": ("refcycle._tables.parquet", "write_tables"),
    "page report": ("refcycle._page.report", "report_of"),
    "retained table": ("refcycle.retainers", "RetainedTable"),
    "signature table": ("refcycle.holder_groups", "signature_table_of"),
    "state": ("refcycle._objects.states", "state_of"),
    "suspect table": ("refcycle.retainers", "SuspectTable"),
    "unshared": ("refcycle.unshared_memory", "unshared_of"),
    "unused locals": ("refcycle._objects.unused_locals", "describe"),
    "waste": ("refcycle.waste", "waste_of"),
    "why all": ("refcycle.holder_groups", "why_all_of"),
}
"""Module and name of each."""

_register(PLACES)
