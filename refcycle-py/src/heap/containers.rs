//! Lists, tuples, dicts and sets.

use std::ptr;

use pyo3::ffi;

use super::{Obj, text};

/// The items of a list or a tuple, or of an instance of a subclass. A tuple under construction has
/// gaps.
pub(crate) fn sequence_items<'h>(object: Obj<'h>) -> Option<impl Iterator<Item = Option<Obj<'h>>>> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive and of the type that was checked.
    let (items, len) = unsafe {
        if ffi::PyList_Check(pointer) != 0 {
            let list = pointer.cast::<ffi::PyListObject>();
            ((*list).ob_item.cast_const(), ffi::Py_SIZE(pointer))
        } else if ffi::PyTuple_Check(pointer) != 0 {
            let tuple = pointer.cast::<ffi::PyTupleObject>();
            ((&raw const (*tuple).ob_item).cast(), ffi::Py_SIZE(pointer))
        } else {
            return None;
        }
    };
    // SAFETY: a sequence has `len` items, and keeps them alive.
    Some((0..len as usize).map(move |index| unsafe { Obj::from_nullable(*items.add(index)) }))
}

/// The keys and values of a dict, or of an instance of a subclass, as they are stored: methods that
/// a subclass overrides are not called.
pub(crate) fn dict_entries<'h>(
    object: Obj<'h>,
) -> Option<impl Iterator<Item = (Obj<'h>, Obj<'h>)>> {
    let pointer = object.as_ptr();
    if !is_dict(object) {
        return None;
    }
    let mut position = 0;
    Some(std::iter::from_fn(move || {
        let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: it is a dict, and nothing changes it. Both references are borrowed from it.
        unsafe {
            if ffi::PyDict_Next(pointer, &mut position, &mut key, &mut value) == 0 {
                return None;
            }
            Some((Obj::new(key), Obj::new(value)))
        }
    }))
}

/// The value of a string key in a dict.
pub(crate) fn dict_value<'h>(dict: Obj<'h>, name: &str) -> Option<Obj<'h>> {
    let is_named = |key| text(key, name.len() + 1).is_some_and(|(key, _)| key == name);
    // A look-up by key could run the `__eq__` of a user-defined key.
    let (_, value) = dict_entries(dict)?.find(|&(key, _)| is_named(key))?;
    Some(value)
}

/// Whether it is a dict, or (since 3.15) a frozendict, or an instance of a subclass.
pub(crate) fn is_dict(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe {
        #[cfg(Py_3_15)]
        return ffi::PyAnyDict_Check(object.as_ptr()) != 0;
        #[cfg(not(Py_3_15))]
        return ffi::PyDict_Check(object.as_ptr()) != 0;
    }
}

of_python! {
    /// Not declared by pyo3-ffi.
    static mut PyODict_Type: ffi::PyTypeObject;
}

/// Whether it is an `OrderedDict`, or an instance of a subclass.
pub(crate) fn is_ordered_dict(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive; the type is CPython's own.
    unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), &raw mut PyODict_Type) != 0 }
}

/// Whether it is a set or a frozenset, or an instance of a subclass.
pub(crate) fn is_set(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyAnySet_Check(object.as_ptr()) != 0 }
}

/// The number of items of a list, tuple, dict or set. No method of a subclass is called.
pub(crate) fn container_len(object: Obj<'_>) -> usize {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive and of the type that was checked.
    let len = unsafe {
        if is_dict(object) {
            ffi::PyDict_Size(pointer)
        } else if ffi::PyAnySet_Check(pointer) != 0 {
            ffi::PySet_Size(pointer)
        } else {
            ffi::Py_SIZE(pointer)
        }
    };
    usize::try_from(len).unwrap_or(0)
}
