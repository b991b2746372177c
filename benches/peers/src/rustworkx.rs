//! What rustworkx-core has beyond petgraph, on petgraph's `Graph`: its components are
//! petgraph's.

use refcycle_benches::contest::{Contender, Kind};
use refcycle_benches::problems::{Extra, sample};
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
        let search = move |&(start, end): &(u32, u32)| {
            let found: Result<Vec<Option<u32>>, ()> =
                dijkstra(graph, start.into(), Some(end.into()), |_| Ok(1), None);
            std::hint::black_box(found).is_ok()
        };
        let pairs = sample(&pairs(&case.queries(2000)), |pair| {
            search(pair);
        });
        Some(Contender::new(
            Kind::Peer,
            "rustworkx-core dijkstra",
            pairs.len(),
            move |_| {
                pairs.iter().for_each(|pair| {
                    search(pair);
                });
                None
            },
        ))
    },
};

fn pairs(ends: &[refcycle_core::VertexId]) -> Vec<(u32, u32)> {
    let pairs = ends.as_chunks().0.iter();
    pairs
        .map(|&[start, end]| (start.number(), end.number()))
        .collect()
}
