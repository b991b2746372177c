//! Checks the layout tables for the attributes of instances.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::wrap_pyfunction;

use super::memory::Memory;
use crate::heap::layout::class;
#[cfg(Py_3_11)]
use crate::heap::layout::dict;
use crate::heap::paused;
use crate::heap::sizes::new_instance_has_known_values;

pub(super) fn add_to(scope: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = scope.py();
    scope.set_item("place_of_values", wrap_pyfunction!(place_of_values, py)?)?;
    scope.set_item("instances_fit", wrap_pyfunction!(instances_fit, py)?)?;
    scope.set_item("values_fit", wrap_pyfunction!(values_fit, py)?)
}

/// The size of what precedes an instance: the collector's header, its dict, and its values or its
/// weak references.
#[cfg(Py_3_11)]
const BEFORE: usize = 32;

/// An instance of a class without declared fields, with the memory before it.
#[cfg(Py_3_11)]
fn before(object: &Bound<'_, PyAny>) -> Memory {
    // SAFETY: an instance of a class with a managed dict is preceded by four words.
    unsafe { Memory::new(object.as_ptr() as usize - BEFORE, BEFORE + 16) }
}

#[cfg(Py_3_11)]
fn word_before(object: &Bound<'_, PyAny>, distance: usize) -> Option<usize> {
    before(object).word(BEFORE.checked_sub(distance)?)
}

/// The address of the values of an instance that has no dict; in 3.13 and later, of their header.
#[pyfunction]
fn place_of_values(object: &Bound<'_, PyAny>) -> Option<usize> {
    #[cfg(all(Py_3_11, not(Py_3_12)))]
    {
        use crate::heap::layout::instance as at;

        let has_dict = word_before(object, at::DICT_BEFORE.get())? != 0;
        let values = word_before(object, at::VALUES_BEFORE.get())?;
        (!has_dict).then_some(values)
    }
    #[cfg(all(Py_3_12, not(Py_3_13)))]
    {
        let word = word_before(object, crate::heap::layout::instance::DICT_BEFORE.get())?;
        (word & 1 == 1).then(|| word.wrapping_add(1))
    }
    #[cfg(Py_3_13)]
    {
        if word_before(object, crate::heap::layout::instance::DICT_BEFORE.get())? != 0 {
            return None;
        }
        // SAFETY: an object's type is alive.
        let basic = unsafe { (*object.get_type_ptr()).tp_basicsize } as usize;
        let start = crate::heap::layout::values::START.get();
        let start = start.wrapping_add(if cfg!(Py_3_14) { basic } else { 0 });
        Some((object.as_ptr() as usize).wrapping_add(start))
    }
    #[cfg(not(Py_3_11))]
    {
        let _ = object;
        Some(0)
    }
}

/// The values of an instance, at the address that its dict has shown.
///
/// # Safety
/// They exist: the header that 3.13 adds, and this number of values.
#[cfg(Py_3_11)]
unsafe fn values_at(place: usize, count: usize) -> Memory {
    let header = if cfg!(Py_3_13) { 8 } else { 0 };
    // SAFETY: guaranteed by the caller.
    unsafe { Memory::new(place, header + 8 * count) }
}

/// Whether `instance` has these values. `other` had its values at `place` before it got the dict
/// `shared`; the dict of `replaced` has been replaced.
#[pyfunction]
fn instances_fit(
    other: &Bound<'_, PyAny>,
    place: Option<usize>,
    shared: &Bound<'_, PyAny>,
    replaced: &Bound<'_, PyAny>,
    instance: &Bound<'_, PyAny>,
    values: Vec<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    #[cfg(not(Py_3_11))]
    {
        let _ = (other, place, shared, replaced, instance, values);
        Ok(true)
    }
    #[cfg(Py_3_11)]
    {
        use crate::heap::instances::{MANAGED_DICT, VALUES_FLAG};

        let has = |object: &Bound<'_, PyAny>, flags| {
            // SAFETY: an object's type is alive.
            unsafe { ffi::PyType_HasFeature(object.get_type_ptr(), flags) != 0 }
        };
        let plain = shared.as_any();
        let flags_fit = [MANAGED_DICT, VALUES_FLAG]
            .iter()
            .all(|&flag| has(instance, flag as _) && !has(plain, flag as _));
        // SAFETY: it is a dict.
        let fields = unsafe { Memory::of(shared, 0) };
        let dict_word = crate::heap::layout::instance::DICT_BEFORE.get();
        let is_where_the_dict_says = place.is_some_and(|place| fields.has(dict::VALUES, place))
            && word_before(other, dict_word) == Some(shared.as_ptr() as usize);
        let Some(own) = place_of_values(instance).filter(|_| flags_fit && is_where_the_dict_says)
        else {
            return Ok(false);
        };
        // SAFETY: the dict has shown which field is the address of the values.
        let own = unsafe { values_at(own, values.len()) };
        #[cfg(not(Py_3_13))]
        {
            let _ = replaced;
            Ok(own.has_all(0, &values))
        }
        #[cfg(Py_3_13)]
        {
            use crate::heap::layout::values as at;

            let is_valid = |memory: Memory| memory.byte(at::VALID.get());
            let start = (replaced.as_ptr() as usize)
                .wrapping_add(own.start.wrapping_sub(instance.as_ptr() as usize));
            // SAFETY: all instances of a class have their values at the same offset.
            let gone = unsafe { values_at(start, values.len()) };
            Ok(own.has_all(at::ITEMS.get(), &values)
                && is_valid(own) == Some(1)
                && is_valid(gone) == Some(0))
        }
    }
}

/// Whether the header of an instance's values gives the right capacity, provided that no instance
/// of its class was created after it; and whether `built`, a type that is written in C and created
/// at run time, has its name at the expected offset. `instances_fit` must have checked the instance
/// first.
#[pyfunction]
fn values_fit(instance: &Bound<'_, PyAny>, built: &Bound<'_, PyAny>) -> PyResult<bool> {
    // SAFETY: it is a type.
    let fields = unsafe { Memory::of(built, 0) };
    let name = fields.word(std::mem::offset_of!(ffi::PyTypeObject, tp_name));
    if cfg!(Py_3_11) && (name.is_none() || fields.word(class::C_NAME.get()) != name) {
        return Ok(false);
    }
    Ok(values_header_fits(instance))
}

/// Whether the header of a new instance's values has the right capacity, at the known offset.
fn values_header_fits(instance: &Bound<'_, PyAny>) -> bool {
    let held = instance.as_unbound();
    paused(instance.py(), |heap| {
        new_instance_has_known_values(heap.see(held))
    })
}
