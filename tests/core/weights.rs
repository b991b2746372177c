//! Slices of weights beside a graph.

use proptest::prelude::*;
use refcycle_core::weights::{check_edge_weights, check_not_negative, check_vertex_weights};
use refcycle_core::{CsrBuilder, CsrGraph, Error, ErrorKind, IDirectedGraph, Vertices};
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

    #[test]
    fn there_is_one_for_each_number_below_the_bound(list in graphs()) {
        let graph = Scattered(list);
        let (n, m) = (graph.vertex_bound(), graph.edge_bound());
        prop_assert_eq!(check_vertex_weights(&graph, &vec![1_u32; n]), Ok(()));
        prop_assert_eq!(check_edge_weights(&graph, &vec![1.0_f32; m]), Ok(()));
        let error = Error::length_mismatch("vertex weights", n + 1, n);
        prop_assert_eq!(check_vertex_weights(&graph, &vec![1_i64; n + 1]), Err(error));
        let error = Error::length_mismatch("edge weights", m + 1, m);
        prop_assert_eq!(check_edge_weights(&graph, &vec![0_usize; m + 1]), Err(error));
    }
}

#[test]
fn a_weight_is_a_finite_number() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0)]).unwrap();
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let weights = [0.0, wrong, wrong];
        for error in [
            check_edge_weights(&graph, &weights).unwrap_err(),
            check_vertex_weights(&graph, &weights).unwrap_err(),
            check_not_negative(&weights).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidWeight);
            assert_eq!(error.index(), Some(1));
        }
        let narrow = weights.map(|weight| weight as f32);
        assert!(check_edge_weights(&graph, &narrow).is_err());
    }
    assert_eq!(check_not_negative(&[0.0, -0.0, 2.5]), Ok(()));
    assert_eq!(check_not_negative(&[0, 1, i32::MAX]), Ok(()));
    let error = check_not_negative(&[0, 1, -1]).unwrap_err();
    assert_eq!(
        (error.kind(), error.index()),
        (ErrorKind::InvalidWeight, Some(2))
    );
}

#[test]
fn one_weight_for_each_edge_that_was_added() {
    let error = CsrBuilder::new(1).build_with_weights(&[1.0]).unwrap_err();
    assert_eq!(error, Error::length_mismatch("edge weights", 1, 0));
    assert_eq!((error.found(), error.expected()), (Some(1), Some(0)));
}
