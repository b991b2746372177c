//! Good orders of all components.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use super::{greedy, insertion};
use crate::Watch;
use crate::watch::Meter;

/// The better of two improved orders for each component.
pub(super) fn good_order<W: Watch>(
    arcs: &Arcs,
    rounds: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Order> {
    let mut order = Order::new(&greedy::by_surplus(arcs, meter)?);
    insertion::improve(arcs, &mut order, rounds, meter)?;
    let mut other = Order::new(&greedy::by_search(arcs, meter)?);
    insertion::improve(arcs, &mut other, rounds, meter)?;
    ControlFlow::Continue(better(arcs, &order, &other))
}

/// The better of two orders for each component.
pub(super) fn better(arcs: &Arcs, order: &Order, other: &Order) -> Order {
    let costs = part_costs(arcs, |_, v, w| order.before(w, v));
    let other_costs = part_costs(arcs, |_, v, w| other.before(w, v));
    let is_better = |&v: &u32| {
        let part = arcs.part[v as usize] as usize;
        other_costs[part] < costs[part]
    };
    // The order of the components does not matter.
    let mut vertices = other.vertices();
    vertices.retain(is_better);
    vertices.extend((order.vertices().into_iter()).filter(|v| !is_better(v)));
    Order::new(&vertices)
}

/// The weight of the chosen arcs of each component.
pub(super) fn part_costs(arcs: &Arcs, chosen: impl Fn(u32, u32, u32) -> bool) -> Vec<f64> {
    let mut costs = vec![0.0; arcs.parts()];
    for (arc, v, w) in arcs.all() {
        if chosen(arc, v, w) {
            costs[arcs.part[v as usize] as usize] += arcs.weight(arc);
        }
    }
    costs
}
