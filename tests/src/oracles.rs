//! Slow but simple oracles: everything is derived from a table of all distances.

use std::collections::BTreeMap;

use refcycle_core::VertexId;

use crate::EdgeList;

/// The number of edges of a shortest path between any two vertices, by trying every vertex as an
/// intermediate stop (Floyd and Warshall).
#[derive(Debug)]
pub struct Distances {
    position: BTreeMap<VertexId, usize>,
    /// Paths have at least one edge, so that the diagonal holds the shortest cycles.
    steps: Vec<Vec<Option<usize>>>,
}

impl Distances {
    /// The distances in a graph.
    pub fn of(graph: &EdgeList) -> Self {
        let position: BTreeMap<_, _> = (graph.vertices.iter().enumerate())
            .map(|(i, &v)| (v, i))
            .collect();
        let n = position.len();
        let mut steps = vec![vec![None; n]; n];
        for (tail, head) in &graph.edges {
            steps[position[tail]][position[head]] = Some(1);
        }
        for stop in 0..n {
            for a in 0..n {
                for b in 0..n {
                    if let (Some(there), Some(on)) = (steps[a][stop], steps[stop][b]) {
                        let old = steps[a][b].unwrap_or(usize::MAX);
                        steps[a][b] = Some(old.min(there + on));
                    }
                }
            }
        }
        Self { position, steps }
    }

    /// The length of a shortest path.
    pub fn path(&self, from: VertexId, to: VertexId) -> Option<usize> {
        if from == to {
            Some(0)
        } else {
            self.steps[self.position[&from]][self.position[&to]]
        }
    }

    /// The length of a shortest cycle through `v`.
    pub fn cycle(&self, v: VertexId) -> Option<usize> {
        self.steps[self.position[&v]][self.position[&v]]
    }

    /// The length of a shortest path from any of these.
    pub fn path_from_any(&self, starts: &[VertexId], to: VertexId) -> Option<usize> {
        starts
            .iter()
            .filter_map(|&start| self.path(start, to))
            .min()
    }

    /// Whether each of the two reaches the other.
    pub fn connected(&self, a: VertexId, b: VertexId) -> bool {
        self.path(a, b).is_some() && self.path(b, a).is_some()
    }

    /// The vertices that are strongly connected to `v`, including `v`, sorted.
    pub fn component(&self, v: VertexId) -> Vec<VertexId> {
        let all = self.position.keys().copied();
        all.filter(|&w| self.connected(v, w)).collect()
    }

    /// The strongly connected components, each sorted, in the order of their first
    /// vertices.
    pub fn components(&self) -> Vec<Vec<VertexId>> {
        let all = self.position.keys().map(|&v| self.component(v));
        crate::edge_list::sorted(all.collect::<std::collections::BTreeSet<_>>())
    }

    /// Whether the vertex is reached only by vertices that it reaches.
    pub fn in_source(&self, v: VertexId) -> bool {
        (self.position.keys()).all(|&w| self.path(w, v).is_none() || self.path(v, w).is_some())
    }

    /// Whether the vertex reaches only vertices that reach it.
    pub fn in_sink(&self, v: VertexId) -> bool {
        (self.position.keys()).all(|&w| self.path(v, w).is_none() || self.path(w, v).is_some())
    }
}

/// The number of edges of the longest path to each vertex of an acyclic graph, by extending paths
/// until none gets longer.
pub fn longest_paths(graph: &EdgeList) -> BTreeMap<VertexId, usize> {
    let mut longest: BTreeMap<_, _> = graph.vertices.iter().map(|&v| (v, 0)).collect();
    loop {
        let before = longest.clone();
        for (tail, head) in &graph.edges {
            let through = longest[tail] + 1;
            longest.entry(*head).and_modify(|l| *l = through.max(*l));
        }
        if longest == before {
            return longest;
        }
    }
}
