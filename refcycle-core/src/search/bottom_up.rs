//! The bottom-up step of a breadth-first search: every vertex that has not been found looks for a
//! predecessor that has.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use crate::watch::Meter;
use crate::{Rows, VertexId, Watch};

const WORD: usize = usize::BITS as usize;

/// Whether a sweep is likely to cost less than following the edges of a generation. The second
/// condition avoids a sweep for each generation on graphs with many small ones, such as grids.
pub(super) fn pays(rows: Rows<'_>, generation: usize, unvisited: usize) -> bool {
    let vertices = rows.offsets().len() - 1;
    // An estimate: counting the edges would have to read each vertex.
    let edges = generation as u128 * rows.heads().len() as u128 / vertices.max(1) as u128;
    edges > unvisited as u128 / 2 && edges > vertices as u128 / 64
}

/// Appends to `order` the vertices that are not in `seen` but have a predecessor there, and marks
/// them: after all have been found, or with `at_once` immediately, so that they count as
/// predecessors.
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
