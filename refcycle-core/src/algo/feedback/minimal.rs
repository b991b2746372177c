//! Putting back every arc that closes no cycle.

use std::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use super::way::{Way, Ways};
use crate::Watch;
use crate::watch::Meter;

/// The arcs that go backward in the order, without those that can be put back one after
/// the other, heaviest first: what is left is a minimal set. The order changes with it, so
/// that all other arcs go forward.
pub(super) fn minimal<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    ways: &mut Ways,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<bool>> {
    let mut cut = vec![false; arcs.weights.len()];
    let mut backward: Vec<_> = arcs.all().filter(|&(_, v, w)| order.before(w, v)).collect();
    for &(arc, ..) in &backward {
        cut[arc as usize] = true;
    }
    backward.sort_by(|a, b| arcs.weight(b.0).total_cmp(&arcs.weight(a.0)));
    for (arc, tail, head) in backward {
        if order.before(head, tail) {
            let open = |arc: u32| !cut[arc as usize];
            match ways.run(arcs, order, open, (head, tail), meter)? {
                Way::Found => continue,
                Way::AheadKnown => {
                    let mut found = ways.found(true).to_vec();
                    found.sort_unstable_by_key(|&v| order.label(v));
                    order.move_all_behind(&found, tail);
                }
                Way::BehindKnown => {
                    let mut found = ways.found(false).to_vec();
                    found.sort_unstable_by_key(|&v| order.label(v));
                    let place = order.previous(head);
                    order.move_all_behind(&found, place);
                }
            }
        }
        cut[arc as usize] = false;
    }
    ControlFlow::Continue(cut)
}
