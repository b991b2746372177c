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
    """An iterator over the vertices or the edges of a graph."""

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
    """An iterator over the simple cycles of a graph, shortest first."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> list[_V]: ...

@final
class FeedbackArcSet(Generic[_E]):
    """Edges whose removal leaves a graph without cycles."""

    @property
    def edges(self) -> list[_E]:
        """The edges, in the order of the graph."""

    @property
    def weight(self) -> float:
        """The sum of their weights; without weights, the number of edges."""

    @property
    def lower_bound(self) -> float:
        """A proven lower bound: no such set weighs less than this."""

    @property
    def is_optimal(self) -> bool:
        """Whether the set is proven to have the least possible weight."""

    def __len__(self) -> int: ...

@disjoint_base
class GraphBase(Generic[_V, _E, _G]):
    """The methods that all graphs share: vertices, edges and the algorithms on them.

    `_V` is the type of a vertex, `_E` that of an edge, and `_G` the class of the graphs that
    queries return.
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
        """Return the heads of the edges that leave a vertex, one for each parallel edge."""

    def parents(self, vertex: _V) -> list[_V]:
        """Return the tails of the edges that enter a vertex, one for each parallel edge."""

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
        """Return the graph of the vertices on a shortest path; ValueError if there is none."""

    def shortest_cycle(self, start: _V) -> _G:
        """Return the graph of the vertices on a shortest cycle; ValueError if there is none."""

    def strongly_connected_components(self) -> list[_G]:
        """Return the strongly connected components in reverse topological order.

        A component comes after all those that it reaches.
        """

    def source_components(self) -> list[_G]:
        """Return the strongly connected components that no other component reaches.

        In a graph of garbage, these keep the rest alive.
        """

    def cyclic_components(self) -> list[_G]:
        """Return the strongly connected components that have a cycle.

        Each has at least two vertices, or an edge from a vertex to itself. The order is that of
        `strongly_connected_components`.

        >>> from refcycle.directed_graph import DirectedGraph
        >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "ba", "bc", "dd"])
        >>> sorted(sorted(part) for part in graph.cyclic_components())
        [['a', 'b'], ['d']]
        """

    def simple_cycles(self, max_length: int | None = None) -> SimpleCycles[_V]:
        """Return an iterator over the simple cycles, shortest first, each once.

        Each cycle is a list of vertices in the order of its edges; the last edge leads back to
        the first vertex. Cycles that differ only in their choice of parallel edges count as one.
        `max_length` is the largest number of vertices of a cycle.

        Cycles are computed one at a time, because there can be exponentially many. The start
        takes O(vertices + edges) time; memory does not grow with the number of cycles.

        >>> from refcycle.directed_graph import DirectedGraph
        >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc", "ca", "ba"])
        >>> list(graph.simple_cycles())
        [['a', 'b'], ['a', 'b', 'c']]
        """

    def feedback_arc_set(self, weights: Iterable[float] | None = None) -> FeedbackArcSet[_E]:
        """Return edges of small total weight whose removal leaves no cycle.

        `weights` has a number for each edge, in the order of `edges`; without it each edge weighs
        1. The set is a minimum if `is_optimal` says so: the exact search stops after some tens of
        milliseconds. It is always minimal: putting back any of its edges closes a cycle.
        ValueError if the number of weights is wrong, or if one is negative or not finite.

        >>> from refcycle.directed_graph import DirectedGraph
        >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
        >>> graph.feedback_arc_set().edges
        [0]
        >>> graph.feedback_arc_set([5, 1, 1, 1, 1]).weight
        2.0
        """

    def count_by(self, classifier: Callable[[_V], _H]) -> Counter[_H]:
        """Return how many vertices the classifier puts into each class."""

    def find_by(self, predicate: Callable[[_V], object]) -> list[_V]:
        """Return the vertices for which the predicate is true."""

    def to_graphml(self) -> str:
        """Return the graph, with names, as GraphML; see `export_graphml`.

        >>> from refcycle import ObjectGraph
        >>> '<data key="label">list[0]</data>' in ObjectGraph([[]]).to_graphml()
        True
        """

    def export_graphml(self, path: StrPath) -> None:
        r"""Write the graph, with names, to a GraphML file for yEd, Gephi or NetworkX.

        Names are not shortened. Characters that XML cannot contain, such as most control
        characters, are written as escapes (`\x1b`), here and in the formats below. The file is
        written under a temporary name and moved into place when it is complete; OSError if that
        fails. The time is linear in the length of the names.

        >>> import os, tempfile
        >>> from refcycle import AnnotatedGraph, ObjectGraph
        >>> path = os.path.join(tempfile.mkdtemp(), "graph.graphml")
        >>> ObjectGraph([[]]).export_graphml(path)
        >>> [vertex.annotation for vertex in AnnotatedGraph.import_graphml(path)]
        ['list[0]']
        """

    def to_gexf(self) -> str:
        """Return the graph, with names, as GEXF; see `export_gexf`.

        >>> from refcycle import ObjectGraph
        >>> 'label="list[0]"' in ObjectGraph([[]]).to_gexf()
        True
        """

    def export_gexf(self, path: StrPath) -> None:
        """Write the graph, with names, to a GEXF file for Gephi; see `export_graphml`."""

    def to_cytoscape(self) -> str:
        """Return the graph, with names, as JSON for Cytoscape; see `export_cytoscape`.

        >>> import json
        >>> from refcycle import ObjectGraph
        >>> graph = json.loads(ObjectGraph([[]]).to_cytoscape())
        >>> [node["data"]["name"] for node in graph["elements"]["nodes"]]
        ['list[0]']
        """

    def export_cytoscape(self, path: StrPath) -> None:
        """Write the graph, with names, as JSON for Cytoscape and Cytoscape.js.

        The name is the `name` of a vertex and the `interaction` of an edge. See
        `export_graphml` for the rest.
        """

    def export_csv(self, edges_path: StrPath, vertices_path: StrPath | None = None) -> None:
        r"""Write a table of the edges and, if `vertices_path` is given, one of the vertices.

        The columns are `source,target,id,label` and `id,label`. A name that a spreadsheet would
        run as a formula is prefixed with `'`. See `export_graphml` for the rest.

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
        """Return a tree of the referrers of `start`, or of its referents: print it.

        A line reads `NAME of REFERRER`, or with `direction="referents"` `NAME: REFERENT`. Lines
        near `start` take precedence over lines far from it. A vertex is expanded once: where it
        appears again, a number refers to the first place. If no object of the graph refers to an
        object, `(2 from outside)` says how many references come from elsewhere. A line that ends
        in ` …` has more below it, and the last lines say what the limits left out.

        `max_depth` limits the steps from `start` (`None`: no limit), `max_lines` the lines (at
        least 3). Of siblings of one kind the first `fold` are shown, and one line says how many
        more there are (`None` shows all). `width` is in terminal cells (at least 20; a wide
        character takes two); `None` is the width of the terminal when the tree is printed. With
        `ascii` the tree is pure ASCII and other characters are escaped; `None` does so if
        `sys.stdout` cannot encode them.

        `KeyError` if `start` is not a vertex, `ValueError` for a limit that is too low. Only the
        labels that are shown are computed: milliseconds in a graph of a million objects, once
        `parents` or `tree` has built the reversed edges. A `DirectedGraph` shows the `str()` of
        its vertices.

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
        """Return the text of `tree(start)`; without a start, of as many trees as are needed.

        Without a start, every vertex is in one of the trees unless a limit leaves it out. The
        trees start at one vertex of each strongly connected component that no other component
        reaches. That takes time linear in the size of the graph.

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

        `vertices` has one row for each vertex, in the order of iteration: `vertex` (its number
        from 0), `id`, `type` (the name of the object's type; of an annotated vertex, the one in
        its label), `label` and `size` (bytes of the object itself; null if the vertices are not
        objects of the heap). `edges` has `id`, `tail` and `head` (numbers of vertices) and
        `label`, which may be null. The ids are those of `annotated()`.

        pyarrow, pandas, Polars, DuckDB and others read the tables without a copy through the
        Arrow PyCapsule interface; none of them need be installed. The tables hold no object.
        `ValueError` if a label or an id does not fit. All labels are computed: about two seconds
        for a million objects.

        >>> from refcycle import ObjectGraph
        >>> tables = ObjectGraph([[1], 1]).to_arrow()
        >>> tables.edges
        <refcycle._refcycle.ArrowTable of 1 rows: id, tail, head, label>
        >>> tables.vertices.column_names
        ['vertex', 'id', 'type', 'label', 'size']
        """

    def to_networkx(self) -> Any:
        """Return the graph as a `networkx.MultiDiGraph`.

        A node is the `id` of the object or of the annotated vertex; in a `DirectedGraph` it is
        the vertex itself. Its attributes are `label` and `type`, as in `to_arrow`. The key of an
        edge is its id, and its attribute is `label`, if it has one. No object of an `ObjectGraph`
        is kept alive. `ImportError` if networkx is not installed. All labels are computed, and
        each vertex and each edge takes some 500 bytes.
        """

    def to_rustworkx(self) -> Any:
        """Return the graph as a `rustworkx.PyDiGraph`.

        The index of a node is the number of the vertex in the order of iteration. The payload of
        a node is a dict with `id`, `label` and `type`; that of an edge is a dict with `id` and, if
        it has one, `label`, as in `to_networkx`. `ImportError` if rustworkx is not installed. All
        labels are computed, and each vertex and each edge takes some 500 bytes.
        """

    def to_scipy(self) -> Any:
        """Return the graph as a `scipy.sparse.csr_array` of ones.

        Row and column are the numbers of the tail and the head in the order of iteration.
        Parallel edges are separate entries at one position, which SciPy adds up. The index arrays
        are the graph's own and read-only: call `copy()` before operations that change the array
        in place, such as `sum_duplicates` and `max`. `ImportError` if scipy is not installed.
        Takes the time and memory for the ones, 4 bytes an edge.
        """

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type.

        For up to 150 vertices, a picture as `image/svg+xml`. For more, or if drawing takes longer
        than 5 seconds, a table of the types and their numbers of vertices as `text/html`. In any
        case that table as `text/plain`.
        """

    @classmethod
    def vertex_set(cls) -> MutableSet[_V]:
        """Return an empty set for vertices."""

    @classmethod
    def vertex_dict(cls) -> MutableMapping[_V, Any]:
        """Return an empty mapping for vertices."""

    @classmethod
    def vertex_equal(cls, vertex1: _V, vertex2: _V) -> bool:
        """Return whether two vertices are equal."""

    def __sub__(self, other: IDirectedGraph[Any, Any], /) -> _G: ...
    def __and__(self, other: IDirectedGraph[Any, Any], /) -> _G: ...
    def __len__(self) -> int: ...
    def __contains__(self, vertex: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_V]: ...

@final
class Root:
    """A vertex with references from outside its graph."""

    @property
    def vertex(self) -> Any:
        """The object."""

    @property
    def external_references(self) -> int:
        """How many references come from outside."""

    @property
    def holders(self) -> tuple[str, ...]:
        """What holds the references whose origin is known, one text for each reference."""

    @property
    def unexplained(self) -> int:
        """How many of the references have no known origin."""

    @property
    def name(self) -> str:
        """All holders as one text.

        For example `running in thread MainThread` or `held by C code: 2 references`.
        """

@final
class Retained:
    """What a vertex retains: what would be freed without it."""

    @property
    def vertex(self) -> Any:
        """The object."""

    @property
    def shallow_size(self) -> int:
        """The bytes of the object itself."""

    @property
    def retained_size(self) -> int:
        """The bytes of the object and of everything that it dominates."""

    @property
    def retained_count(self) -> int:
        """The number of these objects, itself included."""

@final
class Suspect:
    """One object, or all objects of one type, that retain a large part of a heap."""

    @property
    def vertices(self) -> list[Any]:
        """The objects, the largest retainer first."""

    @property
    def type_name(self) -> str:
        """The name of their type."""

    @property
    def retained_size(self) -> int:
        """The bytes that they retain together."""

    @property
    def share(self) -> float:
        """The retained bytes as a part of all bytes of the graph."""

    @property
    def accumulation_point(self) -> Any:
        """The object below which a single suspect's memory spreads out; None for several objects.

        Often the container that grows: the suspect or an object below it in the dominator tree.
        """

@final
class Tree:
    """A tree of references as text: the result of a graph's `tree`.

    It holds labels and numbers, but no object. `str` and `repr` draw it, as wide as the
    terminal is at that time.
    """

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: the text."""

