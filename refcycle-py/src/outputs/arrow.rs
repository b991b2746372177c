//! A graph as tables, for data frames.

use std::ffi::CStr;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use refcycle_core::{EdgeId, IDirectedGraph, Vertices};
use refcycle_dot::arrow;

use super::facts::facts;
use crate::engine::Engine;
use crate::heap::memory;

/// The names that consumers of the PyCapsule interface look for.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// A graph as two Arrow tables: the result of a graph's `to_arrow`.
#[pyclass(frozen, get_all, name = "ArrowTables", module = "refcycle._refcycle")]
pub(crate) struct ArrowTables {
    /// The table of the vertices, one row each.
    vertices: Py<ArrowTable>,
    /// The table of the edges, one row each.
    edges: Py<ArrowTable>,
}

/// A table for the Arrow PyCapsule interface: pyarrow, pandas, Polars, DuckDB and others read
/// it without a copy, any number of times.
///
/// Use `pyarrow.table(t)`, `polars.DataFrame(t)` or `pandas.DataFrame.from_arrow(t)`. `len(t)` is
/// the number of rows.
#[pyclass(frozen, name = "ArrowTable", module = "refcycle._refcycle")]
pub(crate) struct ArrowTable {
    batch: RecordBatch,
}

/// The tables of a graph.
pub(crate) fn tables(py: Python<'_>, engine: &Engine) -> PyResult<ArrowTables> {
    let named = engine.kind().named(py, engine)?;
    let facts = facts(py, engine)?;
    let type_text = |v| {
        let texts = facts.type_name(v).into_iter().chain(facts.module(v));
        texts.map(str::len).sum::<usize>()
    };
    let vertices = named.vertices();
    let text: usize = vertices
        .map(|v| named.vertex_annotation(v).len() + type_text(v))
        .sum();
    let edges = (0..named.edge_count()).map(EdgeId::from_index);
    let names: usize = edges
        .map(|e| named.edge_annotation(e).map_or(0, str::len))
        .sum();
    // The arrays grow.
    memory::ask(3 * (text + names) + 60 * named.vertex_count() + 60 * named.edge_count())?;
    let (vertices, edges) = py.detach(|| {
        let vertices = arrow::vertex_table(&named, facts);
        (vertices, arrow::edge_table(&named))
    });
    Ok(ArrowTables {
        vertices: Py::new(py, ArrowTable { batch: vertices })?,
        edges: Py::new(py, ArrowTable { batch: edges })?,
    })
}

#[crate::border::guarded]
#[pymethods]
impl ArrowTables {
    fn __repr__(&self) -> String {
        format!(
            "<refcycle._refcycle.ArrowTables of {} vertices and {} edges>",
            self.vertices.get().batch.num_rows(),
            self.edges.get().batch.num_rows(),
        )
    }
}

impl ArrowTable {
    pub(crate) fn new(batch: RecordBatch) -> Self {
        Self { batch }
    }

    fn names(&self) -> Vec<String> {
        let schema = self.batch.schema();
        schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }
}

#[crate::border::guarded]
#[pymethods]
impl ArrowTable {
    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.names()
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// Returns the table as a capsule with an `ArrowArrayStream`.
    ///
    /// The columns keep their types, whatever `requested_schema` says, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = [Ok(self.batch.clone())];
        let reader = RecordBatchIterator::new(batches, self.batch.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, STREAM)
    }

    /// Returns the names and types of the columns, as a capsule with an `ArrowSchema`.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.batch.schema())
            .map_err(|error| PyBufferError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    fn __repr__(&self) -> String {
        format!(
            "<refcycle._refcycle.ArrowTable of {} rows: {}>",
            self.batch.num_rows(),
            self.names().join(", "),
        )
    }
}
