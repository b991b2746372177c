//! Sparse matrices of `sprs` as graphs, and back: nothing is copied.

use proptest::prelude::*;
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Rows, algo};
use refcycle_tests::generators::{config, graphs};
use sprs::CsMatI;

/// The addresses of the arrays.
fn places(arrays: (&[u32], &[u32])) -> (*const u32, *const u32) {
    (arrays.0.as_ptr(), arrays.1.as_ptr())
}

#[test]
fn a_matrix_is_borrowed() {
    let (indptr, indices, data) = (vec![0, 1, 3, 3], vec![1, 0, 2], vec![0.5, 1.0, 2.0]);
    let matrix = CsMatI::<f64, u32, u32>::new((3, 3), indptr, indices, data);
    let indptr = matrix.indptr();
    let rows = Rows::new(indptr.raw_storage(), matrix.indices()).unwrap();
    let of_matrix = (
        matrix.indptr().raw_storage().as_ptr(),
        matrix.indices().as_ptr(),
    );
    assert_eq!(places((rows.offsets(), rows.heads())), of_matrix);
    assert_eq!(algo::strongly_connected_components(&rows).len(), 2);
}

#[test]
fn a_graph_is_borrowed() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)]).unwrap();
    let shape = (3, 3);
    let matrix = sprs::CsMatViewI::<u8, u32, u32>::try_new(
        shape,
        graph.offsets(),
        graph.heads(),
        &[1, 1, 1],
    );
    let matrix = matrix.unwrap();
    assert_eq!(matrix.indices().as_ptr(), graph.heads().as_ptr());
    assert_eq!(
        matrix.indptr().raw_storage().as_ptr(),
        graph.offsets().as_ptr()
    );
    assert_eq!(matrix.get(1, 2), Some(&1));
    assert_eq!(matrix.get(2, 1), None);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn given_away_and_had_back(list in graphs()) {
        // A matrix has sorted rows without parallel edges.
        let mut edges: Vec<_> = list.pairs().collect();
        edges.sort_unstable();
        edges.dedup();
        let graph = CsrGraph::from_edges(list.bound, edges.iter().copied()).unwrap();
        let before = places((graph.offsets(), graph.heads()));

        let (indptr, indices) = graph.into_parts();
        let data: Vec<_> = (0..indices.len()).collect();
        let shape = (list.bound, list.bound);
        let matrix = CsMatI::<usize, u32, u32>::try_new(shape, indptr, indices, data).unwrap();
        prop_assert_eq!(matrix.nnz(), edges.len());
        for (edge, &(tail, head)) in edges.iter().enumerate() {
            prop_assert_eq!(matrix.get(tail as usize, head as usize), Some(&edge));
        }

        let (indptr, indices, data) = matrix.into_raw_storage();
        let graph = CsrGraph::from_parts(indptr, indices).unwrap();
        prop_assert_eq!(places((graph.offsets(), graph.heads())), before);
        let back = graph.edges().map(|edge| (edge.tail.number(), edge.head.number()));
        prop_assert!(back.eq(edges));
        prop_assert!(data.into_iter().eq(0..graph.edge_count()));
    }
}