@final
class ArrowTable:
    """A table for the Arrow PyCapsule interface. It can be read any number of times.

    Use `pyarrow.table(t)`, `polars.DataFrame(t)` or `pandas.DataFrame.from_arrow(t)`.
    """

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the table as a capsule with an `ArrowArrayStream`.

        The types of the columns stay as they are, whatever schema is requested.
        """

    def __arrow_c_schema__(self) -> object:
        """Return the names and types of the columns as a capsule with an `ArrowSchema`."""

@final
class ArrowTables:
    """A graph as two Arrow tables: the result of a graph's `to_arrow`."""

    @property
    def vertices(self) -> ArrowTable:
        """The table of the vertices, one row each."""

    @property
    def edges(self) -> ArrowTable:
        """The table of the edges, one row each."""

# At run time the public graph classes are registered with the ABC, not derived from it.

class ObjectGraph(GraphBase[Any, int, ObjectGraph], IDirectedGraph[Any, int]):
    """A graph of objects, compared by identity, and of the references between them.

    `objects` is any iterable of objects; an object that occurs twice is one vertex.
    """

    def __new__(cls, objects: Iterable[object] = ()) -> Self: ...
    def cycles(self) -> list[Cycle]:
        """Return a `Cycle` for each strongly connected component that has a cycle.

        A component comes before those that it reaches, so that in garbage the first ones hold the
        rest. Names are computed when a `Cycle` is asked for them. Takes the time of
        `strongly_connected_components`.

        >>> from refcycle import ObjectGraph
        >>> numbers = [1]
        >>> numbers.append(numbers)
        >>> ObjectGraph([numbers]).cycles()
        [<Cycle of 1 object: list[1] -> list>]
        """

    def annotated(self) -> AnnotatedGraph:
        """Return the graph with names in place of objects.

        The id of a vertex is the `id()` of its object; the id of an edge is its number here.
        """

    def to_json(self) -> str:
        """Return the graph, with names, as JSON."""

    @overload
    def export_json(self, path: StrPath) -> None:
        """Write the graph with names to a JSON file.

        `filename` is the former name of `path`.
        """

    @overload
    def export_json(self, *, filename: StrPath) -> None: ...
    def to_dot(self) -> str:
        """Return the graph, with names, in Graphviz's DOT language."""

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
        """Draw the graph to a file, by default `refcycle.png`.

        The format is `format`, else the extension of the file name, else PNG. SVG, PNG and PDF do
        not need Graphviz. `dot_executable` names Graphviz's `dot`, which is then used, for any
        format that it supports. See `to_svg` for the other options. `filename` is the former name
        of `path`.

        PNG and PDF use fonts of the machine for characters that refcycle's font lacks, such as
        Chinese. If no font has them, the picture shows boxes, and a UserWarning names the script
        and a font to install.

        OSError if the file cannot be written; an existing file then stays as it was. TimeoutError
        after `limit_seconds`; the layout may take seconds longer to stop. RuntimeError if
        Graphviz fails. ValueError for an unknown format.
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
        """Return the picture of the graph as SVG.

        `target` is the vertex that the picture is about; it gets a thick red outline. `None` means
        no vertex. By default it is the one that the graph is the answer for: `x` in
        `ancestors(x)`, `descendants(x)`, `shortest_cycle(x)` and `shortest_path(start, x)`. It is
        drawn at the bottom, for descendants at the top. KeyError if it is not in the graph.

        `fold` draws three or more vertices of one type with the same referrers and the same
        referents as one box. `merge_edges` draws parallel edges as one arrow with all their names.
        `legend` explains colours and shapes below the picture. `theme` is the colour of the
        background.

        `roots` draws a dashed box above each object that is held from outside the graph, with the
        holder, for example "running in thread MainThread". "held by C code" appears only where no
        other object of the snapshot can be the holder: in a whole snapshot and in `ancestors`
        without a limit. A holder that also holds a referrer, as a thread holds all its frames, is
        drawn above that one only. By default roots are drawn for snapshots and their parts. A
        summary, and a graph of more than 5000 vertices, has none.

        `summary` draws a graph that is too large as counts by type, with its largest cycles.
        `None` does so for more than 1500 boxes, or 500 more arrows than boxes; with `False` such
        a graph is a ValueError; `True` always does so.

        TimeoutError after `limit_seconds`. A picture of 150 vertices takes less than half a
        second, one of 1000 less than five; the time depends mostly on the number of arrows.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> "list[0]" in graph.ancestors(inner).to_svg(theme="dark")
        True
        """

    def save(self, path: StrPath, *, redact: bool | None = None) -> None:
        """Write the graph to a file that `refcycle.load` reads.

        For each object the file has its type, label, size, address, reference count and holders
        from outside (see `roots`); for each reference its label; and for the whole graph the
        versions, the command, the time, and the stacks of all threads at the time of the call. It
        is an Apache Arrow table (IPC, also called Feather version 2) compressed with zstd, one row
        for each object, which pyarrow, pandas and Polars read too. The guide's page on files
        describes the columns.

        Unless `redact` is False, the file contains identifiers and no other string, bytes or
        number: `str (12 characters)` stands for a string. Identifiers are the names of types,
        functions, modules, attributes, variables, threads and tasks, and the paths of source
        files. The key of a dict counts as one only if the dict is a namespace: that of a module, a
        class, an instance or a frame, `sys.modules`, `__annotations__`, `__kwdefaults__`, or
        `os.environ` without its values. The guide's page on files says what that means for data
        that a program uses as names. With `redact=False` labels are those of `annotated`, and the
        command includes its arguments.

        A graph from a file is written as it is, redacted or not. With `redact=True`, `ValueError`
        if it is not redacted, because its labels contain values.

        Labels, sizes and holders are those at the time of the call. Takes about the time of
        naming all objects, some 2 s a million, and up to 100 bytes an object and 30 a reference.
        The file is written under a temporary name and moved into place when it is complete. A new
        file is for its owner alone (0600), like all files that refcycle writes; an existing one
        keeps its permissions. `OSError` if it cannot be written; an existing file then stays as it
        was.
        """

    def export_heapsnapshot(self, path: StrPath) -> None:
        """Write the graph as a heap snapshot for Chrome's DevTools and memlab.

        It has types, sizes (those of `shallow_sizes`), names of references, weak references, and
        above the objects what holds them from outside (see `roots`). In Chrome: Memory panel,
        Load; the file name must end in `.heapsnapshot`.

        An object has the same id in all snapshots of a process, so that DevTools can compare them.
        It is recognised by its address, and gets a new id if the address belonged to an object of
        another type, or to a string or number with another value. An object that replaces another
        one of its class gets the old id; the differences of counts and sizes are still right.

        Sizes and names are those at the time of the call. Takes about the time of a snapshot and
        of naming all objects, and 120 bytes an object. ValueError for more than 600 million
        objects, OSError if the file cannot be written.

        >>> import os, tempfile
        >>> from refcycle import ObjectGraph
        >>> path = os.path.join(tempfile.mkdtemp(), "list.heapsnapshot")
        >>> ObjectGraph([[]]).export_heapsnapshot(path)
        >>> os.path.getsize(path) > 500
        True
        """

    @overload
    def export_html(self, path: StrPath, target: object | None = None) -> None:
        """Write a page to explore the graph: one HTML file that needs no network.

        The page starts at `target`, a vertex; by default at the vertex that the graph is the
        answer for (`x` in `ancestors(x)`), else with the whole graph if it is small, else with an
        overview. It grows by clicks. Vertices have types and sizes, so that the page also shows
        the largest retainers. No code of the objects runs. `filename` is the former name of
        `path`.

        `KeyError` if `target` is not a vertex. `OSError` if the file cannot be written; an
        existing file then stays as it was. Takes about six seconds and 60 MB for a million
        objects; of a graph with more than eight million objects and references, only the
        overview is written.

            >>> import refcycle
            >>> cache = {}
            >>> cache["self"] = cache
            >>> refcycle.ObjectGraph([cache]).export_html("cache.html", target=cache)
        """

    @overload
    def export_html(self, *, filename: StrPath, target: object | None = None) -> None: ...
    def view(self, target: object | None = None) -> str:
        """Write the page of `export_html` to a temporary file and open it in the browser.

        Return the path. The file is not deleted.
        """

    def owned_objects(self) -> list[Any]:
        """Return the objects of this graph that a later snapshot would show."""

    def external_references(self, obj: object) -> int | None:
        """Return how many references to a vertex come from outside the graph.

        These come from objects that the collector does not track, from C code or, in a part of a
        graph, from the rest; the graph's own reference does not count. `None` if the number is
        unknown, as for immortal objects. The count is that of the time when the graph was made.
        """

    def unreachable(self) -> Self:
        """Return the graph of the objects that no reference from outside leads to.

        For a whole snapshot, this is the garbage that the next collection would find. For a part,
        it is what only the part itself keeps alive. The reference counts are those of the time
        when the graph was made; objects without a count, such as immortal ones, are taken to be
        held. Time and memory are linear in the size of the graph; `MemoryError` if there is not
        enough.

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

    def _names(
        self,
    ) -> tuple[list[ObjectName], list[tuple[int, int, ReferenceName | None]]]: ...
    def _unreachable_without(self, ignored: list[Any]) -> Self: ...
    def _why_each(self, objects: list[Any], *, limit: int = 5) -> list[Why]: ...
    def roots(self) -> list[Root]:
        """Return the vertices with references from outside the graph, in the order of iteration.

        Every chain of references that keeps objects alive starts at one of them. References are
        counted as they were when the graph was made; their holders are searched for when this is
        called. Takes about the time of a snapshot.
        """

    def why(self, obj: object, *, limit: int = 5) -> Why:
        """Return why an object is alive: the chains of references that keep it alive.

        A chain leads from an owner outside the graph, such as a running thread or `sys.modules`,
        to the object. The chains share no other object except modules, so that every one of them
        must be cut to free the object. At most `limit` are returned, the shortest first. Print the
        answer for a tree, with a fix where refcycle recognises the pattern.

        Variables of the calling function that refer to the object itself do not count unless
        nothing else holds it, and objects of refcycle never count. C code is named only where no
        other chain exists.

        KeyError if the object is not a vertex. Takes about the time of `roots`, plus a search that
        stops when the chains are found.

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
        """Return the bytes that would be freed without a vertex.

        These are its own bytes and those of everything that it dominates. A vertex dominates
        another one if every path from outside to that one goes through it. Sizes are those of
        `shallow_sizes` at the first call of this method or one of those below; they are kept.
        Strings, numbers and other objects that the collector does not track count only in
        `snapshot(untracked=True)`.

        KeyError if it is not a vertex. The first call takes some 0.2 s a million objects.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> graph.retained_size(inner) == graph.shallow_size(inner)
        True
        """

    def retained_sizes(self) -> array[int]:
        """Return the retained size of each vertex, in the order of iteration (type code `Q`)."""

    def dominator_tree(self) -> DominatorTree:
        """Return the dominator tree of the graph: what would be freed with what.

        Print it for the largest retainers and where their memory is. Nothing is computed before
        the tree is used; then it takes the time of `retained_size`, once.

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
        """Return the nearest other vertex that dominates this one: see `retained_size`.

        None if there is none: the vertex is held from outside, or by paths that share no vertex.
        KeyError if it is not a vertex.
        """

    def dominated_by(self, obj: object) -> ObjectGraph:
        """Return the graph of a vertex and everything that would be freed with it.

        KeyError if it is not a vertex.
        """

    def directly_dominated_by(self, obj: object = ...) -> list[Retained]:
        """Return the vertices directly below one in the dominator tree, the largest first.

        Without an argument, the vertices that no other one dominates. KeyError if it is not a
        vertex.
        """

    def top_retained(self, n: int = 10) -> list[Retained]:
        """Return the `n` largest retainers among the vertices that no other one dominates."""

    def leak_suspects(self, share: float = 0.1) -> list[Suspect]:
        """Return the few objects that retain most of the heap, the largest first.

        A suspect is a vertex that no other one dominates, or all such vertices of one type, if it
        retains at least this share of all bytes, as in Eclipse's Memory Analyzer. ValueError
        unless `share` is more than 0 and at most 1.
        """

    def statistics(self) -> dict[str, Any]:
        """Return the size of the graph and how the heap was read.

        `vertices`, `edges`, `memory` (bytes of the graph's arrays). For a snapshot and its parts
        also `pause_seconds` (how long no other thread could run), `running_frames`, `untracked`
        (whether untracked objects were asked for), `frozen` (objects that `gc.freeze()` has set
        aside), `frozen_unseen` (those of them that are not in the snapshot) and `tuples_let_go`
        (tuples that only C code held and that may have been incomplete).
        """

    @overload
    def find_by_typename(self, type_name: str) -> list[Any]:
        """Return the vertices whose type has this name.

        `name` is the former name of `type_name`.
        """

    @overload
    def find_by_typename(self, *, name: str) -> list[Any]: ...
    def count_by_typename(self) -> Counter[str]:
        """Return how many vertices each type name has."""

    def shallow_size(self, obj: object) -> int:
        """Return the bytes of a vertex itself; KeyError if it is not a vertex.

        These include the header of the collector, the words before the object, its items and
        tables, and the attributes that it holds inline, but not the objects that it refers to. The
        table of attribute names that the instances of a class share counts with the class.

        The object is measured at the time of the call, in constant time. No code of its own runs:
        a `__sizeof__` that is written in Python is ignored.

        >>> from refcycle import ObjectGraph
        >>> data = bytes(100)
        >>> ObjectGraph([data]).shallow_size(data)
        133
        """

    def shallow_sizes(self) -> array[int]:
        """Return the bytes of each vertex itself, in the order of iteration.

        Each is measured as in `shallow_size`, at the time of the call. Takes some 20 to 60 ms a
        million vertices, and 8 bytes each for the result (16 while it is computed).

        >>> from refcycle import ObjectGraph
        >>> ObjectGraph([bytes(100), bytes(10)]).shallow_sizes()
        array('Q', [133, 43])
        """

    @classmethod
    def vertex_set(cls) -> ElementTransformSet[Any]:
        """Return an empty set for vertices, compared by identity."""

    @classmethod
    def vertex_dict(cls) -> KeyTransformDict[Any, Any]:
        """Return an empty mapping for vertices, compared by identity."""

    @classmethod
    def vertex_equal(cls, vertex1: object, vertex2: object) -> bool:
        """Return whether two vertices are identical."""

