//! Edges of graphs that know only their successors: the same as in a copy.

use std::cell::Cell;

use proptest::prelude::*;
use refcycle_core::algo::{self, FeedbackOptions};
use refcycle_core::{
    Algorithms, CsrGraph, EdgeId, ErrorKind, IDirectedGraph, Predecessors, Rows, Successors,
    VertexId, Vertices, WideCsrGraph,
};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::graph_contract;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::representations::graph_files;
use refcycle_tests::scattered::Scattered;

/// Checks the view of a graph: its contract, its ids, and the algorithms whose results do not
/// depend on the order of the vertices.
fn check<G: Successors>(graph: &G, list: &EdgeList) {
    let view = graph.with_edges().unwrap();
    graph_contract(&view, list);
    let copy = CsrGraph::from_successors(graph).unwrap();
    assert_eq!(view.edge_bound(), copy.edge_bound());
    for &v in &list.vertices {
        assert!(view.out_edges(v).eq(copy.out_edges(v)));
        assert!(view.in_edges(v).eq(copy.in_edges(v)));
        assert!(view.predecessors(v).eq(copy.predecessors(v)));
    }
    for edge in copy.edges() {
        assert_eq!(view.edge(edge.id), edge);
        assert_eq!(view.tail(edge.id), edge.tail);
    }

    let vertices = || list.vertices.iter().copied();
    let part = || vertices().step_by(2);
    assert_eq!(view.full_subgraph(part()), copy.full_subgraph(part()));
    let bridges = sorted(algo::strong_bridges(&view));
    assert_eq!(bridges, sorted(algo::strong_bridges(&copy)));
    let common = [view.on_every_cycle(), copy.on_every_cycle()].map(Result::unwrap);
    assert_eq!(
        sorted(common[0].edges.clone()),
        sorted(common[1].edges.clone())
    );
    if let Some(start) = vertices().next() {
        let tree = algo::dominators(graph, [start]).unwrap().into_tree();
        let of_view = algo::edge_dominators(&view, &tree).unwrap();
        let of_copy = algo::edge_dominators(&copy, &tree).unwrap();
        assert!(vertices().all(|v| of_view.entering(v) == of_copy.entering(v)));
    }
}

/// The same for a graph without holes, and algorithms that choose among the edges.
fn check_dense<G: Successors>(graph: &G, list: &EdgeList) {
    check(graph, list);
    let view = graph.with_edges().unwrap();
    let copy = list.csr();
    assert_eq!(view.feedback_arc_set(), copy.feedback_arc_set());
    let cycle = view.minimum_cycle();
    assert_eq!(cycle, copy.minimum_cycle());
    let cycle = cycle.unwrap_or_default();
    assert_eq!(
        algo::cycle_edges(&view, &cycle),
        algo::cycle_edges(&copy, &cycle)
    );
    let weights: Vec<_> = (0..copy.edge_count()).map(|i| (i % 5) as f64).collect();
    let options = FeedbackOptions::default().weights(&weights);
    assert_eq!(
        algo::feedback_arc_set(&view, &options),
        algo::feedback_arc_set(&copy, &options)
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn edges_are_those_of_a_copy(list in graphs()) {
        let narrow = list.csr();
        let rows = Rows::new(narrow.offsets(), narrow.heads()).unwrap();
        check_dense(&rows, &list);
        check_dense(&WideCsrGraph::from(narrow.clone()), &list);
        for (_, file) in graph_files(&narrow) {
            check_dense(&file, &list);
        }
    }

    #[test]
    fn ids_may_have_holes(list in graphs()) {
        let holey = list.renumbered(3 * list.bound + 2, |v| (3 * v.number() + 1).into());
        check(&Scattered(holey.clone()), &holey);
    }
}

#[test]
fn edges_of_a_view_of_a_view() {
    let wide = WideCsrGraph::from_sorted_edges(3, [(0, 1), (1, 1), (1, 2)]).unwrap();
    let backward = wide.reversed();
    let view = backward.with_edges().unwrap();
    let ends = view
        .edges()
        .map(|edge| (edge.tail.number(), edge.head.number()));
    assert!(ends.eq([(1, 0), (1, 1), (2, 1)]));
    assert_eq!(
        format!("{view:?}"),
        "WithEdges { vertices: 3, edges: 3, .. }"
    );
}

#[test]
#[should_panic(expected = "edge 1 is not in the graph")]
fn an_edge_beyond_the_last() {
    let wide = WideCsrGraph::from_sorted_edges(2, [(0, 1)]).unwrap();
    wide.with_edges().unwrap().edge(EdgeId::new(1));
}

/// Three vertices whose successors are the result of a function of the number of calls before.
struct Changing<F>(Cell<usize>, F);

impl<F> Vertices for Changing<F> {
    fn vertex_bound(&self) -> usize {
        3
    }
}

impl<I: Iterator<Item = VertexId>, F: Fn(usize) -> I> Successors for Changing<F> {
    type Successors<'a>
        = I
    where
        Self: 'a;

    fn successors(&self, _: VertexId) -> I {
        self.0.set(self.0.get() + 1);
        self.1(self.0.get() - 1)
    }
}

/// Two thousand million successors, which take no time to count.
struct Endless;

impl Iterator for Endless {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        Some(VertexId::new(0))
    }

    fn count(self) -> usize {
        2_000_000_000
    }
}

#[test]
fn more_edges_than_there_are_ids() {
    let graph = Changing(Cell::new(0), |_| Endless);
    let error = graph.with_edges().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyEdges);
}

/// A graph with an edge from each vertex to 0, and from the fourth call on, with edges to these.
fn changing(later: &[u32]) -> impl Successors {
    Changing(Cell::new(0), move |call| {
        let heads = if call < 3 { &[0] } else { later };
        heads.iter().copied().map(VertexId::new)
    })
}

#[test]
fn no_more_edges_than_were_counted() {
    let graph = changing(&[1, 2, 2]);
    let view = graph.with_edges().unwrap();
    let edges: Vec<_> = view.edges().collect();
    assert_eq!(edges.len(), 3);
    assert!(edges.iter().all(|edge| edge.id.index() < view.edge_bound()));
}

#[test]
#[should_panic(expected = "a graph must list the same edges each time")]
fn more_edges_later() {
    let graph = changing(&[1, 2]);
    let view = graph.with_edges().unwrap();
    view.in_edges(VertexId::new(0)).count();
}

#[test]
#[should_panic(expected = "a graph must list the same edges each time")]
fn fewer_edges_later() {
    let graph = changing(&[]);
    let view = graph.with_edges().unwrap();
    view.edge(EdgeId::new(0));
}

#[test]
#[should_panic(expected = "the head of an edge is a vertex")]
fn a_head_that_is_no_vertex_later() {
    let graph = changing(&[3]);
    let view = graph.with_edges().unwrap();
    view.predecessors(VertexId::new(0)).count();
}
