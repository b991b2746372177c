use refcycle_core::{Algorithms, IDirectedGraph, VertexId, Vertices};

use super::{Problem, Unit};
use crate::baselines::touch_contender;
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::generators::Random;

pub(super) const PROBLEM: Problem = Problem {
    name: "subgraph",
    title: "Subgraph of a random half of the vertices",
    unit: Unit::Edge,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let edges = case.edges();
    let graph = case.graph();
    let mut random = Random::new(11);
    let chosen: Vec<bool> = graph.vertices().map(|_| random.below(2) == 0).collect();
    let half: Vec<VertexId> = graph.vertices().filter(|v| chosen[v.index()]).collect();
    let mut all = vec![
        Contender::new(Kind::Ours, "ours", edges, move |_| {
            Some(
                graph
                    .full_subgraph(half.iter().copied())
                    .expect("the vertices are those of the graph")
                    .edge_count() as u64,
            )
        }),
        touch_contender(case),
    ];
    if case.suits_peers() {
        let theirs = case.petgraph_graph();
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph",
            edges,
            move |_| {
                let part =
                    theirs.filter_map(|v, ()| chosen[v.index()].then_some(()), |_, ()| Some(()));
                Some(part.edge_count() as u64)
            },
        ));
    }
    all
}
