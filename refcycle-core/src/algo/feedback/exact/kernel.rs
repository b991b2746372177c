//! The pieces that are left of components after reductions, and good orders of them.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use super::super::arcs::Arcs;
use super::super::effort::Effort;
use super::super::good_order::{better, good_order};
use super::super::insertion;
use super::super::order::Order;
use super::decompose;
use super::graph::Graph;
use super::partial::Partial;
use super::reduce::Rules;
use crate::Watch;
use crate::algo::cyclic_core::Core;
use crate::watch::Meter;

/// The reductions may read this many arcs for each vertex and arc.
const EFFORT: usize = 32;

/// A difference below this share of a non-integer weight is a rounding error.
const ROUNDING: f64 = 1e-12;

/// A component that is being solved. `partial` and `bound` include its pieces as they are solved.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) part: usize,
    /// Its vertices.
    members: Range<u32>,
    pub(super) partial: Partial,
    pub(super) bound: f64,
}

/// The result for a component.
pub(crate) struct Solution {
    pub(crate) part: usize,
    /// Its vertices, or the part of them that was solved.
    pub(crate) members: Range<u32>,
    pub(crate) bound: f64,
    /// Its vertices in an order of this cost; optimal if the cost equals the bound.
    pub(crate) order: Vec<u32>,
    pub(crate) cost: f64,
}

/// A part of a component that can be ordered independently.
pub(super) struct Piece {
    /// The place of its component in [`Kernel::opened`].
    pub(super) open: usize,
    pub(super) graph: Graph,
    /// A lower bound of its cost.
    pub(super) bound: f64,
}

/// What the quick reductions leave of components.
pub(crate) struct Kernel {
    pub(super) opened: Vec<Open>,
    pub(super) pieces: Vec<Piece>,
    /// A difference below this share of a weight is a rounding error.
    pub(super) rounding: f64,
}

impl Kernel {
    /// Reduces these components.
    pub(crate) fn new<W: Watch>(
        arcs: &Arcs,
        parts: Vec<usize>,
        whole: bool,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let mut kernel = Self::empty(if whole { 0.0 } else { ROUNDING });
        for part in parts {
            let members = arcs.core.starts[part]..arcs.core.starts[part + 1];
            kernel.open(arcs, part, members, meter)?;
        }
        ControlFlow::Continue(kernel)
    }

    pub(super) fn empty(rounding: f64) -> Self {
        Self {
            opened: Vec::new(),
            pieces: Vec::new(),
            rounding,
        }
    }

    /// Adds and reduces the vertices of a range: a component, or a part of one.
    pub(super) fn open<W: Watch>(
        &mut self,
        arcs: &Arcs,
        part: usize,
        members: Range<u32>,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let left = EFFORT * arcs.size(&members);
        let mut effort = Effort { left, meter };
        let mut partial = Partial::default();
        let graph = arcs.graph(&members, self.rounding, &mut partial);
        let pieces = decompose::pieces(graph, Rules::Quick, &mut partial, &mut effort)?;
        let open = self.opened.len();
        self.pieces.extend(pieces.into_iter().map(|graph| Piece {
            open,
            graph,
            bound: 0.0,
        }));
        let bound = partial.cost;
        self.opened.push(Open {
            part,
            members,
            partial,
            bound,
        });
        ControlFlow::Continue(())
    }

    /// A good order of all pieces, no worse than `order`.
    pub(super) fn good_order<W: Watch>(
        &self,
        own: &Arcs,
        order: &Order,
        rounds: usize,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Order> {
        let mut known: Vec<_> = (0..own.len() as u32).collect();
        let firsts = self.pieces.iter().flat_map(|piece| piece.graph.ends.iter());
        let labels: Vec<_> = firsts.map(|ends| order.label(ends.0)).collect();
        known.sort_unstable_by_key(|&v| labels[v as usize]);
        let mut known = Order::new(&known);
        insertion::improve(own, &mut known, rounds, meter)?;
        let good = good_order(own, rounds, meter)?;
        ControlFlow::Continue(better(own, &known, &good))
    }

    /// The components with their pieces in this order.
    pub(super) fn solutions(&self, own: &Arcs, order: &Order) -> Vec<Solution> {
        let mut opened = self.opened.clone();
        for (piece, &first) in self.pieces.iter().zip(&own.core.starts) {
            let open = &mut opened[piece.open];
            open.bound += piece.bound;
            let best = piece.graph.in_order(|v| order.label(first + v));
            open.partial.append(best);
        }
        opened.into_iter().map(Open::close).collect()
    }

    /// The arcs of all pieces, each of which is a component.
    pub(super) fn arcs(&self) -> Arcs {
        let (mut starts, mut offsets) = (vec![0], vec![0]);
        let (mut heads, mut weights) = (Vec::new(), Vec::new());
        let mut row = Vec::new();
        let mut first = 0;
        for Piece { graph, .. } in &self.pieces {
            for v in 0..graph.len() as u32 {
                row.extend_from_slice(graph.out(v));
                row.sort_unstable_by_key(|end| end.0);
                heads.extend(row.iter().map(|end| first + end.0));
                weights.extend(row.drain(..).map(|end| end.1));
                offsets.push(heads.len() as u32);
            }
            first += graph.len() as u32;
            starts.push(first);
        }
        Arcs::of(Core::from_rows(starts, offsets, heads), weights)
    }
}

impl Open {
    pub(super) fn close(self) -> Solution {
        Solution {
            members: self.members.clone(),
            part: self.part,
            bound: self.bound,
            order: self.partial.order(self.members.start, self.members.end),
            cost: self.partial.cost,
        }
    }
}

impl Arcs {
    /// The vertices and the arcs of a component.
    fn size(&self, members: &Range<u32>) -> usize {
        let offset = |v: u32| self.core.offsets[v as usize];
        members.len() + (offset(members.end) - offset(members.start)) as usize
    }

    /// The graph of a range of vertices. The cost of opposite arcs is added to `partial`.
    fn graph(&self, members: &Range<u32>, rounding: f64, partial: &mut Partial) -> Graph {
        let first = members.start;
        let mut graph = Graph::new(members.clone().map(|v| (v, v)).collect(), rounding);
        for v in members.clone() {
            for (arc, w) in self.out(v).filter(|(_, w)| members.contains(w)) {
                let weight = self.weight(arc);
                let back = self.core.edge(w, v).map_or(0.0, |arc| self.weight(arc));
                let paid = weight.min(back);
                if v < w {
                    partial.cost += paid;
                }
                let rest = graph.rest(weight, paid);
                if rest > 0.0 {
                    graph.push(v - first, w - first, rest);
                }
            }
        }
        graph
    }
}
