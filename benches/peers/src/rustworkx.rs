//! The algorithms of rustworkx-core that are not petgraph's, on petgraph's `Graph`.

use refcycle_benches::contest::{Contender, Kind};
use refcycle_benches::problems::{Extra, asked};
use refcycle_core::VertexId;
use rustworkx_core::petgraph::graph::NodeIndex;
use rustworkx_core::shortest_path::dijkstra;
use rustworkx_core::traversal::{BfsEvent, breadth_first_search};

pub(crate) const BFS: Extra = Extra {
    problem: "bfs",
    contender: |case| {
        let graph = case.petgraph_graph();
        let starts = case.starts();
        Some(Contender::new(
            Kind::Peer,
            "rustworkx-core",
            case.edges(),
            move |_| {
                let mut count = 0;
                let starts = starts.iter().map(|v| NodeIndex::from(v.number()));
                breadth_first_search(graph, starts, |event| {
                    count += u64::from(matches!(event, BfsEvent::Discover(..)));
                });
                Some(count)
            },
        ))
    },
};

pub(crate) const PATH: Extra = Extra {
    problem: "path",
    contender: |case| {
        let graph = case.petgraph_graph();
        let pairs = case.query_pairs(1000);
        let search = move |&[start, end]: &[VertexId; 2]| {
            let end = NodeIndex::from(end.number());
            let found: Result<Vec<Option<usize>>, ()> =
                dijkstra(graph, start.number().into(), Some(end), |_| Ok(1), None);
            found
                .ok()
                .and_then(|lengths| lengths[end.index()])
                .unwrap_or(0)
        };
        Some(asked(Kind::Peer, "rustworkx-core dijkstra", &pairs, search))
    },
};
