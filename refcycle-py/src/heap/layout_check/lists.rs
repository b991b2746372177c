//! Checks the layout tables for the collector's lists.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::memory::Memory;
use crate::heap::gc_pause::GcPause;
use crate::heap::layout::{LIST_FLAGS, lists};

/// Whether objects created one after the other are neighbours in the collector's list of the
/// youngest objects, and each is linked to the other.
pub(super) fn fit(py: Python<'_>) -> PyResult<bool> {
    /// `PyGC_Head`.
    const HEADER: usize = 16;

    let _gc_pause = GcPause::new(py);
    let objects = [
        PyList::new(py, [py.None()])?,
        PyList::new(py, [py.None()])?,
        PyList::new(py, [py.None()])?,
    ];
    let nodes = objects
        .each_ref()
        .map(|list| list.as_ptr() as usize - HEADER);
    if lists::HEADER.get() != HEADER {
        return Ok(false);
    }
    let word = |node: usize, place: usize| {
        // SAFETY: a list takes part in collection, so it has a header.
        let header = unsafe { Memory::new(node, HEADER) };
        header.word(place).map(|word| word & !LIST_FLAGS)
    };
    Ok(nodes.windows(2).all(|pair| {
        word(pair[0], lists::NEXT.get()) == Some(pair[1])
            && word(pair[1], lists::PREVIOUS.get()) == Some(pair[0])
    }))
}
