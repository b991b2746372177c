use std::sync::Arc;

use petgraph::csr::Csr;
use petgraph::graph::DiGraph;
use refcycle_core::{CsrGraph, VertexId, Vertices};

use super::{Problem, Unit};
use crate::baselines::touch_contender;
use crate::case::Case;
use crate::contest::{Contender, Kind};

pub(super) const PROBLEM: Problem = Problem {
    name: "build",
    title: "Building both directions from a list of edges",
    unit: Unit::Edge,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let edges = case.edges();
    if !case.suits_peers() {
        return Vec::new();
    }
    let vertices = case.graph().vertex_count();
    let list = Arc::new(case.edge_list());
    let (first, second, third) = (list.clone(), list.clone(), list);
    vec![
        Contender::new(Kind::Ours, "ours", edges, move |_| {
            let graph = CsrGraph::from_edges(vertices, first.iter().copied())
                .expect("the edges are within the graph");
            // The backward direction is computed on demand.
            Some(graph.in_degree(VertexId::new(0)) as u64)
        }),
        touch_contender(case),
        Contender::new(Kind::Peer, "petgraph Graph", edges, move |_| {
            let mut graph = DiGraph::<(), ()>::with_capacity(vertices, second.len());
            for _ in 0..vertices {
                graph.add_node(());
            }
            for &(tail, head) in second.iter() {
                graph.add_edge(tail.into(), head.into(), ());
            }
            let into_first = graph.neighbors_directed(0.into(), petgraph::Incoming);
            Some(into_first.count() as u64)
        }),
        Contender::new(Kind::Peer, "petgraph Csr, forward only", edges, move |_| {
            let mut sorted = third.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            let graph: Csr<(), ()> = Csr::from_sorted_edges(&sorted).expect("the edges are sorted");
            std::hint::black_box(graph);
            None
        }),
    ]
}
