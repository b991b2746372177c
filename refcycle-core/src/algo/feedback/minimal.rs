//! Makes the set minimal: arcs that close no cycle are put back.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::arcs::Arcs;
use super::order::Order;
use super::path_search::{Outcome, PathSearch};
use crate::Watch;
use crate::watch::Meter;

/// The number of arcs that the search for one arc may read before the arc is left to a sweep.
const SHORT: usize = 64;

/// The number of arcs that one sweep tests.
const LANES: usize = 256;

type Lanes = [u64; LANES / 64];

/// An arc with its tail and its head.
type Arc = (u32, u32, u32);

/// The arcs that go backward in the order, without those that can be put back. They are tried one
/// after the other, heavy ones first; those that remain are a minimal set. The order is changed so
/// that all other arcs go forward.
pub(super) fn minimal<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    search: &mut PathSearch,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<bool>> {
    let mut cut = vec![false; arcs.weights.len()];
    let mut backward: Vec<_> = arcs.all().filter(|&(_, v, w)| order.before(w, v)).collect();
    for &(arc, ..) in &backward {
        cut[arc as usize] = true;
    }
    backward.sort_by(|a, b| arcs.weight(b.0).total_cmp(&arcs.weight(a.0)));
    let mut unknown = Vec::new();
    for arc in backward {
        if !put_back(arcs, order, search, &mut cut, arc, SHORT, meter)? {
            unknown.push(arc);
        }
    }
    // An arc that closes a cycle still closes one after more arcs have been put back.
    let mut may_close_none = Vec::new();
    let vertices = order.vertices();
    unknown.sort_unstable_by_key(|&(_, _, head)| order.label(head));
    for some in unknown.chunks(LANES) {
        sweep(arcs, &vertices, &cut, some, &mut may_close_none, meter)?;
    }
    may_close_none.sort_by(|a, b| arcs.weight(b.0).total_cmp(&arcs.weight(a.0)));
    for arc in may_close_none {
        put_back(arcs, order, search, &mut cut, arc, usize::MAX, meter)?;
    }
    ControlFlow::Continue(cut)
}

/// Puts an arc back if it closes no cycle. `false` if the search gave up.
fn put_back<W: Watch>(
    arcs: &Arcs,
    order: &mut Order,
    search: &mut PathSearch,
    cut: &mut [bool],
    (arc, tail, head): Arc,
    most: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    if order.before(head, tail) {
        let may_enter = |arc: u32, v| !cut[arc as usize] && order.within(v, head, tail);
        match search.run(arcs, may_enter, (head, tail), most, meter)? {
            Outcome::GaveUp => return ControlFlow::Continue(false),
            Outcome::Found => return ControlFlow::Continue(true),
            Outcome::ForwardExhausted => {
                let mut found = search.found(true).to_vec();
                found.sort_unstable_by_key(|&v| order.label(v));
                order.move_all_behind(&found, tail);
            }
            Outcome::BackwardExhausted => {
                let mut found = search.found(false).to_vec();
                found.sort_unstable_by_key(|&v| order.label(v));
                let place = order.previous(head);
                order.move_all_behind(&found, place);
            }
        }
    }
    cut[arc as usize] = false;
    ControlFlow::Continue(true)
}

/// Finds the arcs whose head does not reach their tail, by carrying a bit for each arc along the
/// order.
fn sweep<W: Watch>(
    arcs: &Arcs,
    vertices: &[u32],
    cut: &[bool],
    some: &[Arc],
    found: &mut Vec<Arc>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let mut reached: Vec<Lanes> = vec![[0; LANES / 64]; arcs.len()];
    for (lane, &(_, _, head)) in some.iter().enumerate() {
        reached[head as usize][lane / 64] |= 1 << (lane % 64);
    }
    for &v in vertices {
        meter.step()?;
        let by = reached[v as usize];
        if by == [0; LANES / 64] {
            continue;
        }
        for (arc, w) in arcs.out(v) {
            if !cut[arc as usize] {
                for (to, by) in reached[w as usize].iter_mut().zip(by) {
                    *to |= by;
                }
            }
        }
    }
    for (lane, &(arc, tail, head)) in some.iter().enumerate() {
        if reached[tail as usize][lane / 64] >> (lane % 64) & 1 == 0 {
            found.push((arc, tail, head));
        }
    }
    ControlFlow::Continue(())
}
