//! Graphs of a class that the user defines.

mod class;

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use refcycle_core::CsrGraph;

use super::annotated_graph::invalid;
use super::base::GraphBase;
use crate::engine::lookup::Lookup;
use crate::engine::{EdgeNames, Engine};
use crate::interrupt::Checkpoint;
pub(crate) use class::UserGraph;
use class::UserVertices;

#[crate::border::guarded]
#[pymethods]
impl UserGraph {
    #[new]
    fn new(graph: &Bound<'_, PyAny>) -> PyResult<PyClassInitializer<Self>> {
        let engine = read(graph)?;
        Ok(PyClassInitializer::from(GraphBase::new(engine)).add_subclass(Self))
    }
}

/// Gets all vertices from the graph, and the edges that leave each of them.
fn read(graph: &Bound<'_, PyAny>) -> PyResult<Engine> {
    let py = graph.py();
    let mut checkpoint = Checkpoint::new();
    let numbers = graph.call_method0(intern!(py, "vertex_dict"))?;
    let mut objects = Vec::new();
    for vertex in graph.getattr(intern!(py, "vertices"))?.try_iter()? {
        let vertex = vertex?;
        if !numbers.contains(&vertex)? {
            numbers.set_item(&vertex, objects.len())?;
            objects.push(vertex.unbind());
        }
    }
    let mut offsets = vec![0];
    let mut heads = Vec::new();
    let mut edges = Vec::new();
    for object in &objects {
        for edge in graph
            .call_method1(intern!(py, "out_edges"), (object,))?
            .try_iter()?
        {
            checkpoint.step(py)?;
            let edge = edge?;
            let head = graph.call_method1(intern!(py, "head"), (&edge,))?;
            if !numbers.contains(&head)? {
                return Err(PyValueError::new_err(format!(
                    "edge {} of the graph (counted from 0) has a head that is not a vertex of it",
                    edges.len()
                )));
            }
            heads.push(numbers.get_item(&head)?.extract()?);
            edges.push(edge.unbind());
        }
        let end = u32::try_from(heads.len()).map_err(|_| {
            PyValueError::new_err(
                "the graph has too many edges: refcycle numbers them with 32 bits",
            )
        })?;
        offsets.push(end);
    }
    let csr = CsrGraph::from_parts(offsets, heads).map_err(invalid)?;
    let kind = Box::new(UserVertices::of(graph));
    let names = EdgeNames::Objects(edges.into());
    let engine = Engine::new(kind, objects.into(), csr, names);
    Ok(engine.with_lookup(Lookup::Mapping(numbers.unbind())))
}
