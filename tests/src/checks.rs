//! Checks that hold for every graph.

use std::collections::BTreeSet;

use refcycle_core::{Algorithms, Edge, IDirectedGraph, Successors, VertexId, Vertices};

use crate::EdgeList;
use crate::edge_list::sorted;

/// Collects an iterator, and checks its `size_hint` at every step.
pub fn listed<I: Iterator>(mut iterator: I) -> Vec<I::Item> {
    let mut hints = Vec::new();
    let mut items = Vec::new();
    loop {
        hints.push(iterator.size_hint());
        match iterator.next() {
            Some(item) => items.push(item),
            None => break,
        }
    }
    for (done, (low, high)) in hints.into_iter().enumerate() {
        let left = items.len() - done;
        assert!(low <= left, "at least {low} were promised, {left} came");
        assert!(high.is_none_or(|high| left <= high), "too many came");
    }
    items
}

/// The contract of [`Vertices`], and that the vertices are the expected ones.
pub fn vertices_contract<G: Vertices + ?Sized>(graph: &G, expected: &EdgeList) {
    let vertices = listed(graph.vertices());
    assert_eq!(vertices.len(), graph.vertex_count());
    assert_eq!(sorted(vertices), sorted(expected.vertices.clone()));
    for &v in &expected.vertices {
        assert!(graph.contains_vertex(v));
        assert!(
            v.index() < graph.vertex_bound(),
            "{v} is not below the bound"
        );
    }
    for v in expected.holes() {
        assert!(!graph.contains_vertex(v), "{v} is a hole");
    }
    assert!(graph.vertex_bound() <= expected.bound);
    assert!(!graph.contains_vertex(VertexId::new(u32::MAX)));
}

/// Checks that the successors are the expected ones.
pub fn successors_contract<G: Successors + ?Sized>(graph: &G, expected: &EdgeList) {
    for &v in &expected.vertices {
        assert_eq!(sorted(listed(graph.successors(v))), expected.heads(v));
    }
}

/// The contract of [`IDirectedGraph`], and that the graph is the expected one.
pub fn graph_contract<G: IDirectedGraph + ?Sized>(graph: &G, expected: &EdgeList) {
    vertices_contract(graph, expected);
    successors_contract(graph, expected);
    let backward = expected.reversed();
    let mut incoming = Vec::new();
    for &v in &expected.vertices {
        let out = listed(graph.out_edges(v));
        assert!(out.iter().all(|edge| edge.tail == v));
        assert!(out.iter().map(|edge| edge.head).eq(graph.successors(v)));

        let into = listed(graph.in_edges(v));
        assert!(into.iter().all(|edge| edge.head == v));
        assert!(into.iter().map(|edge| edge.tail).eq(graph.predecessors(v)));
        assert_eq!(sorted(listed(graph.predecessors(v))), backward.heads(v));
        incoming.extend(into);
    }
    let edges: Vec<Edge> = listed(graph.edges());
    assert_eq!(edges.len(), graph.edge_count());
    assert_eq!(edges.len(), expected.edges.len());
    let mut groups: Vec<_> = edges.iter().map(|edge| edge.tail).collect();
    groups.dedup();
    assert!(all_different(&groups), "not grouped by tail");
    let ids: Vec<_> = edges.iter().map(|edge| edge.id).collect();
    assert!(ids.iter().all(|id| id.index() < graph.edge_bound()));
    assert!(all_different(&ids), "two edges have the same id");
    assert_eq!(sorted(edges), sorted(incoming), "the two directions differ");
}

/// Whether no item is repeated.
pub fn all_different<T: Ord>(items: &[T]) -> bool {
    items.iter().collect::<BTreeSet<_>>().len() == items.len()
}
