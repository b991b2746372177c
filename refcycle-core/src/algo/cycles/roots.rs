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

/// The edges of a vertex that are left, and its rank once it is removed: in one place, because each
/// look at a vertex waits for memory.
struct Left {
    ins: u32,
    outs: u32,
    rank: u32,
}

impl Roots {
    /// Removes the vertices with the most edges first. Each removal also removes all vertices that
    /// are then on no cycle, because no edge enters them or no edge leaves them any more. Only in
    /// a ring does a root have one edge.
    pub(super) fn of(core: &Core) -> Self {
        let n = core.len() as u32;
        let left = |v| Left {
            ins: core.tails(v).len() as u32,
            outs: core.heads(v).len() as u32,
            rank: u32::MAX,
        };
        let mut left: Vec<_> = (0..n).map(left).collect();
        let mut order: Vec<u32> = (0..n).collect();
        order.sort_by_key(|&v| {
            let Left { ins, outs, .. } = left[v as usize];
            Reverse((ins.min(outs), ins.max(outs)))
        });
        let mut roots = Vec::new();
        let mut gone = Vec::new();
        for root in order {
            if left[root as usize].rank != u32::MAX {
                continue;
            }
            let turn = roots.len() as u32;
            roots.push(root);
            left[root as usize].rank = turn;
            gone.push(root);
            while let Some(v) = gone.pop() {
                let mut remove = |w: u32, edges: fn(&mut Left) -> &mut u32| {
                    let left = &mut left[w as usize];
                    if left.rank == u32::MAX {
                        *edges(left) -= 1;
                        if *edges(left) == 0 {
                            left.rank = turn;
                            gone.push(w);
                        }
                    }
                };
                core.heads(v)
                    .iter()
                    .for_each(|&w| remove(w, |left| &mut left.ins));
                core.tails(v)
                    .iter()
                    .for_each(|&w| remove(w, |left| &mut left.outs));
            }
        }
        // A new list, because one made in place would keep the memory of the old one.
        let rank = left.iter().map(|left| left.rank).collect();
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
