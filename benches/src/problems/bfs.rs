use petgraph::graph::NodeIndex;
use petgraph::visit::{Bfs, VisitMap};
use refcycle_core::algo::{descendants, descendants_set};

use super::{Problem, Unit};
use crate::baselines::{depth_first_contender, touch_contender};
use crate::case::Case;
use crate::contest::{Contender, Kind};

pub(super) const PROBLEM: Problem = Problem {
    name: "bfs",
    title: "Breadth-first search over everything, from one vertex of each source component",
    unit: Unit::Edge,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let edges = case.edges();
    let graph = case.with_backward();
    let starts = case.starts();
    let ours = starts.clone();
    let of_the_set = starts.clone();
    let mut all = vec![
        Contender::new(Kind::Ours, "ours", edges, move |_| {
            let found = descendants(graph, ours.iter().copied(), None);
            Some(found.expect("the starts are vertices").len() as u64)
        }),
        Contender::new(Kind::Ours, "ours, the set alone", edges, move |_| {
            let found = descendants_set(graph, of_the_set.iter().copied());
            Some(found.expect("the starts are vertices").len() as u64)
        }),
        depth_first_contender(case),
        touch_contender(case),
    ];
    if case.suits_peers() {
        let (csr, theirs) = (case.petgraph_csr(), case.petgraph_graph());
        let same = starts.clone();
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Csr",
            edges,
            move |_| {
                let mut bfs = Bfs::new(csr, same[0].number());
                for start in &same[1..] {
                    bfs.discovered.visit(start.number());
                    bfs.stack.push_back(start.number());
                }
                let mut count = 0;
                while bfs.next(csr).is_some() {
                    count += 1;
                }
                Some(count)
            },
        ));
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph",
            edges,
            move |_| {
                let mut bfs = Bfs::new(theirs, starts[0].number().into());
                for start in &starts[1..] {
                    bfs.discovered.visit(NodeIndex::from(start.number()));
                    bfs.stack.push_back(start.number().into());
                }
                let mut count = 0;
                while bfs.next(theirs).is_some() {
                    count += 1;
                }
                Some(count)
            },
        ));
    }
    all
}
