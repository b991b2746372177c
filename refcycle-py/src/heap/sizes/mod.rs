//! Shallow sizes: the bytes that an object itself uses.
//!
//! One file for each subject: [`plan`] determines for a type where the bytes of its instances are,
//! [`tables`] measures hash tables and attribute values, [`texts`] measures strings, [`outside`]
//! measures buffers of the standard library, [`growing`] those that can grow, and [`checks`] compares the first three with the sizes
//! that CPython reports for known objects.

mod by_method;
mod checks;
mod growing;
mod outside;
mod plan;
mod tables;
mod texts;

use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::native::{add_sizes, is_unknown, native_memory};
use super::slices::{SLICE, Turns};
use super::{Obj, Still, paused};
use by_method::by_method;
pub(super) use growing::TableMeasure;
pub(crate) use growing::remember_deque;
pub(super) use plan::{GC_HEAD, INTEGER_MIN, bytes_before, lacks_time_zone, may_lack_time_zone};
use plan::{Plan, Size, Trusted};

pub(super) use tables::{dict_tables, new_instance_has_known_values, spare_in_dict, spare_in_set};

/// The bytes that an object itself uses now, including the header of the collector, the words
/// before the object, its tables, and the attributes that it holds inline.
///
/// # Errors
/// None. If an object's own C code cannot report a size, its type's size is used.
///
/// # Cost
/// Constant for types that are measured here; otherwise one call of a C function.
pub(crate) fn shallow_size(object: &Bound<'_, PyAny>) -> usize {
    let size = planned(object, |plan, object| plan.size(object));
    let size = match size {
        Size::Known(bytes) => bytes,
        Size::OfMethod { method, besides } => by_method(object, method) + besides,
    };
    let mut sizes = [size as u64];
    add_sizes(
        object.py(),
        std::slice::from_ref(object.as_unbound()),
        &mut sizes,
    );
    sizes[0] as usize
}

/// Whether the object owns memory outside of Python's objects of which the size is unknown, so that
/// its size is larger than [`shallow_size`] says.
pub(crate) fn has_unknown_size(object: &Bound<'_, PyAny>) -> bool {
    planned(object, |plan, object| plan.is_partly_unknown(object)) || is_unknown(object)
}

/// The objects, by index, that own memory of which the size is unknown: see [`has_unknown_size`].
///
/// # Cost
/// One pass over the objects, and the readers of libraries.
pub(crate) fn unknown_sizes(py: Python<'_>, objects: &[Py<PyAny>]) -> Vec<u32> {
    let trusted = checks::trusted(py);
    // The objects of types that own such memory.
    let mut turns = Turns::default();
    let mut special: Vec<usize> = Vec::new();
    for (part, first) in objects.chunks(SLICE).zip((0..).step_by(SLICE)) {
        if first > 0 {
            turns.give(py);
        }
        special.extend(paused(py, |heap| {
            let mut known = FxHashMap::default();
            let objects = part.iter().zip(first..);
            let special = objects.filter(|(object, _)| {
                let object = heap.see(object);
                *known
                    .entry(object.ty())
                    .or_insert_with(|| Plan::of(object.raw_type(), trusted).owns_memory_outside())
            });
            special.map(|(_, number)| number).collect::<Vec<_>>()
        }));
    }
    let mut unknown: Vec<_> = special
        .into_iter()
        .filter(|&number| {
            let object = objects[number].bind(py);
            planned(object, |plan, object| plan.is_partly_unknown(object))
        })
        .map(|number| number as u32)
        .collect();
    unknown.extend(native_memory(py, objects).unknown);
    unknown
}

/// What a function says of an object and of how its type is measured. If that was not yet checked
/// for the type, it is now.
fn planned<T: Send>(object: &Bound<'_, PyAny>, ask: impl Fn(Plan, Obj<'_>) -> T + Sync) -> T {
    let py = object.py();
    let trusted = checks::trusted(py);
    let held = object.as_unbound();
    let asked = || {
        paused(py, |heap| {
            let object = heap.see(held);
            let plan = Plan::of(object.raw_type(), trusted);
            (plan.unchecked(), ask(plan, object))
        })
    };
    let (unchecked, found) = asked();
    match unchecked {
        None => found,
        Some(kind) => {
            kind.check(object);
            asked().1
        }
    }
}

/// The bytes that each of these objects itself uses now.
///
/// # Cost
/// One pass over the objects, in slices, and a call of a C function for each object of a type that has
/// one and is not measured here. 8 bytes per object, and a few for each type.
pub(crate) fn shallow_sizes(py: Python<'_>, objects: &[Py<PyAny>]) -> Vec<u64> {
    let trusted = checks::trusted(py);
    let mut turns = Turns::default();
    let mut sizes = Vec::with_capacity(objects.len());
    let mut pending = Vec::new();
    for part in objects.chunks(SLICE) {
        if !sizes.is_empty() {
            turns.give(py);
        }
        paused(py, |heap| {
            measure(heap, part, trusted, (&mut sizes, &mut pending));
        });
    }
    // The functions create integers, so they are called after the pause.
    for Pending {
        number,
        ty,
        method,
        besides,
    } in pending
    {
        let object = objects[number].bind(py);
        sizes[number] = match method {
            Some(method) if object.get_type().is(&*ty) => by_method(object, method) + besides,
            _ => shallow_size(object),
        } as u64;
    }
    add_sizes(py, objects, &mut sizes);
    sizes
}

/// A reference to a type, one for all its pending objects.
type HeldType = Arc<Py<PyAny>>;

/// An object whose size cannot be measured during the pause.
struct Pending {
    number: usize,
    /// Held, so that no other type can have the same address.
    ty: HeldType,
    /// The C function that reports it; `None` if it is still to be checked how it is measured.
    method: Option<ffi::PyCFunction>,
    besides: usize,
}

/// Adds the sizes that can be measured, 0 for the others, and those others to a list. The numbers
/// of the objects begin with that of the sizes.
fn measure<'env>(
    heap: Still<'_, 'env>,
    objects: &'env [Py<PyAny>],
    trusted: Trusted,
    (sizes, pending): (&mut Vec<u64>, &mut Vec<Pending>),
) {
    let mut plans: Vec<(Obj<'_>, Plan, Option<HeldType>)> = Vec::new();
    let mut numbers = FxHashMap::default();
    let mut last = None;
    for object in heap.see_all(objects) {
        let number = sizes.len();
        let ty = object.ty();
        let place = match last {
            Some((of, place)) if of == ty => place,
            _ => *numbers.entry(ty).or_insert_with(|| {
                plans.push((ty, Plan::of(object.raw_type(), trusted), None));
                plans.len() - 1
            }),
        };
        last = Some((ty, place));
        let (_, plan, held) = &mut plans[place];
        let (method, besides) = match plan.size(object) {
            _ if plan.unchecked().is_some() => (None, 0),
            Size::Known(bytes) => {
                sizes.push(bytes as u64);
                continue;
            }
            Size::OfMethod { method, besides } => (Some(method), besides),
        };
        sizes.push(0);
        let ty = held.get_or_insert_with(|| Arc::new(ty.hold()));
        pending.push(Pending {
            number,
            ty: Arc::clone(ty),
            method,
            besides,
        });
    }
}
