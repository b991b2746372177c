//! The best path from outside to every object.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet};

use super::holder_ranks::{HolderRank, HolderRanks};
use super::ignored::Ignored;
use crate::interrupt::Signals;

/// Bytes for each vertex while the order is computed.
pub(super) const BYTES_A_VERTEX: usize = 4 + 4 + 1 + 8;

/// The depth of a vertex to which no path leads.
const UNREACHED: u32 = u32::MAX;

/// The rank and length of the best path to each vertex. Paths are compared by the rank of their
/// holders, then by their length. The result does not depend on the order of the vertices.
pub(super) struct HoldingOrder<'a> {
    graph: &'a CsrGraph,
    ignored: &'a Ignored,
    own: &'a HolderRanks,
    /// The vertices that are reached, each after its holders on best paths.
    order: Vec<VertexId>,
    ranks: Vec<HolderRank>,
    depths: Vec<u32>,
}

impl<'a> HoldingOrder<'a> {
    /// Computes the order from the roots, each with the rank of its holder.
    ///
    /// # Cost
    /// Reads each edge twice.
    pub(super) fn new(
        graph: &'a CsrGraph,
        ignored: &'a Ignored,
        own: &'a HolderRanks,
        roots: &[(VertexId, HolderRank)],
        signals: &mut Signals,
    ) -> ControlFlow<PyErr, Self> {
        use refcycle_core::Vertices;

        let bound = graph.vertex_bound();
        let mut made = Self {
            graph,
            ignored,
            own,
            order: Vec::with_capacity(bound),
            ranks: vec![HolderRank::Program; bound],
            depths: vec![UNREACHED; bound],
        };
        let mut seeds: [Vec<(u32, VertexId)>; HolderRank::ALL.len()] = Default::default();
        for &(v, rank) in roots {
            seeds[rank as usize].push((0, v));
        }
        for rank in HolderRank::ALL {
            made.extend(rank, &mut seeds, signals)?;
        }
        ControlFlow::Continue(made)
    }

    /// Adds the paths from vertices that are not reached.
    pub(super) fn add_garbage(
        &mut self,
        starts: impl Iterator<Item = VertexId>,
        signals: &mut Signals,
    ) -> ControlFlow<PyErr> {
        let mut seeds: [Vec<(u32, VertexId)>; HolderRank::ALL.len()] = Default::default();
        seeds[HolderRank::Garbage as usize] = starts.map(|v| (0, v)).collect();
        self.extend(HolderRank::Garbage, &mut seeds, signals)
    }

    /// All paths of one rank, level by level.
    fn extend(
        &mut self,
        rank: HolderRank,
        seeds: &mut [Vec<(u32, VertexId)>],
        signals: &mut Signals,
    ) -> ControlFlow<PyErr> {
        let mut waiting = std::mem::take(&mut seeds[rank as usize]);
        waiting.sort_unstable();
        let mut waiting = waiting.into_iter().peekable();
        // The vertices of a level are next to each other in the order.
        let mut begin = self.order.len();
        let mut depth = 0;
        loop {
            if begin == self.order.len() {
                match waiting.peek() {
                    Some(&(first, _)) => depth = first,
                    None => return ControlFlow::Continue(()),
                }
            }
            while let Some((_, v)) = waiting.next_if(|&(at, _)| at == depth) {
                self.settle(v, rank, depth);
            }
            let end = self.order.len();
            for place in begin..end {
                let v = self.order[place];
                signals.step()?;
                for head in self.graph.successors(v) {
                    if self.depths[head.index()] != UNREACHED || self.ignored.has(v, head) {
                        continue;
                    }
                    let through = rank.max(self.own.through(v, head));
                    let beyond = through.max(self.own.best(head));
                    match beyond > rank {
                        true => seeds[beyond as usize].push((depth + 1, head)),
                        false => self.settle(head, rank, depth + 1),
                    }
                }
            }
            begin = end;
            depth += 1;
        }
    }

    /// Takes in a vertex to which no path was known before.
    fn settle(&mut self, v: VertexId, rank: HolderRank, depth: u32) {
        if self.depths[v.index()] == UNREACHED {
            self.depths[v.index()] = depth;
            self.ranks[v.index()] = rank;
            self.order.push(v);
        }
    }

    /// The vertices that are reached, each after its holders.
    pub(super) fn order(&self) -> &[VertexId] {
        &self.order
    }

    /// Whether the best path to `v` consists of `v` alone.
    pub(super) fn is_root(&self, v: VertexId, rank: HolderRank) -> bool {
        self.depths[v.index()] == 0 && self.ranks[v.index()] == rank
    }

    /// Whether a path leads to `v`.
    pub(super) fn is_reached(&self, v: VertexId) -> bool {
        self.depths[v.index()] != UNREACHED
    }

    /// The rank of the best path to `v`, if one leads to it.
    pub(super) fn rank(&self, v: VertexId) -> Option<HolderRank> {
        self.is_reached(v).then(|| self.ranks[v.index()])
    }

    /// Whether nothing outside holds `v`.
    pub(super) fn is_garbage(&self, v: VertexId) -> bool {
        !self.is_reached(v) || self.ranks[v.index()] == HolderRank::Garbage
    }

    /// Whether no better path leads through objects that the graph leaves out.
    pub(super) fn is_well_known(&self, v: VertexId) -> bool {
        !self.is_reached(v) || self.ranks[v.index()] < HolderRank::Runtime
    }

    /// The rank of the best path to each vertex.
    pub(super) fn into_ranks(self) -> Vec<HolderRank> {
        self.ranks
    }

    /// The heads of `tail`, among some vertices, to which a best path leads through `tail`. A head may occur twice.
    pub(super) fn held_by<'s>(
        &'s self,
        tail: VertexId,
        among: &'s VertexSet,
    ) -> impl Iterator<Item = VertexId> + 's {
        let rank = self.ranks[tail.index()];
        let depth = self.depths[tail.index()].wrapping_add(1);
        self.graph.successors(tail).filter(move |&head| {
            among.contains(head)
                && self.depths[head.index()] == depth
                && self.ranks[head.index()]
                    == rank
                        .max(self.own.through(tail, head))
                        .max(self.own.best(head))
                && depth != 0
                && !self.ignored.has(tail, head)
        })
    }

    /// The targets, and all vertices on their best paths.
    pub(super) fn leading_to(
        &self,
        targets: &[VertexId],
        signals: &mut Signals,
    ) -> ControlFlow<PyErr, VertexSet> {
        let mut found = VertexSet::from_vertices(self.depths.len(), targets.iter().copied());
        for &v in self.order.iter().rev() {
            signals.step()?;
            if !found.contains(v) && self.held_by(v, &found).next().is_some() {
                found.insert(v);
            }
        }
        ControlFlow::Continue(found)
    }
}
