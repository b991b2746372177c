//! Graphs to measure on, and the peers' form of them.

mod generators;

use std::fs::File;
use std::io::BufReader;

use petgraph::csr::Csr;
use petgraph::graph::DiGraph;
use refcycle_core::{CsrGraph, IDirectedGraph, Vertices};

pub use generators::{heap_like, path, uniform};

/// The file that `benches/python/export_heap.py` writes, a real heap as JSON.
pub const HEAP_VARIABLE: &str = "REFCYCLE_BENCH_HEAP";

/// The graphs of a run, by name: a real heap where [`HEAP_VARIABLE`] names its file, and
/// generated ones.
pub fn graphs() -> Vec<(String, CsrGraph)> {
    let mut graphs = vec![
        ("heap-like".to_owned(), heap_like(1_000_000)),
        ("uniform".to_owned(), uniform(500_000, 3)),
        ("path".to_owned(), path(1_000_000)),
    ];
    match std::env::var(HEAP_VARIABLE) {
        Ok(file) => graphs.insert(0, ("heap".to_owned(), read_heap(&file))),
        Err(_) => eprintln!("{HEAP_VARIABLE} is not set: no real heap is measured"),
    }
    graphs
}

fn read_heap(file: &str) -> CsrGraph {
    let open = File::open(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let heap = refcycle_dot::json::read_json(BufReader::new(open))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    heap.graph().clone()
}

/// The graph as petgraph's own `Csr`, which drops parallel edges.
pub fn petgraph_csr(graph: &CsrGraph) -> Csr<(), (), petgraph::Directed, u32> {
    let mut edges: Vec<_> = graph
        .references()
        .map(|edge| (edge.tail.number(), edge.head.number()))
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut csr = Csr::from_sorted_edges(&edges).expect("the edges are sorted");
    while csr.node_count() < graph.vertex_count() {
        csr.add_node(());
    }
    csr
}

/// The graph as petgraph's `Graph`.
pub fn petgraph_graph(graph: &CsrGraph) -> DiGraph<(), (), u32> {
    let mut theirs = DiGraph::with_capacity(graph.vertex_count(), graph.edge_count());
    for _ in graph.vertices() {
        theirs.add_node(());
    }
    for edge in graph.references() {
        theirs.add_edge(edge.tail.number().into(), edge.head.number().into(), ());
    }
    theirs
}

/// Runs a peer that recurses, on a stack that is large enough.
pub fn with_large_stack<T: Send>(job: impl FnOnce() -> T + Send) -> T {
    const STACK: usize = 8 << 30;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let handle = thread.spawn_scoped(scope, job).expect("a thread starts");
        handle.join().expect("the peer does not panic")
    })
}
