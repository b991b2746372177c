//! graph_builder's graph in both directions. It builds with all threads of rayon.

use std::sync::Arc;

use graph_builder::prelude::{CsrLayout, DirectedCsrGraph, DirectedDegrees, GraphBuilder};
use refcycle_benches::contest::{Contender, Kind};
use refcycle_benches::problems::Extra;

pub(crate) const BUILD: Extra = Extra {
    problem: "build",
    contender: |case| {
        let edges = Arc::new(case.edge_list());
        Some(Contender::new(
            Kind::Peer,
            "graph_builder",
            edges.len(),
            move |_| {
                let graph: DirectedCsrGraph<u32> = GraphBuilder::new()
                    .csr_layout(CsrLayout::Unsorted)
                    .edges(edges.iter().copied())
                    .build();
                Some(u64::from(graph.in_degree(0)))
            },
        ))
    },
};