@final
class AnnotatedVertex:
    """A vertex with an id and an annotation. Vertices with the same id are equal."""

    id: int
    annotation: str
    def __new__(cls, id: int, annotation: str) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AnnotatedEdge:
    """An edge with an id, an annotation and the ids of its two vertices.

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
    """A graph of names and numbers. It keeps no object alive."""

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
        """Return the directed graph of a GraphML text, from refcycle or another program.

        The annotations are the data of the key named `label`, else `annotation`, else `name`; a
        vertex without one gets its id. If all ids are whole numbers, they are kept; otherwise they
        are replaced by numbers in their order. ValueError says what is wrong and where: not
        GraphML, an undirected edge, two vertices with one id, an edge to a missing vertex,
        entities that the document declares.

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
        """Draw the graph to a file, by default `refcycle.png`.

        The format is `format`, else the extension of the file name, else PNG. SVG, PNG and PDF do
        not need Graphviz. `dot_executable` names Graphviz's `dot`, which is then used, for any
        format that it supports. See `to_svg` for the other options. `filename` is the former name
        of `path`.

        PNG and PDF use fonts of the machine for characters that refcycle's font lacks, such as
        Chinese. If no font has them, the picture shows boxes, and a UserWarning names the script
        and a font to install.

        OSError if the file cannot be written; an existing file then stays as it was. TimeoutError
        after `limit_seconds`; the layout may take seconds longer to stop. RuntimeError if
        Graphviz fails. ValueError for an unknown format.
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
        """Return the picture of the graph as SVG.

        `target` is the vertex that the picture is about; it gets a thick red outline. `None` means
        no vertex. By default it is the one that the graph is the answer for: `x` in
        `ancestors(x)`, `descendants(x)`, `shortest_cycle(x)` and `shortest_path(start, x)`. It is
        drawn at the bottom, for descendants at the top. KeyError if it is not in the graph.

        `fold` draws three or more vertices of one type with the same referrers and the same
        referents as one box. `merge_edges` draws parallel edges as one arrow with all their names.
        `legend` explains colours and shapes below the picture. `theme` is the colour of the
        background.

        `summary` draws a graph that is too large as counts by type, with its largest cycles.
        `None` does so for more than 1500 boxes, or 500 more arrows than boxes; with `False` such
        a graph is a ValueError; `True` always does so.

        TimeoutError after `limit_seconds`. A picture of 150 vertices takes less than half a
        second, one of 1000 less than five; the time depends mostly on the number of arrows.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> "list[0]" in graph.ancestors(inner).to_svg(theme="dark")
        True
        """

    @overload
    def export_html(self, path: StrPath, target: AnnotatedVertex | None = None) -> None:
        """Write a page to explore the graph: one HTML file that needs no network.

        The page starts at `target`, a vertex; by default at the vertex that the graph is the
        answer for (`x` in `ancestors(x)`), else with the whole graph if it is small, else with an
        overview. It grows by clicks. Types are taken from the annotations. `filename` is the
        former name of `path`.

        `KeyError` if `target` is not a vertex. `OSError` if the file cannot be written; an
        existing file then stays as it was. Of a graph with more than eight million vertices
        and edges, only the overview is written.

            >>> from refcycle.annotated_graph import AnnotatedGraph, AnnotatedVertex
            >>> graph = AnnotatedGraph([AnnotatedVertex(1, "list[0]")], [])
            >>> graph.export_html("list.html")
        """

    @overload
    def export_html(self, *, filename: StrPath, target: AnnotatedVertex | None = None) -> None: ...
    def view(self, target: AnnotatedVertex | None = None) -> str:
        """Write the page of `export_html` to a temporary file and open it in the browser.

        Return the path. The file is not deleted.
        """

class DirectedGraph(GraphBase[_H, int, DirectedGraph[_H]], IDirectedGraph[_H, int]):
    """A graph of hashable objects, compared by equality.

    Make one with `from_out_edges` or `from_edge_pairs`. Edges are numbered in the order in
    which they are given.
    """

    @classmethod
    def from_out_edges(
        cls,
        vertices: Iterable[_K],
        edge_mapper: SupportsGetItem[_K, Iterable[_K]] | Callable[[_K], Iterable[_K]],
    ) -> DirectedGraph[_K]:
        """Return the graph whose edges from `v` lead to the items of `edge_mapper[v]`.

        `edge_mapper` may also be a function.
        """

    @classmethod
    def from_edge_pairs(
        cls, vertices: Iterable[_K], edge_pairs: Iterable[tuple[_K, _K]]
    ) -> DirectedGraph[_K]:
        """Return the graph of these vertices and of edges `(tail, head)`."""

    def annotated(self) -> AnnotatedGraph:
        """Return the graph with the `str()` of its vertices.

        The ids of the vertices are 0, 1, 2, ...; the id of an edge is its number.
        """

    def to_dot(self) -> str:
        """Return the graph in Graphviz's DOT language."""

