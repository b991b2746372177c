//! Compact subgraphs.

use proptest::prelude::*;
use refcycle_core::views::Subgraph;
use refcycle_core::{Algorithms, CsrGraph, Edge, IDirectedGraph, VertexId, Vertices};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::graph_contract;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs, graphs_and_choices};
use refcycle_tests::representations::{Check, every_graph};

/// The edges of a subgraph in the ids of its parent.
fn in_the_parent(subgraph: &Subgraph) -> Vec<Edge> {
    let edges = subgraph.edges().map(|edge| Edge {
        id: subgraph.parent_edge(edge.id),
        tail: subgraph.parent_vertex(edge.tail),
        head: subgraph.parent_vertex(edge.head),
    });
    sorted(edges)
}

fn without_repetition(vertices: &[VertexId]) -> Vec<VertexId> {
    let mut first_times = Vec::new();
    for v in vertices {
        if !first_times.contains(v) {
            first_times.push(*v);
        }
    }
    first_times
}

fn parts(subgraph: Subgraph) -> (Vec<u32>, Vec<u32>, Vec<VertexId>, Vec<u32>) {
    let (graph, vertices, edges) = subgraph.into_parts();
    let edges = edges.iter().map(|edge| edge.number());
    (
        graph.offsets().to_vec(),
        graph.heads().to_vec(),
        vertices.to_vec(),
        edges.collect(),
    )
}

/// The subgraph of the vertices at these positions.
struct Induced(Vec<VertexId>);

impl Check for Induced {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let chosen: Vec<_> = self
            .0
            .iter()
            .map(|v| expected.vertices[v.index()])
            .collect();
        let forward = Subgraph::induced(graph, chosen.iter().copied());
        let backward = Subgraph::induced_backward(graph, chosen.iter().copied());
        let members = without_repetition(&chosen);
        let between = |edge: &Edge| chosen.contains(&edge.tail) && chosen.contains(&edge.head);
        let edges = sorted(graph.edges().filter(between));
        for subgraph in [&forward, &backward] {
            assert_eq!(subgraph.parent_vertices(), members);
            assert_eq!(in_the_parent(subgraph), edges);
            assert_eq!(subgraph.parent_edges().len(), edges.len());
            let number = |v| members.iter().position(|&w| w == v).unwrap() as u32;
            let local = edges
                .iter()
                .map(|edge| (number(edge.tail), number(edge.head)));
            let local = EdgeList::dense(members.len(), local);
            graph_contract(&**subgraph, &local);
        }
        let method = graph.full_subgraph(chosen.iter().copied()).unwrap();
        // If edges are listed by ascending id, both methods give the same numbers.
        let by_id = |v| graph.out_edges(v).is_sorted_by_key(|edge| edge.id);
        let same = members.iter().all(|&v| by_id(v)).then(|| parts(backward));
        let forward = parts(forward);
        assert_eq!(parts(method), forward);
        assert_eq!(same.unwrap_or(forward.clone()), forward);
    }
}

/// A graph is the subgraph of all its vertices.
struct Whole;

impl Check for Whole {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let whole = graph.full_subgraph(graph.vertices()).unwrap();
        assert_eq!(whole.vertex_count(), graph.vertex_count());
        assert_eq!(in_the_parent(&whole), sorted(graph.edges()));
        let nothing = graph.full_subgraph([]).unwrap();
        assert_eq!((nothing.vertex_count(), nothing.edge_count()), (0, 0));
        // A subgraph of a subgraph.
        let half = expected.vertices.iter().copied().step_by(2);
        let at_once = graph.full_subgraph(half.clone()).unwrap();
        let position = |v| {
            whole
                .parent_vertices()
                .iter()
                .position(|&w| w == v)
                .unwrap()
        };
        let in_two = whole
            .full_subgraph(half.map(|v| VertexId::from_index(position(v))))
            .unwrap();
        let translated = in_the_parent(&in_two).into_iter().map(|edge| Edge {
            id: whole.parent_edge(edge.id),
            tail: whole.parent_vertex(edge.tail),
            head: whole.parent_vertex(edge.head),
        });
        assert_eq!(sorted(translated), in_the_parent(&at_once));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_subgraph_has_all_edges_between_its_vertices((graph, chosen) in graphs_and_choices()) {
        every_graph(&graph, &Induced(chosen));
    }

    #[test]
    fn the_subgraph_of_all_vertices_is_the_graph(graph in graphs()) {
        every_graph(&graph, &Whole);
    }

    #[test]
    fn a_csr_graph_is_its_own_whole_subgraph(list in graphs()) {
        let graph = list.csr();
        let everything = (
            graph.offsets().to_vec(),
            graph.heads().to_vec(),
            list.vertices.clone(),
            (0..list.edges.len() as u32).collect(),
        );
        prop_assert_eq!(&parts(Subgraph::induced(&graph, graph.vertices())), &everything);
        prop_assert_eq!(&parts(Subgraph::induced_backward(&graph, graph.vertices())), &everything);
    }
}

#[test]
fn a_few_vertices_of_many() {
    let n = 100_000;
    let cycle = CsrGraph::from_edges(n, (0..n as u32).map(|v| (v, (v + 1) % n as u32))).unwrap();
    let chosen = [99_999, 0, 50_000, 50_001, 7].map(VertexId::new);
    for subgraph in [
        Subgraph::induced(&cycle, chosen),
        Subgraph::induced_backward(&cycle, chosen),
    ] {
        assert_eq!(subgraph.parent_vertices(), chosen);
        let edges = in_the_parent(&subgraph);
        let tails: Vec<_> = edges
            .iter()
            .map(|edge| (edge.id.number(), edge.tail.number()))
            .collect();
        assert_eq!(tails, [(50_000, 50_000), (99_999, 99_999)]);
    }
}
