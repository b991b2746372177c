//! Reachability, paths, cycles and subgraphs. The peers are in the program `table`.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use refcycle_benches::case::cases;
use refcycle_benches::catalogue::Size;
use refcycle_core::algo::{descendants, shortest_cycle, shortest_path};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Vertices};

fn searches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("searches");
    group.sample_size(10);
    for case in cases(Size::Medium) {
        let graph = case.with_backward();
        let mut bench = |what, job: &dyn Fn() -> usize| {
            group.bench_function(BenchmarkId::new(what, case.name()), |b| b.iter(job));
        };
        let starts = case.starts();
        bench("descendants of the sources", &|| {
            let found = descendants(graph, starts.iter().copied(), None);
            found.map_or(0, |found| found.len())
        });
        let Some(&[start, end]) = case.query_pairs(1).first() else {
            continue;
        };
        bench("ancestors of 3 generations", &|| {
            let found = graph.ancestors(end, Some(3));
            found.map_or(0, |found| found.len())
        });
        bench("shortest path", &|| {
            let path = shortest_path(graph, start, end).ok().flatten();
            path.map_or(0, |path| path.len())
        });
        bench("shortest cycle", &|| {
            let cycle = shortest_cycle(graph, start).ok().flatten();
            cycle.map_or(0, |cycle| cycle.len())
        });
        bench("subgraph of every second vertex", &|| {
            graph
                .full_subgraph(graph.vertices().step_by(2))
                .expect("the vertices are those of the graph")
                .edge_count()
        });
        let edges = case.edge_list();
        bench("build", &|| {
            let built = CsrGraph::from_edges(case.vertices(), edges.iter().copied());
            built.map_or(0, |built| built.edge_count())
        });
    }
    group.finish();
}

criterion_group!(benches, searches);
criterion_main!(benches);
