"""All that writes a file, and all that reads one, by name."""

import os
import tempfile

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
_forked = pytest.param("dump with fork", marks=forks)

PATIENCE = 100
SMALL = ObjectGraph([[]])
NAMED = AnnotatedGraph(
    [AnnotatedVertex(1, "a"), AnnotatedVertex(2, "b")], [AnnotatedEdge(7, "c", 1, 2)]
)


def export_vertices(path):
    with tempfile.TemporaryDirectory() as folder:
        SMALL.export_csv(os.path.join(folder, "edges"), path)


# Devices in these tests are made for them: one of the machine could be lost.
DUMPS = {
    "dump": lambda path: refcycle.dump(path),
    "dump with fork": lambda path: refcycle.dump(path, fork=True).wait(PATIENCE),
    "save": lambda path: SMALL.save(path),
}
EXPORTS = {
    "export_json": lambda path: SMALL.export_json(path),
    "export_html": lambda path: SMALL.export_html(path),
    "export_heapsnapshot": lambda path: SMALL.export_heapsnapshot(path),
    "export_image svg": lambda path: SMALL.export_image(path, "svg"),
    "export_image png": lambda path: SMALL.export_image(path, "png"),
    "export_image dot": lambda path: SMALL.export_image(path, "dot"),
    "export_graphml": lambda path: SMALL.export_graphml(path),
    "export_gexf": lambda path: SMALL.export_gexf(path),
    "export_cytoscape": lambda path: SMALL.export_cytoscape(path),
    "export_csv": lambda path: SMALL.export_csv(path),
    "export_csv of vertices": lambda path: export_vertices(path),
    "export_flame_graph": lambda path: SMALL.export_flame_graph(path, format="pprof"),
    "AnnotatedGraph.export_json": lambda path: NAMED.export_json(path),
    "AnnotatedGraph.export_html": lambda path: NAMED.export_html(path),
    "AnnotatedGraph.export_image": lambda path: NAMED.export_image(path, "pdf"),
    "DirectedGraph.export_gexf": lambda path: DirectedGraph.from_edge_pairs(
        [1, 2], [(1, 2)]
    ).export_gexf(path),
}
WRITERS = DUMPS | EXPORTS
READERS = {
    "load": refcycle.load,
    "import_json": AnnotatedGraph.import_json,
    "import_graphml": AnnotatedGraph.import_graphml,
}


def parametrized(names):
    """Parametrize a test by some of these names."""
    return pytest.mark.parametrize("name", [_forked if "fork" in name else name for name in names])
