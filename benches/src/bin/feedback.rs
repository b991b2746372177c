//! Feedback arcs and feedback vertices: how many, how many at least, and the time.
//!
//! `feedback [VERTICES...]` makes graphs of so many vertices: random ones, some with few vertices that
//! have many edges, and circuits with registers: gates that read their neighbours, with a few long
//! wires. petgraph's heuristic for arcs is the peer.

use std::time::Instant;

use petgraph::algo::greedy_feedback_arc_set;
use petgraph::graph::DiGraph;
use refcycle_core::{Algorithms, CsrGraph};

fn main() {
    let mut sizes: Vec<u32> = std::env::args()
        .skip(1)
        .map(|text| text.parse().expect("a number of vertices"))
        .collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 10_000, 100_000];
    }
    println!("graph: arcs (at least, petgraph), seconds; vertices (at least), seconds");
    for n in sizes {
        report("random", n, &random(n, 3 * n, 1.0));
        report("skewed", n, &random(n, 3 * n, 1.9));
        report("circuit", n, &circuit(n));
    }
}

fn report(name: &str, n: u32, edges: &[(u32, u32)]) {
    let graph = CsrGraph::from_edges(n as usize, edges.iter().copied());
    let graph = graph.expect("the ends are below the bound");
    let start = Instant::now();
    let arcs = graph.feedback_arc_set();
    let arcs_took = start.elapsed().as_secs_f64();
    let peer = greedy_feedback_arc_set(&DiGraph::<(), ()>::from_edges(edges)).count();
    let start = Instant::now();
    let vertices = graph.feedback_vertex_set().expect("the graph is small");
    let took = start.elapsed().as_secs_f64();
    println!(
        "{name} {n}: {} ({}, {peer}), {arcs_took:.2}; {} ({}), {took:.2}",
        arcs.len(),
        arcs.lower_bound(),
        vertices.len(),
        vertices.lower_bound(),
    );
}

/// SplitMix64.
struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: u32) -> u32 {
        (self.share() * f64::from(bound)) as u32
    }
}

fn random(n: u32, m: u32, power: f64) -> Vec<(u32, u32)> {
    let mut random = Random(1);
    let mut end = || (random.share().powf(power) * f64::from(n)) as u32;
    let edges = (0..m).map(|_| (end(), end()));
    edges.filter(|(tail, head)| tail != head).collect()
}

/// Each gate reads one to three others: mostly of the last fifty, sometimes of the next, and one in
/// twenty from anywhere.
fn circuit(n: u32) -> Vec<(u32, u32)> {
    let mut random = Random(2);
    let mut edges = Vec::new();
    for gate in 0..n {
        for _ in 0..1 + random.below(3) {
            let near = 1 + random.below(50);
            let from = match random.below(20) {
                0 => random.below(n),
                1..=3 => (gate + near) % n,
                _ => (gate + n - near) % n,
            };
            if from != gate {
                edges.push((from, gate));
            }
        }
    }
    edges
}
