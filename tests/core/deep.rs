//! Graphs of ten million vertices, as deep or as wide as possible, on the stack of a test thread.
//! The expected results of each shape are known.

use std::ops::ControlFlow;

use petgraph::algo::toposort;
use petgraph::graph::DiGraph;
use petgraph::visit::{Bfs, Dfs, Walker};
use refcycle_core::algo::{self, ParallelEdges, Split};
use refcycle_core::interop::petgraph::{AsPetgraph, FromPetgraph};
use refcycle_core::views::Subgraph;
use refcycle_core::visits::{DfsEvent, depth_first};
use refcycle_core::{
    Algorithms, CsrGraph, IDirectedGraph, Predecessors, Successors, VertexId, VertexSet, Vertices,
};

use crate::scc::{STRATEGIES, components_by};

const N: usize = 10_000_000;
const FIRST: VertexId = VertexId::new(0);
const LAST: VertexId = VertexId::new(N as u32 - 1);

/// The known facts about a graph.
#[derive(Clone, Copy)]
struct Facts {
    vertices: usize,
    edges: usize,
    components: usize,
    cyclic: usize,
    sources: usize,
    sinks: usize,
    start: VertexId,
    end: VertexId,
    /// The number of vertices that the start reaches, and of generations.
    descendants: (usize, usize),
    /// The number of vertices that reach the end, and of generations.
    ancestors: (usize, usize),
    /// The number of vertices of a shortest path from the start to the end.
    path: Option<usize>,
    /// The number of vertices of a shortest cycle through the start, and through the end.
    cycle: Option<usize>,
}

impl Facts {
    fn reversed(self) -> Self {
        Self {
            sources: self.sinks,
            sinks: self.sources,
            start: self.end,
            end: self.start,
            descendants: self.ancestors,
            ancestors: self.descendants,
            ..self
        }
    }

    /// The same for a compact copy, whose last vertex has another number.
    fn compact(self) -> Self {
        let end = VertexId::from_index(self.vertices - 1);
        Self { end, ..self }
    }
}

const PATH: Facts = Facts {
    vertices: N,
    edges: N - 1,
    components: N,
    cyclic: 0,
    sources: 1,
    sinks: 1,
    start: FIRST,
    end: LAST,
    descendants: (N, N),
    ancestors: (N, N),
    path: Some(N),
    cycle: None,
};

const CYCLE: Facts = Facts {
    edges: N,
    components: 1,
    cyclic: 1,
    cycle: Some(N),
    ..PATH
};

const STAR_OUT: Facts = Facts {
    sinks: N - 1,
    descendants: (N, 2),
    ancestors: (2, 2),
    path: Some(2),
    ..PATH
};

const STAR_IN: Facts = Facts {
    sources: N - 1,
    sinks: 1,
    start: LAST,
    end: FIRST,
    descendants: (2, 2),
    ancestors: (N, 2),
    ..STAR_OUT
};

const EDGELESS: Facts = Facts {
    edges: 0,
    sources: N,
    sinks: N,
    descendants: (1, 1),
    ancestors: (1, 1),
    path: None,
    ..PATH
};

/// 0 -> 1, 3 -> 4, 6 -> 7, ..., 9999999: a path without the vertices 2, 5, 8, ...
const PIECES: Facts = Facts {
    vertices: N - N / 3,
    edges: N / 3,
    components: N - N / 3,
    sources: N / 3 + 1,
    sinks: N / 3 + 1,
    descendants: (2, 2),
    ancestors: (1, 1),
    path: None,
    ..PATH
};

