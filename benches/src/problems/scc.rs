use petgraph::algo::{kosaraju_scc, tarjan_scc};
use refcycle_core::algo::{SccStrategy, strongly_connected_components};
use refcycle_core::{Algorithms, Run};

use super::{Problem, Unit};
use crate::baselines::{depth_first_contender, touch_contender};
use crate::case::Case;
use crate::contest::{Contender, Kind};

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
        in_a_single_pass(case),
        on_two_threads(case),
        depth_first_contender(case),
        touch_contender(case),
    ];
    if case.suits_peers() {
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

fn in_a_single_pass(case: &Case) -> Contender<'_> {
    Contender::new(Kind::Ours, "ours, a single pass", case.edges(), |_| {
        let run = Run::on(case.graph()).strategy(SccStrategy::SinglePass);
        Some(strongly_connected_components(run).len() as u64)
    })
}

fn on_two_threads(case: &Case) -> Contender<'_> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2);
    let pool = pool.build().expect("threads start");
    Contender::new(Kind::Ours, "ours, two threads", case.edges(), move |_| {
        let run = Run::on(case.graph()).parallel(true);
        let found = pool.install(|| strongly_connected_components(run));
        Some(found.len() as u64)
    })
}
