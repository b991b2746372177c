//! Lists of tracked objects for code in Python.
//!
//! `gc.get_objects()` and `gc.get_referrers()` hold the tuples and frozensets that C code is still
//! filling in other threads, and that code fails if anything else holds them. So none of these
//! functions returns a tuple or a frozenset.

use pyo3::prelude::*;
use rustc_hash::FxHashSet;

use crate::heap;

/// Returns the graphs of refcycle that are alive and not frozen, as a list. Takes a pass over
/// the objects that the collector tracks.
///
///     >>> import refcycle
///     >>> from refcycle._refcycle import live_graphs
///     >>> graph = refcycle.ObjectGraph([[]])
///     >>> any(found is graph for found in live_graphs())
///     True
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn live_graphs(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    heap::own_graphs(py)
}

/// Returns the objects that the collector tracks and that are not frozen, without tuples
/// and frozensets, as a list. Takes a pass over these objects.
///
///     >>> from refcycle._refcycle import tracked_objects
///     >>> inner = []
///     >>> any(found is inner for found in tracked_objects())
///     True
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn tracked_objects(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    heap::tracked_and_complete(py)
}

/// Returns the tracked objects that refer to one of some objects, without tuples and
/// frozensets, as a list: those of `gc.get_referrers`, and with its cost.
///
///     >>> from refcycle._refcycle import tracked_referrers
///     >>> inner = []
///     >>> outer, pair = [inner], (inner, inner)
///     >>> [found for found in tracked_referrers([inner]) if found is outer or found is pair]
///     [[[]]]
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn tracked_referrers(
    py: Python<'_>,
    objects: Vec<Py<PyAny>>,
) -> PyResult<Vec<Py<PyAny>>> {
    heap::complete_referrers(py, &objects)
}

/// Returns those of some ids that belong to tracked objects, as a list: in the order in which
/// the collector lists the objects, from the oldest generation to the youngest. Takes a pass over
/// the objects that the collector tracks.
///
///     >>> from refcycle._refcycle import order_in_the_collector
///     >>> first, second = [], []
///     >>> order_in_the_collector({id(second), id(first)}) == [id(first), id(second)]
///     True
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn order_in_the_collector(
    py: Python<'_>,
    ids: FxHashSet<usize>,
) -> PyResult<Vec<usize>> {
    heap::order_in_the_collector(py, &ids)
}
