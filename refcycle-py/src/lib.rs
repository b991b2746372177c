//! The Python extension module of `refcycle`: its declaration.

mod annotate;
mod annotations;
mod collector;
mod creators;
mod graphs;
mod heap;
mod interrupt;

use pyo3::prelude::*;

/// The part of refcycle that is written in Rust.
#[pymodule]
mod _refcycle {
    #[pymodule_export]
    use crate::annotations::{annotated_references, object_annotation};
    #[pymodule_export]
    use crate::creators::{
        cycles_created_by, garbage, key_cycles, objects_reachable_from, snapshot,
    };
    #[pymodule_export]
    use crate::graphs::{
        AnnotatedEdge, AnnotatedGraph, AnnotatedVertex, DirectedGraph, EdgeView, GraphBase,
        GraphIterator, ObjectGraph, UserGraph, VertexView, restore_graph,
    };
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    use super::*;

    /// Checks what is known of the interpreter.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        let unknown = crate::heap::layout::check(py)?;
        if !unknown.is_empty() {
            let message = format!(
                "refcycle does not know the inner layout of this Python; it leaves out {}",
                unknown.join(", ")
            );
            let warn = py.import("warnings")?.getattr("warn")?;
            warn.call1((message, py.get_type::<pyo3::exceptions::PyRuntimeWarning>()))?;
        }
        Ok(())
    }
}
