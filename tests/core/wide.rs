//! Graphs whose offsets have 64 bits.

use proptest::prelude::*;
use refcycle_core::{
    Algorithms, CsrGraph, Error, ErrorKind, IDirectedGraph, MAX_VERTICES, Predecessors, VertexId,
    Vertices, WideCsrGraph, WideRows, algo,
};
use refcycle_tests::errors::malformed_offsets;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::scattered::Scattered;

fn widened(graph: &CsrGraph) -> Vec<u64> {
    graph
        .offsets()
        .iter()
        .map(|&offset| offset.into())
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_way_makes_the_narrow_graph(list in graphs()) {
        let narrow = list.csr();
        let edges: Vec<_> = list.pairs().collect();
        let mut sorted = edges.clone();
        sorted.sort_by_key(|&(tail, _)| tail);
        let (n, offsets) = (list.bound, widened(&narrow));
        let rows = WideRows::new(&offsets, narrow.heads()).unwrap();
        for graph in [
            WideCsrGraph::from(narrow.clone()),
            WideCsrGraph::from_parts(offsets.clone(), narrow.heads().to_vec()).unwrap(),
            WideCsrGraph::from_edges_twice(n, edges.iter().copied()).unwrap(),
            WideCsrGraph::from_sorted_edges(n, sorted.iter().copied()).unwrap(),
            WideCsrGraph::from_successors(&narrow).unwrap(),
            WideCsrGraph::from_successors(&rows).unwrap(),
        ] {
            prop_assert_eq!(graph.offsets(), &offsets);
            prop_assert_eq!(graph.heads(), narrow.heads());
            prop_assert_eq!(graph.heads().len(), narrow.edge_count());
            for v in graph.vertices() {
                prop_assert!(graph.predecessors(v).eq(narrow.predecessors(v)));
                prop_assert_eq!(graph.as_rows().row(v.number()), rows.row(v.number()));
                prop_assert_eq!(rows.range(v.number()).len(), narrow.out_degree(v));
            }
            let back = graph.as_back_rows();
            prop_assert_eq!(back.heads().len(), graph.heads().len());
            prop_assert_eq!(graph.memory(), 2 * (8 * (n + 1) + 4 * edges.len()));
            prop_assert_eq!(graph.clone().into_parts(), (offsets.clone(), narrow.heads().to_vec()));
        }
    }

    #[test]
    fn algorithms_say_the_same(list in graphs()) {
        let narrow = list.csr();
        let wide = WideCsrGraph::from(narrow.clone());
        let components = algo::strongly_connected_components(&wide);
        prop_assert_eq!(components, narrow.strongly_connected_components());
        for &v in &list.vertices {
            prop_assert_eq!(algo::ancestors(&wide, [v], None), narrow.ancestors(v, None));
        }
    }

    #[test]
    fn holes_become_vertices_without_edges(list in graphs()) {
        let holey = list.renumbered(3 * list.bound + 2, |v| (3 * v.number() + 1).into());
        let wide = WideCsrGraph::from_successors(&Scattered(holey.clone())).unwrap();
        let narrow = CsrGraph::from_successors(&Scattered(holey)).unwrap();
        prop_assert_eq!(wide.offsets(), widened(&narrow));
        prop_assert_eq!(wide.heads(), narrow.heads());
    }
}

#[test]
fn parts_that_do_not_fit_together() {
    let error = |offsets: &[u64], heads: &[u32]| {
        let error = WideCsrGraph::from_parts(offsets.to_vec(), heads.to_vec()).unwrap_err();
        assert_eq!(WideRows::new(offsets, heads).unwrap_err(), error);
        error
    };
    assert_eq!(error(&[], &[]), malformed_offsets(0));
    assert_eq!(error(&[1, 1], &[0]), malformed_offsets(0));
    assert_eq!(error(&[0, 2, 1, 2], &[0, 1]), malformed_offsets(2));
    assert_eq!(error(&[0, 1 << 32], &[0]), malformed_offsets(1));
    assert_eq!(error(&[0, u64::MAX], &[]), malformed_offsets(1));
    assert_eq!(error(&[0, 1], &[1]), Error::vertex_out_of_range(1, 1));
}

#[test]
fn edges_that_are_none() {
    let stray = Error::vertex_out_of_range(2, 2);
    let twice = WideCsrGraph::from_edges_twice(2, [(0, 1), (2, 0)]);
    assert_eq!(twice.unwrap_err(), Error::tail_out_of_range(2, 2));
    let sorted = WideCsrGraph::from_sorted_edges(2, [(0, 1), (1, 2)]);
    assert_eq!(sorted.unwrap_err(), stray);
    let unsorted = WideCsrGraph::from_sorted_edges(2, [(1, 1), (0, 1)]);
    let unsorted = unsorted.unwrap_err();
    assert_eq!(
        (unsorted.kind(), unsorted.index()),
        (ErrorKind::NotSorted, Some(1))
    );
    assert!(unsorted.to_string().contains("edge 1"));
    let count = MAX_VERTICES + 1;
    let many = Error::too_many_vertices(count);
    assert_eq!(WideCsrGraph::from_edges_twice(count, []).unwrap_err(), many);
    assert_eq!(
        WideCsrGraph::from_sorted_edges(count, []).unwrap_err(),
        many
    );
}

#[test]
fn a_graph_shows_its_size() {
    let graph = WideCsrGraph::from_sorted_edges(3, [(0, 1), (1, 0)]).unwrap();
    let text = format!("{graph:?}");
    assert_eq!(
        text,
        "WideCsrGraph { vertices: 3, edges: 2, successors: {0: [1], 1: [0], 2: []} }"
    );
    assert_eq!(WideCsrGraph::default().vertex_count(), 0);
    assert!(!graph.contains_vertex(VertexId::new(3)));
}
