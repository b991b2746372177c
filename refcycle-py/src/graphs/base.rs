//! The base class of all graphs, and the conversion of a graph to an object of its class.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::PyClass;
use pyo3::prelude::*;

use crate::engine::Engine;

/// The base class of all graphs: vertices, edges, and the algorithms on them.
#[pyclass(
    subclass,
    weakref,
    dict,
    name = "GraphBase",
    module = "refcycle._refcycle"
)]
pub(crate) struct GraphBase {
    pub(super) engine: Engine,
    _counted: Counted,
}

/// How many graphs there are.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts a graph while it exists.
struct Counted;

impl Counted {
    fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether there are any graphs.
pub(super) fn graphs_exist() -> bool {
    ALIVE.load(Ordering::Relaxed) > 0
}

impl GraphBase {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            _counted: Counted::new(),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }
}

/// A graph as an object of `class`, which adds no data to the base.
pub(super) fn object_of<C: PyClass<BaseType = GraphBase>>(
    py: Python<'_>,
    engine: Engine,
    class: C,
) -> PyResult<Py<PyAny>> {
    let base = PyClassInitializer::from(GraphBase::new(engine));
    Ok(Py::new(py, base.add_subclass(class))?.into_any())
}

/// A Python object for a graph, of the right class for its kind.
pub(crate) fn wrap(py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
    let kind = engine.kind().of_part(py);
    kind.wrap(py, engine)
}
