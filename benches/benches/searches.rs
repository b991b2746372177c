//! Reachability, paths and subgraphs beside petgraph's.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use petgraph::algo::astar;
use petgraph::visit::Bfs;
use refcycle_benches::{graphs, petgraph_csr, petgraph_graph};
use refcycle_core::{IDirectedGraph, VertexId, Vertices};

fn searches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("searches");
    group.sample_size(10);
    for (name, graph) in &graphs() {
        let csr = petgraph_csr(graph);
        let theirs = petgraph_graph(graph);
        // From where most can be reached, of a few.
        let start = (0..64)
            .map(|v| VertexId::new(v * (graph.vertex_count() as u32 / 64)))
            .max_by_key(|&v| graph.descendants(v, None).unwrap().len())
            .expect("the graphs have vertices");
        let end = *graph
            .descendants(start, None)
            .unwrap()
            .vertices()
            .last()
            .expect("the start reaches itself");

        group.bench_function(BenchmarkId::new("refcycle descendants", name), |b| {
            b.iter(|| graph.descendants(start, None).unwrap().len());
        });
        group.bench_function(BenchmarkId::new("petgraph Bfs on Csr", name), |b| {
            b.iter(|| {
                let mut bfs = Bfs::new(&csr, start.number());
                let mut count = 0;
                while bfs.next(&csr).is_some() {
                    count += 1;
                }
                count
            });
        });
        group.bench_function(
            BenchmarkId::new("refcycle ancestors of 3 generations", name),
            |b| {
                b.iter(|| graph.ancestors(end, Some(3)).unwrap().len());
            },
        );
        group.bench_function(BenchmarkId::new("refcycle shortest path", name), |b| {
            b.iter(|| {
                graph
                    .shortest_path(start, end)
                    .unwrap()
                    .map(|path| path.len())
            });
        });
        group.bench_function(BenchmarkId::new("petgraph astar on Graph", name), |b| {
            b.iter(|| {
                let found = astar(
                    &theirs,
                    start.number().into(),
                    |v| v.index() == end.index(),
                    |_| 1,
                    |_| 0,
                );
                found.map(|(length, _)| length)
            });
        });
        group.bench_function(BenchmarkId::new("refcycle half subgraph", name), |b| {
            b.iter(|| {
                let half = graph.vertices().filter(|v| v.number() % 2 == 0);
                graph.full_subgraph(half).edge_count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, searches);
criterion_main!(benches);
