//! Local search: single vertices are moved to where less weight goes backward.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use crate::Watch;
use crate::watch::Meter;

/// A gain below this share of a vertex's weight is a rounding error.
const ROUNDING: f64 = 1e-12;

/// The search ends after this many rounds without a gain.
const IDLE_ROUNDS: usize = 8;

/// Moves each vertex to its best place, until no move is a gain or all rounds are used. Only the
/// neighbours of a moved vertex are tried again.
///
/// A vertex also moves to a place that is equally good, forward in one round and backward in the
/// next, so that backward arcs move along chains until they meet.
pub(super) fn improve<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    rounds: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let mut waiting = vec![true; arcs.len()];
    let mut sights = Vec::new();
    let mut idle = 0;
    for round in 0..rounds {
        let mut moved = false;
        idle += 1;
        for v in 0..arcs.len() as u32 {
            meter.step()?;
            if !core::mem::replace(&mut waiting[v as usize], false) {
                continue;
            }
            let last = round % 2 == 1;
            if let Some((place, gains)) = better_place(arcs, order, v, last, &mut sights) {
                order.move_behind(v, place);
                moved = true;
                if gains {
                    idle = 0;
                }
                waiting[v as usize] = true;
                for &w in arcs.core.heads(v).iter().chain(arcs.core.tails(v)) {
                    waiting[w as usize] = true;
                }
            }
        }
        if !moved || idle == IDLE_ROUNDS {
            break;
        }
    }
    ControlFlow::Continue(())
}

/// The vertex after which `v` has the least backward weight, and whether that is less than now;
/// `None` if `v` is already there. If there are several such places, the last or the first of
/// them.
fn better_place(
    arcs: &Arcs,
    order: &Order,
    v: u32,
    last: bool,
    sights: &mut Vec<(u64, u32, f64)>,
) -> Option<(u32, bool)> {
    let backward = arcs.out(v).any(|(_, w)| order.before(w, v))
        || arcs.into(v).any(|(_, w)| order.before(v, w));
    if !backward {
        return None;
    }
    // The change in cost as `v` passes each neighbour from the front.
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
    let rounding = (now + cost) * ROUNDING;
    sights.sort_unstable_by_key(|&(label, ..)| label);
    // Before all neighbours, but not before everything: the front would get crowded.
    let (mut best, mut place) = (cost, order.previous(sights.first()?.1));
    let here = order.label(v);
    let mut passed = 0;
    let mut sights = sights.iter().peekable();
    let is_here =
        |passed: u64, after: Option<u64>| passed <= here && after.is_none_or(|after| here < after);
    let mut stays = is_here(0, sights.peek().map(|sight| sight.0));
    while let Some(&(label, w, change)) = sights.next() {
        cost += change;
        passed = label.max(passed);
        let after = sights.peek().map(|sight| sight.0);
        // A neighbour with arcs in both directions is passed only once.
        if after == Some(label) {
            continue;
        }
        if cost < best - rounding || (last && cost <= best + rounding) {
            (best, place) = (cost, w);
            stays = is_here(passed, after);
        }
    }
    if stays || best > now + rounding {
        return None;
    }
    Some((place, best < now - rounding))
}
