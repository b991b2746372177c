use refcycle_core::algo::{Condensation, ParallelEdges, condensation};

use super::{Problem, Unit};
use crate::baselines::touch_contender;
use crate::case::Case;
use crate::contest::{Contender, Kind};

pub(super) const PROBLEM: Problem = Problem {
    name: "condensation",
    title: "Condensation without parallel edges, the components included",
    unit: Unit::Edge,
    contenders,
};

/// For each edge, petgraph searches the edges of its tail; more steps than this take minutes.
const MOST_STEPS: u64 = 10_000_000_000;

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let edges = case.edges();
    let graph = case.with_backward();
    let mut all = vec![
        Contender::new(Kind::Ours, "ours", edges, move |_| {
            let found = condensation(graph, ParallelEdges::Merge);
            Some(found.graph().heads().len() as u64)
        }),
        touch_contender(case),
    ];
    if case.suits_peers() && steps_of_petgraph(case) <= MOST_STEPS {
        let theirs = case.petgraph_graph();
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph",
            edges,
            |clock| {
                let copy = theirs.clone();
                clock.restart();
                Some(petgraph::algo::condensation(copy, true).edge_count() as u64)
            },
        ));
    }
    all
}

fn steps_of_petgraph(case: &Case) -> u64 {
    let all = condensation(case.graph(), ParallelEdges::Keep);
    let different = condensation(case.graph(), ParallelEdges::Merge);
    let degrees = |found: &Condensation| -> Vec<u64> {
        let ends = found.graph().offsets().windows(2);
        ends.map(|ends| u64::from(ends[1] - ends[0])).collect()
    };
    let pairs = degrees(&all).into_iter().zip(degrees(&different));
    pairs.map(|(edges, heads)| edges * heads / 2).sum()
}
