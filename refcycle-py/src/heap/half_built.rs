//! Tuples and frozensets that C code is still filling.
//!
//! Such an object is tracked, and its filler must be its only owner: `PyTuple_SetItem`, `PySet_Add`
//! on a frozenset and, up to 3.13, `tuple(iterable)` fail if anything else holds it. It has one
//! reference, which comes from no object of the graph. Objects like this are dropped from the
//! snapshot, except those that code objects hold, which are complete. Complete ones that only C code
//! holds cannot be distinguished from incomplete ones.

use std::collections::TryReserveError;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::FxHashSet;

use super::address_index::AddressIndex;
use super::functions::{function_code, hidden_code_fields};
use super::held::Growing;
use super::rows::References;
use super::topology::no_memory;
use super::{Obj, Still, members, memory, sequence_items};

/// Whether C code may be filling an object of this type: a list that Python code sees must not hold
/// it.
pub(super) fn may_be_half_built(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe {
        ffi::PyTuple_CheckExact(object.as_ptr()) != 0
            || ffi::PyFrozenSet_CheckExact(object.as_ptr()) != 0
    }
}

/// Data about such objects, collected while all objects are visited.
#[derive(Default)]
pub(super) struct Suspects<'h> {
    numbers: Vec<u32>,
    code: Vec<Obj<'h>>,
    failed: Option<TryReserveError>,
}

impl<'h> Suspects<'h> {
    /// Examines an object with its number and its reference count.
    #[inline]
    pub(super) fn look_at(&mut self, object: Obj<'h>, number: usize, count: u32) {
        if count == 1 && may_be_half_built(object) {
            match self.numbers.try_reserve(1) {
                Ok(()) => self.numbers.push(number as u32),
                Err(error) => self.failed = Some(error),
            }
        }
        if let Some(code) = function_code(object) {
            match self.code.try_reserve(1) {
                Ok(()) => self.code.push(code),
                Err(error) => self.failed = Some(error),
            }
        }
    }

    /// Removes those that code objects hold.
    pub(super) fn without_constants(
        mut self,
        _heap: Still<'h, '_>,
        index: &AddressIndex,
    ) -> PyResult<Vec<u32>> {
        if let Some(error) = self.failed {
            return Err(no_memory(error));
        }
        if self.numbers.is_empty() {
            return Ok(self.numbers);
        }
        // Entries in two tables and in the array, for each code object and its constants.
        memory::ask(400 * self.code.len())?;
        let mut seen = FxHashSet::default();
        let mut complete = FxHashSet::default();
        while let Some(code) = self.code.pop() {
            if !seen.insert(code) {
                continue;
            }
            let declared = members(code).map(|(_, field)| field);
            let hidden = hidden_code_fields(code).into_iter().map(|(_, field)| field);
            for field in declared.chain(hidden) {
                complete.extend(index.get(field.address()));
                for item in sequence_items(field).into_iter().flatten().flatten() {
                    if item.is_code() {
                        self.code.push(item);
                    } else if may_be_half_built(item) {
                        complete.extend(index.get(item.address()));
                    }
                }
            }
        }
        self.numbers.retain(|number| !complete.contains(number));
        Ok(self.numbers)
    }
}

/// Drops the suspects to which no object refers, with their rows and their counts.
pub(super) fn let_go(
    mut objects: Growing,
    mut references: References,
    mut counts: Vec<u32>,
    suspects: &[u32],
) -> PyResult<(Growing, References, Vec<u32>)> {
    if suspects.is_empty() {
        return Ok((objects, references, counts));
    }
    // A byte for each object, and the suspects again.
    memory::ask(2 * objects.len() + 12 * suspects.len())?;
    let dropped = unreferenced(objects.len(), suspects, &references.heads);
    if dropped.is_empty() {
        return Ok((objects, references, counts));
    }
    let References {
        offsets,
        heads,
        uncounted,
    } = &mut references;
    // The items between two dropped ones move towards the front together.
    let (mut kept, mut edges) = (0, 0);
    let mut start = 0;
    for end in dropped.iter().copied().chain([objects.len() as u32]) {
        let end = end as usize;
        let row = offsets[start] as usize..offsets[end] as usize;
        let shift = (row.start - edges) as u32;
        let moved = |&edge: &u32| row.contains(&(edge as usize));
        for edge in uncounted.iter_mut().filter(|edge| moved(edge)) {
            *edge -= shift;
        }
        objects[kept..end].rotate_left(start - kept);
        counts.copy_within(start..end, kept);
        offsets.copy_within(start..end, kept);
        let moved = &mut offsets[kept..][..end - start];
        moved.iter_mut().for_each(|offset| *offset -= shift);
        kept += end - start;
        edges += row.len();
        heads.copy_within(row.clone(), edges - row.len());
        start = end + 1;
    }
    offsets[kept] = edges as u32;
    offsets.truncate(kept + 1);
    heads.truncate(edges);
    counts.truncate(kept);
    if dropped.len() <= FEW {
        renumber_few(heads, &dropped);
    } else {
        renumber(heads, objects.len(), &dropped);
    }
    // Releasing them frees nothing, because their owners hold them.
    objects.truncate(kept);
    Ok((objects, references, counts))
}

/// The suspects that are the head of no edge, ascending.
fn unreferenced(bound: usize, suspects: &[u32], heads: &[u32]) -> Vec<u32> {
    // A byte for each object: it is written without reading it first, as a bit would be.
    let mut is_head = vec![false; bound];
    for &head in heads {
        is_head[head as usize] = true;
    }
    let is_left = |&suspect: &u32| !is_head[suspect as usize];
    suspects.iter().copied().filter(is_left).collect()
}

/// How many dropped numbers each head is compared with. There are rarely more.
const FEW: usize = 8;

/// Lowers each head by the number of those dropped below it, by comparing it with each of them:
/// several heads at once, which is faster than a table.
fn renumber_few(heads: &mut [u32], dropped: &[u32]) {
    // A part of the heads stays in the first-level cache meanwhile.
    for part in heads.chunks_mut(4096) {
        // From the last one, so that a lowered head is still above the ones before.
        for &number in dropped.iter().rev() {
            for head in &mut *part {
                *head -= u32::from(*head > number);
            }
        }
    }
}

/// Lowers each head by the number of those dropped below it.
fn renumber(heads: &mut [u32], bound: usize, dropped: &[u32]) {
    /// The size of a block of numbers. Few blocks contain a dropped number.
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
        let number = *head;
        let shift = shifts[number as usize / BLOCK];
        let shift = if shift & MIXED == 0 {
            shift
        } else {
            below(number)
        };
        *head = number - shift;
    }
}
