use petgraph::algo::astar;
use refcycle_core::algo::bidirectional_shortest_path;
use refcycle_core::{Run, VertexId, Workspace, algo};

use super::{Problem, Unit, asked};
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::forward_bfs::ForwardBfs;

pub(super) const PROBLEM: Problem = Problem {
    name: "path",
    title: "Shortest path between two vertices of the largest component, mean over 1,000 \
            random pairs",
    unit: Unit::Query,
    contenders,
};

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let graph = case.with_backward();
    let pairs = case.query_pairs(1000);
    if pairs.is_empty() {
        return Vec::new();
    }
    let mut forward_bfs = ForwardBfs::new(graph);
    let mut workspace = Workspace::new();
    let mut all = vec![
        asked(Kind::Ours, "ours", &pairs, move |&[start, end]| {
            let path = algo::bidirectional_shortest_path(
                Run::on(graph).workspace(&mut workspace),
                start,
                end,
            );
            let path = path.expect("the ends are vertices");
            path.map_or(0, |path| path.len() - 1)
        }),
        asked(
            Kind::Ours,
            "ours without a workspace",
            &pairs,
            move |&[start, end]| {
                let path = bidirectional_shortest_path(graph, start, end);
                let path = path.expect("the ends are vertices");
                path.map_or(0, |path| path.len() - 1)
            },
        ),
        asked(
            Kind::Baseline,
            "one-way BFS",
            &pairs,
            move |&[start, end]| forward_bfs.steps(start, end).unwrap_or(0),
        ),
    ];
    if case.suits_peers() {
        let theirs = case.petgraph_graph();
        let search = move |&[start, end]: &[VertexId; 2]| {
            let goal = end.number().into();
            let found = astar(theirs, start.number().into(), |v| v == goal, |_| 1, |_| 0);
            found.map_or(0, |(length, _)| length)
        };
        all.push(asked(Kind::Peer, "petgraph Graph astar", &pairs, search));
    }
    all
}
