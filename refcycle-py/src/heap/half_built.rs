//! Tuples that C code is still filling.
//!
//! Such a tuple is tracked, and up to 3.13 `tuple(iterable)` fails when somebody else
//! holds it: it resizes the tuple, which must be its own. It has one reference, from
//! nowhere in the graph. Tuples like that are let go; that some of them are complete, and
//! held by C code alone, cannot be seen.

use pyo3::ffi;
use pyo3::prelude::*;
use refcycle_core::VertexId;

use super::Obj;
use super::traverse::References;

/// The two are one of the caller's and our own.
const REFERENCES: isize = 2;

#[inline]
pub(super) fn is_suspect(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    cfg!(not(Py_3_14))
        && unsafe {
            ffi::PyTuple_CheckExact(object.as_ptr()) != 0
                && ffi::Py_REFCNT(object.as_ptr()) == REFERENCES
        }
}

/// Takes the suspects to which no reference leads out of the objects and their rows.
pub(super) fn let_go(
    mut objects: Vec<Py<PyAny>>,
    found: References,
) -> (Vec<Py<PyAny>>, Vec<u32>, Vec<VertexId>) {
    let References {
        mut offsets,
        mut heads,
        suspects,
    } = found;
    let dropped = unreferenced(objects.len(), &suspects, &heads);
    if dropped.is_empty() {
        return (objects, offsets, heads);
    }
    // What is between two that are dropped moves towards the front as a whole.
    let (mut kept, mut edges) = (0, 0);
    let mut start = 0;
    for end in dropped.iter().copied().chain([objects.len() as u32]) {
        let end = end as usize;
        let row = offsets[start] as usize..offsets[end] as usize;
        let shift = (row.start - edges) as u32;
        for v in start..end {
            objects.swap(kept, v);
            offsets[kept] = offsets[v] - shift;
            kept += 1;
        }
        edges += row.len();
        heads.copy_within(row.clone(), edges - row.len());
        start = end + 1;
    }
    offsets[kept] = edges as u32;
    offsets.truncate(kept + 1);
    heads.truncate(edges);
    renumber(&mut heads, objects.len(), &dropped);
    // Letting them go frees nothing, as their owners hold them.
    objects.truncate(kept);
    (objects, offsets, heads)
}

/// The suspects that are no head, ascending.
fn unreferenced(bound: usize, suspects: &[u32], heads: &[VertexId]) -> Vec<u32> {
    let mut bits = vec![0u64; bound.div_ceil(64)];
    for &suspect in suspects {
        bits[suspect as usize / 64] |= 1 << (suspect % 64);
    }
    for head in heads {
        bits[head.index() / 64] &= !(1 << (head.number() % 64));
    }
    let is_left = |&suspect: &u32| bits[suspect as usize / 64] & (1 << (suspect % 64)) != 0;
    suspects.iter().copied().filter(is_left).collect()
}

/// Lowers each head by the number of those dropped below it.
fn renumber(heads: &mut [VertexId], bound: usize, dropped: &[u32]) {
    /// Few blocks of so many numbers have one that is dropped.
    const BLOCK: usize = 64;
    const MIXED: u32 = 1 << 31;

    let below = |number: u32| dropped.partition_point(|&other| other < number) as u32;
    let shifts: Vec<_> = (0..bound.div_ceil(BLOCK) as u32)
        .map(|block| {
            let first = block * BLOCK as u32;
            let (before, after) = (below(first), below(first + BLOCK as u32));
            before | if before == after { 0 } else { MIXED }
        })
        .collect();
    for head in heads {
        let number = head.number();
        let shift = shifts[number as usize / BLOCK];
        let shift = if shift & MIXED == 0 {
            shift
        } else {
            below(number)
        };
        *head = VertexId::new(number - shift);
    }
}
