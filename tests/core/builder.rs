//! Building CSR graphs, and input that is rejected.

use proptest::prelude::*;
use refcycle_core::{
    Algorithms, CsrBuilder, CsrGraph, EdgeId, Error, IDirectedGraph, MAX_VERTICES, Predecessors,
    VertexId, Vertices, WideCsrGraph,
};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::{graph_contract, listed};
use refcycle_tests::edge_list::sorted;
use refcycle_tests::errors::malformed_offsets;
use refcycle_tests::generators::{RANDOM_VERTICES, config, graphs, random_edges};
use refcycle_tests::scattered::Scattered;

fn builder(list: &EdgeList) -> CsrBuilder {
    let mut builder = CsrBuilder::with_capacity(list.bound, list.edges.len());
    for &(tail, head) in &list.edges {
        builder.add_edge(tail, head).unwrap();
    }
    builder
}

/// The edges by tail; edges of the same tail in the order in which they were added.
fn by_tail(list: &EdgeList) -> Vec<(VertexId, VertexId)> {
    stable_by_tail(&list.edges)
}

fn stable_by_tail(edges: &[(VertexId, VertexId)]) -> Vec<(VertexId, VertexId)> {
    let mut edges = edges.to_vec();
    edges.sort_by_key(|&(tail, _)| tail);
    edges
}

fn ends(graph: &CsrGraph) -> Vec<(VertexId, VertexId)> {
    graph.edges().map(|edge| (edge.tail, edge.head)).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn edges_are_numbered_by_tail(list in graphs()) {
        let graph = builder(&list).build().unwrap();
        graph_contract(&graph, &list);
        prop_assert_eq!(ends(&graph), by_tail(&list));
        prop_assert!(graph.edges().map(|edge| edge.id.index()).eq(0..list.edges.len()));
    }

    #[test]
    fn edges_that_come_sorted_stay_as_they_are(list in graphs()) {
        let sorted = EdgeList { edges: by_tail(&list), ..list };
        let graph = builder(&sorted).build().unwrap();
        prop_assert_eq!(ends(&graph), sorted.edges);
    }

    #[test]
    fn the_order_says_which_edge_is_which(list in graphs()) {
        let (graph, order) = builder(&list).build_with_order().unwrap();
        prop_assert_eq!(ends(&graph), by_tail(&list));
        let renamed: Vec<_> = order.iter().map(|&i| list.edges[i as usize]).collect();
        prop_assert_eq!(ends(&graph), renamed);
        prop_assert!(sorted(order).into_iter().eq(0..list.edges.len() as u32));
    }

    #[test]
    fn parallel_edges_keep_their_order(list in graphs()) {
        let (graph, order) = builder(&list).build_with_order().unwrap();
        for v in graph.vertices() {
            let numbers: Vec<_> = graph.out_edges(v).map(|edge| order[edge.id.index()]).collect();
            prop_assert!(numbers.is_sorted());
        }
    }

    #[test]
    fn every_way_makes_the_same_graph(list in graphs()) {
        let built = builder(&list).build().unwrap();
        let from_edges = CsrGraph::from_edges(list.bound, list.pairs()).unwrap();
        prop_assert_eq!(ends(&from_edges), ends(&built));
        let parts = CsrGraph::from_parts(built.offsets().to_vec(), built.heads().to_vec()).unwrap();
        prop_assert_eq!(ends(&parts), ends(&built));
        let copy = CsrGraph::from_successors(&built).unwrap();
        prop_assert_eq!(ends(&copy), ends(&built));
        let mut extended = CsrBuilder::new(list.bound);
        extended.extend(list.edges.iter().copied());
        prop_assert_eq!(ends(&extended.build().unwrap()), ends(&built));
    }

    #[test]
    fn holes_become_vertices_without_edges(list in graphs()) {
        let holey = list.renumbered(3 * list.bound + 2, |v| (3 * v.number() + 1).into());
        let copy = CsrGraph::from_successors(&Scattered(holey.clone())).unwrap();
        prop_assert_eq!(ends(&copy), by_tail(&holey));
        let filled = EdgeList {
            vertices: (0..holey.bound).map(VertexId::from_index).collect(),
            ..holey
        };
        graph_contract(&copy, &filled);
    }

    #[test]
    fn an_edge_is_found_by_its_id(list in graphs()) {
        let graph = list.csr();
        for edge in graph.edges() {
            prop_assert_eq!(graph.edge(edge.id), edge);
            prop_assert_eq!(graph.tail(edge.id), edge.tail);
        }
    }

    #[test]
    fn degrees_count_parallel_edges(list in graphs()) {
        let graph = list.csr();
        for v in graph.vertices() {
            prop_assert_eq!(graph.out_degree(v), list.heads(v).len());
            prop_assert_eq!(graph.in_degree(v), list.reversed().heads(v).len());
            prop_assert_eq!(graph.out_edges(v).len(), graph.out_degree(v));
            prop_assert_eq!(graph.in_edges(v).len(), graph.in_degree(v));
        }
    }

    #[test]
    fn edges_are_listed_by_ascending_id(list in graphs()) {
        let graph = list.csr();
        for v in graph.vertices() {
            prop_assert!(listed(graph.out_edges(v)).is_sorted_by_key(|edge| edge.id));
            prop_assert!(listed(graph.in_edges(v)).is_sorted_by_key(|edge| edge.id));
        }
    }

    #[test]
    fn memory_grows_with_what_was_asked_for(list in graphs()) {
        let (n, m) = (list.bound, list.edges.len());
        let graph = list.csr();
        prop_assert_eq!(graph.memory(), 4 * (n + 1 + m));
        for v in graph.vertices() {
            let _ = graph.predecessors(v);
        }
        let both = 4 * (n + 1 + m) * if n == 0 { 1 } else { 2 };
        prop_assert_eq!(graph.memory(), both);
        for v in graph.vertices() {
            let _ = graph.in_edges(v);
        }
        prop_assert_eq!(graph.memory(), both + 4 * m);
    }

    #[test]
    fn from_parts_takes_what_is_well_formed(
        offsets in prop::collection::vec(0..5u32, 0..5),
        heads in prop::collection::vec(0..5u32, 0..5),
    ) {
        let vertices = offsets.len().wrapping_sub(1);
        let first_wrong = (0..offsets.len()).find(|&i| match i {
            0 => offsets[0] != 0,
            _ => offsets[i] < offsets[i - 1],
        });
        let result = CsrGraph::from_parts(offsets.clone(), heads.to_vec());
        let expected = if let Some(index) = first_wrong {
            Some(malformed_offsets(index))
        } else if offsets.is_empty() {
            Some(malformed_offsets(0))
        } else if offsets[vertices] as usize != heads.len() {
            Some(malformed_offsets(vertices))
        } else {
            let stray = heads.iter().find(|&&head| head as usize >= vertices);
            stray.map(|&vertex| Error::vertex_out_of_range(vertex, vertices))
        };
        prop_assert_eq!(result.as_ref().err(), expected.as_ref());
        if let Ok(graph) = result {
            prop_assert_eq!(graph.offsets(), &offsets);
            prop_assert_eq!(graph.heads(), &heads);
            prop_assert_eq!(graph.into_parts(), (offsets, heads));
        }
    }
}

