//! Graphs that are computed, the same in every run.

use refcycle_core::CsrGraph;

/// SplitMix64 (Steele, Lea, Flood 2014): good enough, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(bound)) as u32
    }
}

fn graph(vertices: u32, edges: impl IntoIterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(vertices as usize, edges).expect("the edges are within the graph")
}

/// Something like a heap: most objects refer to a few neighbours that were made about the
/// same time, some to one of a few that everybody knows, some back to their owner.
pub fn heap_like(vertices: u32) -> CsrGraph {
    let mut random = Random(1);
    let mut edges = Vec::new();
    for v in 0..vertices {
        for _ in 0..random.below(4) {
            let near = v.saturating_add(1 + random.below(16)).min(vertices - 1);
            edges.push((v, near));
        }
        if random.below(4) == 0 {
            edges.push((v, random.below(1000.min(vertices))));
        }
        if random.below(8) == 0 {
            edges.push((v, v.saturating_sub(1 + random.below(8))));
        }
    }
    graph(vertices, edges)
}

/// Edges between any two vertices.
pub fn uniform(vertices: u32, edges_each: u32) -> CsrGraph {
    let mut random = Random(2);
    let count = vertices as usize * edges_each as usize;
    let edges: Vec<_> = (0..count)
        .map(|_| (random.below(vertices), random.below(vertices)))
        .collect();
    graph(vertices, edges)
}

/// One long path.
pub fn path(vertices: u32) -> CsrGraph {
    graph(vertices, (1..vertices).map(|v| (v - 1, v)))
}
