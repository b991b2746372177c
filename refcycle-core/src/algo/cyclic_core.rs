//! The part of a graph that lies on cycles.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::Components;
use super::scc::strongly_connected_components_watched;
use crate::counting_sort;
use crate::watch::Meter;
use crate::{Successors, VertexId, Watch};

/// The vertices of all strongly connected components of more than one vertex, renumbered from 0
/// by component, and the edges within the components, without self-loops and with parallel edges
/// merged.
pub(super) struct Core {
    pub(super) vertices: Vec<VertexId>,
    /// Where each component starts in `vertices`; the last item is the end of the last component.
    pub(super) starts: Vec<u32>,
    pub(super) offsets: Vec<u32>,
    /// Ascending within a row.
    pub(super) heads: Vec<u32>,
    pub(super) back_offsets: Vec<u32>,
    pub(super) tails: Vec<u32>,
    /// The vertices with a self-loop, ascending.
    pub(super) loops: Vec<VertexId>,
    /// The number of each vertex id, or [`OUTSIDE`].
    pub(super) local: Vec<u32>,
}

pub(super) const OUTSIDE: u32 = u32::MAX;

impl Core {
    /// The core of a graph, or of the component of the vertex `only`.
    pub(super) fn new<G: Successors + ?Sized, W: Watch>(
        graph: &G,
        only: Option<VertexId>,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let components = strongly_connected_components_watched(graph, watch)?;
        let mut core = Self::numbered(graph, &components, only);
        let mut meter = Meter::new(watch);
        let mut row = Vec::new();
        for part in 0..core.starts.len() - 1 {
            let members = core.starts[part]..core.starts[part + 1];
            for v in members.clone() {
                meter.step()?;
                let heads = graph.successors(core.vertices[v as usize]);
                // Heads outside the component are omitted.
                row.extend(
                    heads
                        .map(|w| core.local[w.index()])
                        .filter(|w| members.contains(w) && *w != v),
                );
                row.sort_unstable();
                row.dedup();
                core.heads.append(&mut row);
                core.offsets.push(core.heads.len() as u32);
            }
        }
        core.make_backward();
        ControlFlow::Continue(core)
    }

    /// The core with these rows, whose heads ascend. Its vertices have no other names.
    pub(super) fn from_rows(starts: Vec<u32>, offsets: Vec<u32>, heads: Vec<u32>) -> Self {
        let mut core = Self {
            vertices: (1..offsets.len() as u32)
                .map(|v| VertexId::new(v - 1))
                .collect(),
            starts,
            offsets,
            heads,
            back_offsets: Vec::new(),
            tails: Vec::new(),
            loops: Vec::new(),
            local: Vec::new(),
        };
        core.make_backward();
        core
    }

    fn numbered<G: Successors + ?Sized>(
        graph: &G,
        components: &Components,
        only: Option<VertexId>,
    ) -> Self {
        let mut core = Self {
            vertices: Vec::new(),
            starts: vec![0],
            offsets: vec![0],
            heads: Vec::new(),
            back_offsets: Vec::new(),
            tails: Vec::new(),
            loops: Vec::new(),
            local: vec![OUTSIDE; graph.vertex_bound()],
        };
        let only_component = only.and_then(|v| components.component_of(v));
        for (number, members) in components.iter().enumerate() {
            if members.len() < 2 || only_component.is_some_and(|only| only as usize != number) {
                continue;
            }
            for &v in members {
                core.local[v.index()] = core.vertices.len() as u32;
                core.vertices.push(v);
            }
            core.starts.push(core.vertices.len() as u32);
        }
        let has_loop = |v: &VertexId| graph.successors(*v).any(|w| w == *v);
        match only {
            Some(v) => core.loops.extend(Some(v).filter(has_loop)),
            None => core.loops.extend(graph.vertices().filter(has_loop)),
        }
        core.loops.sort_unstable();
        core
    }

    /// Makes the backward direction.
    fn make_backward(&mut self) {
        let n = self.len() as u32;
        self.back_offsets = counting_sort::offsets_by(self.len(), self.heads.iter().copied());
        self.tails = vec![0; self.heads.len()];
        let edges = (0..n).flat_map(|v| {
            let heads = row(&self.offsets, &self.heads, v).iter();
            heads.map(move |&head| (head, v))
        });
        counting_sort::fill(&mut self.back_offsets, &mut self.tails, edges);
    }

    pub(super) fn len(&self) -> usize {
        self.vertices.len()
    }

    #[inline]
    pub(super) fn heads(&self, v: u32) -> &[u32] {
        row(&self.offsets, &self.heads, v)
    }

    #[inline]
    pub(super) fn tails(&self, v: u32) -> &[u32] {
        row(&self.back_offsets, &self.tails, v)
    }

    /// The number of the edge between two vertices.
    pub(super) fn edge(&self, tail: u32, head: u32) -> Option<u32> {
        let place = self.heads(tail).binary_search(&head).ok()?;
        Some(self.offsets[tail as usize] + place as u32)
    }
}

#[inline]
fn row<'a>(offsets: &[u32], ends: &'a [u32], v: u32) -> &'a [u32] {
    let v = v as usize;
    &ends[offsets[v] as usize..offsets[v + 1] as usize]
}
