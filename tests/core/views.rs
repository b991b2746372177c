//! Reversed and masked graphs.

use proptest::collection::vec;
use proptest::prelude::*;
use refcycle_core::views::{Masked, Subgraph};
use refcycle_core::{
    Algorithms, CsrGraph, Error, IDirectedGraph, Predecessors, Successors, VertexId, VertexSet,
    Vertices,
};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::graph_contract;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::representations::{Check, every_graph};

/// The vertices at the marked positions; the marks repeat.
fn chosen(expected: &EdgeList, marks: &[bool]) -> impl Fn(VertexId) -> bool {
    let chosen: Vec<_> = (expected.vertices.iter().zip(marks.iter().cycle()))
        .filter(|&(_, &keep)| keep)
        .map(|(&v, _)| v)
        .collect();
    move |v| chosen.contains(&v)
}

fn mask(graph: &impl Vertices, expected: &EdgeList, keep: impl Fn(VertexId) -> bool) -> VertexSet {
    let kept = expected.vertices.iter().copied().filter(|&v| keep(v));
    VertexSet::from_vertices(graph.vertex_bound(), kept)
}

struct Reversal;

impl Check for Reversal {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let once = graph.reversed();
        graph_contract(&once, &expected.reversed());
        let turned = once.edges().map(|edge| edge.reversed());
        assert_eq!(sorted(turned), sorted(graph.edges()));
        let twice = once.reversed();
        assert!(twice.edges().eq(graph.edges()));
        assert_eq!(twice.edge_bound(), graph.edge_bound());
        assert_eq!(twice.vertex_bound(), graph.vertex_bound());
        for &v in &expected.vertices {
            assert!(twice.in_edges(v).eq(graph.in_edges(v)));
            assert!(twice.successors(v).eq(graph.successors(v)));
            assert!(twice.predecessors(v).eq(graph.predecessors(v)));
        }
    }
}

struct Masks(Vec<bool>);

impl Check for Masks {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let keep = chosen(expected, &self.0);
        let mask = mask(graph, expected, &keep);
        let masked = graph.masked(&mask).unwrap();
        let rest = expected.induced(&keep);
        graph_contract(&masked, &rest);
        // The edges are those of the graph, with the same ids.
        let edges = graph
            .edges()
            .filter(|edge| keep(edge.tail) && keep(edge.head));
        assert_eq!(sorted(masked.edges()), sorted(edges));
        assert!(masked.vertices().is_sorted());
        let compact = graph.full_subgraph(mask.iter()).unwrap();
        assert_eq!(compact.vertex_count(), masked.vertex_count());
        assert_eq!(compact.edge_count(), masked.edge_count());
    }
}

/// A masked view of a masked view.
struct MaskedTwice(Vec<bool>, Vec<bool>);

impl Check for MaskedTwice {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let (first, second) = (chosen(expected, &self.0), chosen(expected, &self.1));
        let outer = mask(graph, expected, &first);
        let both = mask(graph, expected, |v| first(v) && second(v));
        let once = graph.masked(&outer).unwrap();
        let twice = once.masked(&both).unwrap();
        graph_contract(&twice, &expected.induced(|v| first(v) && second(v)));
        assert!(twice.edges().eq(graph.masked(&both).unwrap().edges()));
    }
}

/// A mask and a reversal in either order.
struct MaskedReversed(Vec<bool>);

impl Check for MaskedReversed {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let keep = chosen(expected, &self.0);
        let mask = mask(graph, expected, &keep);
        let rest = expected.induced(&keep).reversed();
        graph_contract(&graph.masked(&mask).unwrap().reversed(), &rest);
        graph_contract(&graph.reversed().masked(&mask).unwrap(), &rest);
    }
}

