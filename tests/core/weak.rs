//! Weakly connected components.

use petgraph::algo::connected_components;
use proptest::prelude::*;
use refcycle_core::algo;
use refcycle_core::interop::petgraph::AsPetgraph;
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Predecessors, Successors};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{
    Check, ForwardCheck, digraph, every_forward_graph, every_graph,
};

struct Pieces;

impl ForwardCheck for Pieces {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let mut both_ways = expected.clone();
        both_ways.edges.extend(expected.reversed().edges);
        // In the order of their smallest vertices, each ascending.
        let pieces = Distances::of(&both_ways).components();

        let components = algo::weakly_connected_components(graph);
        assert_eq!(components.len(), pieces.len());
        assert_eq!(components.is_empty(), pieces.is_empty());
        assert!(components.iter().eq(pieces.iter().map(Vec::as_slice)));
        for (number, piece) in pieces.iter().enumerate() {
            assert_eq!(components.group(number as u32), piece);
            for &v in piece {
                assert_eq!(components.group_of(v), Some(number as u32));
            }
        }
        for hole in expected.holes() {
            assert_eq!(components.group_of(hole), None);
        }
        let most = pieces.iter().map(Vec::len).max();
        let largest = pieces.iter().position(|piece| Some(piece.len()) == most);
        assert_eq!(components.largest(), largest.map(|number| number as u32));
    }
}

struct Turned;

impl Check for Turned {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let components = graph.weakly_connected_components();
        assert_eq!(graph.reversed().weakly_connected_components(), components);
        let members = components.iter().flatten().copied();
        assert_eq!(sorted(members), sorted(expected.vertices.clone()));
    }
}

/// Large enough for the sample to be one: most vertices are in one piece, in half of them, or in
/// many. The backward rows change how the pieces are found.
#[test]
fn large_graphs() {
    let mut state = 1_u64;
    let mut below = |bound: u32| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (((state >> 33) * u64::from(bound)) >> 31) as u32
    };
    let count = 20_000;
    for (edges, parts) in [
        (60_000, 1),
        (60_000, 2),
        (30_000, 1),
        (12_000, 1),
        (60_000, 50),
    ] {
        let size = count / parts;
        let mut edge = || {
            let first = below(parts) * size;
            (first + below(size), first + below(size))
        };
        let edges: Vec<_> = (0..edges).map(|_| edge()).collect();
        let graph = CsrGraph::from_edges(count as usize, edges).unwrap();
        let found = graph.weakly_connected_components();
        assert_eq!(found.len(), connected_components(AsPetgraph::new(&graph)));
        for edge in graph.edges() {
            let [tail, head] = [edge.tail, edge.head].map(|v| found.group_of(v));
            assert_eq!(tail, head);
        }
        graph.back_rows();
        assert_eq!(graph.weakly_connected_components(), found);
    }
}

/// With both directions, the first edges join half of the vertices to one path.
#[test]
fn a_deep_tree() {
    let half = 200_000_u32;
    let row = |k: u32| (0..7).map(move |place| (half + k, half - 2 - k + u32::from(place > 0)));
    let edges = (0..half - 1).flat_map(row);
    let graph = CsrGraph::from_edges(2 * half as usize, edges).unwrap();
    let found = graph.weakly_connected_components();
    graph.back_rows();
    assert_eq!(graph.weakly_connected_components(), found);
    assert_eq!(found.len(), connected_components(AsPetgraph::new(&graph)));
}

/// From 2^18 vertices on, parents are prefetched.
#[test]
fn scattered_graphs() {
    let mut state = 7_u64;
    let count = 300_000_u32;
    let mut below = |bound: u32| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (((state >> 33) * u64::from(bound)) >> 31) as u32
    };
    for (degree, is_near) in [(1, false), (4, false), (4, true)] {
        let mut edges = Vec::new();
        for v in 0..count {
            let near = is_near.then(|| (v, (v + 1).min(count - 1)));
            edges.extend(near);
            edges.extend((0..degree).map(|_| (v, below(count))));
        }
        let graph = CsrGraph::from_edges(count as usize, edges).unwrap();
        let found = graph.weakly_connected_components();
        assert_eq!(found.len(), connected_components(AsPetgraph::new(&graph)));
        graph.back_rows();
        assert_eq!(graph.weakly_connected_components(), found);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn two_vertices_share_a_piece_when_edges_join_them(graph in graphs()) {
        every_forward_graph(&graph, &Pieces);
    }

    #[test]
    fn the_direction_of_edges_does_not_count(graph in graphs()) {
        every_graph(&graph, &Turned);
    }

    #[test]
    fn petgraph_finds_as_many(graph in graphs()) {
        let ours = graph.csr().weakly_connected_components().len();
        prop_assert_eq!(ours, connected_components(&digraph(&graph)));
    }
}
