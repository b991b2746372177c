# The docstrings are those of the compiled code, which are in the style of Rust: "Returns ...".
# ruff: noqa: D205, D401
from array import array
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Container,
    Hashable,
    Iterable,
    Iterator,
    MutableMapping,
    MutableSet,
    Sequence,
    Set,
)
from types import CodeType, FrameType
from typing import Any, Final, Generic, Literal, SupportsIndex, TypeAlias, TypeVar, final, overload

from _typeshed import StrPath, SupportsGetItem
from typing_extensions import Self, disjoint_base

from refcycle.cuts import Cut
from refcycle.cycles import Cycle
from refcycle.dominator_tree import DominatorTree
from refcycle.element_transform_set import ElementTransformSet
from refcycle.holder_groups import SignatureTable, WhyAll
from refcycle.i_directed_graph import IDirectedGraph
from refcycle.key_transform_dict import KeyTransformDict
from refcycle.liveness import Why
from refcycle.retainers import RetainedTable, SuspectTable
from refcycle.unshared_memory import UnsharedMemory
from refcycle.waste import Waste

__all__ = [
    "VERSION",
    "AnnotatedEdge",
    "AnnotatedGraph",
    "AnnotatedVertex",
    "ArrowTable",
    "ArrowTables",
    "Buffer",
    "Capability",
    "DirectedGraph",
    "EdgeView",
    "FeedbackArcSet",
    "FeedbackVertexSet",
    "GraphBase",
    "GraphIterator",
    "LoadedGraph",
    "MemoryPlace",
    "NativeBuffer",
    "NewFile",
    "ObjectGraph",
    "ObjectName",
    "PageReading",
    "PlacesInMemory",
    "ProcessReading",
    "ReferenceName",
    "Retained",
    "Root",
    "SavedObject",
    "SavedObjectSet",
    "SimpleCycles",
    "Suspect",
    "Tree",
    "UserGraph",
    "VertexView",
    "_AddressSpace",
    "_beside_graphs",
    "_check_progress",
    "_compare_files",
    "_cut",
    "_escaped",
    "_import_all",
    "_is_a_fork_for_a_dump",
    "_larger_containers",
    "_later",
    "_read_process",
    "_register",
    "_remember_dump",
    "_report",
    "_restore",
    "_return_free_memory",
    "_snapshot_for_a_dump",
    "_width",
    "allocated_at",
    "annotated_references",
    "capabilities",
    "cycles_created_by",
    "execution",
    "garbage",
    "garbage_preview",
    "key_cycles",
    "live_graphs",
    "load",
    "most_allocated",
    "object_annotation",
    "object_name",
    "objects_reachable_from",
    "order_in_the_collector",
    "redacted_file",
    "redacted_function",
    "register_size",
    "save_into",
    "size",
    "snapshot",
    "thread_frames",
    "tracked_objects",
    "tracked_referrers",
    "unshared",
    "why",
]

_T = TypeVar("_T")
_V = TypeVar("_V")  # a vertex
_E = TypeVar("_E")  # an edge
_H = TypeVar("_H", bound=Hashable)
_K = TypeVar("_K", bound=Hashable)  # of class methods: pyright solves no _H there
_G = TypeVar("_G", bound=IDirectedGraph[Any, Any])  # the graphs that queries return

# Called with what is done and with all, or whether a bar is shown.
_Progress: TypeAlias = Callable[[int, int], object] | bool | None

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
    """Edges without which the graph has no cycle: a collection with `len` and iteration."""

    @property
    def edges(self) -> list[_E]:
        """The edges, in the order of the graph."""

    @property
    def weight(self) -> float:
        """The sum of their weights; without weights, the number of edges."""

    @property
    def lower_bound(self) -> float:
        """A proven lower bound: every such set weighs at least this much."""

    @property
    def is_optimal(self) -> bool:
        """Whether it is proved that no such set weighs less than this one."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_E]: ...
    def __repr__(self) -> str: ...

@final
class FeedbackVertexSet(Generic[_V]):
    """Vertices without which the graph has no cycle: a collection with `len` and iteration."""

    @property
    def vertices(self) -> list[_V]:
        """The vertices, in the order of the graph."""

    @property
    def weight(self) -> float:
        """The sum of their weights; without weights, the number of vertices."""

    @property
    def lower_bound(self) -> float:
        """A proven lower bound: every such set weighs at least this much."""

    @property
    def is_optimal(self) -> bool:
        """Whether it is proved that no such set weighs less than this one."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_V]: ...
    def __repr__(self) -> str: ...