fn marks() -> impl Strategy<Value = Vec<bool>> {
    vec(any::<bool>(), 1..20)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn reversing_twice_is_the_identity(graph in graphs()) {
        every_graph(&graph, &Reversal);
    }

    #[test]
    fn a_mask_hides_vertices_and_their_edges(graph in graphs(), marks in marks()) {
        every_graph(&graph, &Masks(marks));
    }

    #[test]
    fn masks_add_up(graph in graphs(), first in marks(), second in marks()) {
        every_graph(&graph, &MaskedTwice(first, second));
    }

    #[test]
    fn masks_and_reversals_commute(graph in graphs(), marks in marks()) {
        every_graph(&graph, &MaskedReversed(marks));
    }
}

fn path_of(n: u32) -> CsrGraph {
    CsrGraph::from_edges(n as usize, (1..n).map(|v| (v - 1, v))).unwrap()
}

fn set(bound: usize, vertices: &[u32]) -> VertexSet {
    VertexSet::from_vertices(bound, vertices.iter().copied().map(VertexId::new))
}

#[test]
fn a_mask_may_be_smaller_than_the_graph() {
    let graph = path_of(10);
    let mask = set(3, &[1, 2]);
    let mut expected = EdgeList::dense(10, [(1, 2)]);
    expected.vertices = [1, 2].map(VertexId::new).to_vec();
    graph_contract(&Masked::new(&graph, &mask), &expected);
}

#[test]
fn a_mask_cannot_add_vertices_above_the_bound() {
    let graph = path_of(3);
    let mask = set(10, &[1, 2, 7]);
    let masked = Masked::new(&graph, &mask);
    let bound = masked.vertex_bound();
    assert!(
        masked.vertices().all(|v| v.index() < bound),
        "a vertex at or above the bound"
    );
    assert_eq!(masked.vertices().count(), masked.vertex_count());
    assert_eq!(masked.strongly_connected_components().len(), 2);
}

#[test]
fn a_mask_cannot_bring_back_what_another_hides() {
    let graph = path_of(4);
    let (hides_2, shows_2) = (set(4, &[0, 1, 3]), set(4, &[1, 2, 3]));
    let once = graph.masked(&hides_2).unwrap();
    let twice = once.masked(&shows_2).unwrap();
    assert!(!twice.contains_vertex(VertexId::new(2)));
    assert!(twice.vertices().all(|v| once.contains_vertex(v)));
    assert_eq!(twice.vertex_count(), 2);
}

#[test]
fn a_hidden_vertex_has_no_neighbours() {
    let graph = path_of(3);
    let mask = set(3, &[0, 2]);
    let masked = graph.masked(&mask).unwrap();
    let hidden = VertexId::new(1);
    assert_eq!(masked.out_edges(hidden).count(), 0);
    assert_eq!(masked.in_edges(hidden).count(), 0);
    assert_eq!(masked.successors(hidden).count(), 0);
    assert_eq!(masked.predecessors(hidden).count(), 0);
}

#[test]
fn a_mask_of_another_graph_is_an_error() {
    let graph = path_of(3);
    for bound in [0, 2, 4] {
        let error = Error::length_mismatch("vertex ids in the mask", bound, 3);
        assert_eq!(graph.masked(&set(bound, &[])).err(), Some(error));
    }
    assert_eq!(graph.masked(&set(3, &[])).unwrap().vertex_count(), 0);
}

#[test]
fn a_subgraph_of_a_number_that_is_no_vertex_is_an_error() {
    let graph = path_of(3);
    let [first, stranger] = [0, 3].map(VertexId::new);
    let error = Some(Error::not_a_vertex(stranger));
    assert_eq!(graph.full_subgraph([first, stranger]).err(), error);
    assert_eq!(graph.full_subgraph([stranger]).err(), error);
    let mask = set(3, &[1, 2]);
    let masked = graph.masked(&mask).unwrap();
    assert_eq!(
        masked.full_subgraph([first]).err(),
        Some(Error::not_a_vertex(first))
    );
    let part = graph.full_subgraph([first, first]).unwrap();
    assert_eq!(part, Subgraph::induced(&graph, [first]));
}
