use refcycle_core::algo::shortest_cycle;

use super::{Problem, Unit, sample};
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::one_way::OneWay;

pub(super) const PROBLEM: Problem = Problem {
    name: "cycle",
    title: "Shortest cycle through a vertex of the largest component, mean over 1,000 \
            random ones",
    unit: Unit::Query,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let graph = case.with_backward();
    let queries = case.queries(1000);
    let ours = sample(&queries, |&v| {
        shortest_cycle(graph, v);
    });
    if ours.is_empty() {
        return Vec::new();
    }
    let mut one_way = OneWay::new(graph);
    let few = sample(&queries, |&v| {
        one_way.steps(v, v);
    });
    vec![
        Contender::new(Kind::Ours, "ours", ours.len(), move |_| {
            for &v in &ours {
                std::hint::black_box(shortest_cycle(graph, v));
            }
            None
        }),
        Contender::new(Kind::Baseline, "one-way BFS", few.len(), move |_| {
            for &v in &few {
                std::hint::black_box(one_way.steps(v, v));
            }
            None
        }),
    ]
}