#[test]
fn parts_that_do_not_fit_together() {
    let error = |offsets: &[u32], heads: &[u32]| {
        CsrGraph::from_parts(offsets.to_vec(), (heads).to_vec()).unwrap_err()
    };
    let offsets = malformed_offsets;
    assert_eq!(error(&[], &[]), offsets(0));
    assert_eq!(error(&[1, 1], &[0]), offsets(0));
    assert_eq!(error(&[0, 2, 1, 2], &[0, 1]), offsets(2));
    assert_eq!(error(&[0, 1, 2], &[0]), offsets(2));
    assert_eq!(error(&[0, 1], &[0, 0]), offsets(1));
    let stray = |vertex, vertex_count| Error::vertex_out_of_range(vertex, vertex_count);
    assert_eq!(error(&[0, 3], &[0, 1, 2]), stray(1, 1));
    assert_eq!(error(&[0, 1, 2], &[1, u32::MAX]), stray(u32::MAX, 2));
    let fits = CsrGraph::from_parts(vec![0, 1, 2], [1, 0].to_vec()).unwrap();
    assert_eq!((fits.vertex_count(), fits.edge_count()), (2, 2));
}

/// More vertices than fit into the cache, and ends in random order: these edges are sorted in two
/// steps.
#[test]
fn many_edges_in_random_order() {
    let random = random_edges();
    let mut builder = CsrBuilder::new(RANDOM_VERTICES);
    builder.extend(random.iter().copied());

    let graph = builder.clone().build().unwrap();
    assert_eq!(ends(&graph), stable_by_tail(&random));
    let (with_order, order) = builder.build_with_order().unwrap();
    assert_eq!(with_order.heads(), graph.heads());
    assert_eq!(with_order.offsets(), graph.offsets());
    let mut by_tail: Vec<_> = (0..random.len() as u32).collect();
    by_tail.sort_by_key(|&edge| random[edge as usize].0);
    assert_eq!(order, by_tail);

    let mut by_head: Vec<_> = graph.edges().collect();
    by_head.sort_by_key(|edge| edge.head);
    let entering = graph.vertices().flat_map(|v| listed(graph.in_edges(v)));
    assert!(entering.eq(by_head.iter().copied()));
    let wide = WideCsrGraph::from(graph);
    let tails = wide.vertices().flat_map(|v| wide.predecessors(v));
    assert!(tails.eq(by_head.iter().map(|edge| edge.tail)));
}