@disjoint_base
class GraphBase(Generic[_V, _E, _G]):
    """The base class of all graphs: vertices, edges, and the algorithms on them."""

    @property
    def vertices(self) -> VertexView[_V]:
        """The vertices of the graph, in the order of iteration: a collection with `len`, iteration
        and a fast `in`.
        """

    @property
    def edges(self) -> EdgeView[_E]:
        """The edges of the graph: a collection with `len`, iteration and a fast `in`."""

    def head(self, edge: _E) -> _V:
        """Returns the vertex to which an edge goes.

        `KeyError` if the edge is not in the graph. Takes O(log vertices) time.
        """

    def tail(self, edge: _E) -> _V:
        """Returns the vertex from which an edge comes.

        `KeyError` if the edge is not in the graph. Takes O(log vertices) time.
        """

    def out_edges(self, vertex: _V) -> list[_E]:
        """Returns the edges that leave a vertex, as a list.

        `KeyError` if the vertex is not in the graph. Takes time in proportion to the result.
        """

    def in_edges(self, vertex: _V) -> list[_E]:
        """Returns the edges that enter a vertex, as a list.

        `KeyError` if the vertex is not in the graph. Takes time in proportion to the result. The
        first call of this method, of `parents` or of `ancestors` also computes the reversed graph,
        in time and memory (12 bytes an edge) in proportion to the graph.
        """

    def children(self, vertex: _V) -> list[_V]:
        """Returns the vertices to which the edges of a vertex go, as a list.

        A vertex occurs once for each of several parallel edges. `KeyError` if the vertex is not in
        the graph. Takes time in proportion to the result.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> pair = [inner, inner]
            >>> ObjectGraph([pair, inner]).children(pair)
            [[], []]
        """

    def parents(self, vertex: _V) -> list[_V]:
        """Returns the vertices from which edges come to a vertex, as a list.

        A vertex occurs once for each of several parallel edges. `KeyError` if the vertex is not in
        the graph. Takes time in proportion to the result, and at the first call that of
        `in_edges`.
        """

    def references(self, *, progress: _Progress = None) -> list[tuple[_V, _V]]:
        """Returns every edge as a pair `(tail, head)` of vertices, as a list in the order of
        `edges`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def full_subgraph(self, vertices: Iterable[_V], *, progress: _Progress = None) -> _G:
        """Returns the graph of the given vertices and of all edges between them.

        `vertices` is any iterable. `KeyError` if one of them is not in the graph. Takes time in
        proportion to the result, and 4 bytes for each vertex of this graph.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def descendants(
        self,
        start: _V,
        generations: SupportsIndex | None = None,
        *,
        progress: _Progress = None,
    ) -> _G:
        """Returns the graph of everything that can be reached from `start`, including `start`.

        `generations` limits the number of steps: 0 gives `start` alone, `None` means no limit.
        `KeyError` if `start` is not in the graph, `ValueError` for a negative number. Takes time
        in proportion to the result.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> outer = [[inner]]
            >>> graph = ObjectGraph([outer, outer[0], inner])
            >>> len(graph.descendants(outer)), len(graph.descendants(outer, generations=1))
            (3, 2)
        """

    def ancestors(
        self,
        start: _V,
        generations: SupportsIndex | None = None,
        *,
        progress: _Progress = None,
    ) -> _G:
        """Returns the graph of everything from which `start` can be reached, including `start`.

        `generations` limits the number of steps: 0 gives `start` alone, `None` means no limit.
        `KeyError` if `start` is not in the graph, `ValueError` for a negative number. Takes time
        in proportion to the result, and at the first call that of `in_edges`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> outer = [[inner]]
            >>> graph = ObjectGraph([outer, outer[0], inner])
            >>> len(graph.ancestors(inner)), len(graph.ancestors(inner, generations=1))
            (3, 2)
        """

    def shortest_path(self, start: _V, end: _V, *, progress: _Progress = None) -> _G:
        """Returns the graph of the vertices on a shortest path, with all edges between them.

        `ValueError` if there is no path from `start` to `end`, `KeyError` if one of them is not in
        the graph. Takes time in proportion to the part of the graph that is nearer to `start`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def shortest_cycle(self, start: _V, *, progress: _Progress = None) -> _G:
        """Returns the graph of the vertices on a shortest cycle through `start`, with all edges
        between them.

        `ValueError` if there is no such cycle, `KeyError` if `start` is not in the graph. Takes
        time in proportion to the part of the graph that is nearer to `start`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def strongly_connected_components(self, *, progress: _Progress = None) -> list[_G]:
        """Returns the strongly connected components, as a list of graphs in reverse topological
        order.

        Two vertices are in one component if each can be reached from the other. A component comes
        after all components that it reaches. Takes time in proportion to the graph, and some 400
        bytes for each component.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def source_components(self, *, progress: _Progress = None) -> list[_G]:
        """Returns the strongly connected components that no other component reaches, as a list of
        graphs.

        In a graph of garbage, they are the components that keep the rest alive. Takes the time
        of `strongly_connected_components`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def cyclic_components(self, *, progress: _Progress = None) -> list[_G]:
        """Returns the strongly connected components that have a cycle, as a list of graphs.

        Such a component has two or more vertices, or an edge from a vertex to itself. The order is
        that of `strongly_connected_components`, and so is the time.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "ba", "bc", "dd"])
            >>> sorted(sorted(part) for part in graph.cyclic_components())
            [['a', 'b'], ['d']]
        """

    def simple_cycles(self, max_length: int | None = None) -> SimpleCycles[_V]:
        """Returns an iterator over the simple cycles, shortest first, each of them once.

        A simple cycle visits no vertex twice. Each is a list of vertices in the order of the
        edges; the last vertex has an edge to the first. Cycles that differ only in which of
        several parallel edges they use count as one. `max_length` limits the number of vertices of
        a cycle. Each cycle is searched for only when it is requested, because there can be
        exponentially many. `ValueError` for a negative `max_length`. Takes O(vertices + edges)
        time to begin, and memory that does not grow with the number of cycles.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc", "ca", "ba"])
            >>> list(graph.simple_cycles())
            [['a', 'b'], ['a', 'b', 'c']]
        """

    def feedback_arc_set(
        self,
        weights: Iterable[float] | None = None,
        *,
        progress: _Progress = None,
    ) -> FeedbackArcSet[_E]:
        """Returns a set of edges of small total weight whose removal leaves no cycle in the graph,
        as a `FeedbackArcSet`.

        `weights` has one number for each edge, in the order of `edges`; without it, each edge
        weighs 1. The set is always minimal: if any of its edges is put back, there is a cycle. It
        is a minimum if that can be proved within some tens of milliseconds (`is_optimal`).
        `ValueError` if there are too few or too many weights, or if one is negative or not finite.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
            >>> len(graph.feedback_arc_set())
            1
            >>> graph.feedback_arc_set([5, 1, 1, 1, 1]).weight
            2.0
        """

    def feedback_vertex_set(self, weights: Iterable[float] | None = None) -> FeedbackVertexSet[_V]:
        """Returns a set of vertices of small total weight whose removal leaves no cycle in the
        graph, as a `FeedbackVertexSet`.

        `weights` has one number for each vertex, in the order of iteration; without it, each
        vertex weighs 1. The set is always minimal: if any of its vertices is put back, there is a
        cycle. It is a minimum if that can be proved within some tenths of a second (`is_optimal`).
        `ValueError` if there are too few or too many weights, or if one is negative or not finite.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "db"])
            >>> graph.feedback_vertex_set().vertices
            ['b']
            >>> graph.feedback_vertex_set([1, 5, 1, 1]).weight
            2.0
        """

    def on_every_cycle(self) -> tuple[list[_V], list[_E]]:
        """Returns the vertices and the edges that are on every cycle, as two lists.

        Without any one of them, the graph has no cycle. Both lists are empty if there is no cycle,
        or if the cycles have nothing in common. An edge that has a parallel edge is not on every
        cycle. Takes about as long as a few searches for components.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
            >>> vertices, edges = graph.on_every_cycle()
            >>> vertices, [graph.head(edge) for edge in edges]
            (['a', 'b'], ['b'])
        """

    def strong_bridges(self) -> list[_E]:
        """Returns the edges that hold strongly connected components together, as a list.

        An edge from v to w is such a strong bridge if w reaches v, and every path from v to w goes
        through the edge: without it, the two are on no common cycle any more. The edges are in the
        order of the graph. Takes O(edges log vertices) time.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc", "ca", "ac"])
            >>> [graph.tail(edge) + graph.head(edge) for edge in graph.strong_bridges()]
            ['ab', 'bc', 'ca']
        """

    def strong_articulation_points(self) -> list[_V]:
        """Returns the vertices that hold strongly connected components together, as a list.

        A vertex is such a strong articulation point if two other vertices of its component are no
        longer on a common closed walk without it. The vertices are in the order of the graph.
        Takes O(edges log vertices) time.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "ba", "bc", "cb"])
            >>> graph.strong_articulation_points()
            ['b']
        """

    def count_by(
        self,
        classifier: Callable[[_V], _H],
        *,
        progress: _Progress = None,
    ) -> Counter[_H]:
        """Counts the vertices of each class, as a `collections.Counter`.

        `classifier` is called with each vertex and returns its class, which must be hashable.
        Its exceptions are passed on.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> ObjectGraph([[], {}, [1]]).count_by(type)
            Counter({<class 'list'>: 2, <class 'dict'>: 1})
        """

    def find_by(
        self,
        predicate: Callable[[_V], object],
        *,
        progress: _Progress = None,
    ) -> list[_V]:
        """Returns the vertices for which `predicate` returns a true value, as a list in the order
        of iteration.

        Exceptions of `predicate` are passed on.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> ObjectGraph([[], {}, [1]]).find_by(lambda vertex: isinstance(vertex, list))
            [[], [1]]
        """

    def to_json(self, *, progress: _Progress = None) -> str:
        """Returns the graph with its labels as a JSON string, which `AnnotatedGraph.from_json`
        reads.

        `ValueError` if an id is not an integer from 0 to 2**64 - 1, or a label has a lone
        surrogate. All labels are computed: about two seconds for a million objects.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    @overload
    def export_json(self, path: StrPath, *, progress: _Progress = None) -> None:
        """Writes the graph with its labels into a JSON file, which `AnnotatedGraph.import_json`
        reads.

        An existing file is replaced as a whole or not at all. `OSError` if the file cannot be
        written. Other errors and cost are those of `to_json`.

        `filename` is the former name of `path`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    @overload
    def export_json(self, *, filename: StrPath, progress: _Progress = None) -> None: ...
    def to_dot(self, *, progress: _Progress = None) -> str:
        """Returns the graph with its labels in Graphviz's DOT language.

        Errors and cost are those of `to_json`. The label of a vertex of a `DirectedGraph` is
        its `str()`; exceptions of `str()` are passed on.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> 'label="list[0]"' in ObjectGraph([[]]).to_dot()
            True
        """

    def export_image(
        self,
        path: StrPath | None = "refcycle.png",
        format: str | None = None,
        dot_executable: StrPath | None = None,
        *,
        filename: StrPath | None = None,
        target: _V | None = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        roots: bool | None = None,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        cut: Cut | Iterable[Any] | None = None,
        advice: str | None = None,
        limit_seconds: float = 30.0,
        progress: _Progress = None,
    ) -> None:
        """Draws the graph into a file, `refcycle.png` unless `path` is given.

        The format is `format`, or else the extension of the file name, or else PNG. SVG, PNG
        and PDF need no Graphviz. With `dot_executable`, the path of Graphviz's `dot`, that program
        draws the graph, in any format that it supports. The other keywords are those of `to_svg`.
        `filename` is the former name of `path`.

        PNG and PDF use the fonts of the machine for characters that refcycle's font does not have,
        such as Chinese. If no font has them, boxes are drawn, and a `UserWarning` names the script
        and a font to install; the file is still written.

        `OSError` if the file cannot be written; an existing file is then unchanged. `TimeoutError`
        after `limit_seconds`, at the next step of the layout, which may come seconds later.
        `RuntimeError` if the drawing program fails. `ValueError` for an unknown format.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile
            >>> from refcycle import ObjectGraph
            >>> path = os.path.join(tempfile.mkdtemp(), "list.svg")
            >>> ObjectGraph([[]]).export_image(path)
            >>> os.path.exists(path)
            True
        """

    def to_svg(
        self,
        *,
        target: _V | None = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        roots: bool | None = None,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        cut: Cut | Iterable[Any] | None = None,
        advice: str | None = None,
        limit_seconds: float = 30.0,
        progress: _Progress = None,
    ) -> str:
        """Returns the picture of the graph as an SVG string.

        `target` is the vertex that the picture is about, or `None`: it has a thick red outline.
        By default it is the vertex of the query that gave the graph: `x` of `ancestors(x)`,
        `descendants(x)` and `shortest_cycle(x)`, the end of `shortest_path(start, x)`. It is at
        the bottom, in a graph of descendants at the top. `KeyError` if it is not in the graph.

        - `fold`: three or more vertices that play the same role are drawn as one box: they are of
          one type, and their referrers and referents play the same roles. An object and its
          `__dict__` are one box too.
        - `merge_edges`: parallel edges are drawn as one arrow with all their labels.
        - `legend`: colours and shapes are explained below the picture.
        - `theme`: `'light'` or `'dark'`.
        - `roots`: a dashed box above an object says what holds it from outside the graph, as in
          "running in thread MainThread". "held by C code" is only shown if no other object of the
          snapshot can be the holder: in a whole snapshot, and in `ancestors` without a limit. A
          holder that also holds a referrer, as a thread holds all its frames, is only drawn above
          the referrer. `None` draws these boxes for snapshots and their parts, `True` always,
          `False` never. They are not drawn in a summary, or in a graph of more than 5,000
          vertices. `True` is a `ValueError` for a graph without objects, such as an
          `AnnotatedGraph`.
        - `summary`: `None` draws at most 80 boxes and 4,000 points. Of a larger graph that has a
          target, it draws what `why` says, if the graph is a snapshot or `ancestors` without a
          limit in one, or else what is nearest to the target, and says how much is left out.
          Without a target, objects are counted by type, with the largest cycles shown separately;
          `True` always does that. `False` draws everything; more than 1,500 boxes, or 500 more
          arrows than boxes, are a `ValueError`.
        - `cut`: references to cut, as a `Cut` or as numbers of edges, are red and dashed. The
          advice of a `Cut` is written under the picture.
        - `advice`: text that is written under the picture.
        - `limit_seconds`: `TimeoutError` if the drawing takes longer.

        A picture of 150 vertices takes less than half a second, one of 1,000 less than five
        seconds. The time depends mainly on the number of arrows.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> graph = ObjectGraph([[inner], inner])
            >>> "list (0 items)" in graph.ancestors(inner).to_svg(theme="dark")
            True
        """

    @overload
    def export_html(
        self,
        path: StrPath,
        target: _V | None = None,
        *,
        before: ObjectGraph | None = None,
        progress: _Progress = None,
    ) -> None:
        """Writes a page that shows the graph: one HTML file that needs no network.

        The page of a large `ObjectGraph` opens with a report: the account of the process, leak
        suspects, the largest retainers, how objects are held, and garbage with what to cut. With
        `before`, an earlier snapshot or dump of the same process, it also has what grew. Each line
        leads into the graph. With `target`, a vertex, or for the result of a query such as
        `ancestors(x)`, the page starts in the graph, at this vertex, and the report says why it is
        alive. A small graph is shown whole. Objects can be searched, sorted and filtered; a map
        shows what retains how much. No code of the objects runs. `filename` is the former name of
        `path`.

        An existing file is replaced as a whole or not at all. `KeyError` if `target` is not in the
        graph, `OSError` if the file cannot be written; for `before`, the errors of `diff`, and
        `TypeError` for a graph of other vertices than objects. Takes about eight seconds and 60 MB
        for a million objects; for a graph of more than eight million objects and references, only
        the report and an overview are written.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile, refcycle
            >>> cache = {}
            >>> cache["self"] = cache
            >>> path = os.path.join(tempfile.mkdtemp(), "cache.html")
            >>> refcycle.ObjectGraph([cache]).export_html(path, target=cache)
        """

    @overload
    def export_html(
        self,
        *,
        filename: StrPath,
        target: _V | None = None,
        before: ObjectGraph | None = None,
        progress: _Progress = None,
    ) -> None: ...
    def view(
        self,
        target: _V | None = None,
        *,
        before: ObjectGraph | None = None,
        progress: _Progress = None,
    ) -> str:
        """Writes the page of `export_html` into a temporary file, opens it in the browser and
        returns its path.

        The file is not removed. Errors and cost are those of `export_html`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def to_graphml(self, *, progress: _Progress = None) -> str:
        """Returns the graph with its labels as a GraphML string: see `export_graphml`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> '<data key="label">list[0]</data>' in ObjectGraph([[]]).to_graphml()
            True
        """

    def export_graphml(self, path: StrPath, *, progress: _Progress = None) -> None:
        r"""Writes the graph with its labels into a GraphML file, for yEd, Gephi, NetworkX and
        others.

        Vertices have the data `label`, `type`, `module`, `size` and `retained`, as in `to_arrow`,
        as far as they are known. Labels are not shortened. Characters that XML does not allow
        (most control characters) are written as escapes such as `\x1b`. The file is written under
        a temporary name and moved to `path` when it is complete: an existing file is replaced as a
        whole or not at all. `OSError` if it cannot be written. All labels and retained sizes are
        computed: about three seconds for a million objects.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile
            >>> from refcycle import AnnotatedGraph, ObjectGraph
            >>> path = os.path.join(tempfile.mkdtemp(), "graph.graphml")
            >>> ObjectGraph([[]]).export_graphml(path)
            >>> [vertex.annotation for vertex in AnnotatedGraph.import_graphml(path)]
            ['list[0]']
        """

    def to_gexf(self, *, progress: _Progress = None) -> str:
        """Returns the graph with its labels as a GEXF string: see `export_gexf`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> 'label="list[0]"' in ObjectGraph([[]]).to_gexf()
            True
        """

    def export_gexf(self, path: StrPath, *, progress: _Progress = None) -> None:
        """Writes the graph with its labels into a GEXF file, for Gephi.

        Data of vertices, labels, errors, cost and the replacement of the file are as for
        `export_graphml`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def to_cytoscape(self, *, progress: _Progress = None) -> str:
        """Returns the graph with its labels as JSON for Cytoscape: see `export_cytoscape`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import json
            >>> from refcycle import ObjectGraph
            >>> graph = json.loads(ObjectGraph([[]]).to_cytoscape())
            >>> [node["data"]["name"] for node in graph["elements"]["nodes"]]
            ['list[0]']
        """

    def export_cytoscape(self, path: StrPath, *, progress: _Progress = None) -> None:
        """Writes the graph with its labels into a JSON file for Cytoscape and Cytoscape.js.

        The label of a vertex is its `name`; that of an edge is its `interaction`. Data of
        vertices, labels, errors, cost and the replacement of the file are as for `export_graphml`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def export_csv(
        self,
        edges_path: StrPath,
        vertices_path: StrPath | None = None,
        *,
        progress: _Progress = None,
    ) -> None:
        r"""Writes a CSV table of the edges and, if `vertices_path` is given, one of the vertices.

        The columns are `source,target,id,label`, and `id,label` with those of `type`, `module`,
        `size` and `retained` that are known (see `to_arrow`). A label that a spreadsheet would run
        as a formula is prefixed with `'`. Labels, errors, cost and the replacement of the file are
        as for `export_graphml`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

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
        """Returns a tree of the objects that refer to `start`, or of those that it refers to, as a
        `Tree`: print it.

        A line reads `NAME of REFERRER`, or with `direction="referents"` `NAME: REFERENT`. Vertices
        near `start` come before distant ones. Each vertex is expanded once; where it occurs again,
        a number refers to the first line. `(2 from outside)` is the number of references to an
        object from outside the graph. A line that ends in ` …` has more below it, and the last
        lines say what the limits left out.

        `max_depth` limits the steps from `start` (`None`: no limit), `max_lines` the lines (3 or
        more). Of siblings of one kind, the first `fold` are shown and one line gives the number of
        the others (`None` shows all). `width` is in terminal cells (20 or more), of which wide
        characters take two; `None` means the width of the terminal at the time of printing. With
        `ascii=True` all other characters are escaped; `None` does so if `sys.stdout` cannot encode
        them.

        `KeyError` if `start` is not in the graph, `ValueError` for a limit that is too low. Only
        the labels that are shown are computed: milliseconds in a graph of a million objects, after
        the reversed graph has been computed (see `in_edges`). A `DirectedGraph` shows the `str()`
        of its vertices.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> print(ObjectGraph([[inner, inner], inner]).tree(inner, ascii=True, width=60))
            list (0 items)
            `- item[0], item[1] of list (2 items) (1 from outside)
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
        progress: _Progress = None,
    ) -> str:
        """Returns the text of `tree(start)`. Without a start, returns as many trees as are needed
        to show every vertex, unless a limit leaves some out.

        The keywords are those of `tree`. Without a start, the trees begin at one vertex of each
        strongly connected component that no other component reaches; finding them takes time in
        proportion to the graph.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> graph = ObjectGraph([[inner], inner, "alone"])
            >>> print(graph.to_text(direction="referents", ascii=True))
            list (1 item)
            `- item[0]: list (0 items)
            'alone'
        """

    def to_arrow(self, *, progress: _Progress = None) -> ArrowTables:
        """Returns the graph as two Arrow tables, one of its vertices and one of its edges.

        `vertices` has a row for each vertex in the order of iteration: `vertex` (its number, from
        0), `id`, `type` (the name of the object's type, with the module except for builtins; for
        an annotated vertex, the one in its label), `label`, `size` (the bytes of the object
        itself), `module` (that of the type, also `builtins`) and `retained` (the bytes that would
        be freed with the object). `size` and `retained` are null if the vertices are not objects
        of a heap, `module` if it is unknown: of annotated vertices, and of objects from a file
        that does not contain the module. `edges` has `id`, `tail` and `head` (numbers of vertices)
        and `label`, which may be null. Ids are those of `annotated()`.

        pyarrow, pandas, Polars, DuckDB and others read the tables through the Arrow PyCapsule
        interface, without a copy; none of them has to be installed. The tables hold no object of
        the graph. `ValueError` if a label or an id does not fit. All labels and retained sizes are
        computed: about three seconds for a million objects.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> tables = ObjectGraph([[1], 1]).to_arrow()
            >>> tables.edges
            <refcycle._refcycle.ArrowTable of 1 rows: id, tail, head, label>
            >>> tables.vertices.column_names
            ['vertex', 'id', 'type', 'label', 'size', 'module', 'retained']
        """

    def export_parquet(
        self,
        vertices_path: StrPath,
        edges_path: StrPath | None = None,
        *,
        progress: _Progress = None,
    ) -> None:
        """Writes the tables of `to_arrow` into Parquet files, for DuckDB, pandas, Polars, Spark
        and others.

        The table of the vertices is written to `vertices_path` and, if `edges_path` is given, that
        of the edges to it. The files are compressed with zstd and have groups of a million rows.
        An existing file is replaced as a whole or not at all. `ImportError` if pyarrow, which
        writes them, is not installed; `OSError` if a file cannot be written. Takes the time of
        `to_arrow`, and up to a second for a million objects in addition.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile
            >>> from importlib.util import find_spec
            >>> from refcycle import ObjectGraph
            >>> path = os.path.join(tempfile.mkdtemp(), "heap.parquet")
            >>> if find_spec("pyarrow"):
            ...     from pyarrow import parquet
            ...
            ...     ObjectGraph([[1], {}]).export_parquet(path)
            ...     assert parquet.read_table(path)["type"].to_pylist() == ["list", "dict"]
        """

    def to_networkx(self, *, progress: _Progress = None) -> Any:
        """Returns the graph as a `networkx.MultiDiGraph`.

        The nodes are the `id()` of each object or the id of each annotated vertex; the vertices of
        a `DirectedGraph` are nodes themselves. A node has the attributes `label`, `type`,
        `module`, `size` and `retained`, as in `to_arrow`, as far as they are known. The key of an
        edge is its id; its attribute is `label`, if it has one. The result keeps no object of an
        `ObjectGraph` alive. `ImportError` if networkx is not installed. All labels and retained
        sizes are computed, and each vertex and edge takes some 500 bytes.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def to_rustworkx(self, *, progress: _Progress = None) -> Any:
        """Returns the graph as a `rustworkx.PyDiGraph`.

        The index of a node is the number of the vertex in the order of iteration. The payload of a
        node is a dict with `id` and the attributes of `to_networkx`; that of an edge is one with
        `id` and, if it has one, `label`. `ImportError` if rustworkx is not installed. All labels
        are computed, and each vertex and edge takes some 500 bytes.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def to_scipy(self, *, progress: _Progress = None) -> Any:
        """Returns the graph as a `scipy.sparse.csr_array` of ones.

        Row and column are the numbers of the tail and of the head in the order of iteration.
        Parallel edges are several entries at the same position, which SciPy adds up. The index
        arrays are the graph's own: they are not copied and are read-only, so operations in place,
        such as `sum_duplicates` and `max`, need a `copy()` first. `ImportError` if scipy is not
        installed. Takes time and memory for the ones only, 4 bytes per edge.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Returns the representations for a notebook, as a dict by MIME type.

        A graph of up to 150 vertices is a picture, `image/svg+xml`. A larger one, or one whose
        picture cannot be drawn within 5 seconds, is a table of the types and their counts,
        `text/html`. The table is always included as `text/plain`. `include` and `exclude` are
        collections of MIME types.
        """

    @classmethod
    def vertex_set(cls) -> MutableSet[_V]:
        """Returns an empty set for vertices."""

    @classmethod
    def vertex_dict(cls) -> MutableMapping[_V, Any]:
        """Returns an empty mapping for vertices."""

    @classmethod
    def vertex_equal(cls, vertex1: _V, vertex2: _V) -> bool:
        """Returns whether two vertices are equal."""

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
        """The number of references from outside."""

    @property
    def holders(self) -> tuple[str, ...]:
        """The holders of the explained references: a tuple with a text for each."""

    @property
    def unexplained(self) -> int:
        """The number of references whose holder is unknown."""

    @property
    def name(self) -> str:
        """All holders in one text, as in `running in thread MainThread` or `held by C code: 2
        references`.
        """

@final
class MemoryPlace:
    """A place in memory that contains the address of an object."""

    @property
    def kind(self) -> str:
        """Its kind: `"variable"` of a library, `"field"` of an object, `"heap"` (a block of memory
        that C code has allocated), `"stack"` of a thread, `"call"` (the value stack of a running
        Python function) or `"mapped"` (other memory).
        """

    @property
    def name(self) -> str:
        """What contains it, such as `C variable near cache in app/_core.so`."""

    @property
    def address(self) -> int:
        """The address of the place."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the place as a dict, for JSON."""

@final
class PlacesInMemory:
    """Where the address of an object is in the memory of the process."""

    @property
    def places(self) -> tuple[MemoryPlace, ...]:
        """The places, as a tuple of `MemoryPlace` in the order of their addresses."""

    @property
    def unexplained(self) -> int | None:
        """The number of references to the object whose holder `roots` does not know, or `None` if
        CPython does not count its references.
        """

    @property
    def is_leaked(self) -> bool:
        """Whether there are such references, and no pointer to the object: C code has leaked a
        reference. False if the object has fewer references than when the graph was made.
        """

    @property
    def has_changed(self) -> bool:
        """Whether there are more or fewer references to the object than when the graph was made.
        Then `unexplained` is that of an earlier time, and places may be newer: take a new
        snapshot.
        """

    def to_dict(self) -> dict[str, Any]:
        """Returns the result as a dict, for JSON.

        The keys are those of the attributes, and `object`, the name of the object. Each place is a
        dict with `kind`, `name` and `address`.
        """

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[MemoryPlace]: ...

@final
class Buffer:
    """Memory outside of Python's objects: in the memory of the process or on a device.

    In a snapshot, memory that several objects share is a vertex of this class: it is counted
    once, and its parents are its holders. So is each buffer on a device. A function that is
    registered with `register_size` returns buffers: `size` in bytes, the `address` if other
    objects may use the same memory, and the name of the `device`, as in `"cuda:0"`, unless it
    is in the memory of the process. `ValueError` if `size` is negative or above 2**48, or if
    `address` is no address.

        >>> import refcycle
        >>> refcycle.Buffer(1_000_000, device="cuda:0")
        <Buffer: 1000000 bytes on cuda:0>
    """

    def __new__(
        cls, size: int, *, address: int | None = None, device: str | None = None
    ) -> Self: ...
    @property
    def size(self) -> int:
        """The number of bytes."""

    @property
    def address(self) -> int | None:
        """The address of the first byte; `None` if it is not known."""

    @property
    def device(self) -> str | None:
        """The name of the device, as in `cuda:0`; `None` for the memory of the process."""

@final
class NativeBuffer:
    """Memory outside of Python's objects, and its holders: see `ObjectGraph.buffers`."""

    @property
    def size(self) -> int | None:
        """The number of bytes; `None` if it is not known."""

    @property
    def device(self) -> str | None:
        """The name of the device, as in `cuda:0`; `None` for the memory of the process."""

    @property
    def address(self) -> int | None:
        """The address of the first byte; `None` if it is not known."""

    @property
    def holders(self) -> list[Any]:
        """The objects that use the memory, in the order of the vertices, as a list."""

    @property
    def vertex(self) -> Any:
        """The vertex of the graph that stands for the memory; `None` if it has a single holder."""

def register_size(type: type[_T], function: Callable[[_T], object] | None, /) -> None:
    """Registers a function that states how much memory outside of Python's objects an object uses.

    `function` is called with each object of exactly this type when sizes are computed, and
    returns the bytes in addition to the object's own, or a `Buffer` or a list of them for
    memory that other objects may share or that is on a device, or `None` if it is not known.
    `None` instead of a function removes the function of the type.

    Unlike everything else that refcycle reads, this runs code of the program. The function must
    not wait for other threads. After an `Exception` in it, the size of the object is unknown: it
    has the size of its struct, and `ObjectGraph.buffers` lists it with `size` None. So is a size
    that is negative or above 2**48. The first such error of a function is reported by
    `sys.unraisablehook`. Other exceptions, as that of Ctrl-C, are raised. If the function itself
    asks for sizes, no function is called meanwhile, and what they would state is unknown.
    `TypeError` if `type` is not a class or `function` not callable.

        >>> import refcycle
        >>> class Texture:
        ...     def __init__(self, size):
        ...         self.size = size
        >>> refcycle.register_size(Texture, lambda texture: texture.size)
        >>> texture = Texture(4_000_000)
        >>> refcycle.ObjectGraph([texture]).shallow_size(texture) > 4_000_000
        True
        >>> refcycle.register_size(Texture, None)
    """

@final
class Retained:
    """A vertex with its retained size: the bytes that would be freed with it."""

    @property
    def name(self) -> str:
        """The name of the object and, for a container, its owner.

        For example, "list (3,000 items), app.cache.entries". In a long list of results, only the
        first thousand names include the owner.
        """

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
        """The number of objects that it dominates, including itself."""

    @property
    def device_sizes(self) -> dict[str, int]:
        """The bytes on each device that it retains: a dict by the name of the device, as in
        `cuda:0`. They are in no other size.
        """

    @property
    def allocated_at(self) -> str | None:
        """The file and the line at which the object was allocated, as in `/srv/app.py:12`.

        `None` unless `tracemalloc` is tracing and was tracing then; of an object from a file,
        unless the file says it.
        """

@final
class Suspect:
    """Objects of one type that retain a large part of the heap, or one such object.

    As in Eclipse's Memory Analyzer, suspects are objects that no other object dominates.
    """

    @property
    def vertices(self) -> list[Any]:
        """The objects as a list, the largest retainer first."""

    @property
    def type_name(self) -> str:
        """The name of their type."""

    @property
    def retained_size(self) -> int:
        """The bytes that they retain together."""

    @property
    def share(self) -> float:
        """The retained bytes as a share of all bytes of the graph."""

    @property
    def accumulation_point(self) -> Any:
        """For a single object, the object at or below it from which the retained memory spreads
        out over many objects: often the container that grows. `None` for several.
        """

    @property
    def name(self) -> str | None:
        """The name of a single object, and for a container what it belongs to, as in
        "list (3,000 items), app.cache.entries"; `None` for several.
        """

    @property
    def accumulation_point_name(self) -> str | None:
        """The name of the accumulation point, in the same form."""

    @property
    def is_uncaught(self) -> bool:
        """Whether it is the exception that ended the program or a thread and caused the dump, or
        its traceback: then it retains what the program was doing, and is not a leak.
        """

@final
class Tree:
    """A tree of references as text: the result of a graph's `tree`. It holds labels and numbers,
    but no objects.

    Its `str` is created on demand: as wide as the terminal is at that time, and in ASCII if
    `sys.stdout` cannot encode other characters.
    """

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Returns the representation for a notebook, as a dict by MIME type: the text."""

@final
class ArrowTable:
    """A table for the Arrow PyCapsule interface: pyarrow, pandas, Polars, DuckDB and others read
    it without a copy, any number of times.

    Use `pyarrow.table(t)`, `polars.DataFrame(t)` or `pandas.DataFrame.from_arrow(t)`. `len(t)` is
    the number of rows.
    """

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""

    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Returns the table as a capsule with an `ArrowArrayStream`.

        The columns keep their types, whatever `requested_schema` says, as the interface allows.
        """

    def __arrow_c_schema__(self) -> object:
        """Returns the names and types of the columns, as a capsule with an `ArrowSchema`."""

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
    """A graph whose vertices are objects, compared by identity, and whose edges are the references
    between them.

    `objects` is any iterable of objects; an object that occurs several times is one vertex.
    """

    def __new__(cls, objects: Iterable[object] = ()) -> Self: ...
    def cycles(self, *, classes: bool = False, progress: _Progress = None) -> list[Cycle]:
        """Returns the reference cycles, as a list with a `refcycle.Cycle` for each strongly
        connected component that has one.

        A component comes before those that it reaches, so that in a graph of garbage the first
        ones keep the rest alive. The labels of a `Cycle` are computed when they are asked for.
        Takes the time of `strongly_connected_components`.

        Every class is in cycles with its own parts, such as its `__mro__` and its descriptors.
        Components that consist only of classes and their parts are left out, unless `classes` is
        true.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> numbers = [1]
            >>> numbers.append(numbers)
            >>> ObjectGraph([numbers]).cycles()
            [<Cycle of 1 object: list[1] -> list>]
        """

    def annotated(self, *, progress: _Progress = None) -> AnnotatedGraph:
        """Returns the graph with labels in place of objects, as an `AnnotatedGraph`.

        The id of a vertex is the `id()` of its object, that of an edge its number in this graph.
        The result keeps no object alive. Its vertices and edges are created when they are asked
        for. Takes about a second and 110 MB for a million objects.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> [vertex.annotation for vertex in ObjectGraph([[1, 2], {}]).annotated()]
            ['list[2]', 'dict[0]']
        """

    def save(
        self,
        path: StrPath,
        *,
        redact: bool | None = None,
        progress: _Progress = None,
    ) -> None:
        """Writes the graph into a file, which `refcycle.load` reads.

        For each object, the file has its type, label, size, address, reference count and holders
        from outside (see `roots`). It has each reference with its label, and for the whole graph
        the versions, the command, the time and the current stacks of all threads. It is an Apache
        Arrow table (IPC, also called Feather version 2, with zstd), one row an object, which
        pyarrow, pandas and Polars read too; the guide's page on files lists its columns.

        Unless `redact=False`, the file has identifiers but no other string, and neither bytes nor
        numbers: `str (12 characters)` stands for a string. Identifiers are the names of types,
        functions, modules, attributes, variables, threads and tasks, and the paths of source
        files. A dict key is an identifier only if the dict is a namespace: that of a module, a
        class, an instance or a frame, `sys.modules`, `__annotations__`, `__kwdefaults__`, and
        `os.environ` (without its values). The guide's page on files says what this means for data
        in names. With `redact=False`, labels are those of `annotated`, and the command has its
        arguments.

        A graph from a file is written as it is. With `redact=True`, one from a file that is not
        redacted is a `ValueError`, as its labels contain the values.

        Labels, sizes and holders are those at the time of the call. Takes some 2 s for a million
        objects, and up to 100 bytes an object and 30 a reference. The file is written under a
        temporary name and moved to `path` when it is complete. A new file is readable by its owner
        only (0600), like all files that refcycle writes; an existing one keeps its permissions.
        `OSError` if it cannot be written; an existing file is then unchanged.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile, refcycle
            >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
            >>> refcycle.ObjectGraph([[]]).save(path)
            >>> len(refcycle.load(path))
            1
        """

    def export_heapsnapshot(self, path: StrPath, *, progress: _Progress = None) -> None:
        """Writes the graph as a heap snapshot for Chrome's DevTools and memlab.

        It has types, sizes (those of `shallow_sizes`), labels of references, weak references, and
        above the objects their holders from outside (see `roots`). In Chrome: Memory panel, Load;
        the file name must end in `.heapsnapshot`.

        An object has the same id in all snapshots of a process, so that DevTools can compare two
        of them. Objects are identified by their addresses: an object has a new id if an object of
        another type was at its address before, or a string or number of another value. An object
        that takes the place of another one of its own class has the old id; differences of counts
        and sizes are still right.

        Sizes and labels are those at the time of the call. Takes about the time of a snapshot and
        of `annotated`, and 120 bytes an object. `ValueError` for more than 600 million objects,
        `OSError` if the file cannot be written.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile
            >>> from refcycle import ObjectGraph
            >>> path = os.path.join(tempfile.mkdtemp(), "list.heapsnapshot")
            >>> ObjectGraph([[]]).export_heapsnapshot(path)
            >>> os.path.getsize(path) > 500
            True
        """

    def export_flame_graph(
        self,
        path: StrPath,
        *,
        format: Literal["pprof", "speedscope", "collapsed"] | None = None,
        progress: _Progress = None,
    ) -> None:
        """Writes the retained memory as a flame graph, for the viewers of profiles.

        A stack of frames is a path in the dominator tree: an object is below the one with which it
        would be freed, and the width of a frame is the memory that its objects retain. The widths
        add up to `sum(shallow_sizes())`. Objects of the same name in the same place are one frame:
        instances of one class, functions and frames of one file and line, and large containers
        that belong to one object, as in `dict, app.cache.entries`. Names have no lengths, keys or
        indices, so that viewers can compare two files of one program.

        `format` is one of these; by default, it is that of the end of `path`:

        - `'pprof'` (`.pb.gz`, `.pprof`): for `go tool pprof`, Perfetto, Pyroscope and others. The
          values are `inuse_objects` and `inuse_space`.
        - `'speedscope'` (`.speedscope.json`): for speedscope.
        - `'collapsed'` (`.collapsed`, `.folded`): a line for each stack, for flamegraph.pl,
          inferno and speedscope.

        The file has the 20,000 frames that retain most, and 200 levels; the rest is in frames
        `(objects not shown)`. `ValueError` if the format is unknown, `OSError` if the file cannot
        be written; an existing file is then unchanged. Takes about the time of `dominator_tree`
        and 50 bytes an object in addition.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile
            >>> from refcycle import ObjectGraph
            >>> path = os.path.join(tempfile.mkdtemp(), "heap.collapsed")
            >>> graph = ObjectGraph([[1], {}])
            >>> graph.export_flame_graph(path)
            >>> sizes = [int(line.rsplit(" ", 1)[1]) for line in open(path)]
            >>> sum(sizes) == sum(graph.shallow_sizes())
            True
        """

    def owned_objects(self) -> list[Any]:
        """Returns the objects that belong to this graph and that a later snapshot would contain,
        as a list: the graph itself.
        """

    def external_references(self, obj: object) -> int | None:
        """Returns how many references to an object come from outside the graph, or `None` if that
        is unknown.

        They come from objects that the collector does not track, from C code or, in a part of a
        graph, from the rest of it. The graph's own reference is not counted. The number is unknown
        for immortal objects. It is that of the time when the graph was made. `KeyError` if `obj`
        is not in the graph. Takes time in proportion to the referrers of the object, and at the
        first call that of `in_edges`.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> graph = ObjectGraph([[inner], inner])
            >>> graph.external_references(inner)  # the variable, and the list given to ObjectGraph
            2
        """

    def find_in_memory(self, obj: object, *, progress: _Progress = None) -> PlacesInMemory:
        """Search the memory of the process for pointers to an object.

        Returns a `refcycle.object_graph.PlacesInMemory`.

        For an object with references whose holder `why` and `roots` do not know. References that
        the graph shows are left out, and so are freed memory, the unused parts of stacks and the
        memory of this package. What remains are variables of libraries, fields of objects that no
        traversal shows, blocks that C code has allocated, stacks of threads and other memory. The
        search is conservative: a place may contain the address by chance, or without holding the
        object. If there are references without a holder and no pointer at all, C code has leaked
        a reference, and `is_leaked` is true. Print the result for a text.

        References are those of the time when the graph was made. If the object has more or fewer
        now, `has_changed` is true: an assignment of the object since then adds a pointer that the
        graph does not show. Take a new snapshot, and call this method before you assign the
        object.

        A pointer that C code keeps in a changed form, in a register of a running thread, or in
        memory of a device is missed. So is what only the state of the interpreter holds without a
        name; `roots` names its lists, such as `gc.garbage`. A call of this method from C code may
        itself be among the places, as `stack of thread MainThread`.

        `KeyError` if `obj` is not in the graph, `ValueError` if the graph is from a file,
        `NotImplementedError` where a process cannot read its own memory safely: the search needs
        Linux. Takes the time of `roots` and about half a second for 1 GB of memory in use; Ctrl-C
        ends it.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import ctypes, refcycle
            >>> leaked = []
            >>> _ = ctypes.pythonapi.Py_IncRef(ctypes.py_object(leaked))
            >>> graph = refcycle.snapshot()
            >>> found = graph.find_in_memory(leaked)
            >>> found.unexplained, len(found), found.is_leaked
            (1, 0, True)
        """

    def _number_of(self, obj: object) -> int: ...
    def _search_memory(self, number: int, *, progress: _Progress = None) -> PlacesInMemory: ...
    def unreachable(self, *, progress: _Progress = None) -> Self:
        """Returns the graph of the objects that cannot be reached from outside the graph.

        For a whole snapshot this is the garbage that the next collection would find. For a part of
        one, it is the objects that only the part itself keeps alive. Reference counts are those of
        the time when the graph was made; objects without a count, such as immortal ones, are
        assumed to be held. Takes time and memory in proportion to the graph; `MemoryError` if
        there is not enough.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

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
    def _name_of(self, obj: Any) -> str: ...
    def _signatures_among(self, wanted: Collection[str]) -> SignatureTable: ...
    def _why_types(
        self,
        objects: Iterable[object] | SavedObjectSet,
        allowed: Collection[str],
        before: tuple[ObjectGraph, Iterable[object] | SavedObjectSet] | None = None,
    ) -> tuple[WhyAll, list[tuple[int, int, int]]]: ...
    def _why_larger(
        self, larger: list[tuple[Any, int]], allowed: Collection[str], limit: int
    ) -> list[tuple[int, int, Why]]: ...
    def roots(self, *, progress: _Progress = None) -> list[Root]:
        """Returns the objects with references from outside the graph, as a list of `Root` in the
        order of the vertices.

        Every chain of references that keeps objects alive starts at one of them. References are
        counted as they were when the graph was made; their holders are looked up at the time of
        the call. Takes about the time of a snapshot.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> [root.external_references for root in ObjectGraph([[inner], inner]).roots()]
            [1, 2]
        """

    def why(self, obj: object, *, limit: int = 5, progress: _Progress = None) -> Why:
        """Returns why an object is alive: the chains of references that keep it alive, as a
        `refcycle.liveness.Why`.

        A chain leads from an object that is held from outside, such as the frame of a thread or
        `sys.modules`, to `obj`. The chains share no object except `obj` and modules, so that each
        of them has to be broken to free it. At most `limit` chains are returned: those through the
        program before those through libraries and caches, and of equal ones the shortest first. Of
        a coroutine and its frame, which hold the same variables, one is shown. Variables of the
        calling function that refer to `obj` itself are ignored unless nothing else holds it, and
        so are the objects of this package. References whose holder is unknown, such as those from
        C code, are counted in `unexplained`; chains through objects that only C code holds come
        last. Print the result for a tree, with a fix where refcycle recognises the pattern.

        For garbage, the result has the cycles that hold the object, references whose removal frees
        it, and whether a collection frees it.

        `KeyError` if `obj` is not in the graph, `ValueError` if `limit` is less than 1. Takes
        about the time of `roots`, and that of a search that ends when all chains are found.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import refcycle
            >>> class Pool:
            ...     def __init__(self):
            ...         self.free = [set()]
            >>> pool = Pool()
            >>> [chain, *_] = refcycle.snapshot().why(pool.free[0]).chains
            >>> [(step.reference, step.label) for step in chain.steps][-2:]
            [('.free', 'list (1 item)'), ('[0]', 'set (0 items)')]
        """

    def why_all(
        self,
        target: str | type[object] | Iterable[object],
        *,
        limit: int = 10,
        progress: _Progress = None,
    ) -> WhyAll:
        """Returns why many objects are alive: groups of objects that are held alike, as a
        `refcycle.holder_groups.WhyAll`.

        `target` is a class, the name of one, with or without its module, or a collection of
        objects of the graph. A class stands for its direct instances. Each object counts in one
        group, by the signature of the chain of references that is shown for it: types and names of
        references, without indices, keys and addresses. Of several chains, one through the program
        comes before one through a library, and that before one through thread locals, caches of
        the interpreter and the import system; then the shortest, then the first in alphabetical
        order. So the result does not depend on addresses. C code, and what the calling function, a
        test runner or a prompt holds, is shown only if nothing else holds the object. Garbage is
        grouped by the types of the cycle that holds it.

        The groups that retain most come first; the first `limit` have a chain to an example. Of
        the first ten of these, `also_held_by` says what else holds their objects: one that has two
        holders is freed only when both let it go. Unless the snapshot was taken with
        `untracked=True`, strings, numbers and other untracked objects are missing, also from the
        bytes.

        `KeyError` if an object is not in the graph, `TypeError` if `target` is none of these,
        `ValueError` if `limit` is less than 1. Takes the time of two to four snapshots; if some of
        the objects hold others of them, also that of `retained_size`. For each of the first ten
        groups whose objects have more than one referrer, the time of a snapshot is added; if other
        chains hold them, that of at most ten.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import refcycle
            >>> class Session: pass
            >>> by_name, recent = {number: Session() for number in range(3)}, [Session()]
            >>> found = refcycle.snapshot().why_all("Session")
            >>> [(group.count, group.signature) for group in found.groups]
            [(3, 'module __main__.by_name -> dict[*] -> __main__.Session'),
             (1, 'module __main__.recent -> list[*] -> __main__.Session')]
        """

    def signatures(
        self,
        objects: Iterable[object] | None = None,
        *,
        progress: _Progress = None,
    ) -> SignatureTable:
        """Returns how the objects of the graph are held, as a table by signature.

        A row has the signature of the chain of references that holds an object, the number of
        objects with this signature, their bytes, the bytes that they retain, and one of them as an
        example; see `why_all`. The rows that retain most come first. `objects` is a collection of
        the objects that count; `None` stands for all. Two tables can be compared, even if they are
        from different runs, or one is live and the other from a file.

        `KeyError` if an object is not in the graph. Takes some 2 s for a million objects.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import refcycle
            >>> class Session: pass
            >>> sessions = [Session(), Session()]
            >>> graph = refcycle.snapshot()
            >>> for row in graph.signatures(sessions):
            ...     print(row.count, row.signature)
            2 module __main__.sessions -> list[*] -> __main__.Session
        """

    def retained_size(self, obj: object, *, progress: _Progress = None) -> int:
        """Returns the bytes that would be freed if an object were gone.

        These are its own bytes and those of all objects that can be reached from outside only
        through it: the objects that it dominates. Sizes are those of `shallow_sizes` at the time
        of the first call of this method or of another one about retained memory, which are kept.
        Strings, numbers and other objects that the collector does not track are only counted in
        `snapshot(untracked=True)`.

        A value of a `weakref.WeakKeyDictionary` is freed with its key: the key retains it, unless
        something else holds the value too, or only the value holds the key. An entry of a
        `weakref.WeakValueDictionary` or a `weakref.WeakSet` is freed with its object or with the
        container, and counts for both. A class retains the weak references that its bases have to
        it. In a part of a graph from a file, and in a graph from an older file, the container
        retains its entries. refcycle's own graphs, such as a snapshot that is kept, retain only
        what nothing else holds.

        Garbage that has not been collected yet does not hold live objects: their sizes are those
        after `gc.collect()`, and garbage retains garbage only. This includes garbage that no
        collection frees, of which `why` says so. In a graph of a part of the heap, what refers to
        an object from outside the part holds it, because it may be live.

        `KeyError` if `obj` is not in the graph. The first call takes some 0.3 s for a million
        objects, later ones constant time.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> inner = []
            >>> graph = ObjectGraph([[inner], inner])
            >>> graph.retained_size(inner) == graph.shallow_size(inner)
            True
        """

    def retained_sizes(self, *, progress: _Progress = None) -> array[int]:
        """Returns the retained size of each object in the order of iteration, as an `array.array`
        of type code `Q`.

        Sizes and cost are those of `retained_size`; the result takes 8 bytes an object.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def dominator_tree(self) -> DominatorTree:
        """Returns the dominator tree of the graph, as a `refcycle.DominatorTree`.

        An object dominates another one if every path from outside to the latter goes through it:
        without it, the other would be freed too. Print the tree to see the objects that retain
        most, and where. It is computed on first use, in the time of `retained_size`.

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

    def export_treemap(
        self,
        path: StrPath,
        *,
        form: Literal["treemap", "icicle"] = "treemap",
        format: str | None = None,
        target: object = None,
        theme: Literal["light", "dark"] = "light",
        progress: _Progress = None,
    ) -> None:
        """Draws the dominator tree into a file, as blocks within blocks.

        Each block is as large as what would be freed without its object. `form` is `'treemap'`
        (the area of a rectangle is the size) or `'icicle'` (the width is the size, and what a
        block retains is below it, as in a flame graph upside down). Blocks have the names of the
        objects and, for containers, of their owners; an SVG shows them in full when the mouse is
        over a block. What an object itself takes is the part of its block that is free. Objects
        that retain less than about a 1,500th of all are counted together as "smaller objects", by
        type. If these are smaller than that together, they are left free. With `target`, only
        what that object retains is drawn.

        The format is `format`, or else the extension of the file name: SVG, PNG or PDF. `theme`
        is `'light'` or `'dark'`. Sizes are those of `retained_size`: take the snapshot with
        `untracked=True` to see strings and numbers. `KeyError` if the target is not in the graph,
        `ValueError` for another form, theme or format, `OSError` if the file cannot be written;
        an existing file is then unchanged. Takes the time of `retained_size` and less than a
        second.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import os, tempfile, refcycle
            >>> path = os.path.join(tempfile.mkdtemp(), "memory.svg")
            >>> refcycle.ObjectGraph([[1, 2, 3]]).export_treemap(path)
            >>> "list (3 items)" in open(path, encoding="utf-8").read()
            True
        """

    def immediate_dominator(self, obj: object, *, progress: _Progress = None) -> Any:
        """Returns the nearest other object without which an object would be freed too, or `None`.

        There is no such object if `obj` is held from outside, or by two paths that share no
        object. `KeyError` if `obj` is not in the graph. The cost is that of `retained_size`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def dominated_by(self, obj: object, *, progress: _Progress = None) -> ObjectGraph:
        """Returns the graph of an object and of all objects that it dominates: of what would be
        freed without it.

        `KeyError` if `obj` is not in the graph. The cost is that of `retained_size` and of
        `full_subgraph`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def directly_dominated_by(
        self,
        obj: object = ...,
        *,
        progress: _Progress = None,
    ) -> RetainedTable:
        """Returns the objects directly below an object in the dominator tree, as a list of
        `Retained`, the largest first. Print it for a table.

        Without an argument, those that no other object dominates. `KeyError` if `obj` is not in
        the graph. The cost is that of `retained_size`, and some 200 bytes for each item of the
        result.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def top_retained(self, n: int = 10, *, progress: _Progress = None) -> RetainedTable:
        """Returns the `n` objects that retain most among those that no other object dominates, as
        a list of `Retained`, the largest first. Print it for a table.

        Unless the snapshot was taken with `untracked=True`, the bytes are those of tracked
        objects, without strings and numbers. `ValueError` if `n` is negative. The cost is that of
        `retained_size`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def leak_suspects(self, share: float = 0.1, *, progress: _Progress = None) -> SuspectTable:
        """Returns the few objects that retain most of the memory, as a list of `Suspect`, the
        largest first. Print it for a table.

        A suspect is a single object, or all objects of one type, that no other object dominates
        and that retain at least the part `share` of all bytes, as in Eclipse's Memory Analyzer.
        Classes, modules, functions and their namespaces are not suspects, because they are the
        program itself, and neither are groups of objects of a builtin type. A healthy program has
        no suspects. `ValueError` unless `share` is more than 0 and at most 1. The cost is that of
        `retained_size`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    def waste(self, *, progress: _Progress = None) -> Waste:
        """Returns the bytes that the program could save, as a `refcycle.waste.Waste`.

        These are strings and bytes with equal contents, empty containers and sets and deques with
        one item, spare room in dicts, lists, sets and bytearrays, instances with a `__dict__` that
        slots would save, and lists and tuples of numbers that an array would hold. A row has the
        objects of one kind and one type that belong to one holder: their number, the bytes that
        following its advice saves, the name of the holder, and one of the objects as an example.
        The rows that save most come first. Print the result for a table.

        Left out is what cannot be saved: interned strings, constants of code, docstrings, names,
        and objects that C code holds. What libraries and the interpreter hold is in rows of its
        own, `Waste.others`. `Waste.garbage` has the number of wasteful objects of garbage, and the
        bytes that they waste. Strings, and numbers in most cases, are seen only in
        `snapshot(untracked=True)`.

        No code of the objects runs. Contents are compared by a hash whose key is random and that
        is not kept. In a graph from a file, the bytes are those of the time when it was written; a
        file from an earlier version does not contain them, and the result says so.

        Takes the time of about two snapshots, and that of `retained_size`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import refcycle
            >>> names = [" ".join(["John", "Smith"]) for _ in range(1000)]
            >>> for row in refcycle.snapshot(untracked=True).waste():
            ...     if row.owner == "__main__.names":
            ...         print(row.count, row.kind, row.type_name)
            999 duplicate str
        """

    def statistics(self) -> dict[str, Any]:
        """Returns figures of the graph and of how the heap was read, as a dict.

        `vertices`, `edges` and `memory` (bytes of the graph's arrays); for a snapshot and its
        parts also `pause_seconds` (how long no other thread could run), `running_frames`,
        `untracked` (whether untracked objects were asked for), `frozen` (objects that
        `gc.freeze()` has put aside), `frozen_unseen` (those of them that are not in the snapshot),
        `tuples_let_go` (tuples and frozensets that only C code held, perhaps incomplete),
        `allocated_blocks` (`sys.getallocatedblocks()`; since 3.12 only in a process with one
        interpreter, as the count could crash a process with more), `resident_bytes` (the memory
        of the process, if the system reports it), `own_bytes` (an upper bound for the part of it
        that the graphs of this package took) and `residue_bytes` (the part by which the
        first `save` and the first `dump` of the process made it larger, without their graphs).

            >>> from refcycle import ObjectGraph
            >>> figures = ObjectGraph([[]]).statistics()
            >>> figures["vertices"], figures["edges"]
            (1, 0)
        """

    @overload
    def find_by_typename(self, type_name: str, *, progress: _Progress = None) -> list[Any]:
        """Returns the objects whose type has this name, as a list in the order of iteration.

        The name is the type's `__name__`, without module and enclosing classes, or its qualified
        name with the module, such as `"collections.OrderedDict"`. The time is proportional to the
        number of objects of the graph.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> ObjectGraph([[], {}, [1]]).find_by_typename("list")
            [[], [1]]

        `name` is the former name of `type_name`.
        """

    @overload
    def find_by_typename(self, *, name: str, progress: _Progress = None) -> list[Any]: ...
    def count_by_typename(self, *, progress: _Progress = None) -> Counter[str]:
        """Counts the objects of each type name, as a `collections.Counter`.

        The name is the type's `__name__`, without module and enclosing classes. Takes time in
        proportion to the graph.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> ObjectGraph([[], {}, [1]]).count_by_typename()
            Counter({'list': 2, 'dict': 1})
        """

    def shallow_size(self, obj: object) -> int:
        """Returns the bytes that an object itself takes.

        That includes the header of the collector, the words before the object, its items and
        tables, the attributes that it stores inline, and the buffers that objects of the standard
        library own (`io.StringIO`, `ctypes`, `zlib`, `bz2`, `csv`, the mapped bytes of `mmap`),
        but not the objects that it refers to. The table of attribute names that the instances of
        a class share counts with the class. Memory of a library that only this object uses is
        included (see `buffers`). `has_unknown_size` tells whether there is more.

        The object is measured as it is at the time of the call. None of its code runs: a
        `__sizeof__` that is written in Python is ignored. `KeyError` if `obj` is not in the graph.
        Takes constant time.

            >>> from refcycle import ObjectGraph
            >>> data = bytes(100)
            >>> ObjectGraph([data]).shallow_size(data)
            133
        """

    def has_unknown_size(self, obj: object) -> bool | None:
        """Returns whether an object uses memory whose size cannot be known.

        Some libraries keep memory for an object in structs that nothing describes: OpenSSL,
        SQLite, liblzma, Expat, DuckDB. That of an instance of a subclass of PyTorch's `Tensor` is
        not read either, because reading it runs Python code. Then the sizes of the object are
        smaller than the truth. `False` means that `shallow_size` counts all that the object
        itself uses, as far as its type is known: a type of an extension module that refcycle does
        not know and that has no `__sizeof__` may use more. For a graph from an older file, which
        does not say it, the result is `None`.

        None of the object's code runs. `KeyError` if `obj` is not in the graph. Takes constant
        time.

            >>> import hashlib
            >>> from refcycle import ObjectGraph
            >>> digest = hashlib.new("sha256")
            >>> graph = ObjectGraph([digest])
            >>> graph.has_unknown_size(digest)
            True
        """

    def shallow_sizes(self, *, progress: _Progress = None) -> array[int]:
        """Returns the bytes that each object itself takes in the order of iteration, as an
        `array.array` of type code `Q`.

        Each object is measured as by `shallow_size`, at the time of the call. Takes some 20 to 60
        ms for a million objects, and 8 bytes each for the result (16 while it is made).

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import ObjectGraph
            >>> ObjectGraph([bytes(100), bytes(10)]).shallow_sizes()
            array('Q', [133, 43])
        """

    def buffers(self, *, progress: _Progress = None) -> list[NativeBuffer]:
        """Returns the memory outside of Python's objects that the objects of the graph use, as a
        list of `NativeBuffer`, the largest first.

        That is the data of arrays, tables, tensors, images and documents of NumPy, pyarrow,
        pandas, Polars, PyTorch, Pillow and lxml, and what the functions of `register_size`
        return. Each buffer has its size, its device and its holders. Memory with one holder is
        a part of the holder's size; in a snapshot, memory that several objects share is a
        vertex, and so is memory on a device. Objects whose memory cannot be read are at the
        end, with the size None.

        A graph from a file has only the buffers that are vertices. The memory is read at the
        time of the call, which takes some microseconds for each object that has a buffer, and
        one pass over the others.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> import refcycle
            >>> class Texture: pass
            >>> data = refcycle.Buffer(8_000, device="cuda:0")
            >>> refcycle.register_size(Texture, lambda texture: data)
            >>> refcycle.ObjectGraph([Texture()]).buffers()
            [<NativeBuffer: 8000 bytes on cuda:0, 1 holder>]
            >>> refcycle.register_size(Texture, None)
        """

    @classmethod
    def vertex_set(cls) -> ElementTransformSet[Any]:
        """Returns an empty set for vertices, which tells objects apart by identity."""

    @classmethod
    def vertex_dict(cls) -> KeyTransformDict[Any, Any]:
        """Returns an empty mapping for vertices, which tells objects apart by identity."""

    @classmethod
    def vertex_equal(cls, vertex1: object, vertex2: object) -> bool:
        """Returns whether two vertices are the same object."""

@final
class AnnotatedVertex:
    """A vertex with an id, an integer, and an annotation, a string. Vertices with the same
    id are equal.
    """

    id: int
    annotation: str
    def __new__(cls, id: int, annotation: str) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AnnotatedEdge:
    """An edge with an id, an integer, an annotation, a string or `None`, and the ids of the
    vertices at its ends. Edges with the same id are equal.
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
    """A graph whose vertices are `AnnotatedVertex`es and whose edges are `AnnotatedEdge`s: names
    and numbers, which keep no object alive. It can be written and read as JSON.
    """

    def __new__(
        cls, vertices: Iterable[AnnotatedVertex], edges: Iterable[AnnotatedEdge]
    ) -> Self: ...
    @classmethod
    def from_json(cls, json_graph: str | bytes, *, progress: _Progress = None) -> AnnotatedGraph:
        """Returns the graph of a JSON text, a `str` or UTF-8 `bytes`, as `to_json` writes it.

        `ValueError` says what is wrong with the text and where.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import AnnotatedGraph, ObjectGraph
            >>> graph = AnnotatedGraph.from_json(ObjectGraph([[]]).to_json())
            >>> [vertex.annotation for vertex in graph]
            ['list[0]']
        """

    @overload
    @classmethod
    def import_json(cls, path: StrPath, *, progress: _Progress = None) -> AnnotatedGraph:
        """Returns the graph of a JSON file, as `export_json` writes it.

        `OSError` if the file cannot be read, `ValueError` as for `from_json`.

        `filename` is the former name of `path`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

    @overload
    @classmethod
    def import_json(cls, *, filename: StrPath, progress: _Progress = None) -> AnnotatedGraph: ...
    @classmethod
    def from_graphml(cls, graphml: str | bytes, *, progress: _Progress = None) -> AnnotatedGraph:
        """Returns the directed graph of a GraphML text, a `str` or UTF-8 `bytes`, of refcycle or
        of another program.

        Annotations are the data of the key named `label`, or else `annotation`, or else `name`;
        a vertex without one has its id as annotation. If all ids are integers, they are kept;
        otherwise they are replaced by consecutive numbers. `ValueError` says what is wrong with
        the text and where: not GraphML, an undirected edge, two vertices with one id, an edge to
        an unknown vertex, entity declarations.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle import AnnotatedGraph
            >>> graph = AnnotatedGraph.from_graphml(
            ...     '<graphml><graph edgedefault="directed"><node id="a"/><node id="b"/>'
            ...     '<edge source="a" target="b"/></graph></graphml>'
            ... )
            >>> [vertex.annotation for vertex in graph]
            ['a', 'b']
        """

    @classmethod
    def import_graphml(cls, path: StrPath, *, progress: _Progress = None) -> AnnotatedGraph:
        """Returns the directed graph of a GraphML file, of refcycle or of another program.

        `OSError` if the file cannot be read, `ValueError` as for `from_graphml`.

        `progress(done, total)` is called while the call runs; `True` shows a bar.
        """

class DirectedGraph(GraphBase[_H, int, DirectedGraph[_H]], IDirectedGraph[_H, int]):
    """A graph of hashable objects, compared by equality.

    Create one with `from_out_edges` or `from_edge_pairs`. Edges are numbered in the order in
    which they are given.
    """

    @classmethod
    def from_out_edges(
        cls,
        vertices: Iterable[_K],
        edge_mapper: SupportsGetItem[_K, Iterable[_K]] | Callable[[_K], Iterable[_K]],
    ) -> DirectedGraph[_K]:
        """Returns the graph of these vertices in which the edges of a vertex `v` go to the items
        of `edge_mapper[v]`.

        `vertices` is any iterable of hashable objects; equal ones are one vertex. `edge_mapper`
        may also be a function. Edges are numbered in the order of the vertices and of the items.
        `ValueError` if an item is not one of the vertices.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_out_edges([1, 2, 3], {1: [2, 3], 2: [3], 3: []})
            >>> graph.children(1)
            [2, 3]
        """

    @classmethod
    def from_edge_pairs(
        cls, vertices: Iterable[_K], edge_pairs: Iterable[tuple[_K, _K]]
    ) -> DirectedGraph[_K]:
        """Returns the graph of these vertices with an edge for each pair `(tail, head)`.

        `vertices` is any iterable of hashable objects; equal ones are one vertex. Edges are
        numbered in the order of the pairs. `ValueError` if an edge is not a pair, or one of its
        ends is not one of the vertices.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> DirectedGraph.from_edge_pairs("abc", ["ab", "bc"]).references()
            [('a', 'b'), ('b', 'c')]
        """

    def annotated(self, *, progress: _Progress = None) -> AnnotatedGraph:
        """Returns the graph with the `str()` of each vertex as its annotation, as an
        `AnnotatedGraph`.

        The ids of the vertices are 0, 1, 2, ... in the order of iteration; those of the edges
        are their numbers. Exceptions of `str()` are passed on.

        `progress(done, total)` is called while the call runs; `True` shows a bar.

            >>> from refcycle.directed_graph import DirectedGraph
            >>> graph = DirectedGraph.from_edge_pairs([1, 2], [(1, 2)])
            >>> [vertex.annotation for vertex in graph.annotated()]
            ['1', '2']
        """

@final
class UserGraph(GraphBase[Any, Any, _G]):
    """The vertices and edges of a graph of a user's class, for the algorithms.

    It sees the graph as it is now. Queries return graphs of the user's class.
    """

    def __new__(cls, graph: _G) -> Self: ...

def why(obj: object, *, limit: int = 5, progress: _Progress = None) -> Why:
    """Returns why an object is alive now: takes a snapshot and calls its `ObjectGraph.why`.

    For an object that the collector does not track, such as a string, the snapshot contains
    everything (`untracked=True`). Errors and the meaning of `limit` are those of
    `ObjectGraph.why`. The time is that of the snapshot and of `ObjectGraph.why` together.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import sys, refcycle
        >>> [chain] = refcycle.why(sys.modules, limit=1).chains
        >>> chain.holder
        'sys.modules'
    """

def load(
    path: StrPath,
    *,
    partial: bool = False,
    check: bool = False,
    progress: _Progress = None,
) -> LoadedGraph:
    """Returns the graph of a file that `ObjectGraph.save` or `refcycle.dump` has written.

    The `LoadedGraph` supports the same queries as a graph of live objects; its vertices are
    `SavedObject`s instead of objects. A file can be read by any version of Python. Loading a
    million objects takes about 0.15 s and 40 bytes per object. Ctrl-C interrupts it. `progress` is
    called from time to time with the number of objects that have been read and the number of all
    objects; if it raises an exception, the call ends with it. `True` shows a bar.

    The names of objects and references in a file of more than 131,072 objects are read when
    they are asked for, in parts of 131,072 objects. Such a graph keeps its file open: you can
    rename, remove or replace the file, but not write into it. With `check`, everything is read
    at once, and the file is closed; this takes up to 1.5 times as long, and twice the memory. This
    is done without `check` too if graphs already keep many files open: a quarter of those that
    the process may open (`RLIMIT_NOFILE`), or 256.

    `OSError` if the file cannot be read. `ValueError` if it is not such a file, is damaged or
    still being written, or has a newer format; the message says which. Its `dump_reason` is the
    message without the path and without the hint at `partial`, and `is_cut_off` says whether
    `partial` may help. `MemoryError` if there is not enough memory for it. A call that reads
    names later raises the same errors if that part of the file is damaged or was changed. A
    file from an untrusted source can do no harm except by its size: everything in it is checked
    when it is read.

    With `partial`, a file of which the end is missing is read as far as it goes, in parts of some
    130,000 objects; `ValueError` if none is whole. Then `metadata` has `partial`, which is `true`,
    and `lost_references`, the number of references to missing objects. Such a graph is like a part
    of a snapshot: what holds an object, or what it refers to, may be missing. What is called
    garbage is garbage, but there may be more.

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
    """An object of a saved heap, as described by its file. The vertices of a `LoadedGraph` are
    such objects, compared by identity.
    """

    @property
    def address(self) -> int:
        """The address that the object had: its `id()`."""

    @property
    def type_name(self) -> str:
        """The name of the object's type, with the module except for builtins."""

    @property
    def kind(self) -> str:
        """The kind of the object.

        One of `value`, `list`, `tuple`, `dict`, `set`, `class`, `function`, `method`, `module`,
        `frame`, `generator`, `weak reference`, `instance` and `other`.
        """

    @property
    def name(self) -> str | None:
        """Its name in Python code: that of a class, a function, a method or a module, or of the
        function that a frame executes; `None` for all others.
        """

    @property
    def label(self) -> str:
        """The label of the object, one or two short lines."""

    @property
    def length(self) -> int | None:
        """The number of items of a list, tuple, dict or set, `None` for all others."""

    @property
    def size(self) -> int:
        """The bytes that the object itself used; of a buffer on a device, those on the device."""

    @property
    def state(self) -> str | None:
        """Its state of execution.

        `running` or `suspended` for a generator or coroutine, also before its start and after its
        end; `pending` or `done` for a task or future of asyncio; `None` for all other objects.
        """

    @property
    def allocated_at(self) -> str | None:
        """The file and the line at which the object was allocated, as in `/srv/app.py:12`.

        `None` unless `tracemalloc` was tracing in the process when the object was allocated and
        when the file was written.
        """

    def _references(self, limit: int | None = None) -> list[tuple[ReferenceName | None, str]]:
        """Like `references`, with the names as data."""

    def _weak_keys_held_by(self, value: SavedObject) -> list[int]:
        """Returns the addresses of keys of this dict of a `WeakKeyDictionary`: those whose entry
        has a value that leads to them.
        """

    def _referents(self, limit: int) -> list[tuple[ReferenceName | None, ObjectName]]:
        """Returns the names of the references and of their referents, as a list of pairs, in the
        order of the object, at most `limit` of them.
        """

    def references(self, limit: int | None = None) -> list[tuple[str | None, str]]:
        """Returns the references of the object, as a list of pairs: the label of the reference, or
        `None`, and the name of the type of its referent.

        They are in the order of the object, at most `limit` of them. References to objects that
        are not in this part of the graph are included, but not those to objects that the snapshot
        did not contain: strings and numbers, unless it was taken with `untracked=True`.
        `OverflowError` for a negative `limit`.

            >>> import refcycle, os, tempfile
            >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
            >>> inner = []
            >>> refcycle.ObjectGraph([{"name": inner}, inner]).save(path)
            >>> [obj.references() for obj in refcycle.load(path)]
            [[('value[str (4 characters)]', 'list')], []]
        """

class LoadedGraph(ObjectGraph):
    """A graph that was saved to a file: the result of `refcycle.load`.

    Its vertices are `SavedObject`s. It supports the same queries as an `ObjectGraph`, with the
    data of the file: labels, sizes, counts and holders are those of the moment when it was saved.
    Parts of it are `LoadedGraph`s too.
    """

    def __new__(cls, *arguments: object, **keywords: object) -> Self: ...
    @property
    def metadata(self) -> dict[str, str]:
        """Facts about the whole graph from the file, as a dict of strings. Empty for a graph
        without vertices.

        `refcycle` and `python`: versions. `platform`, `pid`, `time` (UTC). `command`: a JSON list;
        in a redacted file, only the program. `program`: the file of `__main__`. `host`: the name
        of the machine, not in a redacted file. `labels`: JSON, those of the environment variable
        REFCYCLE_LABELS, as in `service=shop,version=2.4`. `process`: a number that is random for
        each process and its forks, and says nothing about it. `threads`: JSON, which maps the name
        of each thread to its stack, innermost call first. `redacted`: `true` or `false`. For a
        snapshot also `pause_seconds`, `untracked`, `frozen`, `allocated_blocks`, `resident_bytes`,
        `own_bytes` and `residue_bytes`, as in `statistics`. `earlier_dumps`: the number of earlier
        files of live objects that the process wrote. Files of earlier versions have
        `dumping_bytes` instead of `residue_bytes`, with a part of `own_bytes`.
        `memory`, if `refcycle.dump` wrote the file with all objects: JSON, the figures of the
        account, the sizes of its parts as `part.objects` and so on. `source` is `core file` in a
        dump of a core file, and `time` is then that of the core file.
        """

    def at(self, address: int) -> SavedObject:
        """Returns the vertex that had this address, its `id()`.

        `KeyError` if there is no such vertex. Takes time in proportion to the graph.
        """

    def _type_totals(self) -> list[tuple[str, int, int]]: ...
    def _derived(self) -> tuple[ArrowTable, list[tuple[str, int, int, int, int, bool]]]: ...

@final
class SavedObjectSet:
    """Some objects of a `LoadedGraph`, as numbers. The graph of them is made when it is asked
    for.
    """

    def __len__(self) -> int: ...
    def graph(self) -> LoadedGraph:
        """Returns the graph of these objects, as `full_subgraph` does."""

def _compare_files(
    before: LoadedGraph, after: LoadedGraph
) -> tuple[SavedObjectSet, SavedObjectSet, list[tuple[Any, int]]]: ...
def _larger_containers(before: ObjectGraph, after: ObjectGraph) -> list[tuple[Any, int]]: ...
def snapshot(*, untracked: bool = False, progress: _Progress = None) -> ObjectGraph:
    """Returns the graph of all objects that the garbage collector tracks and of the running
    frames, as an `ObjectGraph`.

    With `untracked=True`, it also contains everything else that can be reached from those:
    strings, numbers, code, tuples and dicts that contain nothing else, and the types that are
    compiled into CPython. The graph does not contain itself. No collection runs first, no code of
    the objects runs, and nothing in them changes.

    No other thread runs meanwhile: about 60 ms for a million objects, 300 ms with
    `untracked=True`. At its peak, it needs about 20 bytes per object and 4 per reference.
    `MemoryError` if there is not enough memory.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import refcycle
        >>> data = [[]]
        >>> refcycle.snapshot().children(data)
        [[]]
    """

@final
class ProcessReading:
    """The memory of the process before a snapshot."""

    def account(self, graph: ObjectGraph) -> dict[str, Any]:
        """Returns the account as a dict: which objects of a snapshot are in the memory, and what
        else is.

        `figures` maps names to numbers, `None` if they are unknown; those of parts begin with
        `part.`, those of the arenas with `arenas.`. `kinds`, `libraries` and `files` are lists,
        the largest first. Takes the time of `shallow_sizes` and 30 ms for a million objects.
        """

    def with_account(self, graph: ObjectGraph) -> ObjectGraph:
        """Stores the figures of the account in a snapshot, so that its dump has them; returns the
        snapshot.

        Does nothing if the snapshot lacks the objects that the collector does not track.
        """

    def arena_holders(self, graph: ObjectGraph, limit: int) -> list[tuple[str, int]]:
        """Returns the objects of a snapshot that keep most of the sparse arenas alive, as pairs of
        a name and the number of arenas, the largest number first.

        The memory of an arena is returned to the system when all blocks in it are free. An arena
        is sparse if less than half of it is in use. An object keeps those alive in which it, or
        an object that would be freed with it, has a block. Takes about half the time of
        `retained_sizes`.
        """

@final
class PageReading:
    """Which pages of the process are its own, before a snapshot."""

    @property
    def is_fork(self) -> bool:
        """Whether this process is a fork of the one that imported refcycle."""

    @property
    def private(self) -> int | None:
        """The bytes in main memory that no other process has, without those of files; `None` if
        they are unknown.
        """

    @property
    def shared(self) -> int | None:
        """The bytes in main memory without a file that another process has too; `None` if they are
        unknown.
        """

    def unshared(self, graph: ObjectGraph) -> dict[str, Any] | None:
        """Returns the private bytes as a dict: `rows`, a list of tuples of a signature, a type, a
        number of objects and bytes, the largest bytes first, and `others`, which maps what is not
        an object to bytes. `None` if the pages are unknown.
        """

@final
class Capability:
    """Whether a feature is available on this Python and, if not, why. True if it is available."""

    @property
    def available(self) -> bool:
        """Whether it is available."""

    @property
    def reason(self) -> str:
        """Why it is not available; empty if it is."""

    def __bool__(self) -> bool: ...

def capabilities() -> dict[str, Capability]:
    """Returns what refcycle can see on this Python, as a dict with a `Capability` for each
    feature.

    The keys are `frame_locals`, `frame_stacks` (of running frames), `generator_locals`,
    `attribute_names` (of attributes that instances store inline), `attribute_sizes`, `dict_tables`
    (without it dicts are read more slowly) and `frozen_objects`.

    Features that depend on private structures of CPython are checked on known objects when
    refcycle is imported; those that fail are not used. The environment variable
    `REFCYCLE_DISTRUST` names features to switch off, separated by commas.

        >>> import refcycle
        >>> bool(refcycle.capabilities()["dict_tables"])
        True
    """

def objects_reachable_from(obj: object, *, progress: _Progress = None) -> ObjectGraph:
    """Returns the graph of an object and of everything that can be reached from it, as an
    `ObjectGraph` whose first vertex is `obj`.

    Untracked objects such as strings are included. No code of the objects runs. Takes time in
    proportion to the result, about 170 ms for a million objects.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import refcycle
        >>> len(refcycle.objects_reachable_from([["text"]]))
        3
    """

def unshared(*, progress: _Progress = None) -> UnsharedMemory:
    """Says which objects are on memory that this forked process does not share with its parent.

    A fork shares all pages of memory with its parent until one of the two writes to a page; then
    each has its own copy. Python writes to an object whenever its reference count changes. In a
    worker of a pre-fork server, the result names the objects on the pages that are not shared any
    more, by how they are held: create them after the fork, or do not touch them in the worker.
    `gc.freeze()` before the fork keeps collections from writing to all objects.

    Each private page is divided among the objects on it. No code of the objects runs, and nothing
    is kept alive. But the snapshot that this takes changes the reference counts of all objects, so
    that hardly any page is shared afterwards: call it in one worker only, or before a worker ends.

    Linux only: `private` is `None` where `/proc/self/smaps` cannot be read, and `rows` where
    `/proc/self/pagemap` cannot, as in some containers. Takes about five times as long as
    `snapshot(untracked=True)`.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

    >>> import refcycle
    >>> found = refcycle.unshared()
    >>> found.is_forked in (False, None)
    True
    """

def size(obj: object, /, *others: object, progress: _Progress = None) -> int:
    """Returns the bytes that would be freed if an object were gone: its retained size.

    These are its own bytes and those of all objects that nothing else holds. What can be reached
    from it but is also held by C code, by a variable or by another object is left out: classes,
    modules, shared data. `obj` itself always counts, and cycles count as if a collection
    followed. Strings and numbers are included, and so are buffers, as in
    `ObjectGraph.shallow_size`. Memory whose size cannot be known is missing (see
    `ObjectGraph.has_unknown_size`). With several objects, the result is what would be freed if
    all of them were gone. refcycle's own graphs do not count as holders. Nor does garbage that has
    not been collected yet, but up to 100 kB to which it refers may be missing.

    No code of the objects runs. Takes time in proportion to what can be reached: microseconds
    for lists and dicts of plain data, and up to twice the time of `snapshot(untracked=True)` for
    an instance, which leads to its class, and often to everything. The time of a snapshot is added
    if only that shows what holds the memory:

    - More than 100 kB of data that can be reached are held by something else too, which may be
      garbage.
    - Memory of a library is among it, as that of an Arrow array, which others may share.
    - An object that would be freed has weak references, as a class has: entries of weak containers
      are freed with it.

    For objects that are not in such a snapshot, other holders are not known, and the memory counts
    as if there were none. For the sizes of many objects, take one snapshot and use
    `ObjectGraph.retained_size`. `TypeError` without an object.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import refcycle
        >>> shared = bytes(1000)
        >>> data = [shared, bytes(100)]
        >>> alone = refcycle.size(data)
        >>> refcycle.size(data, shared) - alone == refcycle.size(shared)
        True
        >>> refcycle.objects_reachable_from(data).shallow_sizes()[0] < alone < 1000
        True
    """

def garbage(*, progress: _Progress = None) -> ObjectGraph:
    """Returns the graph of the current garbage, as an `ObjectGraph`: the unreachable objects that
    only a collection can free.

    It runs a collection that keeps the garbage that it finds: finalizers run, weak references
    to the garbage are cleared and their callbacks are called. The next collection frees everything
    that the graph does not hold. The state of the collector is left unchanged. Takes the time of a
    collection.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import gc, refcycle
        >>> gc.disable()
        >>> cycle = []
        >>> cycle.append(cycle)
        >>> del cycle
        >>> len(refcycle.garbage()) >= 1
        True
        >>> gc.enable()
    """

def garbage_preview(*, progress: _Progress = None) -> ObjectGraph:
    """Returns the graph that `garbage()` would return, without running a collection.

    No finalizer runs, no weak reference is cleared and no callback is called; when the graph is
    deleted, the objects are garbage again. Objects that a finalizer would resurrect are included.
    Takes about the time of a collection.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import gc, refcycle
        >>> gc.disable()
        >>> cycle = []
        >>> cycle.append(cycle)
        >>> del cycle
        >>> len(refcycle.garbage_preview()) >= 1
        True
        >>> gc.enable()
    """

def cycles_created_by(
    callable: Callable[[], object],
    *,
    progress: _Progress = None,
) -> ObjectGraph:
    """Returns the graph of the garbage that a call leaves behind, as an `ObjectGraph`.

    `callable` is called without arguments. Earlier garbage is collected first, and the
    collector is disabled during the call; its state is restored afterwards. An exception of the
    callable is passed on. Takes the time of the call and of two collections.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

        >>> import refcycle
        >>> def leak():
        ...     cycle = []
        ...     cycle.append(cycle)
        >>> len(refcycle.cycles_created_by(leak))
        1
    """

def key_cycles(*, progress: _Progress = None) -> list[ObjectGraph]:
    """Returns the cycles that keep the current garbage alive, as a list of graphs.

    They are the source components of `garbage()` that have a cycle: when they are broken, all of
    the garbage is freed. Effects and cost are those of `garbage()`.

    `progress(done, total)` is called while the call runs; `True` shows a bar.
    """

def object_annotation(obj: object) -> str:
    """Returns the label of an object, one or two short lines.

    No code of the object runs. Takes constant time.

        >>> from refcycle.annotations import object_annotation
        >>> object_annotation([1, 2])
        'list[2]'
    """

def redacted_file(name: str) -> str:
    """Returns the file name of a frame as a redacted file shows it: the name if it is that of a
    source file, otherwise its length.

        >>> from refcycle._refcycle import redacted_file
        >>> redacted_file("/srv/shop/views.py"), redacted_file("price > 40")
        ('/srv/shop/views.py', 'str (10 characters)')
    """

def redacted_function(name: str) -> str:
    """Returns the name of a function as a redacted file shows it: the name if it is an identifier
    or one that the compiler gives, such as `<lambda>`, otherwise its length.

        >>> from refcycle._refcycle import redacted_function
        >>> redacted_function("checkout"), redacted_function("4111 1111")
        ('checkout', 'str (9 characters)')
    """

def thread_frames() -> list[tuple[int, FrameType]]:
    """Returns the innermost frame of each thread of this interpreter, as a list of tuples of the
    thread's `ident` and the frame. A thread that runs no Python code is left out.

    `sys._current_frames()` also reads the threads of other interpreters, which may run at the
    same time and end a call meanwhile. Takes time in proportion to the threads.

        >>> import sys
        >>> from refcycle._refcycle import thread_frames
        >>> sys._getframe() in [frame for _, frame in thread_frames()]
        True
    """

def live_graphs() -> list[GraphBase[Any, Any, Any]]:
    """Returns the graphs of refcycle that are alive and not frozen, as a list. Takes a pass over
    the objects that the collector tracks.

        >>> import refcycle
        >>> from refcycle._refcycle import live_graphs
        >>> graph = refcycle.ObjectGraph([[]])
        >>> any(found is graph for found in live_graphs())
        True
    """

def tracked_objects() -> list[Any]:
    """Returns the objects that the collector tracks and that are not frozen, without tuples
    and frozensets, as a list. Takes a pass over these objects.

        >>> from refcycle._refcycle import tracked_objects
        >>> inner = []
        >>> any(found is inner for found in tracked_objects())
        True
    """

def tracked_referrers(objects: Sequence[object]) -> list[Any]:
    """Returns the tracked objects that refer to one of some objects, without tuples and
    frozensets, as a list: those of `gc.get_referrers`, and with its cost.

        >>> from refcycle._refcycle import tracked_referrers
        >>> inner = []
        >>> outer, pair = [inner], (inner, inner)
        >>> [found for found in tracked_referrers([inner]) if found is outer or found is pair]
        [[[]]]
    """

def order_in_the_collector(ids: Set[int]) -> list[int]:
    """Returns those of some ids that belong to tracked objects, as a list: in the order in which
    the collector lists the objects, from the oldest generation to the youngest. Takes a pass over
    the objects that the collector tracks.

        >>> from refcycle._refcycle import order_in_the_collector
        >>> first, second = [], []
        >>> order_in_the_collector({id(second), id(first)}) == [id(first), id(second)]
        True
    """

def annotated_references(obj: object) -> KeyTransformDict[Any, list[str]]:
    """Returns the labels of an object's references: a mapping, by identity, from each referent to
    a list of labels.

    No code of the object runs, and nothing is created in it. Takes time in proportion to the
    references.

        >>> from refcycle.annotations import annotated_references
        >>> inner = []
        >>> annotated_references([inner, inner])[inner]
        ['item[0]', 'item[1]']
    """

def _restore(
    class_: type[Any],
    vertices: list[Any],
    edges: list[tuple[int, int, int]],
    /,
) -> Any:
    """Restores the graph that `__reduce__` described."""

@final
class NewFile:
    """A file that is written under a temporary name and moved into place when complete.

    Only its owner can access it, unless it replaces a file with other permissions. `OSError` if
    it cannot be created.
    """

    def __new__(cls, path: StrPath, *, follow_links: bool = True) -> Self: ...
    def open(self) -> int | None:
        """Opens the target if it is not a regular file, such as a pipe.

        Returns the descriptor. Returns `None` for a regular file, which is opened when it is
        written, and on systems without file descriptors. Opening a pipe waits for its reader.
        `OSError` if that fails.
        """

    def leave(self) -> str | None:
        """Closes the file for this process and leaves it to another one. Returns its temporary
        path, or `None` if it has none.
        """

    def discard(self) -> None:
        """Removes the file unless it has been written or left."""

    def write(self, chunks: Iterable[bytes]) -> None:
        """Writes the bytes objects of an iterable, and moves the file into place.

        If the iterable raises an exception, the target is unchanged. `OSError` if the file cannot
        be written.
        """

def save_into(graph: ObjectGraph, file: NewFile, *, redact: bool) -> None:
    """Writes a graph as `ObjectGraph.save` does, into a `NewFile`."""

def _snapshot_for_a_dump(*, untracked: bool, uncaught: BaseException | None = None) -> ObjectGraph:
    """Returns a snapshot for a dump, without the variables of refcycle's own running frames.

    It imports nothing: the caller has imported what writing the dump needs.

    `uncaught` is the exception that ends the thread that calls this, if one causes the dump.
    """

def _read_process(*, for_a_dump: bool = False) -> ProcessReading:
    """Reads what the memory of the process consists of, for an account. Called before the
    snapshot.

    The modules that later calls need are imported first, so that they are part of it, unless it is
    `for_a_dump`. Takes some 5 ms, and 30 ms for each GB of the process.
    """

def _beside_graphs() -> int | None: ...
def _remember_dump(known: int, more: int) -> None: ...
def _return_free_memory() -> None:
    """Gives the free memory of the C library's allocator back to the system, if the library can.

    Called after a dump, which uses some megabytes for a moment. No block in use changes, and other
    threads may run. Takes some milliseconds.
    """

def _register(places: dict[str, tuple[str, str]], /) -> None:
    """Registers the locations of the functions and classes that compiled code calls.

    `places` maps the name of each of them to a module and a name in it. `ValueError` if one is
    missing or unknown; the previous locations then remain.
    """

def _is_a_fork_for_a_dump() -> None:
    """Records that this process was forked for a dump and does nothing else until it ends.

    SIGALRM and SIGTERM end it from now on, without a change of the handlers that Python knows:
    these are objects of the program, and in the dump. A snapshot for a dump then does not hold its
    objects, unless code of the program may run: nothing releases them, and their pages of memory
    stay shared.
    """

def _import_all() -> None:
    """Imports everything that a later call may need, on the first call of this function: modules
    that are imported between two snapshots would be among the new objects of the second.

    If that fails, later calls import what they need.
    """

def _later(module: str, name: str, /) -> Any:
    """Returns an attribute of a module, which is imported if necessary.

    `RuntimeError` if the program is ending and the module can no longer be imported.
    """

def _width(text: str, /) -> int:
    """Returns the number of cells that a text takes in a terminal: a wide character takes two.

    A lone surrogate counts as its escape.

        >>> from refcycle._text.cells import width
        >>> width("list"), width("中文")
        (4, 4)
    """

def _check_progress(progress: object) -> None:
    """Raises TypeError if `progress` is nothing that can be told how far a call is."""

def _report(name: str, progress: _Progress, function: Callable[[], _T]) -> _T:
    """Runs a call of a Python function of this package that reports how far it is, with the name
    of the call.
    """

def _cut(text: str, cells: int, /) -> str:
    """Returns a text cut to at most `cells` cells of a terminal.

    Three dots mark the omitted part.

        >>> from refcycle._text.cells import cut
        >>> cut("a long name", 8)
        'a lon...'
    """

@final
class _AddressSpace:
    """Address space for later: it has no pages, and is released with the object."""

    def __new__(cls, size: int, /) -> Self: ...
    def __len__(self) -> int: ...

def _escaped(text: str, /) -> str:
    r"""Returns a text as one line for a terminal.

    Characters that a terminal would interpret, or that are invisible, are escaped: `\x1b`.
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
        """The name of an attribute, a variable, a field or a module, the `repr` of a key, or the
        indices of an item of an array; `None` for all others.
        """

    @property
    def index(self) -> int | None:
        """The index of an item, of an element of a field or of a place on a stack, else `None`."""

    @property
    def key(self) -> str | None:
        """The key if it is a string that could be the name of an attribute, else `None`."""

    def long(self, holder: ObjectName) -> str:
        """Returns how the reference is written after the name of the object that has it."""

    @property
    def stable(self) -> str:
        """How a signature writes the reference after the name of its object: `.pool`, or `[*]` for
        any index or key.
        """

    @property
    def stable_attribute(self) -> str:
        """How a signature writes the entry of a `__dict__`: as an attribute."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ObjectName:
    """The name of an object."""

    @property
    def kind(self) -> str:
        """The kind of the object.

        One of `value`, `list`, `tuple`, `dict`, `set`, `class`, `function`, `method`, `module`,
        `frame`, `generator`, `weak reference`, `instance` and `other`.
        """

    @property
    def name(self) -> str | None:
        """The name of a class, a function, a method or a module, of the function that a frame
        executes, and of a builtin function, a descriptor, a context variable, a task or the
        variable of a cell; `None` for all others.
        """

    @property
    def qualified(self) -> str | None:
        """The name of a class with its module and the functions and classes around it, as in
        `app.make.<locals>.Form`; `None` for all other objects.

        As in a signature, it is `(type)` if the class has a name that no code can have.
        """

    @property
    def type_name(self) -> str | None:
        """The name of the type with its module, if the object's name has it, else `None`."""

    @property
    def file(self) -> str | None:
        """The end of the name of the file of a frame, else `None`."""

    @property
    def stable(self) -> str:
        """The name in a signature: the type with its module, or the name of the object in Python
        code.
        """

    @property
    def length(self) -> int | None:
        """The number of items, if it is a list, a tuple, a dict or a set, else `None`."""

    @property
    def long(self) -> str:
        """The name in one line, with details that distinguish the object from others."""

    @property
    def short(self) -> str:
        """The name without places and counts."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def object_name(obj: object) -> ObjectName:
    """Returns the name of an object, live or from a file. No code of the object runs."""

def allocated_at(obj: object) -> str | None:
    """Returns the file and the line at which an object was allocated, as in `/srv/app.py:12`.

    `None` unless `tracemalloc` is tracing and was tracing then; of an object from a file,
    unless the file says it. Makes nothing that remains, and no code of the object runs.

        >>> from refcycle._refcycle import allocated_at
        >>> allocated_at(len) is None
        True
    """

def most_allocated(graph: ObjectGraph) -> list[tuple[str, str, int]]:
    """Returns where most objects of each type were allocated, as a list of triples.

    These are the name of the type, the file and the line, and how many of the objects were
    allocated there. Empty unless `tracemalloc` is tracing. Types are in no order, and several may
    have one name. Takes about a microsecond an object.
    """

def execution(obj: object) -> tuple[CodeType, int] | None:
    """Returns the code that a frame or a generator executes and the offset of its current
    instruction, as a pair; `None` if it has ended, or is something else.

    Available on Python 3.11 and later; before that, always `None`. Nothing is created in the
    object, and no code of it runs.

        >>> from refcycle._refcycle import execution
        >>> execution(len) is None
        True
    """
