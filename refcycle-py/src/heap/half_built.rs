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
    if suspects.is_empty() {
        return (objects, offsets, heads);
    }
    let mut dropped = Ranks::new(objects.len(), &suspects);
    for head in &heads {
        dropped.remove(head.index());
    }
    dropped.count();
    if dropped.total == 0 {
        return (objects, offsets, heads);
    }
    let (mut kept, mut edges) = (0, 0);
    for v in 0..objects.len() {
        if dropped.contains(v) {
            continue;
        }
        objects.swap(kept, v);
        let row = offsets[v] as usize..offsets[v + 1] as usize;
        // Rows move towards the front: what is overwritten has been moved already.
        offsets[kept] = edges as u32;
        for edge in row {
            let head = heads[edge].index();
            heads[edges] = VertexId::from_index(head - dropped.before(head));
            edges += 1;
        }
        kept += 1;
    }
    offsets[kept] = edges as u32;
    offsets.truncate(kept + 1);
    heads.truncate(edges);
    // The suspects are at the end now: letting them go frees nothing, as their owners
    // hold them.
    objects.truncate(kept);
    (objects, offsets, heads)
}

/// A set of numbers that says how many of them are below another.
struct Ranks {
    bits: Vec<u64>,
    before: Vec<u32>,
    total: u32,
}

impl Ranks {
    fn new(bound: usize, numbers: &[u32]) -> Self {
        let mut bits = vec![0; bound.div_ceil(64)];
        for &number in numbers {
            bits[number as usize / 64] |= 1 << (number % 64);
        }
        Self {
            bits,
            before: Vec::new(),
            total: 0,
        }
    }

    #[inline]
    fn remove(&mut self, number: usize) {
        self.bits[number / 64] &= !(1 << (number % 64));
    }

    #[inline]
    fn contains(&self, number: usize) -> bool {
        self.bits[number / 64] & (1 << (number % 64)) != 0
    }

    fn count(&mut self) {
        let total = &mut self.total;
        self.before = self
            .bits
            .iter()
            .map(|bits| std::mem::replace(total, *total + bits.count_ones()))
            .collect();
    }

    #[inline]
    fn before(&self, number: usize) -> usize {
        let below = self.bits[number / 64] & ((1 << (number % 64)) - 1);
        self.before[number / 64] as usize + below.count_ones() as usize
    }
}
