//! Initial orders of the vertices with little backward weight.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};
use core::ops::ControlFlow;

use super::arcs::Arcs;
use crate::Watch;
use crate::watch::Meter;

/// The weight that leaves a vertex minus the weight that enters it. The greatest comes first.
#[derive(PartialEq)]
struct Surplus(f64, Reverse<u32>);

impl Eq for Surplus {}

impl Ord for Surplus {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl PartialOrd for Surplus {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of Eades, Lin and Smyth: sinks go to the back, sources to the front, and if there are
/// neither, the vertex with the greatest surplus goes to the front.
pub(super) fn by_surplus<W: Watch>(
    arcs: &Arcs,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let n = arcs.len() as u32;
    let mut ins: Vec<_> = (0..n).map(|v| arcs.core.tails(v).len() as u32).collect();
    let mut outs: Vec<_> = (0..n).map(|v| arcs.core.heads(v).len() as u32).collect();
    let mut surplus = surpluses(arcs);
    let mut heap: BinaryHeap<_> = (0..n)
        .map(|v| Surplus(surplus[v as usize], Reverse(v)))
        .collect();
    let (mut sources, mut sinks) = (Vec::new(), Vec::new());
    let mut gone = vec![false; arcs.len()];
    let (mut front, mut back) = (Vec::with_capacity(arcs.len()), Vec::new());
    loop {
        meter.step()?;
        let v = if let Some(v) = sinks.pop().or_else(|| sources.pop()) {
            v
        } else if let Some(Surplus(was, Reverse(v))) = heap.pop() {
            // A vertex whose surplus has fallen is put back; one whose surplus has risen is in
            // the heap again.
            if !gone[v as usize] && surplus[v as usize] < was {
                heap.push(Surplus(surplus[v as usize], Reverse(v)));
                continue;
            }
            v
        } else {
            break;
        };
        if core::mem::replace(&mut gone[v as usize], true) {
            continue;
        }
        if outs[v as usize] == 0 {
            back.push(v);
        } else {
            front.push(v);
        }
        for (arc, w) in arcs.out(v) {
            ins[w as usize] -= 1;
            if !gone[w as usize] {
                surplus[w as usize] += arcs.weight(arc);
                heap.push(Surplus(surplus[w as usize], Reverse(w)));
                if ins[w as usize] == 0 {
                    sources.push(w);
                }
            }
        }
        for (arc, w) in arcs.into(v) {
            outs[w as usize] -= 1;
            surplus[w as usize] -= arcs.weight(arc);
            if outs[w as usize] == 0 && !gone[w as usize] {
                sinks.push(w);
            }
        }
    }
    front.extend(back.iter().rev());
    ControlFlow::Continue(front)
}

fn surpluses(arcs: &Arcs) -> Vec<f64> {
    let mut surplus = vec![0.0; arcs.len()];
    for (arc, v, w) in arcs.all() {
        surplus[v as usize] += arcs.weight(arc);
        surplus[w as usize] -= arcs.weight(arc);
    }
    surplus
}

/// The vertices in reverse postorder of a depth-first search: only arcs to a vertex that is still
/// open go backward.
pub(super) fn by_search<W: Watch>(
    arcs: &Arcs,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let n = arcs.len();
    let mut seen = vec![false; n];
    let mut left = Vec::with_capacity(n);
    let mut path: Vec<(u32, usize)> = Vec::new();
    for root in 0..n as u32 {
        if core::mem::replace(&mut seen[root as usize], true) {
            continue;
        }
        path.push((root, 0));
        while let Some((v, position)) = path.last_mut() {
            let Some(&w) = arcs.core.heads(*v).get(*position) else {
                left.push(*v);
                path.pop();
                continue;
            };
            *position += 1;
            if !core::mem::replace(&mut seen[w as usize], true) {
                meter.step()?;
                path.push((w, 0));
            }
        }
    }
    left.reverse();
    ControlFlow::Continue(left)
}
