//! Feedback arcs and feedback vertices: how many, how many at least, the processor time and the
//! memory. The peer for arcs is petgraph's heuristic; for vertices, the lower bound.
//!
//! `feedback [VERTICES | FILE]...` makes graphs with this number of vertices (1,000, 10,000 and 100,000):
//! random ones, some with few vertices that have many edges, and circuits with registers: gates that
//! read their neighbours, with a few long wires. A file is a list of edges, a tail and a head on each
//! line.

use std::time::Duration;

use petgraph::algo::greedy_feedback_arc_set;
use petgraph::graph::DiGraph;
use refcycle_benches::clock::{measure_processor_time, now};
use refcycle_benches::memory::{Counting, peak_of};
use refcycle_core::{Algorithms, CsrGraph, files::read_edge_list};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    measure_processor_time();
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        arguments = ["1000", "10000", "100000"].map(str::to_owned).into();
    }
    println!("graph: arcs (at least; petgraph), s (petgraph), MB; vertices (at least), s, MB");
    for argument in arguments {
        let Ok(n) = argument.parse() else {
            let file = std::fs::File::open(&argument).expect("a readable file");
            let named = read_edge_list(std::io::BufReader::new(file)).expect("a list of edges");
            report(&argument, &named.graph);
            continue;
        };
        for (name, edges) in [
            ("random", random(n, 3 * n, 1.0)),
            ("hubs", random(n, 3 * n, 1.9)),
            ("circuit", circuit(n)),
        ] {
            let graph = CsrGraph::from_edges(n as usize, edges);
            let graph = graph.expect("the ends are below the bound");
            report(&format!("{name} {n}"), &graph);
        }
    }
}

fn report(name: &str, graph: &CsrGraph) {
    let (arcs_took, (arcs, arcs_peak)) = timed(|| peak_of(|| graph.feedback_arc_set()));
    let edges = graph
        .edges()
        .map(|edge| (edge.tail.number(), edge.head.number()));
    let peer = DiGraph::<(), ()>::from_edges(edges);
    let (peer_took, peer) = timed(|| greedy_feedback_arc_set(&peer).count());
    let (took, (vertices, peak)) = timed(|| peak_of(|| graph.feedback_vertex_set()));
    let vertices = vertices.expect("the graph is small");
    println!(
        "{name}: {} ({}; {peer}), {:.3} ({:.3}), {:.1}; {} ({}), {:.3}, {:.1}",
        arcs.weight,
        arcs.lower_bound,
        arcs_took.as_secs_f64(),
        peer_took.as_secs_f64(),
        arcs_peak as f64 / 1e6,
        vertices.weight,
        vertices.lower_bound,
        took.as_secs_f64(),
        peak as f64 / 1e6,
    );
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = now();
    let result = run();
    (now() - start, result)
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

/// With a power above 1, low numbers have many edges.
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
