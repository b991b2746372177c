//! Disjoint cycles: any feedback arc set has at least one arc of each.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use super::path_search::{Outcome, PathSearch};
use crate::Watch;
use crate::watch::Meter;

/// The searches may read this many arcs for each arc of the graph.
const EFFORT: usize = 8;

/// The searches may read this many arcs in addition, whatever the size of the graph.
const SPARE: usize = 1 << 20;

/// A lower bound of the weight of a feedback arc set for each component: the weight of cycles
/// among which the weights of the arcs are divided.
///
/// Each cycle has an arc that is `cut`. If the set is nearly optimal, cycles with just one such
/// arc leave the most weight for the others; otherwise short cycles do.
pub(super) fn packing<W: Watch>(
    arcs: &Arcs,
    order: &Order,
    cut: &[bool],
    search: &mut PathSearch,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<f64>> {
    let only_one = |arc: u32, v, head, tail| !cut[arc as usize] && order.within(v, head, tail);
    let any = |_, _, _, _| true;
    let single = cycles(arcs, cut, only_one, search, meter)?;
    let short = cycles(arcs, cut, any, search, meter)?;
    ControlFlow::Continue(single.iter().zip(&short).map(|(a, b)| a.max(*b)).collect())
}

/// The weight of cycles through the cut arcs. `allowed` takes an arc, the vertex that it leads to
/// and the ends of the path back, and returns whether the path may use the arc.
fn cycles<W: Watch>(
    arcs: &Arcs,
    cut: &[bool],
    allowed: impl Fn(u32, u32, u32, u32) -> bool,
    search: &mut PathSearch,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<f64>> {
    let mut bound = vec![0.0; arcs.parts()];
    let mut left = arcs.weights.clone();
    // The shortest cycles come first: they leave more weight for the others.
    for (arc, v, w) in arcs.all().filter(|&(arc, ..)| cut[arc as usize]) {
        if let Some(back) = arcs.core.edge(w, v) {
            let share = left[arc as usize].min(left[back as usize]);
            left[arc as usize] -= share;
            left[back as usize] -= share;
            bound[arcs.part[v as usize] as usize] += share;
        }
    }
    let mut effort = SPARE + EFFORT * left.len();
    for (arc, v, w) in arcs.all().filter(|&(arc, ..)| cut[arc as usize]) {
        if effort == 0 {
            break;
        }
        while left[arc as usize] > 0.0 {
            let may_enter = |arc: u32, x| left[arc as usize] > 0.0 && allowed(arc, x, w, v);
            let outcome = search.run(arcs, may_enter, (w, v), effort, meter)?;
            effort = effort.saturating_sub(search.effort());
            let Outcome::Found = outcome else {
                break;
            };
            let share = (search.arcs.iter()).fold(left[arc as usize], |share, &other| {
                share.min(left[other as usize])
            });
            left[arc as usize] -= share;
            for &other in &search.arcs {
                left[other as usize] -= share;
            }
            bound[arcs.part[v as usize] as usize] += share;
        }
    }
    ControlFlow::Continue(bound)
}