@final
class UserGraph(GraphBase[Any, Any, _G]):
    """The vertices and edges of a graph of a user's class, for the algorithms.

    Queries return graphs of the user's class.
    """

    def __new__(cls, graph: _G) -> Self: ...

def why(obj: object, *, limit: int = 5) -> Why:
    """Return why an object is alive now, from a snapshot: see `ObjectGraph.why`.

    An object that the collector does not track, such as a string, takes a snapshot with
    `untracked=True`.

    >>> import sys, refcycle
    >>> [chain] = refcycle.why(sys.modules, limit=1).chains
    >>> chain.holder
    'sys.modules'
    """

def load(path: StrPath, *, progress: Callable[[int, int], object] | None = None) -> LoadedGraph:
    """Return the graph of a file that `ObjectGraph.save` or `refcycle.dump` wrote.

    It answers every question that a live graph answers; its vertices are `SavedObject`s in
    place of objects. Any version of Python reads the files of any other. Takes some 0.5 s and
    150 bytes an object for a million objects. Ctrl-C stops it. `progress` is called now and
    then with the number of objects read and their total; an exception that it raises ends
    the reading.

    `OSError` if the file cannot be read. `ValueError` if it is not a dump, is damaged or still
    being written, or has a newer format: the message says what is wrong. `MemoryError` if
    there is too little memory for its contents. An untrusted file can do no harm except by
    its size: everything in it is checked.

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
    """An object of a saved heap: what the file says about it.

    The vertices of a `LoadedGraph` are such objects, compared by identity.
    """

    @property
    def address(self) -> int:
        """The address that the object had: its `id()`."""

    @property
    def type_name(self) -> str:
        """The name of its type, with the module unless that is `builtins`."""

    @property
    def kind(self) -> str:
        """The kind of the object.

        One of `value`, `list`, `tuple`, `dict`, `set`, `class`, `function`, `method`, `module`,
        `frame`, `weak reference`, `instance` and `other`.
        """

    @property
    def name(self) -> str | None:
        """The name of a class, function, method or module.

        For a frame, the name of the function that it executes; `None` for all others.
        """

    @property
    def label(self) -> str:
        """What it was, in one or two short lines."""

    @property
    def size(self) -> int:
        """The bytes of the object itself."""

    @property
    def state(self) -> str | None:
        """Its state of execution.

        `running` or `suspended` for a generator or coroutine, also before its start and after its
        end; `pending` or `done` for a task or future of asyncio; None for any other object.
        """

    def references(self, limit: int | None = None) -> list[tuple[str | None, str]]:
        """Return the references of the object in their order, the first `limit` of them.

        Each is a pair of its name, or None, and the name of the type of the object that it leads
        to. References to objects outside a part of the graph are included; those to objects that
        the snapshot left out (strings and numbers, unless it was taken with `untracked=True`) are
        not. `OverflowError` for a negative `limit`.

        >>> import refcycle, os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
        >>> inner = []
        >>> refcycle.ObjectGraph([{"name": inner}, inner]).save(path)
        >>> [obj.references() for obj in refcycle.load(path)]
        [[('value[str (4 characters)]', 'list')], []]
        """

class LoadedGraph(ObjectGraph):
    """A graph of objects as they were when it was saved: the result of `refcycle.load`.

    It answers what an `ObjectGraph` answers, from the file: labels, sizes, counts and holders
    are those of that time. Parts of it are `LoadedGraph`s too.
    """

    def __new__(cls, *arguments: object, **keywords: object) -> Self: ...
    @property
    def metadata(self) -> dict[str, str]:
        """What the file says about the whole graph, by name; empty for a graph without vertices.

        `refcycle`, `python`: versions. `platform`, `pid`, `time` (UTC). `command`: a list as JSON;
        only the program in a redacted file. `threads`: JSON with the stack of each thread by its
        name, the innermost call first. `redacted`: `true` or `false`. For a snapshot also
        `pause_seconds`, `untracked` and `frozen`, as in `statistics`.
        """

    def at(self, address: int) -> SavedObject:
        """Return the vertex that had this address; `KeyError` if there is none."""

def snapshot(*, untracked: bool = False) -> ObjectGraph:
    """Return the graph of all tracked objects and of the running frames.

    With `untracked=True` the graph also has everything else that they lead to: strings,
    numbers, code, tuples and dicts that hold nothing else, and the types that are compiled
    into CPython. The graph itself is not in it. Nothing is collected first.
    """

@final
class Capability:
    """Whether refcycle can see something, and why not. True if it is available."""

    @property
    def available(self) -> bool:
        """Whether it is available."""

    @property
    def reason(self) -> str:
        """Why it is not available; empty if it is."""

    def __bool__(self) -> bool: ...

def capabilities() -> dict[str, Capability]:
    """Return what refcycle can see on this Python.

    The keys are `frame_locals`, `frame_stacks` (of running frames), `generator_locals`,
    `attribute_names` (of attributes that instances hold inline), `attribute_sizes`,
    `dict_tables` (without them dicts are read more slowly) and `frozen_objects`.

    What depends on private structures of CPython is checked on known objects when refcycle is
    imported, and switched off if the check fails. The environment variable
    `REFCYCLE_DISTRUST` switches off more: names from this list, separated by commas.
    """

def objects_reachable_from(obj: object) -> ObjectGraph:
    """Return the graph of an object and everything that it leads to."""

def garbage() -> ObjectGraph:
    """Return the graph of the present garbage.

    This runs a collection that keeps what it finds: finalizers run, weak references to the
    garbage are cleared and their callbacks are called. Garbage that the graph does not hold is
    freed by the next collection.
    """

def garbage_preview() -> ObjectGraph:
    """Return the graph that `garbage()` would return, without collecting anything.

    No finalizer runs, no weak reference is cleared, no callback is called, and the garbage is
    garbage again as soon as the graph is gone. Objects that a finalizer would bring back to
    life are included. Takes about the time of a collection.
    """

def cycles_created_by(callable: Callable[[], object]) -> ObjectGraph:
    """Return the graph of the garbage that a call leaves behind.

    Earlier garbage is collected first. An exception of the callable is passed on.
    """

def key_cycles() -> list[ObjectGraph]:
    """Return the cycles that keep the present garbage alive."""

def object_annotation(obj: object) -> str:
    """Return what an object is, in one or two short lines."""

def redacted_file(name: str) -> str:
    """Return the file name of a frame as a redacted file shows it.

    A name that is not that of a source file is replaced by its length.

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
    """Make the graph that `__reduce__` described."""

