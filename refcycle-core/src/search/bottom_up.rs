//! The bottom-up step of a breadth-first search: every vertex not yet found looks for one
//! among its predecessors that was.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use crate::watch::Meter;
use crate::{Rows, VertexId, Watch};

const WORD: usize = usize::BITS as usize;

/// Whether a sweep is likely to cost less than walking the edges of a generation. The second
/// condition keeps graphs of many small generations, such as grids, from being swept in each.
pub(super) fn pays(rows: Rows<'_>, generation: usize, unvisited: usize) -> bool {
    let vertices = rows.offsets().len() - 1;
    // Their own number of edges would take a look at each.
    let edges = generation as u128 * rows.heads().len() as u128 / vertices.max(1) as u128;
    edges > unvisited as u128 / 2 && edges > vertices as u128 / 64
}

/// Appends to `order` the vertices that are not in `seen` and have a predecessor there, and
/// marks them: when all have been found, or at once, so that they count as predecessors.
pub(super) fn sweep<W: Watch>(
    back: Rows<'_>,
    seen: &mut FixedBitSet,
    order: &mut Vec<VertexId>,
    at_once: bool,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let vertices = back.offsets().len() - 1;
    let first = order.len();
    for word in 0..vertices.div_ceil(WORD) {
        let mut unseen = !seen.as_slice()[word];
        if (word + 1) * WORD > vertices {
            unseen &= (1 << (vertices % WORD)) - 1;
        }
        meter.steps(unseen.count_ones() as usize)?;
        while unseen != 0 {
            let v = VertexId::from_index(word * WORD + unseen.trailing_zeros() as usize);
            unseen &= unseen - 1;
            let row = back.row(v.number());
            if row.iter().any(|&u| seen.contains(u as usize)) {
                order.push(v);
                if at_once {
                    seen.insert(v.index());
                }
            }
        }
    }
    if !at_once {
        for v in &order[first..] {
            seen.insert(v.index());
        }
    }
    ControlFlow::Continue(())
}
