from array import array
from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterable, MutableMapping, MutableSet
from typing import Any, Final, Generic, Literal, SupportsIndex, TypeVar, final, overload

from _typeshed import StrPath, SupportsGetItem
from typing_extensions import Self, disjoint_base

from refcycle.cycles import Cycle
from refcycle.dominator_tree import DominatorTree
from refcycle.element_transform_set import ElementTransformSet
from refcycle.i_directed_graph import IDirectedGraph
from refcycle.key_transform_dict import KeyTransformDict
from refcycle.liveness import Why

__all__ = [
    "VERSION",
    "AnnotatedEdge",
    "AnnotatedGraph",
    "AnnotatedVertex",
    "ArrowTable",
    "ArrowTables",
    "Capability",
    "DirectedGraph",
    "EdgeView",
    "FeedbackArcSet",
    "GraphBase",
    "GraphIterator",
    "LoadedGraph",
    "NewFile",
    "ObjectGraph",
    "Retained",
    "Root",
    "SavedObject",
    "SimpleCycles",
    "Suspect",
    "Tree",
    "UserGraph",
    "VertexView",
    "_escaped",
    "_later",
    "_restore",
    "annotated_references",
    "capabilities",
    "cycles_created_by",
    "garbage",
    "garbage_preview",
    "key_cycles",
    "load",
    "object_annotation",
    "objects_reachable_from",
    "redacted_file",
    "save_into",
    "snapshot",
    "why",
]

_T = TypeVar("_T")
_V = TypeVar("_V")
_E = TypeVar("_E")
_H = TypeVar("_H", bound=Hashable)
_K = TypeVar("_K", bound=Hashable)  # of class methods: pyright solves no _H there
_G = TypeVar("_G", bound=IDirectedGraph[Any, Any])

VERSION: Final[str]

@final
class GraphIterator(Generic[_T]):
    """Goes through the vertices or the edges of a graph."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> _T: ...
    def __length_hint__(self) -> int: ...

@final
class VertexView(Generic[_V]):
    """The vertices of a graph."""

    def __len__(self) -> int: ...
    def __contains__(self, vertex: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_V]: ...

@final
class EdgeView(Generic[_E]):
    """The edges of a graph."""

    def __len__(self) -> int: ...
    def __contains__(self, edge: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_E]: ...

@final
class SimpleCycles(Generic[_V]):
    """Goes through the simple cycles of a graph, shortest first."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> list[_V]: ...

@final
class FeedbackArcSet(Generic[_E]):
    """Edges without which a graph has no cycle."""

    @property
    def edges(self) -> list[_E]:
        """The edges, in the order of the graph's."""

    @property
    def weight(self) -> float:
        """What they weigh together; without weights, how many they are."""

    @property
    def lower_bound(self) -> float:
        """No edges without which the graph has no cycle weigh less."""

    @property
    def is_optimal(self) -> bool:
        """Whether it is proved that none weigh less than these."""

    def __len__(self) -> int: ...