/// Algorithms that need only successors.
fn forward_algorithms<G: Successors>(graph: &G, facts: Facts) {
    for strategy in STRATEGIES {
        let components = components_by(graph, strategy);
        assert_eq!(components.len(), facts.components, "{strategy:?}");
    }
    let components = algo::strongly_connected_components(graph);
    let split = Split::new(graph, &components).unwrap();
    assert_eq!(split.sources().len(), facts.sources);
    assert_eq!(split.sinks().len(), facts.sinks);
    assert_eq!(split.cyclic().count(), facts.cyclic);
    assert_eq!(components.topological_order().len(), facts.components);
    drop(split);
    drop(components);

    let between = facts.edges * usize::from(facts.cyclic == 0);
    let condensation = algo::condensation(graph, ParallelEdges::Merge);
    assert_eq!(condensation.graph().vertex_count(), facts.components);
    assert_eq!(condensation.graph().edge_count(), between);
    assert_eq!(condensation.topological_order().count(), facts.components);
    drop(condensation);

    let reached = algo::descendants(graph, [facts.start], None).unwrap();
    assert_eq!((reached.len(), reached.generations()), facts.descendants);
    assert_eq!(reached.with_depths().count(), facts.descendants.0);
    drop(reached);
    let near = algo::descendants(graph, [facts.start], Some(3)).unwrap();
    assert_eq!(near.generations(), facts.descendants.1.min(4));
    assert_eq!(
        algo::descendants(graph, graph.vertices(), None)
            .unwrap()
            .generations(),
        1
    );

    forward_paths(graph, facts);
    let set = algo::descendants_set(graph, [facts.start]).unwrap();
    assert_eq!(set.len(), facts.descendants.0);

    let (mut discovered, mut finished) = (0, 0);
    let _ = depth_first(graph, graph.vertices(), |event| {
        match event {
            DfsEvent::Discover(_) => discovered += 1,
            DfsEvent::Finish(_) => finished += 1,
        }
        ControlFlow::<()>::Continue(())
    });
    assert_eq!((discovered, finished), (facts.vertices, facts.vertices));
}

/// Paths and cycles, searched forward only.
fn forward_paths<G: Successors>(graph: &G, facts: Facts) {
    let path = algo::shortest_path(graph, facts.start, facts.end).unwrap();
    assert_eq!(path.map(|path| path.len()), facts.path);
    for v in [facts.start, facts.end] {
        let cycle = algo::shortest_cycle(graph, v).unwrap();
        assert_eq!(cycle.map(|cycle| cycle.len()), facts.cycle);
    }

    let dag = algo::shortest_path_dag(graph, facts.start, facts.end).unwrap();
    assert_eq!(dag.as_ref().map(|dag| dag.vertices().len()), facts.path);
    assert_eq!(
        dag.map_or(0, |dag| dag.path_count()),
        u128::from(facts.path.is_some())
    );
    let disjoint = algo::vertex_disjoint_paths(graph, facts.start, facts.end, 2).unwrap();
    assert_eq!(disjoint.paths.first().map(Vec::len), facts.path);
    // Any inner vertex cuts a path; no vertex cuts an edge.
    let cut = facts.path.is_some_and(|path| path > 2);
    assert_eq!(disjoint.cut.map(|cut| cut.len()), Some(usize::from(cut)));
}

/// Algorithms that need edges and both directions.
fn two_way_algorithms<G: IDirectedGraph>(graph: &G, facts: Facts) {
    assert_eq!(graph.vertex_count(), facts.vertices);
    assert_eq!(graph.edge_count(), facts.edges);
    let reached = graph.ancestors(facts.end, None).unwrap();
    assert_eq!((reached.len(), reached.generations()), facts.ancestors);
    drop(reached);
    let near = graph.ancestors(facts.end, Some(3)).unwrap();
    assert_eq!(near.generations(), facts.ancestors.1.min(4));

    let path = graph.shortest_path(facts.start, facts.end).unwrap();
    assert_eq!(path.map(|path| path.len()), facts.path);
    let cycle = graph.shortest_cycle(facts.end).unwrap();
    assert_eq!(cycle.map(|cycle| cycle.len()), facts.cycle);

    let components = graph.strongly_connected_components();
    let split = Split::new(graph, components).unwrap();
    let within: usize = (0..split.components().len() as u32)
        .filter_map(|number| split.subgraph(number))
        .map(|subgraph| subgraph.edge_count())
        .sum();
    assert_eq!(within, facts.edges * facts.cyclic);
    drop(split);

    let backward = Subgraph::induced_backward(graph, graph.vertices());
    assert_eq!(backward.edge_count(), facts.edges);
    drop(backward);
    let whole = graph.full_subgraph(graph.vertices()).unwrap();
    assert_eq!(
        (whole.vertex_count(), whole.edge_count()),
        (facts.vertices, facts.edges)
    );
    assert_eq!(whole.parent_vertices().len(), facts.vertices);
}

fn every_algorithm<G: IDirectedGraph>(graph: &G, facts: Facts) {
    forward_algorithms(graph, facts);
    two_way_algorithms(graph, facts);
}

