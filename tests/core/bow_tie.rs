//! The bow-tie decomposition.

use proptest::prelude::*;
use refcycle_core::algo::{self, BowTiePart};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

/// The part of a vertex, given a vertex of the core.
fn by_hand(oracle: &Distances, graph: &EdgeList, core: VertexId, v: VertexId) -> BowTiePart {
    let reaches = |a, b| oracle.path(a, b).is_some();
    let is_in = |v| reaches(v, core) && !reaches(core, v);
    let is_out = |v| reaches(core, v) && !reaches(v, core);
    if oracle.connected(v, core) {
        return BowTiePart::Core;
    }
    if is_in(v) {
        return BowTiePart::In;
    }
    if is_out(v) {
        return BowTiePart::Out;
    }
    let from_in = graph.vertices.iter().any(|&w| is_in(w) && reaches(w, v));
    let to_out = graph.vertices.iter().any(|&w| is_out(w) && reaches(v, w));
    match (from_in, to_out) {
        (true, true) => BowTiePart::Tube,
        (true, false) => BowTiePart::InTendril,
        (false, true) => BowTiePart::OutTendril,
        (false, false) => BowTiePart::Disconnected,
    }
}

struct Parts;

impl ForwardCheck for Parts {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let bow_tie = algo::bow_tie(graph);
        let components = algo::strongly_connected_components(graph);
        assert_eq!(bow_tie.components(), &components);
        let largest = oracle.components().iter().map(Vec::len).max();
        assert_eq!(bow_tie.core().len(), largest.unwrap_or(0));
        let first = components.topological_order();
        let first = first
            .into_iter()
            .find(|&number| Some(components.component(number).len()) == largest);
        assert_eq!(bow_tie.core_component(), first);

        let part = |v| by_hand(&oracle, expected, bow_tie.core()[0], v);
        for &v in &expected.vertices {
            assert_eq!(bow_tie.part_of(v), Some(part(v)));
        }
        for hole in expected.holes() {
            assert_eq!(bow_tie.part_of(hole), None);
        }
        for each in BowTiePart::ALL {
            let vertices = expected.vertices.iter().copied();
            let vertices = sorted(vertices.filter(|&v| part(v) == each));
            assert_eq!(bow_tie.part(each), vertices);
        }
    }
}

struct Method;

impl Check for Method {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        assert_eq!(graph.bow_tie(), algo::bow_tie(graph));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_vertex_is_in_its_part(graph in graphs()) {
        every_forward_graph(&graph, &Parts);
    }

    #[test]
    fn the_method_is_the_function(graph in graphs()) {
        every_graph(&graph, &Method);
    }
}

#[test]
fn all_parts() {
    let edges = [
        (0, 1), // into the core
        (1, 2),
        (2, 1), // the core
        (2, 3), // out of the core
        (0, 4),
        (4, 3), // past the core
        (0, 5), // a tendril
        (6, 3), // another
        (7, 5), // into a tendril
    ];
    let graph = CsrGraph::from_edges(9, edges).unwrap();
    let bow_tie = graph.bow_tie();
    let sizes = BowTiePart::ALL.map(|part| bow_tie.part(part).len());
    assert_eq!(sizes, [2, 1, 1, 1, 1, 1, 2]);
    let part = |v| bow_tie.part_of(VertexId::new(v)).unwrap();
    assert_eq!(part(4), BowTiePart::Tube);
    assert_eq!(part(5), BowTiePart::InTendril);
    assert_eq!(part(6), BowTiePart::OutTendril);
    assert_eq!(part(7), BowTiePart::Disconnected);
}