@disjoint_base
class GraphBase(Generic[_V, _E, _G]):
    """What all graphs have in common: vertices, edges, and the algorithms on them.

    `_V` are the vertices, `_E` the edges, `_G` is the class of the graphs that queries
    give.
    """

    @property
    def vertices(self) -> VertexView[_V]:
        """The vertices: a collection with `len`, iteration and a fast `in`."""

    @property
    def edges(self) -> EdgeView[_E]:
        """The edges: a collection with `len`, iteration and a fast `in`."""

    def head(self, edge: _E) -> _V:
        """Return the vertex to which an edge goes."""

    def tail(self, edge: _E) -> _V:
        """Return the vertex from which an edge comes."""

    def out_edges(self, vertex: _V) -> list[_E]:
        """Return the edges that leave a vertex."""

    def in_edges(self, vertex: _V) -> list[_E]:
        """Return the edges that enter a vertex."""

    def children(self, vertex: _V) -> list[_V]:
        """Return where the edges of a vertex go, once for each parallel edge."""

    def parents(self, vertex: _V) -> list[_V]:
        """Return where the edges into a vertex come from, once for each parallel edge."""

    def references(self) -> list[tuple[_V, _V]]:
        """Return every edge as a pair `(tail, head)`."""

    def full_subgraph(self, vertices: Iterable[_V]) -> _G:
        """Return the graph of these vertices and all edges between them."""

    def descendants(self, start: _V, generations: SupportsIndex | None = None) -> _G:
        """Return the graph of everything that `start` reaches, itself included.

        `generations` limits the number of steps: 0 gives the start alone, `None` has no
        limit.
        """

    def ancestors(self, start: _V, generations: SupportsIndex | None = None) -> _G:
        """Return the graph of everything that reaches `start`, itself included.

        `generations` limits the number of steps: 0 gives the start alone, `None` has no
        limit.
        """

    def shortest_path(self, start: _V, end: _V) -> _G:
        """Return the graph of the vertices of a shortest path; ValueError if none."""

    def shortest_cycle(self, start: _V) -> _G:
        """Return the graph of the vertices of a shortest cycle; ValueError if none."""

    def strongly_connected_components(self) -> list[_G]:
        """Return the strongly connected components in reverse topological order.

        A component comes after all those that it reaches.
        """

    def source_components(self) -> list[_G]:
        """Return the strongly connected components that no other component reaches.

        Of garbage, they are what keeps the rest alive.
        """

    def cyclic_components(self) -> list[_G]:
        """Return the strongly connected components that have a cycle.

        They have two vertices or more, or an edge from a vertex to itself. The order is that
        of `strongly_connected_components`.

        >>> from refcycle.directed_graph import DirectedGraph
        >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "ba", "bc", "dd"])
        >>> sorted(sorted(part) for part in graph.cyclic_components())
        [['a', 'b'], ['d']]
        """

    def simple_cycles(self, max_length: int | None = None) -> SimpleCycles[_V]:
        """Return an iterator over the simple cycles, shortest first, each once.

        Each is a list of vertices in the order of the edges, the last of which goes to the
        first. Cycles that differ only in which of parallel edges they take are one.
        `max_length` is how many vertices they have at most. A cycle is searched for when it
        is asked for: there can be exponentially many. Takes O(vertices + edges) time to
        begin, and memory that does not grow with the cycles.

        >>> from refcycle.directed_graph import DirectedGraph
        >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc", "ca", "ba"])
        >>> list(graph.simple_cycles())
        [['a', 'b'], ['a', 'b', 'c']]
        """

    def feedback_arc_set(self, weights: Iterable[float] | None = None) -> FeedbackArcSet[_E]:
        """Return edges without which the graph has no cycle, of small total weight.

        `weights` has a number for each edge, in the order of `edges`; without it each weighs
        1. The set is a minimum where that is proved within a limit, some tens of
        milliseconds (`is_optimal`), and minimal always: with any of its edges back there is
        a cycle. ValueError where the weights are too few or too many, negative or not finite.

        >>> from refcycle.directed_graph import DirectedGraph
        >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
        >>> graph.feedback_arc_set().edges
        [0]
        >>> graph.feedback_arc_set([5, 1, 1, 1, 1]).weight
        2.0
        """

    def count_by(self, classifier: Callable[[_V], _H]) -> Counter[_H]:
        """Return how many vertices there are of each class."""

    def find_by(self, predicate: Callable[[_V], object]) -> list[_V]:
        """Return the vertices for which the predicate is true."""

    def to_graphml(self) -> str:
        """Return the graph with names as a GraphML text; see `export_graphml`.

        >>> from refcycle import ObjectGraph
        >>> '<data key="label">list[0]</data>' in ObjectGraph([[]]).to_graphml()
        True
        """

    def export_graphml(self, path: StrPath) -> None:
        r"""Write the graph with names into a GraphML file, which yEd, Gephi, NetworkX read.

        Names are whole. The characters that XML lacks (most controls) are shown by their
        codes, `\x1b`, in this and in the formats below. The file is written beside its
        place and moved there when it is whole; OSError if it cannot be. Takes time in
        proportion to the names.

        >>> import os, tempfile
        >>> from refcycle import AnnotatedGraph, ObjectGraph
        >>> path = os.path.join(tempfile.mkdtemp(), "graph.graphml")
        >>> ObjectGraph([[]]).export_graphml(path)
        >>> [vertex.annotation for vertex in AnnotatedGraph.import_graphml(path)]
        ['list[0]']
        """

    def to_gexf(self) -> str:
        """Return the graph with names as a GEXF text; see `export_gexf`.

        >>> from refcycle import ObjectGraph
        >>> 'label="list[0]"' in ObjectGraph([[]]).to_gexf()
        True
        """

    def export_gexf(self, path: StrPath) -> None:
        """Write the graph with names into a GEXF file, for Gephi; as `export_graphml`."""

    def to_cytoscape(self) -> str:
        """Return the graph with names as a text for Cytoscape; see `export_cytoscape`.

        >>> import json
        >>> from refcycle import ObjectGraph
        >>> graph = json.loads(ObjectGraph([[]]).to_cytoscape())
        >>> [node["data"]["name"] for node in graph["elements"]["nodes"]]
        ['list[0]']
        """

    def export_cytoscape(self, path: StrPath) -> None:
        """Write the graph with names as the JSON of Cytoscape and Cytoscape.js.

        A name is the `name` of a vertex and the `interaction` of an edge. As
        `export_graphml` otherwise.
        """

    def export_csv(self, edges_path: StrPath, vertices_path: StrPath | None = None) -> None:
        r"""Write a table of the edges and, if a path is given for it, one of the vertices.

        The columns are `source,target,id,label` and `id,label`. A name that a spreadsheet
        would run as a formula has a `'` in front. As `export_graphml` otherwise.

        >>> import os, tempfile
        >>> from refcycle import ObjectGraph
        >>> path = os.path.join(tempfile.mkdtemp(), "edges.csv")
        >>> ObjectGraph([[]]).export_csv(path)
        >>> open(path).read()
        'source,target,id,label\n'
        """

    def tree(
        self,
        start: _V,
        *,
        direction: Literal["referrers", "referents"] = "referrers",
        max_depth: int | None = 10,
        max_lines: int = 40,
        fold: int | None = 3,
        width: int | None = None,
        ascii: bool | None = None,
    ) -> Tree:
        """Return a tree of what holds `start`, or of what it refers to: print it.

        A line reads `NAME of HOLDER`, or with `direction="referents"` `NAME: REFERENT`.
        What is near `start` has its line before what is far. A vertex is opened once:
        where it comes again a number says where it was. Where nothing in the graph holds
        an object, `(2 from outside)` says how many references come from elsewhere. ` …` ends
        a line below which there is more, and the last lines say what the limits left out.

        `max_depth` limits the steps from `start` (`None`: no limit) and `max_lines` the
        lines (3 or more). Of siblings of one kind the first `fold` are shown, and one line
        says how many more there are (`None` shows all). `width` is in cells of a terminal
        (20 or more), of which wide characters take two; `None` is the width of the terminal
        when the tree is printed. With `ascii` the tree is ASCII alone, and other characters
        are escaped; `None` does so where `sys.stdout` does not encode them.

        `KeyError` when `start` is no vertex, `ValueError` for a limit that is too low.
        Labels are looked up for what is shown only: milliseconds in a graph of a million
        objects, once `parents` or `tree` has made its backward direction. A `DirectedGraph`
        shows the `str()` of its vertices.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> print(ObjectGraph([[inner, inner], inner]).tree(inner, ascii=True, width=40))
        list[0]
        `- item[0], item[1] of list[2] (1 from outside)
        """

    def to_text(
        self,
        start: _V | None = None,
        *,
        direction: Literal["referrers", "referents"] = "referrers",
        max_depth: int | None = 10,
        max_lines: int = 40,
        fold: int | None = 3,
        width: int | None = None,
        ascii: bool | None = None,
    ) -> str:
        """Return the text of `tree(start)`; without a start, of as many trees as it takes.

        Then every vertex is in one of the trees, but for what the limits leave out: the
        starts are one vertex of each strongly connected component that nothing else leads
        to. That takes time in proportion to the graph.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner, "alone"])
        >>> print(graph.to_text(direction="referents", ascii=True))
        list[1]
        `- item[0]: list[0]
        'alone'
        """

    def to_arrow(self) -> ArrowTables:
        """Return the graph as two Arrow tables, one of its vertices and one of its edges.

        `vertices` has a row a vertex in the order of iteration, with `vertex` (its number
        from 0), `id`, `type` (the name of the type of the object, of an annotated vertex what
        its label says), `label` and `size` (the bytes of the object itself, null where the
        vertices are no objects of the heap). `edges` has `id`, `tail` and `head` (the numbers
        of vertices) and `label`, which may be null. Ids are those of `annotated()`.

        pyarrow, pandas, Polars, DuckDB and others read the tables through the Arrow PyCapsule
        interface, without a copy; none of them need be installed. The tables hold no object.
        `ValueError` where a label or an id does not fit. All labels are looked up: about two
        seconds for a million objects.

        >>> from refcycle import ObjectGraph
        >>> tables = ObjectGraph([[1], 1]).to_arrow()
        >>> tables.edges
        <refcycle._refcycle.ArrowTable of 1 rows: id, tail, head, label>
        >>> tables.vertices.column_names
        ['vertex', 'id', 'type', 'label', 'size']
        """

    def to_networkx(self) -> Any:
        """Return the graph as a `networkx.MultiDiGraph`.

        A vertex is known by its `id`, that of the object or of the annotated vertex; the
        vertices of a `DirectedGraph` are themselves. Its attributes are `label` and `type`, as
        in `to_arrow`. The key of an edge is its id, its attribute `label`, where it has one.
        The graph keeps no object of an `ObjectGraph` alive. `ImportError` when networkx is not
        installed. All labels are looked up, and each vertex and edge is some 500 bytes.
        """

    def to_rustworkx(self) -> Any:
        """Return the graph as a `rustworkx.PyDiGraph`.

        The index of a vertex is its number in the order of iteration. The payload of a vertex
        is a dict with `id`, `label` and `type`, that of an edge one with `id` and, where it has
        one, `label`; they are those of `to_networkx`. `ImportError` when rustworkx is not
        installed. All labels are looked up, and each vertex and edge is some 500 bytes.
        """

    def to_scipy(self) -> Any:
        """Return the graph as a `scipy.sparse.csr_array` of ones.

        Row and column are the numbers of the tail and the head in the order of iteration.
        Parallel edges are several entries of one place, which SciPy adds up. The index arrays
        are the graph's own, not copied, and cannot be written: what SciPy does in place, as
        `sum_duplicates` and `max` do, wants a `copy()` first. `ImportError` when scipy is not
        installed. Takes the time and memory for the ones, 4 bytes an edge.
        """

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type.

        Up to 150 vertices a picture, `image/svg+xml`; of more, or when a picture cannot be
        made within 5 seconds, a table of the types and how many vertices each has,
        `text/html`; and always that table as `text/plain`.
        """

    @classmethod
    def vertex_set(cls) -> MutableSet[_V]:
        """Return an empty set for vertices."""

    @classmethod
    def vertex_dict(cls) -> MutableMapping[_V, Any]:
        """Return an empty mapping for vertices."""

    @classmethod
    def vertex_equal(cls, vertex1: _V, vertex2: _V) -> bool:
        """Return whether two vertices are the same: equal."""

    def __sub__(self, other: IDirectedGraph[Any, Any], /) -> _G: ...
    def __and__(self, other: IDirectedGraph[Any, Any], /) -> _G: ...
    def __len__(self) -> int: ...
    def __contains__(self, vertex: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_V]: ...

@final
class Root:
    """A vertex to which references come from outside its graph."""

    @property
    def vertex(self) -> Any:
        """The object."""

    @property
    def external_references(self) -> int:
        """How many references come from outside."""

    @property
    def holders(self) -> tuple[str, ...]:
        """Who holds the references that are explained, one text a reference."""

    @property
    def unexplained(self) -> int:
        """How many of the references are not explained."""

    @property
    def name(self) -> str:
        """All holders in one text.

        As in `running in thread MainThread` or `held by C code: 2 references`.
        """

@final
class Retained:
    """What a vertex retains: what would be freed if it were gone."""

    @property
    def vertex(self) -> Any:
        """The object."""

    @property
    def shallow_size(self) -> int:
        """The bytes that it takes itself."""

    @property
    def retained_size(self) -> int:
        """The bytes that it and all that it dominates take."""

    @property
    def retained_count(self) -> int:
        """How many objects these are, itself included."""

@final
class Suspect:
    """Objects of one type that retain a large part of a heap, or one such object."""

    @property
    def vertices(self) -> list[Any]:
        """The objects, the one that retains most first."""

    @property
    def type_name(self) -> str:
        """The name of their type."""

    @property
    def retained_size(self) -> int:
        """The bytes that they retain together."""

    @property
    def share(self) -> float:
        """The part of all bytes of the graph that this is."""

    @property
    def accumulation_point(self) -> Any:
        """Where what a single object retains spreads out over many; None for several.

        Often the container that grows: it or one below it in the dominator tree.
        """

@final
class Tree:
    """A tree of references as text: what `tree` of a graph returns.

    It holds labels and numbers, and no object. Its `str`, which is its `repr` too, is made
    when it is asked for: as wide as the terminal is then.
    """

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: the text."""

