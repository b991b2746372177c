"""Imports everything that a call may import: see `_import_all`."""

# ruff: noqa: F401

import sys

import refcycle._cycles.removal_costs
import refcycle._cycles.reports
import refcycle._dumps.description
import refcycle._dumps.fork
import refcycle._dumps.new_files
import refcycle._html.graphs
import refcycle._objects.states
import refcycle._page.report
import refcycle._tables.parquet
import refcycle._text.progress_bar
import refcycle.annotated_graph
import refcycle.annotations
import refcycle.attachment
import refcycle.creators
import refcycle.cuts
import refcycle.cycles
import refcycle.differences
import refcycle.directed_graph
import refcycle.dominator_tree
import refcycle.dump_conditions
import refcycle.dumping
import refcycle.element_transform_set
import refcycle.expectations
import refcycle.gc_utils
import refcycle.growth
import refcycle.heap_census
import refcycle.integrations
import refcycle.key_transform_dict
import refcycle.liveness
import refcycle.loaded_graph
import refcycle.memory_account
import refcycle.memory_error_dumps
import refcycle.metrics
import refcycle.monitor
import refcycle.remedies
import refcycle.retainers
import refcycle.signal_dumps
import refcycle.testing
import refcycle.unshared_memory
import refcycle.waste
from refcycle._objects.allocations import is_tracing
from refcycle._python_modules import import_of_python

_OF_PYTHON = (
    "array",
    "collections",
    "dis",
    "json",
    "pathlib",
    "shutil",
    "tempfile",
    "webbrowser",
)

for _name in _OF_PYTHON:
    import_of_python(_name)

# The interpreter creates objects on the first such call, and keeps them.
if "collections" in sys.modules:
    sys.modules["collections"].Counter(map(id, ()))
max((), default=0)
if is_tracing():
    # Its import leaves classes of pickle as garbage, so import it only if a call needs it.
    import tracemalloc