@final
class NewFile:
    """A file that is written under a temporary name and moved into place when complete.

    It is for its owner alone, unless it replaces a file with other permissions.
    """

    def __new__(cls, path: StrPath, *, follow_links: bool = True) -> Self:
        """Make the file, empty; OSError if that fails."""

    def open(self) -> int | None:
        """Open the target if it is not a regular file. Return the descriptor.

        Opening a pipe waits for its reader. None where files have no descriptors.
        """

    def leave(self) -> str | None:
        """Close the file in this process and leave it to another one.

        Return its temporary path, if it has one.
        """

    def discard(self) -> None:
        """Remove the file, unless it was written or left."""

    def write(self, chunks: Iterable[bytes]) -> None:
        """Write the items of an iterable, and move the file into place.

        If the iterable raises an exception, the target stays as it was.
        """

def save_into(graph: ObjectGraph, file: NewFile, *, redact: bool) -> None:
    """Write a graph as `ObjectGraph.save` does, to a `NewFile`."""

def _later(module: str, name: str, /) -> Any:
    """Return an attribute of a module, which is imported if necessary.

    RuntimeError if the program is ending and the module can no longer be imported.
    """

def _escaped(text: str, /) -> str:
    r"""Return a text as one line for a terminal.

    Characters that a terminal would obey, or that nobody would see, are escaped: `\x1b`.
    """

