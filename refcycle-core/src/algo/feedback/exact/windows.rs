//! Divide and conquer: windows of an order are ordered anew, each by itself.

use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use super::super::arcs::Arcs;
use super::super::order::Order;
use super::super::path_search::PathSearch;
use super::super::{bound, minimal};
use super::kernel::{Kernel, Solution};
use crate::Watch;
use crate::watch::Meter;

/// The windows have a half of the vertices, then a quarter, and so on, this many times. Smaller ones
/// gained next to nothing.
const LEVELS: u32 = 4;

/// Windows of fewer vertices are left to the exact search.
const LEAST: u32 = 16;

impl Kernel {
    /// Puts each piece into a good order, no worse than `order`, and finds its lower bound. Returns
    /// the orders and the bounds of the components.
    pub(crate) fn solve<W: Watch>(
        &mut self,
        order: &Order,
        rounds: usize,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Vec<Solution>> {
        let own = self.arcs();
        let mut order = self.good_order(&own, order, rounds, meter)?;
        improve(&own, &mut order, (rounds, self.rounding), meter)?;
        let mut search = PathSearch::new(own.len());
        let cut = minimal::minimal(&own, &mut order, &mut search, meter)?;
        let bounds = bound::packing(&own, &order, &cut, &mut search, meter)?;
        for (piece, bound) in self.pieces.iter_mut().zip(bounds) {
            piece.bound = bound;
        }
        ControlFlow::Continue(self.solutions(&own, &order))
    }
}

/// Orders the vertices of each window anew, if that costs less. Arcs to and from vertices outside a
/// window stay as they are, so that the reductions find more than in the whole graph. Each size is
/// used twice, the second time with the windows moved by half of it.
///
/// `settings` are the rounds of the local search, and the share of a weight that is a rounding
/// error.
fn improve<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    settings: (usize, f64),
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    for level in 1..=LEVELS {
        let mut gains = false;
        for is_moved in [false, true] {
            gains |= improve_level(arcs, order, level, is_moved, settings, meter)?;
        }
        if !gains && level > 1 {
            break;
        }
    }
    ControlFlow::Continue(())
}

/// Returns whether a window costs less now.
fn improve_level<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    level: u32,
    is_moved: bool,
    (rounds, rounding): (usize, f64),
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    let mut vertices = order.vertices();
    vertices.sort_by_key(|&v| arcs.part[v as usize]);
    let sorted = arcs.renumbered(&vertices);
    let mut kernel = Kernel::empty(rounding);
    let mut costs = Vec::new();
    for (part, ends) in sorted.core.starts.windows(2).enumerate() {
        for members in windows(ends[0]..ends[1], level, is_moved) {
            let cost = backward(&sorted, &members);
            if cost > 0.0 {
                costs.push(cost);
                kernel.open(&sorted, part, members, meter)?;
            }
        }
    }
    let own = kernel.arcs();
    let identity: Vec<_> = (0..vertices.len() as u32).collect();
    let good = kernel.good_order(&own, &Order::new(&identity), rounds, meter)?;
    let mut better = identity;
    let mut gains = false;
    for (solution, cost) in kernel.solutions(&own, &good).into_iter().zip(costs) {
        if solution.cost < cost {
            gains = true;
            let members = solution.members.start as usize..solution.members.end as usize;
            better[members].copy_from_slice(&solution.order);
        }
    }
    if gains {
        for place in &mut better {
            *place = vertices[*place as usize];
        }
        *order = Order::new(&better);
    }
    ControlFlow::Continue(gains)
}

/// The windows of a component, whose vertices are in order.
fn windows(members: Range<u32>, level: u32, is_moved: bool) -> impl Iterator<Item = Range<u32>> {
    let size = (members.end - members.start) >> level;
    let first = if is_moved { size / 2 } else { size };
    let mut start = members.start;
    let mut end = start + first;
    core::iter::from_fn(move || {
        if size < LEAST || start >= members.end {
            return None;
        }
        let window = start..end.min(members.end);
        start = window.end;
        end = start + size;
        Some(window)
    })
}

/// The weight of the arcs that go backward within a window.
fn backward(sorted: &Arcs, members: &Range<u32>) -> f64 {
    let mut cost = 0.0;
    for v in members.clone() {
        let within = sorted.out(v).filter(|&(_, w)| members.start <= w && w < v);
        cost += within.map(|(arc, _)| sorted.weight(arc)).sum::<f64>();
    }
    cost
}
