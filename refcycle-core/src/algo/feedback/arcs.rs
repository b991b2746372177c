//! The weighted arcs from which a feedback arc set is chosen.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::algo::cyclic_core::{Core, OUTSIDE};
use crate::counting_sort;
use crate::watch::Meter;
use crate::{IDirectedGraph, Watch};

/// The cyclic core of a graph with a weight for each edge; the weights of parallel edges are
/// added up.
pub(super) struct Arcs {
    pub(super) core: Core,
    pub(super) weights: Vec<f64>,
    /// The edges that enter each vertex, parallel to their tails.
    back_edges: Vec<u32>,
    /// The component of each vertex.
    pub(super) part: Vec<u32>,
}

impl Arcs {
    pub(super) fn new<G: IDirectedGraph + ?Sized, W: Watch>(
        graph: &G,
        weight_of: impl Fn(usize) -> f64,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let core = Core::new(graph, None, watch)?;
        let mut meter = Meter::new(watch);
        let mut weights = vec![0.0; core.heads.len()];
        for (v, &name) in core.vertices.iter().enumerate() {
            meter.step()?;
            for edge in graph.out_edges(name) {
                let head = core.local[edge.head.index()];
                if head != OUTSIDE
                    && let Some(arc) = core.edge(v as u32, head)
                {
                    weights[arc as usize] += weight_of(edge.id.index());
                }
            }
        }
        ControlFlow::Continue(Self::of(core, weights))
    }

    /// A core and the weights of its arcs.
    pub(super) fn of(mut core: Core, weights: Vec<f64>) -> Self {
        let mut back_edges = vec![0; core.heads.len()];
        let arcs_by_head = core.heads.iter().copied().zip(0..);
        counting_sort::fill(&mut core.back_offsets, &mut back_edges, arcs_by_head);
        let mut part = vec![0; core.len()];
        for (number, ends) in core.starts.windows(2).enumerate() {
            part[ends[0] as usize..ends[1] as usize].fill(number as u32);
        }
        Self {
            core,
            weights,
            back_edges,
            part,
        }
    }

    /// The same with the vertices renumbered: the first of these becomes 0. Those of a component are
    /// together, and the components are in the same order.
    pub(super) fn renumbered(&self, vertices: &[u32]) -> Self {
        let mut number = vec![0; self.len()];
        for (new, &v) in (0..).zip(vertices) {
            number[v as usize] = new;
        }
        let mut offsets = Vec::with_capacity(self.len() + 1);
        offsets.push(0);
        let mut heads = Vec::with_capacity(self.weights.len());
        let mut weights = Vec::with_capacity(self.weights.len());
        let mut row: Vec<(u32, f64)> = Vec::new();
        for &v in vertices {
            row.extend(
                self.out(v)
                    .map(|(arc, w)| (number[w as usize], self.weight(arc))),
            );
            row.sort_unstable_by_key(|end| end.0);
            heads.extend(row.iter().map(|end| end.0));
            weights.extend(row.drain(..).map(|end| end.1));
            offsets.push(heads.len() as u32);
        }
        Self::of(
            Core::from_rows(self.core.starts.clone(), offsets, heads),
            weights,
        )
    }

    pub(super) fn len(&self) -> usize {
        self.core.len()
    }

    pub(super) fn parts(&self) -> usize {
        self.core.starts.len() - 1
    }

    /// The arcs that leave a vertex, with their heads.
    #[inline]
    pub(super) fn out(&self, v: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let start = self.core.offsets[v as usize];
        (start..).zip(self.core.heads(v).iter().copied())
    }

    /// The arcs that enter a vertex, with their tails.
    #[inline]
    pub(super) fn into(&self, v: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let start = self.core.back_offsets[v as usize] as usize;
        let tails = self.core.tails(v);
        let arcs = &self.back_edges[start..start + tails.len()];
        arcs.iter().copied().zip(tails.iter().copied())
    }

    /// Every arc, with its tail and head.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (0..self.len() as u32).flat_map(|v| self.out(v).map(move |(arc, w)| (arc, v, w)))
    }

    pub(super) fn weight(&self, arc: u32) -> f64 {
        self.weights[arc as usize]
    }
}
