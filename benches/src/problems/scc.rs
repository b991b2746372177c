use petgraph::algo::{kosaraju_scc, tarjan_scc};
use refcycle_core::algo::{SccStrategy, strongly_connected_components};
use refcycle_core::{Algorithms, Run};

use super::{Problem, Unit};
use crate::baselines::{depth_first_contender, touch_contender};
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::textbook;

pub(super) const PROBLEM: Problem = Problem {
    name: "scc",
    title: "Strongly connected components",
    unit: Unit::Edge,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let edges = case.edges();
    // Some of our strategies also use the backward direction; computing it is not timed.
    let graph = case.with_backward();
    let mut all = vec![
        Contender::new(Kind::Ours, "ours", edges, |_| {
            Some(graph.strongly_connected_components().len() as u64)
        }),
        by(case, "ours, a single pass", SccStrategy::SinglePass),
        by(case, "ours, giant first", SccStrategy::GiantFirst),
        depth_first_contender(case),
        touch_contender(case),
    ];
    if case.suits_peers() {
        all.push(Contender::new(Kind::Peer, "textbook", edges, |_| {
            Some(textbook::tarjan(graph) as u64)
        }));
        let (csr, theirs) = (case.petgraph_csr(), case.petgraph_graph());
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Csr tarjan",
            edges,
            move |_| Some(tarjan_scc(csr).len() as u64),
        ));
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph tarjan",
            edges,
            move |_| Some(tarjan_scc(theirs).len() as u64),
        ));
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph kosaraju",
            edges,
            move |_| Some(kosaraju_scc(theirs).len() as u64),
        ));
    }
    all
}

fn by<'a>(case: &'a Case, name: &str, strategy: SccStrategy) -> Contender<'a> {
    Contender::new(Kind::Ours, name, case.edges(), move |_| {
        let run = Run::on(case.graph()).strategy(strategy);
        Some(strongly_connected_components(run).len() as u64)
    })
}
