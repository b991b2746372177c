//! All simple cycles of bounded length in a graph of 1.35 M vertices and 3.8 M edges, one after the
//! other: the processor time and the memory; and, as a peer, the time of a plain bounded depth-first
//! search from each vertex, which must find as many.
//!
//! `cycles [MOST [PLAIN [POWER...]]]`: cycles of up to MOST vertices (6), with the plain search up
//! to PLAIN (4). One graph for each power (1 and 2.2): with 1, all vertices have the same chance to
//! get an edge; with more, few vertices have most edges.

use std::time::Duration;

use refcycle_benches::clock::{measure_processor_time, now};
use refcycle_benches::memory::{Counting, peak_of};
use refcycle_core::{Algorithms, CsrGraph, Successors, VertexId, Vertices, algo};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const VERTICES: u32 = 1_350_000;
const EDGES: u32 = 3_800_000;

fn main() {
    measure_processor_time();
    let numbers = std::env::args().skip(1);
    let numbers: Vec<f64> = (numbers.map(|text| text.parse().expect("a number"))).collect();
    let length = |place: usize, default| numbers.get(place).map_or(default, |&n| n as usize);
    let (most, plain) = (length(0, 6), length(1, 4));
    let powers = numbers.get(2..).filter(|powers| !powers.is_empty());
    for &power in powers.unwrap_or(&[1.0, 2.2]) {
        let graph = graph(power);
        let components = graph.strongly_connected_components();
        let parts = components.iter().map(<[VertexId]>::len);
        println!(
            "power {power}: {} edges, {} vertices on cycles, {} edges leave one vertex",
            graph.heads().len(),
            parts.filter(|&members| members > 1).sum::<usize>(),
            graph
                .vertices()
                .map(|v| graph.out_degree(v))
                .max()
                .unwrap_or(0),
        );
        for length in 3..=most {
            stream(&graph, length, length <= plain);
        }
    }
}

fn stream(graph: &CsrGraph, length: usize, plain: bool) {
    let start = now();
    let ((found, prepared), peak) = peak_of(|| {
        let cycles = algo::simple_cycles(graph).max_length(length);
        let prepared = now() - start;
        (cycles.count(), prepared)
    });
    let took = now() - start;
    println!(
        "up to {length}: {found} cycles, {} s, {} s of it before the first search; {:.0} MB",
        seconds(took),
        seconds(prepared),
        peak as f64 / 1e6,
    );
    if plain {
        let start = now();
        let by_hand = plain_search(graph, length);
        let theirs = now() - start;
        let ratio = theirs.as_secs_f64() / took.as_secs_f64();
        println!("  plain search: {} s; {ratio:.2}", seconds(theirs));
        assert_eq!(found, by_hand);
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// A random graph without parallel edges. With a power above 1, low numbers have many edges.
fn graph(power: f64) -> CsrGraph {
    let mut state = 1_u64;
    let mut random = || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        (share.powf(power) * f64::from(VERTICES)) as u32
    };
    let mut edges: Vec<_> = (0..EDGES).map(|_| (random(), random())).collect();
    edges.sort_unstable();
    edges.dedup();
    CsrGraph::from_edges(VERTICES as usize, edges).expect("the ends are below the bound")
}

/// The number of simple cycles of up to `most` vertices, by all paths from the least vertex of each.
fn plain_search(graph: &CsrGraph, most: usize) -> usize {
    let mut found = 0;
    let mut path = Vec::new();
    for root in graph.vertices() {
        path.clear();
        path.push((root, graph.successors(root)));
        while let Some((_, heads)) = path.last_mut() {
            let Some(w) = heads.next() else {
                path.pop();
                continue;
            };
            if w == root {
                found += 1;
            } else if w > root && path.len() < most && path.iter().all(|&(v, _)| v != w) {
                path.push((w, graph.successors(w)));
            }
        }
    }
    found
}