@final
class ReferenceName:
    """The name of a reference."""

    @property
    def kind(self) -> str:
        """The kind of the reference.

        One of `attribute`, `item`, `array item`, `key`, `value`, `element`, `local`, `stack`,
        `field`, `field item`, `module state` and `other`.
        """

    @property
    def name(self) -> str | None:
        """The name of an attribute, variable, field or module.

        For a key its `repr`, for an item of an array its indices; `None` for all others.
        """

    @property
    def index(self) -> int | None:
        """The index of an item, of an element of a field or of a place on a stack, else `None`."""

    @property
    def key(self) -> str | None:
        """The key, where it is a string that could be the name of an attribute, else `None`."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ObjectName:
    """The name of an object."""

    @property
    def kind(self) -> str:
        """The kind of the object.

        One of `value`, `list`, `tuple`, `dict`, `set`, `class`, `function`, `method`, `module`,
        `frame`, `weak reference`, `instance` and `other`.
        """

    @property
    def name(self) -> str | None:
        """The name of a class, function, method or module.

        For a frame, the name of the function that it executes; `None` for all others.
        """

    @property
    def type_name(self) -> str | None:
        """The name of the type with its module, if the object's name has it, else `None`."""

    @property
    def line(self) -> str:
        """The name in one line."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def object_name(obj: object) -> ObjectName:
    """Return the name of an object, live or from a file. None of its code runs."""
