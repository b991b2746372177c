//! Moving single vertices to where less weight goes backward.

use std::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use crate::Watch;
use crate::watch::Meter;

/// Less than this share of a vertex's weight is rounding, not a gain.
const ROUNDING: f64 = 1e-12;

/// Moves each vertex to its best place, again and again until none gains or the rounds are
/// over. Only the neighbours of a moved vertex are looked at again.
pub(super) fn improve<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    rounds: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let mut waiting = vec![true; arcs.len()];
    let mut sights = Vec::new();
    for _ in 0..rounds {
        let mut moved = false;
        for v in 0..arcs.len() as u32 {
            meter.step()?;
            if !std::mem::replace(&mut waiting[v as usize], false) {
                continue;
            }
            if let Some(place) = better_place(arcs, order, v, &mut sights) {
                order.move_behind(v, place);
                moved = true;
                for &w in arcs.core.heads(v).iter().chain(arcs.core.tails(v)) {
                    waiting[w as usize] = true;
                }
            }
        }
        if !moved {
            break;
        }
    }
    ControlFlow::Continue(())
}

/// The vertex behind which `v` has less weight backward than where it is; `None` when there
/// is no such place.
fn better_place(
    arcs: &Arcs,
    order: &Order,
    v: u32,
    sights: &mut Vec<(u64, u32, f64)>,
) -> Option<u32> {
    let backward = arcs.out(v).any(|(_, w)| order.before(w, v))
        || arcs.into(v).any(|(_, w)| order.before(v, w));
    if !backward {
        return None;
    }
    // The change in cost when `v` passes each neighbour on its way from the front.
    sights.clear();
    let (mut cost, mut now) = (0.0, 0.0);
    for (arc, w) in arcs.out(v) {
        let weight = arcs.weight(arc);
        sights.push((order.label(w), w, weight));
        if order.before(w, v) {
            now += weight;
        }
    }
    for (arc, w) in arcs.into(v) {
        let weight = arcs.weight(arc);
        sights.push((order.label(w), w, -weight));
        cost += weight;
        if order.before(v, w) {
            now += weight;
        }
    }
    let threshold = now - (now + cost) * ROUNDING;
    sights.sort_unstable_by_key(|&(label, ..)| label);
    // In front of all neighbours, but not of everything: the front would get crowded.
    let (mut best, mut place) = (cost, order.previous(sights.first()?.1));
    let mut sights = sights.iter().peekable();
    while let Some(&(label, w, change)) = sights.next() {
        cost += change;
        // Neighbours both ways are passed at once.
        if sights.peek().is_none_or(|after| after.0 != label) && cost < best {
            (best, place) = (cost, w);
        }
    }
    (best < threshold).then_some(place)
}
