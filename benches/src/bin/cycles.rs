//! All simple cycles of bounded length in a graph of 1.35 M vertices and 3.8 M edges, one after the
//! other; and, for short ones, a plain bounded depth-first search from each vertex, which must find
//! as many.
//!
//! `cycles [MOST] [PLAIN]`: cycles of up to MOST vertices (6), with the plain search up to PLAIN (4).

use std::time::Instant;

use refcycle_core::{Algorithms, CsrGraph, Successors, VertexId, Vertices, algo};

const VERTICES: u32 = 1_350_000;
const EDGES: u32 = 3_800_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| {
        let given = arguments.next();
        given.map_or(default, |text| text.parse().expect("a number of vertices"))
    };
    let (most, plain): (usize, usize) = (number(6), number(4));
    // The exponents of the numbers of edges: equal chances, and accounts of which few have many.
    for (name, power) in [("uniform", 1.0), ("skewed", 1.9)] {
        let graph = graph(power);
        let cyclic: usize = (graph.strongly_connected_components().iter())
            .map(<[VertexId]>::len)
            .filter(|&members| members > 1)
            .sum();
        println!("{name}: {cyclic} of {VERTICES} vertices on cycles");
        for length in 3..=most {
            let start = Instant::now();
            let mut cycles = algo::simple_cycles(&graph).max_length(length);
            let prepared = start.elapsed();
            let found = cycles.by_ref().count();
            let took = start.elapsed();
            println!(
                "up to {length}: {found} cycles in {:.2} s, {:.2} s of it before the first search",
                took.as_secs_f64(),
                prepared.as_secs_f64(),
            );
            if length <= plain {
                let start = Instant::now();
                let by_hand = plain_search(&graph, length);
                println!("  plain search: {:.2} s", start.elapsed().as_secs_f64());
                assert_eq!(found, by_hand);
            }
        }
    }
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
