//! Recognises refcycle's own graphs among the objects of a heap.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyType;

use super::Obj;
use super::enumerate::hold_tracked;

/// The address of the base class of all graphs.
static CLASS: AtomicUsize = AtomicUsize::new(0);

/// Called with the base class of all graphs when the library is imported.
pub(crate) fn remember_graph_class(class: &Bound<'_, PyType>) {
    CLASS.store(class.as_ptr() as usize, Ordering::Relaxed);
}

/// The graphs that are alive and not frozen.
///
/// Since 3.12, without a list of all objects, whose memory would be left over full of their
/// addresses.
///
/// # Cost
/// A pass over the objects that the collector tracks.
pub(crate) fn own_graphs(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    hold_tracked(py, 0, None, |object| is_graph_class(object.ty()))
}

/// Whether a class is that of a graph.
pub(super) fn is_graph_class(ty: Obj<'_>) -> bool {
    let class = CLASS.load(Ordering::Relaxed);
    super::types::bases(ty).any(|ty| ty.address() == class)
}
