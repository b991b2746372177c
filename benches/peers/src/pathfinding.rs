//! pathfinding's searches, which ask a closure for the neighbours.

use pathfinding::prelude::{bfs_bidirectional, bfs_loop, strongly_connected_components};
use refcycle_benches::contest::{Contender, Kind};
use refcycle_benches::problems::{Extra, sample};
use refcycle_core::{Predecessors, Successors, VertexId, Vertices};

/// What it keeps of each vertex is in hash tables.
const MOST_VERTICES: usize = 12_000_000;

pub(crate) const CYCLE: Extra = Extra {
    problem: "cycle",
    contender: |case| {
        let graph = case.graph();
        let search = move |&v: &VertexId| {
            std::hint::black_box(bfs_loop(&v, |&v| graph.successors(v)));
        };
        let queries = sample(&case.queries(1000), search);
        Some(Contender::new(
            Kind::Peer,
            "pathfinding bfs_loop",
            queries.len(),
            move |_| {
                queries.iter().for_each(search);
                None
            },
        ))
    },
};

pub(crate) const PATH: Extra = Extra {
    problem: "path",
    contender: |case| {
        let graph = case.with_backward();
        let search = move |&[start, end]: &[VertexId; 2]| {
            std::hint::black_box(bfs_bidirectional(
                &start,
                &end,
                |&v| graph.successors(v),
                |&v| graph.predecessors(v),
            ));
        };
        let pairs = sample(case.queries(2000).as_chunks().0, search);
        Some(Contender::new(
            Kind::Peer,
            "pathfinding bidirectional",
            pairs.len(),
            move |_| {
                pairs.iter().for_each(search);
                None
            },
        ))
    },
};

pub(crate) const COMPONENTS: Extra = Extra {
    problem: "scc",
    contender: |case| {
        let graph = case.graph();
        let vertices: Vec<_> = graph.vertices().collect();
        (vertices.len() <= MOST_VERTICES).then(|| {
            Contender::new(Kind::Peer, "pathfinding", case.edges(), move |_| {
                let found = strongly_connected_components(&vertices, |&v| graph.successors(v));
                Some(found.len() as u64)
            })
        })
    },
};
