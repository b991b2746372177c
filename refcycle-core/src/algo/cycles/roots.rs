//! Vertices that together meet every cycle.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::algo::cyclic_core::Core;

/// An ordered feedback vertex set, and the step in which each vertex is removed from the graph.
///
/// The cycles that meet root `i` and no earlier root lie in the graph of the vertices
/// whose rank is at least `i`.
pub(super) struct Roots {
    pub(super) roots: Vec<u32>,
    pub(super) rank: Vec<u32>,
}

impl Roots {
    /// Removes the vertices with the most edges first. Each removal also removes all vertices that
    /// are then on no cycle, because no edge enters them or no edge leaves them any more. Only in
    /// a ring does a root have one edge.
    pub(super) fn of(core: &Core) -> Self {
        let n = core.len();
        let mut ins: Vec<_> = (0..n as u32).map(|v| core.tails(v).len() as u32).collect();
        let mut outs: Vec<_> = (0..n as u32).map(|v| core.heads(v).len() as u32).collect();
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_by_key(|&v| {
            let (into, out) = (ins[v as usize], outs[v as usize]);
            Reverse((into.min(out), into.max(out)))
        });
        let mut roots = Vec::new();
        let mut rank = vec![u32::MAX; n];
        let mut gone = Vec::new();
        for root in order {
            if rank[root as usize] != u32::MAX {
                continue;
            }
            let turn = roots.len() as u32;
            roots.push(root);
            rank[root as usize] = turn;
            gone.push(root);
            while let Some(v) = gone.pop() {
                for (ends, left) in [(core.heads(v), &mut ins), (core.tails(v), &mut outs)] {
                    for &w in ends {
                        left[w as usize] -= 1;
                        if left[w as usize] == 0 && rank[w as usize] == u32::MAX {
                            rank[w as usize] = turn;
                            gone.push(w);
                        }
                    }
                }
            }
        }
        Self { roots, rank }
    }

    /// A single root, with all vertices in the graph.
    pub(super) fn single(root: u32, vertices: usize) -> Self {
        Self {
            roots: vec![root],
            rank: vec![0; vertices],
        }
    }
}