@final
class ArrowTable:
    """A table that others read through the Arrow PyCapsule interface, as often as they like.

    `pyarrow.table(t)`, `polars.DataFrame(t)` and `pandas.DataFrame.from_arrow(t)` do.
    """

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the table as a capsule with an `ArrowArrayStream`.

        The columns have the types that they have, whatever schema is asked for.
        """

    def __arrow_c_schema__(self) -> object:
        """Return the names and types of the columns as a capsule with an `ArrowSchema`."""

@final
class ArrowTables:
    """A graph as two Arrow tables: what `to_arrow` of a graph returns."""

    @property
    def vertices(self) -> ArrowTable:
        """A row a vertex."""

    @property
    def edges(self) -> ArrowTable:
        """A row an edge."""

# At run time the public graph classes are registered with the ABC, not derived from it.

class ObjectGraph(GraphBase[Any, int, ObjectGraph], IDirectedGraph[Any, int]):
    """A graph of objects, told apart by identity, and the references between them.

    `objects` is any iterable of objects; one that comes again is one vertex.
    """

    def __new__(cls, objects: Iterable[object] = ()) -> Self: ...
    def cycles(self) -> list[Cycle]:
        """Return what holds together in cycles: a `Cycle` for each component that has one.

        A cycle comes before those that it leads to, so that in garbage the first ones hold
        the rest. Names are looked up when a `Cycle` is asked for them. Takes the time of
        `strongly_connected_components`.

        >>> from refcycle import ObjectGraph
        >>> numbers = [1]
        >>> numbers.append(numbers)
        >>> ObjectGraph([numbers]).cycles()
        [<Cycle of 1 object: list[1] -> list>]
        """

    def annotated(self) -> AnnotatedGraph:
        """Return the graph with names in place of objects.

        A vertex has the `id()` of its object, an edge the number that it has here.
        """

    def to_json(self) -> str:
        """Return the graph with names as a JSON text."""

    @overload
    def export_json(self, path: StrPath) -> None:
        """Write the graph with names to a JSON file.

        `filename` is the former name of `path`.
        """

    @overload
    def export_json(self, *, filename: StrPath) -> None: ...
    def to_dot(self) -> str:
        """Return the graph with names in Graphviz's DOT language."""

    def export_image(
        self,
        path: StrPath | None = "refcycle.png",
        format: str | None = None,
        dot_executable: StrPath | None = None,
        *,
        filename: StrPath | None = None,
        target: object = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        roots: bool | None = None,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> None:
        """Draw the graph into a file, `refcycle.png` if none is named.

        The format is `format`, else the extension of the file name, else PNG. SVG, PNG
        and PDF need no Graphviz; with `dot_executable` its `dot` is used, for any format
        that it knows. How it looks is said as for `to_svg`.

        PNG and PDF use the fonts of the machine for what the font of refcycle lacks, such
        as Chinese. Where none has it there are boxes, and a UserWarning names the script
        and a font to install; the file is written.

        OSError when the file cannot be written: one that was there is then as it was.
        TimeoutError after `limit_seconds`, when the layout stops at its next step, seconds
        later at most; RuntimeError when the drawing program fails; ValueError for an unknown
        format.
        """

    def to_svg(
        self,
        *,
        target: object = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        roots: bool | None = None,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> str:
        """Return the picture of the graph as the text of an SVG.

        `target` is the vertex that the picture is about, or None: it has a thick red
        outline. Left out, it is the one that the graph was asked about, as
        `ancestors(x)`, `descendants(x)`, `shortest_cycle(x)` and the end of
        `shortest_path(start, x)`; it is at the bottom, but for descendants at the top.
        KeyError when it is not in the graph.

        `fold`: three or more vertices of one type with the same referrers and the same
        referents are one box. `merge_edges`: parallel edges are one arrow with all their
        names. `legend`: colours and shapes are explained below. `theme`: on white, or on
        nearly black.

        `roots`: above what is held from outside the graph a dashed box says by what, as in
        "running in thread MainThread"; "held by C code" only where no other object of the
        snapshot can be the holder: in all of it, and in `ancestors` without a limit. What
        holds a referrer too, as a thread its frames, is drawn there alone. None
        does so for snapshots and their parts, True always, False never. A summary has none,
        nor has a graph of more than 5000 vertices.

        `summary`: None draws a graph that is too large, of more than 1500 boxes or with
        500 more arrows than boxes, as a summary, counted by type and with the largest cycles
        apart. True does so always; False never, and such a graph is a ValueError.

        TimeoutError after `limit_seconds`. A picture of 150 vertices takes less than half
        a second, one of 1000 less than five; the time depends on the arrows most of all.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> "list[0]" in graph.ancestors(inner).to_svg(theme="dark")
        True
        """

    def save(self, path: StrPath, *, redact: bool | None = None) -> None:
        """Write the graph into a file, which `refcycle.load` reads.

        The file has of each object type, label, size, address, reference count and what holds
        it from outside (see `roots`), each reference with its label, and of the whole the
        versions, the command, the time, and the stacks of all threads as they are now. It is a
        table of Apache Arrow (IPC, also called Feather version 2) with zstd, a row an object,
        that pyarrow, pandas and Polars read too; the guide's page on files has its columns.

        Unless `redact` is False, identifiers stay, and every other string is absent, as are
        bytes and numbers: `str (12 characters)` stands for a string. Identifiers are the names
        of types, functions, modules, attributes, variables, threads and tasks, and the paths
        of source files. A key of a dict is one only where the dict is a namespace: that of a
        module, a class, an instance or a frame, `sys.modules`, `__annotations__`,
        `__kwdefaults__`, and `os.environ` without its values. The guide's page on files says
        what that means for data that a program puts into names. With `redact=False` labels are
        those of `annotated`, and the command has its arguments.

        A graph from a file is written as it is, redacted or not. With `redact=True`, one that is
        not redacted is a `ValueError`: the values are in its labels.

        Labels, sizes and holders are those at the time of the call. Takes about the time of the
        names of all objects, some 2 s a million, and up to 100 bytes an object and 30 a
        reference. The file is written beside its place and moved there when it is whole. A new
        one is for its owner alone (0600), as all files are that refcycle writes; one that was
        there keeps its permissions. `OSError` when it cannot be written; what was there before
        is there still.
        """

    def export_heapsnapshot(self, path: StrPath) -> None:
        """Write the graph as a heap snapshot for Chrome's DevTools and memlab.

        It has types, sizes (those of `shallow_sizes`), names of references, weak
        references, and above the objects what holds them from outside (see `roots`). In
        Chrome: Memory panel, Load; the file name must end in `.heapsnapshot`.

        An object has one id in all snapshots of a process, so that DevTools can compare
        two. It is known by its address: it gets a new id when an object of another type
        was there before, or a string or a number of another value. One that takes the
        place of another of its own class has the old id; differences of counts and sizes
        are right all the same.

        Sizes and names are those at the time of the call. Takes about the time of a
        snapshot and of the names of all objects, and 120 bytes an object. ValueError for
        more than 600 million objects, OSError if the file cannot be written.

        >>> import os, tempfile
        >>> from refcycle import ObjectGraph
        >>> path = os.path.join(tempfile.mkdtemp(), "list.heapsnapshot")
        >>> ObjectGraph([[]]).export_heapsnapshot(path)
        >>> os.path.getsize(path) > 500
        True
        """

    @overload
    def export_html(self, path: StrPath, target: object | None = None) -> None:
        """Write a page that shows the graph: one HTML file, that needs no network.

        It starts at `target`, a vertex, else at what the graph was asked about
        (`ancestors(x)`), else with an overview, or with the whole graph
        where that is small, and grows by clicks. Vertices have their types and
        sizes, so that it also tells what retains most. No code of theirs runs.

        An existing file is replaced by a whole one or stays as it is. `KeyError` when
        `target` is no vertex, `OSError` when the file cannot be written. Takes about six seconds
        and 60 MB for a million objects; a graph of more than eight million objects and
        references is written as its overview.

            >>> import refcycle
            >>> cache = {}
            >>> cache["self"] = cache
            >>> refcycle.ObjectGraph([cache]).export_html("cache.html", target=cache)
        """

    @overload
    def export_html(self, *, filename: StrPath, target: object | None = None) -> None: ...
    def view(self, target: object | None = None) -> str:
        """Write the page of `export_html` to a temporary file and open it in the browser.

        Return the path. The file is not removed.
        """

    def owned_objects(self) -> list[Any]:
        """Return the objects of this graph that a later snapshot would show."""

    def external_references(self, obj: object) -> int | None:
        """Return how many references to a vertex come from outside the graph.

        From what the collector does not show, from C code, or, in a part of a graph, from
        the rest; the graph's own reference does not count. `None` where it is not known:
        for immortal objects. The count is that of the moment when the graph was made.
        """

    def unreachable(self) -> Self:
        """Return the graph of the objects to which nothing from outside leads.

        Of a whole snapshot that is the garbage: what the next pass of the collector would
        find. Of a part it is what only the part itself keeps alive. By the reference counts
        of the moment when the graph was made; objects that nobody counts, as immortal ones,
        are taken to be held. Takes time and memory in proportion to the graph; `MemoryError`
        where that is not there.

        >>> import gc, refcycle
        >>> gc.disable()
        >>> class Node: pass
        >>> one, other = Node(), Node()
        >>> one.other, other.other = other, one
        >>> len(refcycle.snapshot().unreachable().find_by_typename("Node"))
        0
        >>> del one, other
        >>> len(refcycle.snapshot().unreachable().find_by_typename("Node"))
        2
        >>> gc.enable()
        """

    def _unreachable_without(self, ignored: list[Any]) -> Self: ...
    def _why_each(self, objects: list[Any], *, limit: int = 5) -> list[Why]: ...
    def roots(self) -> list[Root]:
        """Return the vertices with references from outside the graph, in their order.

        They start every chain of references that keeps objects alive. References are
        counted as they were when the graph was made; their holders are looked for when
        this is called. Takes about the time of a snapshot.
        """

    def why(self, obj: object, *, limit: int = 5) -> Why:
        """Return why an object is alive: the chains of references that keep it so.

        A chain leads from what is held from outside, such as the frames of a thread or
        `sys.modules`, to the object. The chains share no object but this one and modules, so
        that each has to be broken to free it; at most `limit` are looked for, short ones
        first.
        Variables of the calling function that refer to the object itself are passed over,
        unless nothing else holds it, and so are the objects of this package. C code is named
        only where nothing else leads to the object.

        KeyError if it is no vertex. Takes about the time of `roots`, and of a search that
        ends where all chains are found.

        >>> import refcycle
        >>> class Pool:
        ...     def __init__(self):
        ...         self.free = [set()]
        >>> pool = Pool()
        >>> [chain, *_] = refcycle.snapshot().why(pool.free[0]).chains
        >>> [(step.reference, step.label) for step in chain.steps][-2:]
        [('.free', 'list[1]'), ('item[0]', 'set[0]')]
        """

    def retained_size(self, obj: object) -> int:
        """Return the bytes that would be freed if a vertex were gone.

        These are its own and those of all that is reached from outside through it alone:
        what it dominates. Sizes are those of `shallow_sizes` at the time of the first call
        of this method or one of those below, which is kept. Strings, numbers and what else
        the collector does not track count in `snapshot(untracked=True)` alone.

        KeyError if it is no vertex. The first call takes some 0.2 s a million objects.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> graph.retained_size(inner) == graph.shallow_size(inner)
        True
        """

    def retained_sizes(self) -> array[int]:
        """Return the retained size of each vertex, in order: type code `Q`."""

    def dominator_tree(self) -> DominatorTree:
        """Return what would be freed with what: the dominator tree of the graph.

        Print it for the objects that retain most, and what they retain it in. Nothing is
        computed before it is asked; then it takes the time of `retained_size`, once.

        >>> import refcycle
        >>> class Pool:
        ...     def __init__(self):
        ...         self.free = [bytearray(1000)]
        >>> pool = Pool()
        >>> heap = refcycle.snapshot(untracked=True)
        >>> graph = heap.full_subgraph([pool, pool.free, *pool.free])
        >>> [found.retained_count for found in graph.dominator_tree().children(pool)]
        [2]
        """

    def immediate_dominator(self, obj: object) -> Any:
        """Return the nearest other vertex without which this one would be gone too.

        None where there is none: what is held from outside, or in two ways that share no
        object. KeyError if it is no vertex.
        """

    def dominated_by(self, obj: object) -> ObjectGraph:
        """Return the graph of what would be gone without a vertex, that one included.

        KeyError if it is no vertex.
        """

    def directly_dominated_by(self, obj: object = ...) -> list[Retained]:
        """Return what is directly below a vertex in the dominator tree, the largest first.

        Without an argument, what no other vertex dominates. KeyError if it is no vertex.
        """

    def top_retained(self, n: int = 10) -> list[Retained]:
        """Return the `n` that retain most of the vertices that no other dominates."""

    def leak_suspects(self, share: float = 0.1) -> list[Suspect]:
        """Return the few objects that retain most, the largest first.

        They are of those that no other vertex dominates, single ones or all of a type, and
        retain at least this part of all bytes, as in Eclipse's Memory Analyzer. ValueError
        unless `share` is more than 0 and at most 1.
        """

    def statistics(self) -> dict[str, Any]:
        """Return what the graph holds and how the heap was read.

        `vertices`, `edges`, `memory` (bytes of the graph's arrays), and for a snapshot and
        its parts `pause_seconds` (for how long no other thread could run),
        `running_frames`, `untracked` (whether such objects were asked for), `frozen`
        (objects that `gc.freeze()` has put aside), `frozen_unseen` (those of them that are
        not in the snapshot) and `tuples_let_go` (tuples that only C code held and that may
        not have been complete).
        """

    @overload
    def find_by_typename(self, type_name: str) -> list[Any]:
        """Return the vertices whose type has this name.

        `name` is the former name of `type_name`.
        """

    @overload
    def find_by_typename(self, *, name: str) -> list[Any]: ...
    def count_by_typename(self) -> Counter[str]:
        """Return how many vertices there are of each type name."""

    def shallow_size(self, obj: object) -> int:
        """Return the bytes that a vertex itself takes; KeyError if it is no vertex.

        Counted are the header of the collector, the words before the object, its items
        and tables, and the attributes that it holds inline; not what it refers to. The
        table of names that the instances of a class share counts with the class.

        The object is measured as it is at the time of the call. No code of its own runs:
        a `__sizeof__` that is written in Python is passed over. Takes constant time.

        >>> from refcycle import ObjectGraph
        >>> data = bytes(100)
        >>> ObjectGraph([data]).shallow_size(data)
        133
        """

    def shallow_sizes(self) -> array[int]:
        """Return the bytes that each vertex itself takes, in the order of iteration.

        Each is measured as `shallow_size` does, at the time of the call. Takes time in
        proportion to the vertices, some 20 to 60 ms a million, and 8 bytes each for the result
        (16 while it is made).

        >>> from refcycle import ObjectGraph
        >>> ObjectGraph([bytes(100), bytes(10)]).shallow_sizes()
        array('Q', [133, 43])
        """

    @classmethod
    def vertex_set(cls) -> ElementTransformSet[Any]:
        """Return an empty set for vertices, by identity."""

    @classmethod
    def vertex_dict(cls) -> KeyTransformDict[Any, Any]:
        """Return an empty mapping for vertices, by identity."""

    @classmethod
    def vertex_equal(cls, vertex1: object, vertex2: object) -> bool:
        """Return whether two vertices are identical."""

@final
class AnnotatedVertex:
    """A vertex with an id and an annotation. Those with the same id are equal."""

    id: int
    annotation: str
    def __new__(cls, id: int, annotation: str) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AnnotatedEdge:
    """An edge with an id, an annotation and the ids of the vertices at its ends.

    Edges with the same id are equal.
    """

    id: int
    annotation: str | None
    head: int
    tail: int
    def __new__(cls, id: int, annotation: str | None, head: int, tail: int) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

class AnnotatedGraph(
    GraphBase[AnnotatedVertex, AnnotatedEdge, AnnotatedGraph],
    IDirectedGraph[AnnotatedVertex, AnnotatedEdge],
):
    """A graph of names and numbers, that keeps no object alive."""

    def __new__(
        cls, vertices: Iterable[AnnotatedVertex], edges: Iterable[AnnotatedEdge]
    ) -> Self: ...
    @classmethod
    def from_json(cls, json_graph: str | bytes) -> AnnotatedGraph:
        """Return the graph of a JSON text; ValueError says what is wrong and where."""

    @overload
    @classmethod
    def import_json(cls, path: StrPath) -> AnnotatedGraph:
        """Return the graph of a JSON file.

        `filename` is the former name of `path`.
        """

    @overload
    @classmethod
    def import_json(cls, *, filename: StrPath) -> AnnotatedGraph: ...
    @classmethod
    def from_graphml(cls, graphml: str | bytes) -> AnnotatedGraph:
        """Return the directed graph of a GraphML text, ours or another program's.

        The annotations are the data of the key named `label`, else `annotation`, else
        `name`; a vertex without one has its id for one. Ids that are whole numbers, all of
        them, are kept; others are replaced by numbers in their order. ValueError says what
        is wrong and where: no GraphML, an undirected edge, two vertices of one id, an edge
        to nowhere, entities that the document declares.

        >>> from refcycle import AnnotatedGraph
        >>> graph = AnnotatedGraph.from_graphml(
        ...     '<graphml><graph edgedefault="directed"><node id="a"/><node id="b"/>'
        ...     '<edge source="a" target="b"/></graph></graphml>'
        ... )
        >>> [vertex.annotation for vertex in graph]
        ['a', 'b']
        """

    @classmethod
    def import_graphml(cls, path: StrPath) -> AnnotatedGraph:
        """Return the directed graph of a GraphML file; see `from_graphml`."""

    def to_json(self) -> str:
        """Return the graph as a JSON text."""

    @overload
    def export_json(self, path: StrPath) -> None:
        """Write the graph to a JSON file.

        `filename` is the former name of `path`.
        """

    @overload
    def export_json(self, *, filename: StrPath) -> None: ...
    def to_dot(self) -> str:
        """Return the graph in Graphviz's DOT language."""

    def export_image(
        self,
        path: StrPath | None = "refcycle.png",
        format: str | None = None,
        dot_executable: StrPath | None = None,
        *,
        filename: StrPath | None = None,
        target: AnnotatedVertex | None = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> None:
        """Draw the graph into a file, `refcycle.png` if none is named.

        The format is `format`, else the extension of the file name, else PNG. SVG, PNG
        and PDF need no Graphviz; with `dot_executable` its `dot` is used, for any format
        that it knows. How it looks is said as for `to_svg`.

        PNG and PDF use the fonts of the machine for what the font of refcycle lacks, such
        as Chinese. Where none has it there are boxes, and a UserWarning names the script
        and a font to install; the file is written.

        OSError when the file cannot be written: one that was there is then as it was.
        TimeoutError after `limit_seconds`, when the layout stops at its next step, seconds
        later at most; RuntimeError when the drawing program fails; ValueError for an unknown
        format.
        """

    def to_svg(
        self,
        *,
        target: AnnotatedVertex | None = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> str:
        """Return the picture of the graph as the text of an SVG.

        `target` is the vertex that the picture is about, or None: it has a thick red
        outline. Left out, it is the one that the graph was asked about, as
        `ancestors(x)`, `descendants(x)`, `shortest_cycle(x)` and the end of
        `shortest_path(start, x)`; it is at the bottom, but for descendants at the top.
        KeyError when it is not in the graph.

        `fold`: three or more vertices of one type with the same referrers and the same
        referents are one box. `merge_edges`: parallel edges are one arrow with all their
        names. `legend`: colours and shapes are explained below. `theme`: on white, or on
        nearly black.

        `summary`: None draws a graph that is too large, of more than 1500 boxes or with
        500 more arrows than boxes, as a summary, counted by type and with the largest cycles
        apart. True does so always; False never, and such a graph is a ValueError.

        TimeoutError after `limit_seconds`. A picture of 150 vertices takes less than half
        a second, one of 1000 less than five; the time depends on the arrows most of all.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> "list[0]" in graph.ancestors(inner).to_svg(theme="dark")
        True
        """

    @overload
    def export_html(self, path: StrPath, target: AnnotatedVertex | None = None) -> None:
        """Write a page that shows the graph: one HTML file, that needs no network.

        It starts at `target`, a vertex, else at what the graph was asked about
        (`ancestors(x)`), else with an overview, or with the whole graph
        where that is small, and grows by clicks. Types are read off the
        annotations.

        An existing file is replaced by a whole one or stays as it is. `KeyError` when
        `target` is no vertex, `OSError` when the file cannot be written. A graph of more than
        eight million vertices and edges is written as its overview.

            >>> from refcycle.annotated_graph import AnnotatedGraph, AnnotatedVertex
            >>> graph = AnnotatedGraph([AnnotatedVertex(1, "list[0]")], [])
            >>> graph.export_html("list.html")
        """

    @overload
    def export_html(self, *, filename: StrPath, target: AnnotatedVertex | None = None) -> None: ...
    def view(self, target: AnnotatedVertex | None = None) -> str:
        """Write the page of `export_html` to a temporary file and open it in the browser.

        Return the path. The file is not removed.
        """

class DirectedGraph(GraphBase[_H, int, DirectedGraph[_H]], IDirectedGraph[_H, int]):
    """A graph of hashable objects, told apart by equality.

    It is made by `from_out_edges` or `from_edge_pairs`, never by a call of the class.
    Edges are numbered in the order in which they are given.
    """

    @classmethod
    def from_out_edges(
        cls,
        vertices: Iterable[_K],
        edge_mapper: SupportsGetItem[_K, Iterable[_K]] | Callable[[_K], Iterable[_K]],
    ) -> DirectedGraph[_K]:
        """Return the graph in which the edges of `v` go to the items of `edge_mapper[v]`.

        `edge_mapper` may also be a function.
        """

    @classmethod
    def from_edge_pairs(
        cls, vertices: Iterable[_K], edge_pairs: Iterable[tuple[_K, _K]]
    ) -> DirectedGraph[_K]:
        """Return the graph of these vertices and of edges `(tail, head)`."""

    def annotated(self) -> AnnotatedGraph:
        """Return the graph with the `str()` of its vertices.

        Vertices have the ids 0, 1, 2, ..., edges their numbers.
        """

    def to_dot(self) -> str:
        """Return the graph in Graphviz's DOT language."""

@final
class UserGraph(GraphBase[Any, Any, _G]):
    """What a graph of a user's class says of itself, for the algorithms.

    Queries give graphs of the user's class.
    """

    def __new__(cls, graph: _G) -> Self: ...

def why(obj: object, *, limit: int = 5) -> Why:
    """Return why an object is alive now, from a snapshot: see `ObjectGraph.why`.

    What the collector does not track, as a string, takes a snapshot of everything.

    >>> import sys, refcycle
    >>> [chain] = refcycle.why(sys.modules, limit=1).chains
    >>> chain.holder
    'sys.modules'
    """

def load(path: StrPath, *, progress: Callable[[int, int], object] | None = None) -> LoadedGraph:
    """Return the graph of a file that `ObjectGraph.save` or `refcycle.dump` has written.

    It answers what a live one does; its vertices are `SavedObject`s in place of objects. Any
    version of Python reads the file of any other. Takes some 0.5 s and 150 bytes an object
    for a million objects. Ctrl-C stops it; `progress`, if given, is called some times with
    how many objects have been read, and how many there are; what it raises ends the reading.

    `OSError` when the file cannot be read. `ValueError` when it is no such file, when it is
    damaged or still being written, or has a newer format: the message says what is wrong with
    it. `MemoryError` when there is not enough memory for what it holds. A file from elsewhere
    can do no harm but by its size; one that is loaded has an answer to every question.

    >>> import refcycle, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
    >>> pair = [[]]
    >>> refcycle.ObjectGraph([pair, pair[0]]).save(path)
    >>> graph = refcycle.load(path)
    >>> [(obj.label, obj.type_name) for obj in graph]
    [('list[1]', 'list'), ('list[0]', 'list')]
    >>> graph.at(id(pair)).size == refcycle.ObjectGraph([pair]).shallow_size(pair)
    True
    """

@final
class SavedObject:
    """An object of a heap that was saved: what the file says of it.

    The vertices of a `LoadedGraph` are such objects, told apart by identity.
    """

    @property
    def address(self) -> int:
        """The address that the object had: its `id()`."""

    @property
    def type_name(self) -> str:
        """The name of its type, with the module but for builtins."""

    @property
    def label(self) -> str:
        """What it was, in one or two short lines."""

    @property
    def size(self) -> int:
        """The bytes that it took itself."""

    @property
    def state(self) -> str | None:
        """Where its execution was.

        Of a generator or coroutine `running` or `suspended`, also before its start and after
        its end; of a task or future of asyncio `pending` or `done`; None for all others.
        """

    def references(self, limit: int | None = None) -> list[tuple[str | None, str]]:
        """Return to what it referred, in its order, the first `limit` references.

        Each as its name, None where there is none, and the name of the type of the object. Also
        what is not in a part of the graph, but not what the snapshot left out: strings and
        numbers, unless it was taken with `untracked=True`. `OverflowError` for a negative
        `limit`.

        >>> import refcycle, os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
        >>> inner = []
        >>> refcycle.ObjectGraph([{"name": inner}, inner]).save(path)
        >>> [obj.references() for obj in refcycle.load(path)]
        [[('value[str (4 characters)]', 'list')], []]
        """

class LoadedGraph(ObjectGraph):
    """A graph of objects as they were when it was saved: what `refcycle.load` returns.

    It answers what an `ObjectGraph` does, from what the file says: labels, sizes, counts and
    holders are those of that moment. Parts of it are of this class too.
    """

    def __new__(cls, *arguments: object, **keywords: object) -> Self: ...
    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of the whole, by name; empty for a graph without vertices.

        `refcycle`, `python`: versions. `platform`, `pid`, `time` (UTC). `command`: JSON, a list;
        the program alone in a redacted file. `threads`: JSON, by the name of each thread its
        stack, the innermost call first. `redacted`: `true` or `false`. For a snapshot
        `pause_seconds`, `untracked` and `frozen`, as in `statistics`.
        """

    def at(self, address: int) -> SavedObject:
        """Return the vertex that had this address. `KeyError` where there is none."""

def snapshot(*, untracked: bool = False) -> ObjectGraph:
    """Return the graph of all tracked objects and of the frames that are running.

    With `untracked=True` it has everything else that can be reached from those as well:
    strings, numbers, code, tuples and dicts that hold nothing else, the types that are
    compiled into CPython. The graph itself is not in it. Nothing is collected first.
    """

@final
class Capability:
    """Whether something is available, and why not. True when it is available."""

    @property
    def available(self) -> bool:
        """Whether it is available."""

    @property
    def reason(self) -> str:
        """Why it is not available; empty when it is."""

    def __bool__(self) -> bool: ...

def capabilities() -> dict[str, Capability]:
    """Return what refcycle can see on this Python.

    The keys are `frame_locals`, `frame_stacks` (of running frames), `generator_locals`,
    `attribute_names` (of attributes that instances hold inline), `attribute_sizes`,
    `dict_tables` (else dicts are read more slowly) and `frozen_objects`.

    What depends on private structures of CPython is checked on known objects when refcycle
    is imported; what does not hold is left out. `REFCYCLE_DISTRUST`, an environment
    variable, names those that are to be left out anyway, separated by commas.
    """

def objects_reachable_from(obj: object) -> ObjectGraph:
    """Return the graph of an object and everything that can be reached from it."""

def garbage() -> ObjectGraph:
    """Return the graph of what is garbage now.

    Runs a collection that keeps what it finds, so that finalizers run, weak references
    to the garbage are cleared and their callbacks are called. What the graph does not
    hold is freed by the next collection.
    """

def garbage_preview() -> ObjectGraph:
    """Return the graph of what `garbage()` would return, without collecting anything.

    No finalizer runs, no weak reference is cleared, no callback is called, and the garbage
    is what it was as soon as the graph is gone. What a finalizer would bring back to life
    is in it. Takes about the time of a collection.
    """

def cycles_created_by(callable: Callable[[], object]) -> ObjectGraph:
    """Return the graph of the garbage that a call leaves behind.

    What was garbage before is collected first; what the callable raises is passed on.
    """

def key_cycles() -> list[ObjectGraph]:
    """Return the cycles that keep the present garbage alive."""

def object_annotation(obj: object) -> str:
    """Return what an object is, in one or two short lines."""

def redacted_file(name: str) -> str:
    """Return the file name of a frame as a redacted file shows it: its length if it is no source.

    >>> redacted_file("/srv/shop/views.py"), redacted_file("price > 40")
    ('/srv/shop/views.py', 'str (10 characters)')
    """

def annotated_references(obj: object) -> KeyTransformDict[Any, list[str]]:
    """Return the names of the references to each object that `obj` refers to."""

def _restore(
    class_: type[Any],
    vertices: list[Any],
    edges: list[tuple[int, int, int]],
    /,
) -> Any:
    """Make a graph again of what its `__reduce__` returned."""

@final
class NewFile:
    """A file beside its place, where it goes when it is whole.

    It is for its owner alone, unless it takes the place of one with other permissions.
    """

    def __new__(cls, path: StrPath, *, follow_links: bool = True) -> Self:
        """Make the file, empty. OSError when that cannot be done."""

    def open(self) -> int | None:
        """Open what is in the place if that is no file. Return the descriptor.

        A pipe waits for its reader. None where files have no descriptors.
        """

    def leave(self) -> str | None:
        """Close the file for this process and leave it to another.

        Return its path, if there is one beside the place.
        """

    def discard(self) -> None:
        """Remove the file, unless it was written or left."""

    def write(self, chunks: Iterable[bytes]) -> None:
        """Write what an iterable gives, and move the file into its place.

        What the iterable raises leaves the place as it was.
        """

def save_into(graph: ObjectGraph, file: NewFile, *, redact: bool) -> None:
    """Write a graph as `ObjectGraph.save` does, into a file that was begun."""

def _later(module: str, name: str, /) -> Any:
    """Return a name in a module, which is imported if need be.

    RuntimeError when the program ends and it can no longer be imported.
    """

def _escaped(text: str, /) -> str:
    r"""Return a text in one line for a terminal.

    It has an escape, as `\x1b`, for each character that a terminal would obey or that nobody
    would see.
    """
