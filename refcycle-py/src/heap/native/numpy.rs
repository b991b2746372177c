//! NumPy: arrays over memory that no array owns.
//!
//! The size of an array that owns its data includes them. An array that refers to another one, or
//! to an object with a size of its own, needs nothing here. The rest is memory of a library that
//! has handed it to NumPy.

use pyo3::intern;
use pyo3::prelude::*;

use super::compiled_calls::get_from;
use super::extents::Extents;
use super::owners::is_owner_type;
use crate::heap::arrays::{array_type, base_of, has_strings, is_owner, span_of};
use crate::heap::paused;

pub(super) fn is_array(object: &Bound<'_, PyAny>) -> bool {
    let held = object.as_unbound();
    paused(object.py(), |heap| array_type(heap.see(held)).is_some())
}

pub(super) fn read(array: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let held = array.as_unbound();
    if paused(array.py(), |heap| has_strings(heap.see(held))) {
        return None;
    }
    // The last array in the chain of views, unless it or another object at the end of the
    // references owns the data. It stays alive with this array, and so does all that it shows.
    let last = paused(array.py(), |heap| {
        let mut last = heap.see(held);
        while let Some(base) = base_of(last) {
            if array_type(base).is_none() {
                return (!is_owner_type(base)).then(|| last.hold());
            }
            last = base;
        }
        (!is_owner(last)).then(|| last.hold())
    });
    let Some(last) = last else {
        return Some(());
    };
    let array = last.bind(array.py());
    let ty = type_of(array)?;
    let item: i64 = get_from(ty as _, array, intern!(array.py(), "itemsize"))?
        .extract()
        .ok()?;
    let (start, end) = paused(array.py(), |heap| span_of(heap.see(&last), item))?;
    extents.at(start, end - start);
    Some(())
}

/// The address of NumPy's own type, below which the type of the array is.
fn type_of(array: &Bound<'_, PyAny>) -> Option<usize> {
    let held = array.as_unbound();
    paused(array.py(), |heap| array_type(heap.see(held)))
}
