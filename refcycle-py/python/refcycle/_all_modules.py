"""Imports everything that a call may import: see `_import_all`."""

# ruff: noqa: F401

import _tracemalloc
import array
import collections
import dis
import html
import json
import pathlib
import shutil
import tempfile
import unicodedata
import webbrowser

import refcycle._cycles.removal_costs
import refcycle._cycles.reports
import refcycle._dumps.description
import refcycle._dumps.fork
import refcycle._dumps.new_files
import refcycle._objects.states
import refcycle.annotated_graph
import refcycle.annotations
import refcycle.attachment
import refcycle.creators
import refcycle.cuts
import refcycle.cycles
import refcycle.differences
import refcycle.directed_graph
import refcycle.dominator_tree
import refcycle.dumping
import refcycle.element_transform_set
import refcycle.gc_utils
import refcycle.growth
import refcycle.heap_census
import refcycle.key_transform_dict
import refcycle.liveness
import refcycle.loaded_graph
import refcycle.memory_error_dumps
import refcycle.monitor
import refcycle.remedies
import refcycle.signal_dumps
import refcycle.testing

# What the interpreter makes at the first such call, and keeps.
collections.Counter(map(id, ()))
max((), default=0)
if _tracemalloc.is_tracing():
    # Importing it leaves classes of pickle as garbage: only where a call needs it.
    import tracemalloc
