use refcycle_core::algo::descendants;
use refcycle_core::{CsrGraph, Run, VertexId, Vertices, Workspace, algo};

use super::{Problem, Unit, asked};
use crate::case::Case;
use crate::contest::{Contender, Kind};
use crate::generators::Random;

pub(super) const PROBLEM: Problem = Problem {
    name: "generations",
    title: "Descendants in three generations, where there are 4 to 64",
    unit: Unit::Query,
    contenders,
};

const QUERIES: usize = 1000;
const TRIES: usize = 100_000;

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let graph = case.graph();
    let starts = starts(case);
    if starts.len() < QUERIES {
        return Vec::new();
    }
    let mut workspace = Workspace::new();
    vec![
        asked(Kind::Ours, "ours", &starts, move |&v| {
            let found = algo::descendants(Run::on(graph).workspace(&mut workspace), [v], Some(3));
            found.expect("the starts are vertices").len()
        }),
        asked(Kind::Ours, "ours without a workspace", &starts, |&v| {
            reached(graph, v, 3)
        }),
    ]
}

fn reached(graph: &CsrGraph, v: VertexId, generations: usize) -> usize {
    let found = descendants(graph, [v], Some(generations));
    found.expect("the starts are vertices").len()
}

/// Random vertices with small results.
fn starts(case: &Case) -> Vec<VertexId> {
    let graph = case.graph();
    let mut random = Random::new(10);
    let any = (0..TRIES).map(|_| VertexId::new(random.below(graph.vertex_count() as u32)));
    let small = any.filter(|&v| {
        // If two generations are already too large, do not compute the third.
        let two = reached(graph, v, 2);
        two <= 64 && (4..=64).contains(&reached(graph, v, 3))
    });
    small.take(QUERIES).collect()
}