/// Edges are stored differently as long as they are added in order.
#[test]
fn the_last_edge_is_out_of_order() {
    let ascending = [0, 0, 3, 3, 3, 9].map(|tail| (tail.into(), (9 - tail).into()));
    for last in [0, 3, 8] {
        let mut edges = ascending.to_vec();
        edges.push((last.into(), 5.into()));
        let mut builder = CsrBuilder::new(10);
        builder.extend(edges.iter().copied());
        assert_eq!(ends(&builder.build().unwrap()), stable_by_tail(&edges));
    }
}

#[test]
fn an_edge_to_no_vertex_is_not_added() {
    let mut builder = CsrBuilder::new(3);
    for (tail, head) in [(3, 0), (0, 3), (3, 3)] {
        let error = match tail {
            3 => Error::tail_out_of_range(3, 3),
            _ => Error::vertex_out_of_range(3, 3),
        };
        assert_eq!(builder.add_edge(tail.into(), head.into()), Err(error));
    }
    builder.add_edge(2.into(), 2.into()).unwrap();
    let graph = builder.build().unwrap();
    assert_eq!(ends(&graph), [(2.into(), 2.into())]);
}

#[test]
fn from_edges_names_the_end_that_is_no_vertex() {
    let error = CsrGraph::from_edges(2, [(0, 1), (7, 9)]).unwrap_err();
    assert_eq!(error, Error::tail_out_of_range(7, 2));
    let error = CsrGraph::from_edges(0, [(0, 0)]).unwrap_err();
    assert_eq!(error, Error::tail_out_of_range(0, 0));
}

#[test]
#[should_panic(expected = "ends of an edge")]
fn extending_with_an_edge_to_no_vertex_panics() {
    CsrBuilder::new(1).extend([(0.into(), 1.into())]);
}

#[test]
fn too_many_vertices_are_an_error_before_memory_is_taken() {
    let count = MAX_VERTICES + 1;
    let error = Some(Error::too_many_vertices(count));
    assert_eq!(CsrBuilder::new(count).build().err(), error);
    assert_eq!(CsrBuilder::new(count).build_with_order().err(), error);
    assert_eq!(CsrGraph::from_edges(count, []).err(), error);
    let count = usize::MAX;
    let error = Some(Error::too_many_vertices(count));
    assert_eq!(CsrGraph::from_edges(count, []).err(), error);
}

#[test]
#[should_panic(expected = "edge 2 is not in the graph")]
fn an_edge_beyond_the_last_has_no_tail() {
    let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0)]).unwrap();
    graph.tail(EdgeId::new(2));
}

#[test]
fn a_graph_shows_its_size() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0)]).unwrap();
    assert_eq!(
        format!("{graph:?}"),
        "CsrGraph { vertices: 3, edges: 2, successors: {0: [1], 1: [0], 2: []} }"
    );
}

#[test]
fn a_clone_takes_the_backward_direction_along() {
    let graph = CsrGraph::from_edges(3, [(2, 0), (0, 1), (0, 0)]).unwrap();
    let _ = graph.in_edges(0.into());
    let clone = graph.clone();
    assert_eq!(clone.memory(), graph.memory());
    assert_eq!(ends(&clone), ends(&graph));
    assert!(clone.in_edges(0.into()).eq(graph.in_edges(0.into())));
}
