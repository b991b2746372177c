//! webgraph's visits and the components of webgraph-algo, on its graph in compressed sparse rows.
//! This is its fastest representation; it is not compressed any further.

use std::ops::ControlFlow::Continue;

use dsi_progress_logger::no_logging;
use refcycle_benches::case::Case;
use refcycle_benches::contest::{Contender, Kind};
use refcycle_benches::problems::Extra;
use refcycle_core::CsrGraph;
use webgraph::graphs::csr_graph::CsrGraph as Theirs;
use webgraph::visits::Sequential;
use webgraph::visits::breadth_first::{EventPred, Seq};
use webgraph_algo::sccs;

pub(crate) const TARJAN: Extra = Extra {
    problem: "scc",
    contender: |case| {
        let graph = theirs(case.graph());
        Some(peer(case, "webgraph tarjan", move || {
            sccs::tarjan(&graph, no_logging![]).num_components()
        }))
    },
};

pub(crate) const KOSARAJU: Extra = Extra {
    problem: "scc",
    contender: |case| {
        let graph = theirs(case.graph());
        let transposed = transposed(case.with_backward());
        Some(peer(case, "webgraph kosaraju", move || {
            sccs::kosaraju(&graph, &transposed, no_logging![]).num_components()
        }))
    },
};

pub(crate) const BFS: Extra = Extra {
    problem: "bfs",
    contender: |case| {
        let graph = theirs(case.graph());
        let starts = case.starts();
        Some(peer(case, "webgraph", move || {
            let mut count = 0;
            let done = Seq::new(&graph).visit(starts.iter().map(|v| v.index()), |event| {
                count += usize::from(matches!(event, EventPred::Visit { .. }));
                Continue::<(), ()>(())
            });
            assert!(done.is_continue());
            count
        }))
    },
};

fn peer<'a>(case: &Case, name: &str, mut job: impl FnMut() -> usize + Send + 'a) -> Contender<'a> {
    Contender::new(Kind::Peer, name, case.edges(), move |_| Some(job() as u64))
}

fn theirs(graph: &CsrGraph) -> Theirs {
    let offsets = graph.offsets().iter().map(|&offset| offset as usize);
    let heads = graph.heads().iter().map(|&head| head as usize);
    // SAFETY: our graphs have been checked to meet the conditions.
    unsafe { Theirs::from_parts(offsets.collect(), heads.collect()) }
}

fn transposed(graph: &CsrGraph) -> Theirs {
    use refcycle_core::{Predecessors, Vertices};
    let mut offsets = vec![0];
    let mut tails = Vec::with_capacity(graph.heads().len());
    for v in graph.vertices() {
        tails.extend(graph.predecessors(v).map(|tail| tail.index()));
        offsets.push(tails.len());
    }
    // SAFETY: the rows are valid: we have just filled them.
    unsafe { Theirs::from_parts(offsets.into(), tails.into()) }
}
