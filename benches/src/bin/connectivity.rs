//! The 2-connectivity of digraphs: processor times as multiples of the search for components and of
//! the search for the dominators of the whole graph, which are the steps of these algorithms.
//!
//! `connectivity [GRAPH...]` takes names of the catalogue; `--small` takes small graphs. Dominators
//! are those from the vertex of the largest component that comes first.

use std::hint::black_box;
use std::time::Duration;

use refcycle_benches::case::Case;
use refcycle_benches::catalogue::{Size, select};
use refcycle_benches::clock::{measure_processor_time, now};
use refcycle_benches::memory::{Counting, peak_of};
use refcycle_core::{Algorithms, CsrGraph, Vertices, algo};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    measure_processor_time();
    let mut names: Vec<_> = std::env::args().skip(1).collect();
    let small = names.iter().any(|name| name == "--small");
    names.retain(|name| name != "--small");
    let size = if small { Size::Small } else { Size::Full };
    println!("what: how many; ms, / components, / dominators; bytes per vertex");
    for entry in select(size, &names) {
        match Case::new(entry) {
            Ok(case) => report(case.name(), case.graph()),
            Err(error) => eprintln!("{error}"),
        }
    }
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

/// The result, and the shortest time of three runs.
fn fastest<T>(run: impl Fn() -> T) -> (Duration, T) {
    let timed = || {
        let start = now();
        let result = black_box(run());
        (now() - start, result)
    };
    let first = timed();
    (0..2).map(|_| timed()).fold(
        first,
        |best, next| if next.0 < best.0 { next } else { best },
    )
}
