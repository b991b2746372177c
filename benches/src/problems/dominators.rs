use petgraph::algo::dominators::simple_fast;
use petgraph::graph::NodeIndex;
use refcycle_core::algo::Dominator;
use refcycle_core::{Algorithms, VertexId, Vertices};

use super::{Problem, Unit};
use crate::baselines::{depth_first_contender, touch_contender};
use crate::case::{Case, petgraph_csr, petgraph_graph};
use crate::contest::{Contender, Kind};
use crate::textbook;

pub(super) const PROBLEM: Problem = Problem {
    name: "dominators",
    title: "Immediate dominators, from a root above one vertex of each source component",
    unit: Unit::Edge,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    if !case.suits_peers() {
        return Vec::new();
    }
    let graph = case.rooted();
    let edges = case.edges();
    let root = graph.vertex_count() as u32 - 1;
    let (csr, theirs) = (petgraph_csr(graph), petgraph_graph(graph));
    // The result is the number of vertices that the root dominates immediately.
    vec![
        Contender::new(Kind::Ours, "ours", edges, move |clock| {
            let root = VertexId::new(root);
            let found = graph.dominators(root).expect("the root is a vertex");
            clock.stop();
            let below = Some(Dominator::Vertex(root));
            let vertices = found.vertices().iter();
            Some(
                vertices
                    .filter(|&&v| found.immediate_dominator(v) == below)
                    .count() as u64,
            )
        }),
        depth_first_contender(case),
        touch_contender(case),
        Contender::new(Kind::Peer, "Semi-NCA", edges, move |clock| {
            let found = textbook::semi_nca(graph, root);
            clock.stop();
            Some(found.iter().filter(|&&v| v == root).count() as u64)
        }),
        Contender::new(Kind::Peer, "petgraph Csr", edges, move |clock| {
            let found = simple_fast(&csr, root);
            clock.stop();
            let dominators = (0..root).map(|v| found.immediate_dominator(v));
            Some(dominators.filter(|&v| v == Some(root)).count() as u64)
        }),
        Contender::new(Kind::Peer, "petgraph Graph", edges, move |clock| {
            let found = simple_fast(&theirs, root.into());
            clock.stop();
            let dominators = (0..root).map(|v| found.immediate_dominator(v.into()));
            let root = NodeIndex::from(root);
            Some(dominators.filter(|&v| v == Some(root)).count() as u64)
        }),
    ]
}
