//! The jobs whose instructions are counted, each a function that is not inlined.

use std::hint::black_box;

use refcycle_core::algo::{ParallelEdges, condensation, descendants, descendants_set, dominators};
use refcycle_core::views::Subgraph;
use refcycle_core::{
    Algorithms, CsrGraph, IDirectedGraph, Run, VertexId, Vertices, Workspace, algo,
};

use crate::Generator;
use crate::generators::ScatteredHeap;

/// A job on [`graph`]; it returns a number that depends on the result.
pub type Job = fn(&CsrGraph) -> usize;

/// The jobs by name. `.ci/instructions` looks for functions with these names in this file.
pub const ALL: &[(&str, Job)] = &[
    ("components", components),
    ("condense", condense),
    ("dominated", dominated),
    ("everything_reached", everything_reached),
    ("three_generations", three_generations),
    ("cycles_through", cycles_through),
    ("paths_between", paths_between),
    ("set_reached", set_reached),
    ("half_of_it", half_of_it),
    ("built_both_ways", built_both_ways),
];

/// The graph of all jobs, with both directions computed.
pub fn graph() -> CsrGraph {
    both_ways(ScatteredHeap { vertices: 200_000 }.graph())
}

/// Computes the backward direction, so that it is not counted.
pub fn both_ways(graph: CsrGraph) -> CsrGraph {
    graph.in_degree(VertexId::new(0));
    graph
}

/// Every `step`-th vertex.
fn some(graph: &CsrGraph, step: usize) -> impl Iterator<Item = VertexId> {
    graph.vertices().step_by(step)
}

#[inline(never)]
fn components(graph: &CsrGraph) -> usize {
    graph.strongly_connected_components().len()
}

#[inline(never)]
fn condense(graph: &CsrGraph) -> usize {
    condensation(graph, ParallelEdges::Merge)
        .graph()
        .heads()
        .len()
}

#[inline(never)]
fn dominated(graph: &CsrGraph) -> usize {
    let found = dominators(graph, some(graph, 100)).expect("the starts are vertices");
    found.vertices().len()
}

#[inline(never)]
fn everything_reached(graph: &CsrGraph) -> usize {
    descendants(graph, some(graph, 100), None)
        .expect("the starts are vertices")
        .len()
}

#[inline(never)]
fn three_generations(graph: &CsrGraph) -> usize {
    let mut workspace = Workspace::new();
    let mut reached = |v| {
        let found = algo::descendants(Run::on(graph).workspace(&mut workspace), [v], Some(3));
        found.expect("the starts are vertices").len()
    };
    some(graph, 200).map(&mut reached).sum()
}

#[inline(never)]
fn cycles_through(graph: &CsrGraph) -> usize {
    let mut workspace = Workspace::new();
    let mut length = |v| {
        let cycle = algo::bidirectional_shortest_cycle(Run::on(graph).workspace(&mut workspace), v);
        cycle.expect("the vertex is there").map_or(0, <[_]>::len)
    };
    some(graph, 200).map(&mut length).sum()
}

#[inline(never)]
fn paths_between(graph: &CsrGraph) -> usize {
    let mut workspace = Workspace::new();
    let mut length = |(start, end)| {
        let path =
            algo::bidirectional_shortest_path(Run::on(graph).workspace(&mut workspace), start, end);
        path.expect("the ends are vertices").map_or(0, <[_]>::len)
    };
    let ends = graph.vertices().rev().step_by(200);
    some(graph, 200).zip(ends).map(&mut length).sum()
}

#[inline(never)]
fn set_reached(graph: &CsrGraph) -> usize {
    let found = descendants_set(graph, some(graph, 100));
    found.expect("the starts are vertices").len()
}

#[inline(never)]
fn half_of_it(graph: &CsrGraph) -> usize {
    Subgraph::induced(graph, some(graph, 2)).edge_count()
}

#[inline(never)]
fn built_both_ways(graph: &CsrGraph) -> usize {
    let edges = graph
        .edges()
        .map(|edge| (edge.tail.number(), edge.head.number()));
    let built = CsrGraph::from_edges(graph.vertex_count(), edges).expect("a copy of a graph");
    black_box(built).in_degree(VertexId::new(0))
}
