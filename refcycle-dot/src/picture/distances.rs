//! Distances of the boxes from the target.

use std::cmp::Reverse;

use refcycle_core::algo::Reached;
use refcycle_core::{Algorithms, CsrGraph, VertexId, Vertices};

use super::style::End;

/// The length of a shortest path from each box to the target if it is at the bottom, or from
/// the target to each box if it is at the top.
pub(super) struct Distances {
    of: Vec<Option<usize>>,
    end: End,
}

impl Distances {
    pub(super) fn new(graph: &CsrGraph, target: u32, end: End) -> Self {
        let target = VertexId::new(target);
        let reached = match end {
            End::Bottom => graph.ancestors(target, None),
            End::Top => graph.descendants(target, None),
        };
        let mut of = vec![None; graph.vertex_count()];
        for (v, depth) in reached.iter().flat_map(Reached::with_depths) {
            of[v.index()] = Some(depth);
        }
        Self { of, end }
    }

    /// The boxes from top to bottom, with those not connected to the target last. The layout
    /// starts from this order.
    pub(super) fn downwards(&self) -> Vec<u32> {
        let mut order: Vec<_> = (0..self.of.len() as u32).collect();
        match self.end {
            End::Bottom => order.sort_by_key(|&v| Reverse(self.of[v as usize])),
            End::Top => order.sort_by_key(|&v| self.of[v as usize].unwrap_or(usize::MAX)),
        }
        order
    }

    /// How much lower the head of a line is than its tail.
    fn descent(&self, tail: u32, head: u32) -> Option<isize> {
        let (from, to) = (self.of[tail as usize]?, self.of[head as usize]?);
        let farther = to as isize - from as isize;
        Some(match self.end {
            End::Bottom => -farther,
            End::Top => farther,
        })
    }

    /// Whether a line points up.
    pub(super) fn leads_up(&self, tail: u32, head: u32) -> bool {
        self.descent(tail, head).is_some_and(|descent| descent < 0)
    }

    /// Whether a line is on a shortest path between a box and the target.
    pub(super) fn leads_down(&self, tail: u32, head: u32) -> bool {
        self.descent(tail, head).is_some_and(|descent| descent > 0)
    }
}
