//! Slices of weights beside a graph.

use proptest::prelude::*;
use refcycle_core::{Algorithms, CsrBuilder, CsrGraph, Error, IDirectedGraph};
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::scattered::Scattered;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn weights_follow_their_edges(list in graphs()) {
        let mut builder = CsrBuilder::new(list.bound);
        builder.extend(list.edges.iter().copied());
        prop_assert_eq!(builder.edge_count(), list.edges.len());
        let ends: Vec<_> = list.pairs().collect();
        let (graph, weights) = builder.build_with_weights(&ends).unwrap();
        let edges = graph.edges().map(|edge| (edge.tail.number(), edge.head.number()));
        prop_assert!(edges.eq(weights));
    }

    #[test]
    fn a_copy_says_which_edge_is_which(list in graphs()) {
        let theirs = Scattered(list);
        let (graph, ids) = CsrGraph::from_graph(&theirs).unwrap();
        for (edge, &id) in graph.edges().zip(&ids) {
            let same = theirs.edges().find(|other| other.id == id).unwrap();
            prop_assert_eq!((edge.tail, edge.head), (same.tail, same.head));
        }
        prop_assert_eq!(ids.len(), theirs.edge_count());
    }
}

#[test]
fn one_weight_for_each_edge_that_was_added() {
    let error = CsrBuilder::new(1).build_with_weights(&[1.0]).unwrap_err();
    assert_eq!(error, Error::length_mismatch("edge weights", 1, 0));
    assert_eq!((error.found(), error.expected()), (Some(1), Some(0)));
}
