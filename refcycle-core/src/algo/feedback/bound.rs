//! Disjoint cycles: each needs an arc of its own in any feedback arc set.

use std::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use super::way::{Way, Ways};
use crate::Watch;
use crate::watch::Meter;

/// For each component a weight that no feedback arc set of it is below: that of cycles
/// which share out the weights of the arcs. Each cycle holds one arc that is `cut`, and
/// arcs that go forward.
pub(super) fn packing<W: Watch>(
    arcs: &Arcs,
    order: &Order,
    cut: &[bool],
    ways: &mut Ways,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<f64>> {
    let mut bound = vec![0.0; arcs.parts()];
    let mut left = arcs.weights.clone();
    // The shortest first: they leave more to the others.
    for (arc, v, w) in arcs.all().filter(|&(arc, ..)| cut[arc as usize]) {
        if let Some(back) = arcs.core.edge(w, v) {
            let share = left[arc as usize].min(left[back as usize]);
            left[arc as usize] -= share;
            left[back as usize] -= share;
            bound[arcs.part[v as usize] as usize] += share;
        }
    }
    for (arc, v, w) in arcs.all().filter(|&(arc, ..)| cut[arc as usize]) {
        while left[arc as usize] > 0.0 {
            let open = |arc: u32| !cut[arc as usize] && left[arc as usize] > 0.0;
            let Way::Found = ways.run(arcs, order, open, (w, v), meter)? else {
                break;
            };
            let share = (ways.arcs.iter()).fold(left[arc as usize], |share, &other| {
                share.min(left[other as usize])
            });
            left[arc as usize] -= share;
            for &other in &ways.arcs {
                left[other as usize] -= share;
            }
            bound[arcs.part[v as usize] as usize] += share;
        }
    }
    ControlFlow::Continue(bound)
}
