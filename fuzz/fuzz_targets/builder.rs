//! Edges in any order, some of them to vertices that do not exist: all methods of building agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_core::{Algorithms, CsrBuilder, CsrGraph, IDirectedGraph, Rows, WideCsrGraph};

fuzz_target!(|data: (u8, Vec<(u8, u8)>, Vec<u32>, Vec<u32>)| {
    let (count, edges, offsets, heads) = data;
    let count = usize::from(count);
    let edges = || edges.iter().map(|&(tail, head)| (tail.into(), head.into()));
    let mut builder = CsrBuilder::new(count);
    let mut all = true;
    for (tail, head) in edges() {
        let (tail, head): (u32, u32) = (tail, head);
        all &= builder.add_edge(tail.into(), head.into()).is_ok();
    }
    let (graph, order) = builder.build_with_order().expect("few vertices and edges");
    assert_eq!(order.len(), graph.edge_count());
    graph.strongly_connected_components();
    let twice = CsrGraph::from_edges_twice(count, edges());
    assert_eq!(twice.is_ok(), all);
    if let Ok(twice) = twice {
        assert_eq!(twice.heads(), graph.heads());
    }
    if let Ok(sorted) = WideCsrGraph::from_sorted_edges(count, edges()) {
        assert_eq!(sorted.heads(), graph.heads());
    }
    let rows = Rows::new(&offsets, &heads).is_ok();
    assert_eq!(CsrGraph::from_parts(offsets, heads).is_ok(), rows);
});
