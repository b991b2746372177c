use petgraph::algo::astar;
use refcycle_core::VertexId;
use refcycle_core::algo::shortest_path;

use super::{Problem, Unit, sample};
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::one_way::OneWay;

pub(super) const PROBLEM: Problem = Problem {
    name: "path",
    title: "Shortest path between two vertices of the largest component, mean over 1,000 \
            random pairs",
    unit: Unit::Query,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let graph = case.with_backward();
    let ends = case.queries(2000);
    let pairs: Vec<(VertexId, VertexId)> = ends
        .as_chunks()
        .0
        .iter()
        .map(|&[start, end]| (start, end))
        .collect();
    let ours = sample(&pairs, |&(start, end)| {
        shortest_path(graph, start, end);
    });
    if ours.is_empty() {
        return Vec::new();
    }
    let mut one_way = OneWay::new(graph);
    let few = sample(&pairs, |&(start, end)| {
        one_way.steps(start, end);
    });
    let mut all = vec![
        Contender::new(Kind::Ours, "ours", ours.len(), move |_| {
            for &(start, end) in &ours {
                std::hint::black_box(shortest_path(graph, start, end));
            }
            None
        }),
        Contender::new(Kind::Baseline, "one-way BFS", few.len(), move |_| {
            for &(start, end) in &few {
                std::hint::black_box(one_way.steps(start, end));
            }
            None
        }),
    ];
    if case.suits_peers() {
        let theirs = case.petgraph_graph();
        let search = move |start: VertexId, end: VertexId| {
            let goal = end.number().into();
            astar(theirs, start.number().into(), |v| v == goal, |_| 1, |_| 0)
        };
        let few = sample(&pairs, |&(start, end)| {
            search(start, end);
        });
        all.push(Contender::new(
            Kind::Peer,
            "petgraph Graph astar",
            few.len(),
            move |_| {
                for &(start, end) in &few {
                    std::hint::black_box(search(start, end));
                }
                None
            },
        ));
    }
    all
}
