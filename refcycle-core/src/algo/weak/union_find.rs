//! Trees of vertices, each with a parent that is no greater; a root is its own parent.

use core::ops::ControlFlow;

use crate::Watch;
use crate::watch::Meter;

/// Joins the trees of two vertices, by Rem's algorithm: walks up from both at the same time, always
/// from the vertex with the greater parent, and gives it the smaller one, until both parents are
/// the same. In most cases, they are at once.
#[inline(always)]
pub(super) fn unite(parent: &mut [u32], v: u32, w: u32) {
    let (mut low, mut high) = (v, w);
    let (mut low_up, mut high_up) = (parent[v as usize], parent[w as usize]);
    while low_up != high_up {
        if low_up > high_up {
            (low, high) = (high, low);
            (low_up, high_up) = (high_up, low_up);
        }
        parent[high as usize] = low_up;
        if high_up == high {
            // It was a root.
            break;
        }
        high = high_up;
        high_up = parent[high as usize];
    }
}

/// The root of the tree of `v`. Halves the path to it, which may have half of all vertices.
pub(super) fn root<W: Watch>(
    parent: &mut [u32],
    mut v: u32,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, u32> {
    loop {
        meter.step()?;
        let up = parent[v as usize];
        if up == v {
            return ControlFlow::Continue(v);
        }
        parent[v as usize] = parent[up as usize];
        v = up;
    }
}
