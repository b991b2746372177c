use petgraph::algo::connected_components;
use refcycle_core::Algorithms;

use super::{Problem, Unit};
use crate::baselines::touch_contender;
use crate::case::Case;
use crate::contest::{Contender, Kind};

pub(super) const PROBLEM: Problem = Problem {
    name: "weak",
    title: "Weakly connected components; petgraph only counts them",
    unit: Unit::Edge,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let edges = case.edges();
    // Our algorithm also uses the backward direction; computing it is not timed.
    let graph = case.with_backward();
    let mut all = vec![
        Contender::new(Kind::Ours, "ours", edges, |_| {
            Some(graph.weakly_connected_components().len() as u64)
        }),
        touch_contender(case),
    ];
    if case.suits_peers() {
        let (csr, theirs) = (case.petgraph_csr(), case.petgraph_graph());
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Csr",
            edges,
            move |_| Some(connected_components(csr) as u64),
        ));
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph",
            edges,
            move |_| Some(connected_components(theirs) as u64),
        ));
    }
    all
}
