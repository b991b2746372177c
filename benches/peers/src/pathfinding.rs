//! pathfinding's searches, which get the neighbours from a closure.

use pathfinding::prelude::{bfs_bidirectional, bfs_loop, strongly_connected_components};
use refcycle_benches::contest::{Contender, Kind};
use refcycle_benches::problems::{Extra, asked};
use refcycle_core::{Predecessors, Successors, VertexId, Vertices};

/// pathfinding stores its data about vertices in hash tables.
const MOST_VERTICES: usize = 12_000_000;

pub(crate) const CYCLE: Extra = Extra {
    problem: "cycle",
    contender: |case| {
        let graph = case.graph();
        let search = move |&v: &VertexId| {
            // The first vertex is repeated at the end.
            bfs_loop(&v, |&v| graph.successors(v)).map_or(0, |cycle| cycle.len() - 1)
        };
        let queries = case.queries(1000);
        Some(asked(Kind::Peer, "pathfinding bfs_loop", &queries, search))
    },
};

pub(crate) const PATH: Extra = Extra {
    problem: "path",
    contender: |case| {
        let graph = case.with_backward();
        let search = move |&[start, end]: &[VertexId; 2]| {
            let forward = |&v: &VertexId| graph.successors(v);
            let backward = |&v: &VertexId| graph.predecessors(v);
            let path = bfs_bidirectional(&start, &end, forward, backward);
            path.map_or(0, |path| path.len() - 1)
        };
        let pairs = case.query_pairs(1000);
        Some(asked(
            Kind::Peer,
            "pathfinding bidirectional",
            &pairs,
            search,
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
