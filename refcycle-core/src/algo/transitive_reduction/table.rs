//! The graph while edges are removed from it.

use alloc::vec::Vec;

use crate::algo::dedup_rows::RowDedup;
use crate::{CsrGraph, Successors, VertexId};

/// Rows that shrink in place.
pub(super) struct Table {
    pub(super) starts: Vec<u32>,
    ends: Vec<u32>,
    pub(super) heads: Vec<u32>,
}

impl Table {
    /// The rows of a graph, each head once per row.
    pub(super) fn merged<G: Successors + ?Sized>(graph: &G, edges: usize) -> Self {
        let bound = graph.vertex_bound();
        let mut starts = Vec::with_capacity(bound);
        let mut ends = Vec::with_capacity(bound);
        let mut heads = Vec::with_capacity(edges);
        let mut dedup = RowDedup::new(bound);
        for v in (0..bound).map(VertexId::from_index) {
            starts.push(heads.len() as u32);
            if graph.contains_vertex(v) {
                dedup.start_row(&heads);
                for w in graph.successors(v) {
                    dedup.push(&mut heads, w.number());
                }
            }
            ends.push(heads.len() as u32);
        }
        Self {
            starts,
            ends,
            heads,
        }
    }

    #[inline]
    pub(super) fn row(&self, v: u32) -> &[u32] {
        &self.heads[self.starts[v as usize] as usize..self.ends[v as usize] as usize]
    }

    /// All ids, heads before tails, if all edges go to lower ids or all to higher ids: those of a
    /// condensation go to lower ids.
    pub(super) fn order_by_id(&self) -> Option<Vec<u32>> {
        let count = self.starts.len() as u32;
        let all = |goes: fn(u32, u32) -> bool| {
            (0..count).all(|tail| self.row(tail).iter().all(|&head| goes(tail, head)))
        };
        if all(|tail, head| tail > head) {
            Some((0..count).collect())
        } else if all(|tail, head| tail < head) {
            Some((0..count).rev().collect())
        } else {
            None
        }
    }

    /// Removes edges of `v`, chosen by their heads.
    pub(super) fn remove(&mut self, v: u32, is_removed: impl Fn(u32) -> bool) {
        let start = self.starts[v as usize];
        let mut to = start;
        for from in start..self.ends[v as usize] {
            let head = self.heads[from as usize];
            self.heads[to as usize] = head;
            to += u32::from(!is_removed(head));
        }
        self.ends[v as usize] = to;
    }

    /// Closes the gaps between the rows.
    pub(super) fn into_graph(mut self) -> CsrGraph {
        let mut len = 0;
        for v in 0..self.starts.len() {
            let row = self.starts[v] as usize..self.ends[v] as usize;
            self.starts[v] = len as u32;
            len += row.len();
            self.heads.copy_within(row.clone(), len - row.len());
        }
        self.heads.truncate(len);
        self.starts.push(len as u32);
        CsrGraph::from_parts(self.starts, self.heads).expect("a part of valid rows is valid")
    }
}
