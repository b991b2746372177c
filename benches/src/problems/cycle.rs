use refcycle_core::algo::bidirectional_shortest_cycle;
use refcycle_core::{Run, Workspace, algo};

use super::{Problem, Unit, asked};
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::forward_bfs::ForwardBfs;

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
    if queries.is_empty() {
        return Vec::new();
    }
    let mut forward_bfs = ForwardBfs::new(graph);
    let mut workspace = Workspace::new();
    vec![
        asked(Kind::Ours, "ours", &queries, move |&v| {
            let cycle =
                algo::bidirectional_shortest_cycle(Run::on(graph).workspace(&mut workspace), v);
            cycle.expect("the query is a vertex").map_or(0, <[_]>::len)
        }),
        asked(
            Kind::Ours,
            "ours without a workspace",
            &queries,
            move |&v| {
                let cycle = bidirectional_shortest_cycle(graph, v).expect("the query is a vertex");
                cycle.map_or(0, |cycle| cycle.len())
            },
        ),
        asked(Kind::Baseline, "one-way BFS", &queries, move |&v| {
            forward_bfs.steps(v, v).unwrap_or(0)
        }),
    ]
}
