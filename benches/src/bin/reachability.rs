//! The reachability index: the time to build it, in searches for components; its memory; and the
//! time of a query, for random pairs and for pairs of which the first reaches the second. On Unix,
//! all times are processor times, as other work may run on the machine.
//!
//! `reachability [GRAPH...]` takes names of the catalogue; `--small` takes small graphs.

use refcycle_benches::case::for_each_named;
use refcycle_benches::clock::{fastest, measure_processor_time, now};
use refcycle_core::algo::ReachabilityIndex;
use refcycle_core::{Algorithms, CsrGraph, Successors, VertexId, Vertices};

const QUERIES: usize = 1_000_000;

fn main() {
    measure_processor_time();
    println!(
        "graph: vertices, edges; build / components; bytes per vertex; ns per query, share reached"
    );
    for_each_named(report);
}

fn report(name: &str, graph: &CsrGraph) {
    let (components, _) = fastest(|| graph.strongly_connected_components());
    let (building, index) = fastest(|| ReachabilityIndex::new(graph));
    let n = graph.vertex_count();
    println!(
        "{name}: {n}, {}; {:.0} ms / {:.0} ms = {:.1}; {:.1} bytes",
        graph.heads().len(),
        building.as_secs_f64() * 1e3,
        components.as_secs_f64() * 1e3,
        building.as_secs_f64() / components.as_secs_f64(),
        index.memory() as f64 / n as f64,
    );
    let mut state = 5;
    let mut any = || VertexId::from_index(random(&mut state) as usize % n);
    let pairs: Vec<_> = (0..QUERIES).map(|_| (any(), any())).collect();
    queries("random pairs", &index, &pairs);
    let mut state = 6;
    let down = |&(v, _): &(VertexId, VertexId)| (v, walk(graph, v, &mut state));
    let pairs: Vec<_> = pairs.iter().map(down).collect();
    queries("pairs on a walk", &index, &pairs);
}

fn queries(what: &str, index: &ReachabilityIndex<'_, CsrGraph>, pairs: &[(VertexId, VertexId)]) {
    let start = now();
    let reached = pairs
        .iter()
        .filter(|&&(v, w)| index.reaches(v, w) == Ok(true))
        .count();
    let each = (now() - start).as_secs_f64() * 1e9 / pairs.len() as f64;
    println!(
        "  {what}: {each:.0} ns, {:.3} reached",
        reached as f64 / pairs.len() as f64
    );
}

/// The end of a random walk of up to 16 edges.
fn walk(graph: &CsrGraph, mut v: VertexId, state: &mut u64) -> VertexId {
    for _ in 0..random(state) % 16 + 1 {
        let degree = graph.out_degree(v);
        if degree == 0 {
            break;
        }
        let edge = random(state) as usize % degree;
        v = graph.successors(v).nth(edge).unwrap_or(v);
    }
    v
}

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
    *state >> 33
}
