//! The 2-connectivity of digraphs: processor times as multiples of the search for components and of
//! the search for the dominators of the whole graph, which are the steps of these algorithms.
//!
//! `connectivity [GRAPH...]` takes names of the catalogue; `--small` takes small graphs. Dominators
//! are those from the vertex of the largest component that comes first.

use std::time::Duration;

use refcycle_benches::case::for_each_named;
use refcycle_benches::clock::{fastest, measure_processor_time};
use refcycle_benches::memory::{Counting, peak_of};
use refcycle_core::{Algorithms, CsrGraph, Vertices, algo};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    measure_processor_time();
    println!("what: how many; ms, / components, / dominators; bytes per vertex");
    for_each_named(report);
}

fn report(name: &str, graph: &CsrGraph) {
    let (components_took, components) = fastest(|| graph.strongly_connected_components());
    let largest = components.iter().max_by_key(|members| members.len());
    let Some(largest) = largest.filter(|members| members.len() > 1) else {
        return println!("{name}: no cycle");
    };
    let (dominators_took, _) = fastest(|| algo::dominators(graph, [largest[0]]));
    println!(
        "{name}: {} vertices, {} edges, {} in the largest component; components {:.0} ms, \
         dominators {:.0} ms",
        graph.vertex_count(),
        graph.heads().len(),
        largest.len(),
        milliseconds(components_took),
        milliseconds(dominators_took),
    );
    let row = |what: &str, run: &dyn Fn() -> usize| {
        let (took, count) = fastest(run);
        let (_, peak) = peak_of(run);
        println!(
            "  {what}: {count}; {:.0} ms, {:.1}, {:.1}; {:.0}",
            milliseconds(took),
            took.as_secs_f64() / components_took.as_secs_f64(),
            took.as_secs_f64() / dominators_took.as_secs_f64(),
            peak as f64 / graph.vertex_count() as f64,
        );
    };
    row("strong bridges", &|| algo::strong_bridges(graph).len());
    row("strong articulation points", &|| {
        algo::strong_articulation_points(graph).len()
    });
    row("2-edge-connected blocks", &|| {
        algo::two_edge_connected_blocks(graph).len()
    });
    row("2-edge-connected components", &|| {
        algo::two_edge_connected_components(graph).len()
    });
    row("2-vertex-connected components", &|| {
        algo::two_vertex_connected_components(graph).len()
    });
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
