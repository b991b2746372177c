//! The tables of Python's containers that can grow.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use super::checks;
use super::plan::{Trusted, list_items};
use super::tables::{dict_tables, set_table};
use crate::heap::Obj;

const WORD: usize = size_of::<usize>();

/// The address of the type `collections.deque`; 0 if it is unknown.
static DEQUE: AtomicUsize = AtomicUsize::new(0);

/// Called when the library is imported: a snapshot imports nothing.
pub(crate) fn remember_deque(py: Python<'_>) -> PyResult<()> {
    let deque = py.import("_collections")?.getattr("deque")?;
    DEQUE.store(deque.as_ptr() as usize, Ordering::Relaxed);
    Ok(())
}

/// How the tables of containers are measured, and those of buffers that can grow.
pub(in super::super) struct TableMeasure {
    trusted: Trusted,
    deque: usize,
}

impl TableMeasure {
    pub(in super::super) fn new(py: Python<'_>) -> Self {
        Self {
            trusted: checks::trusted(py),
            deque: DEQUE.load(Ordering::Relaxed),
        }
    }

    /// The bytes of the table of a list, a dict, a set, a deque or a bytearray; 0 for all others. That
    /// of a deque or a bytearray is measured by its length.
    ///
    /// Of lists and dicts, subclasses count too. To ask for those of the others would take longer.
    #[inline]
    pub(in super::super) fn bytes(&self, object: Obj<'_>) -> usize {
        let ty = object.raw_type();
        // SAFETY: an object's type is alive. What is read is there in an object of the type.
        unsafe {
            let flags = ffi::PyType_GetFlags(ty);
            if flags & ffi::Py_TPFLAGS_LIST_SUBCLASS != 0 {
                return if self.trusted.lists {
                    list_items(object)
                } else {
                    0
                };
            }
            if flags & ffi::Py_TPFLAGS_DICT_SUBCLASS != 0 {
                return if self.trusted.dicts {
                    dict_tables(object)
                } else {
                    0
                };
            }
            if ty == &raw mut ffi::PySet_Type {
                return if self.trusted.sets {
                    set_table(object)
                } else {
                    0
                };
            }
            if ty as usize == self.deque {
                return len(object) * WORD;
            }
            if ty == &raw mut ffi::PyByteArray_Type {
                return len(object);
            }
        }
        0
    }
}

/// `ob_size`.
///
/// # Safety
/// The object is of variable size, and a number of items is there.
unsafe fn len(object: Obj<'_>) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe { object.word(size_of::<ffi::PyObject>()) }
}
