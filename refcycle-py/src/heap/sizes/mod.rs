//! Shallow sizes: the bytes that an object itself takes.
//!
//! One file a subject: [`plan`] says for a type where the bytes of its instances are,
//! [`tables`] measures hash tables and attribute values, [`texts`] strings, [`checks`]
//! compares all this with what CPython says of objects that are known.

mod checks;
mod plan;
mod tables;
mod texts;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::{Held, Obj, Still};
use plan::{Plan, Size};

pub(super) use tables::new_instance_has_known_values;

/// The bytes that an object itself takes now: with the header of the collector, the
/// words before it, its tables, and the attributes that it holds inline.
///
/// # Errors
/// None: what an object's own C code cannot say is taken from its type.
///
/// # Cost
/// Constant for types that are measured here; else one call of a C function.
pub(crate) fn shallow_size(object: &Bound<'_, PyAny>) -> usize {
    let py = object.py();
    let trusted = checks::trusted(py);
    let size = {
        let object = Still::new(py).see(object);
        Plan::of(object.raw_type(), trusted).size(object)
    };
    match size {
        Size::Known(bytes) => bytes,
        Size::OfMethod { method, besides } => by_method(object, method) + besides,
    }
}

/// The bytes that each of these objects itself takes now.
///
/// # Cost
/// One pass over the objects, and a call of a C function for each of the types that have
/// one and are not measured here. 8 bytes an object, and some for each type.
pub(crate) fn shallow_sizes(py: Python<'_>, objects: &Held) -> Vec<u64> {
    /// An object whose size a C function has to tell.
    struct Pending {
        number: usize,
        plan: usize,
        besides: usize,
    }

    let trusted = checks::trusted(py);
    let heap = Still::new(py);
    let mut plans: Vec<(Obj<'_>, Plan)> = Vec::new();
    let mut numbers = FxHashMap::default();
    let mut last = None;
    let mut pending = Vec::new();
    let mut sizes = Vec::with_capacity(objects.len());
    for (number, object) in objects.iter().enumerate() {
        let object = heap.see_held(object);
        let ty = object.ty();
        let plan = match last {
            Some((of, plan)) if of == ty => plan,
            _ => *numbers.entry(ty).or_insert_with(|| {
                plans.push((ty, Plan::of(object.raw_type(), trusted)));
                plans.len() - 1
            }),
        };
        last = Some((ty, plan));
        sizes.push(match plans[plan].1.size(object) {
            Size::Known(bytes) => bytes as u64,
            Size::OfMethod { besides, .. } => {
                pending.push(Pending {
                    number,
                    plan,
                    besides,
                });
                0
            }
        });
    }
    if pending.is_empty() {
        return sizes;
    }
    // The functions create integers: the heap no longer stands still. A type is held, so
    // that one at the same address is the one that was looked at.
    let plans: Vec<_> = plans
        .into_iter()
        .map(|(ty, plan)| (ty.hold(py), plan))
        .collect();
    for Pending {
        number,
        plan,
        besides,
    } in pending
    {
        let object = objects[number].bind(py);
        let (ty, plan) = &plans[plan];
        sizes[number] = match plan.method() {
            Some(method) if object.get_type().is(ty) => by_method(object, method) + besides,
            _ => shallow_size(object),
        } as u64;
    }
    sizes
}

/// What a `__sizeof__` that is written in C says, or the basic size of the type when it
/// raises.
fn by_method(object: &Bound<'_, PyAny>, method: ffi::PyCFunction) -> usize {
    let py = object.py();
    // SAFETY: the method is one without arguments of a base of the object's type. It
    // returns a new reference or null with an exception.
    let said = unsafe {
        let said = method(object.as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, said)
    };
    said.and_then(|said| said.extract()).unwrap_or_else(|_| {
        // SAFETY: the type of a live object is alive.
        unsafe { (*object.get_type_ptr()).tp_basicsize as usize }
    })
}
