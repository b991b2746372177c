//! Strongly connected components beside petgraph's.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion};
use petgraph::algo::{kosaraju_scc, tarjan_scc};
use refcycle_benches::{graphs, petgraph_csr, petgraph_graph, with_large_stack};
use refcycle_core::IDirectedGraph;
use refcycle_core::algo::{ParallelEdges, Split, condensation};

fn components(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("components");
    group.sample_size(10);
    for (name, graph) in &graphs() {
        let csr = petgraph_csr(graph);
        let theirs = petgraph_graph(graph);
        group.bench_function(BenchmarkId::new("refcycle", name), |b| {
            b.iter(|| graph.strongly_connected_components().len());
        });
        group.bench_function(BenchmarkId::new("petgraph tarjan_scc on Csr", name), |b| {
            b.iter(|| tarjan_scc(&csr).len());
        });
        group.bench_function(
            BenchmarkId::new("petgraph tarjan_scc on Graph", name),
            |b| {
                b.iter(|| tarjan_scc(&theirs).len());
            },
        );
        group.bench_function(
            BenchmarkId::new("petgraph kosaraju_scc on Graph", name),
            |b| {
                b.iter(|| kosaraju_scc(&theirs).len());
            },
        );
        group.bench_function(BenchmarkId::new("refcycle condensation", name), |b| {
            b.iter(|| {
                condensation(graph, ParallelEdges::Merge)
                    .graph()
                    .edge_count()
            });
        });
        let found = graph.strongly_connected_components();
        group.bench_function(BenchmarkId::new("refcycle split", name), |b| {
            b.iter(|| {
                let split = Split::new(graph, &found);
                let numbers = 0..found.len() as u32;
                numbers
                    .filter_map(|number| split.component(graph, &found, number))
                    .count()
            });
        });
    }
    group.finish();
}

/// petgraph's `tarjan_scc` recurses: everything runs on a stack that is large enough.
fn main() {
    with_large_stack(|| {
        let mut criterion = Criterion::default().configure_from_args();
        components(&mut criterion);
        criterion.final_summary();
    });
}
