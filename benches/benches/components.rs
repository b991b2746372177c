//! Strongly connected components, and algorithms that use them. The peers are in the program
//! `table`.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use refcycle_benches::baselines;
use refcycle_benches::case::cases;
use refcycle_benches::catalogue::Size;
use refcycle_core::algo::{ParallelEdges, Split, condensation};
use refcycle_core::{Algorithms, IDirectedGraph};

fn components(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("components");
    group.sample_size(10);
    for case in cases(Size::Medium) {
        let graph = case.with_backward();
        let mut bench = |what, job: &dyn Fn() -> usize| {
            group.bench_function(BenchmarkId::new(what, case.name()), |b| b.iter(job));
        };
        bench("touch", &|| baselines::touch(graph).len());
        bench("depth-first search", &|| {
            baselines::depth_first(graph).len()
        });
        bench("components", &|| {
            graph.strongly_connected_components().len()
        });
        bench("condensation", &|| {
            let found = condensation(graph, ParallelEdges::Merge);
            found.graph().edge_count()
        });
        bench("source components", &|| graph.split().sources().len());
        let found = graph.strongly_connected_components();
        bench("split", &|| {
            let split = Split::new(graph, &found).expect("they are its components");
            let numbers = 0..found.len() as u32;
            let parts = numbers.filter_map(|number| split.subgraph(number));
            parts.count()
        });
    }
    group.finish();
}

criterion_group!(benches, components);
criterion_main!(benches);