/// The algorithms of petgraph that do not recurse.
fn their_walks(graph: &impl IDirectedGraph, facts: Facts) {
    let ours = AsPetgraph::new(graph);
    let start = facts.start.number().into();
    assert_eq!(
        Bfs::new(ours, start).iter(ours).count(),
        facts.descendants.0
    );
    assert_eq!(
        Dfs::new(ours, start).iter(ours).count(),
        facts.descendants.0
    );
    let order = toposort(ours, None).map(|order| order.len());
    assert_eq!(order.ok(), (facts.cyclic == 0).then_some(facts.vertices));
}

fn graph(edges: impl Iterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(N, edges).unwrap()
}

fn path() -> impl Iterator<Item = (u32, u32)> {
    (1..N as u32).map(|v| (v - 1, v))
}

#[test]
fn a_path() {
    let graph = graph(path());
    every_algorithm(&graph, PATH);
    every_algorithm(&graph.reversed(), PATH.reversed());
    their_walks(&graph, PATH);
    let components = graph.strongly_connected_components();
    assert_eq!(components.component(0), [LAST]);
    assert_eq!(components.component_of(FIRST), Some(N as u32 - 1));
}

#[test]
fn a_path_without_every_third_vertex() {
    let graph = graph(path());
    let kept = graph.vertices().filter(|v| v.number() % 3 != 2);
    let mask = VertexSet::from_vertices(N, kept);
    let pieces = graph.masked(&mask).unwrap();
    every_algorithm(&pieces, PIECES);
    their_walks(&pieces, PIECES);
    every_algorithm(&pieces.reversed(), PIECES.reversed());
    let copy = CsrGraph::from_successors(&pieces).unwrap();
    assert_eq!((copy.vertex_count(), copy.edge_count()), (N, PIECES.edges));
    every_algorithm(
        &*graph.full_subgraph(mask.iter()).unwrap(),
        PIECES.compact(),
    );
}

#[test]
fn a_cycle() {
    let graph = graph(path().chain([(LAST.number(), 0)]));
    every_algorithm(&graph, CYCLE);
    let all = VertexSet::from_vertices(N, graph.vertices());
    every_algorithm(&graph.masked(&all).unwrap().reversed(), CYCLE.reversed());
    their_walks(&graph, CYCLE);
}

#[test]
fn a_star_out() {
    let graph = graph((1..N as u32).map(|v| (0, v)));
    every_algorithm(&graph, STAR_OUT);
    their_walks(&graph, STAR_OUT);
}

#[test]
fn a_star_in() {
    let graph = graph((1..N as u32).map(|v| (v, 0)));
    every_algorithm(&graph, STAR_IN);
    their_walks(&graph, STAR_IN);
    let kept = algo::condensation(&graph, ParallelEdges::Keep);
    assert_eq!(kept.graph().edge_count(), N - 1);
}

#[test]
fn no_edges() {
    let graph = graph(std::iter::empty());
    every_algorithm(&graph, EDGELESS);
    their_walks(&graph, EDGELESS);
}

#[test]
fn a_path_of_petgraph() {
    let mut theirs = DiGraph::<(), ()>::with_capacity(N, N - 1);
    for _ in 0..N {
        theirs.add_node(());
    }
    for (tail, head) in path() {
        theirs.add_edge(tail.into(), head.into(), ());
    }
    every_algorithm(&FromPetgraph::new(&theirs), PATH);
}

#[test]
fn edges_in_the_wrong_order() {
    let graph = graph(path().map(|(tail, head)| (LAST.number() - tail, LAST.number() - head)));
    assert!(graph.successors(LAST).eq([VertexId::from_index(N - 2)]));
    assert!(graph.predecessors(FIRST).eq([VertexId::new(1)]));
    // Each search ends where the previous search began.
    assert_eq!(graph.strongly_connected_components().len(), N);
}

#[test]
fn the_neighbourhood_of_one_vertex() {
    let graph = graph(path());
    let middle = VertexId::from_index(N / 2);
    assert_eq!(graph.descendants(middle, Some(10)).unwrap().len(), 11);
    assert_eq!(graph.ancestors(middle, Some(10)).unwrap().len(), 11);
    let near = graph.ancestors(middle, Some(10)).unwrap().into_vertices();
    let subgraph = Subgraph::induced_backward(&graph, near);
    assert_eq!((subgraph.vertex_count(), subgraph.edge_count()), (11, 10));
}
