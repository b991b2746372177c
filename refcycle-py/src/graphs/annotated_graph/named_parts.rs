//! Vertices and edges that are created from names on demand.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyInt;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{Edge, EdgeId, IDirectedGraph, VertexId, Vertices};
use refcycle_dot::Annotator;
use refcycle_dot::names::{ObjectName, ReferenceName};
use refcycle_dot::text::class_of;

use super::super::annotated_parts::{AnnotatedEdge, AnnotatedVertex};
use super::class::AnnotatedParts;
use super::made::Made;
use crate::engine::{Engine, GraphKind, OnDemand};
use crate::heap::{Measured, memory};
use crate::interrupt::Checkpoint;
use crate::outputs::named::{ask_for_names, build_error};

/// The vertices and edges of a graph of names. The names remain data: of a million vertices, only
/// those that are requested become Python objects.
#[derive(Default)]
pub(super) struct NamedParts {
    names: Arc<refcycle_dot::AnnotatedGraph>,
    vertices: Made<AnnotatedVertex>,
    edges: Made<AnnotatedEdge>,
}

impl NamedParts {
    pub(super) fn new(names: Arc<refcycle_dot::AnnotatedGraph>) -> Self {
        Self {
            names,
            ..Self::default()
        }
    }

    fn known_vertex<'py>(
        &self,
        py: Python<'py>,
        v: VertexId,
    ) -> Option<Bound<'py, AnnotatedVertex>> {
        self.vertices.known(py, v.number())
    }

    /// The name of an edge.
    fn edge_name(&self, py: Python<'_>, e: EdgeId) -> Option<ReferenceName<String>> {
        match self.edges.known(py, e.number()) {
            Some(edge) => edge.borrow().reference_name(py),
            None => self.names.reference_name(e).map(|name| name.owned()),
        }
    }

    /// The names, including those of vertices and edges that were changed.
    fn renamed(&self, py: Python<'_>) -> PyResult<Arc<refcycle_dot::AnnotatedGraph>> {
        let names = &self.names;
        let (vertices, edges) = (self.vertices.changed(py), self.edges.changed(py));
        if vertices.is_empty() && edges.is_empty() {
            return Ok(Arc::clone(names));
        }
        let counts = (names.vertex_count(), names.edge_count());
        ask_for_names(counts.0, counts.1)?;
        let mut checkpoint = Checkpoint::of(counts.0 + counts.1);
        let mut annotator = Annotator::with_capacity(counts.0, counts.1);
        for v in names.vertices() {
            checkpoint.step(py)?;
            memory::room_for(0)?;
            match vertices.get(&v.number()) {
                Some(vertex) => vertex.borrow().annotate(py, &mut annotator)?,
                None => annotator.vertex(names.vertex_id(v), &names.object_name(v)),
            }
        }
        for e in (0..counts.1).map(EdgeId::from_index) {
            checkpoint.step(py)?;
            memory::room_for(0)?;
            match edges.get(&e.number()) {
                Some(edge) => edge.borrow().annotate(py, &mut annotator)?,
                None => annotator.edge(names.edge_id(e), names.reference_name(e).as_ref()),
            }
        }
        let renamed = annotator.finish(names.shared_graph());
        renamed.map(Arc::new).map_err(build_error)
    }
}

impl GraphKind for NamedParts {
    // A part has the same vertices and edges as the whole, and does not keep all names alive.
    fn of_part(&self, py: Python<'_>) -> Box<dyn GraphKind> {
        AnnotatedParts.of_part(py)
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        AnnotatedParts.wrap(py, engine)
    }

    fn on_demand(&self) -> Option<&dyn OnDemand> {
        Some(self)
    }

    fn label(&self, py: Python<'_>, _engine: &Engine, v: VertexId) -> PyResult<String> {
        Ok(match self.known_vertex(py, v) {
            Some(vertex) => vertex.borrow().long_name(py),
            None => self.names.object_name(v).long().into_owned(),
        })
    }

    fn holder_name(
        &self,
        py: Python<'_>,
        _engine: &Engine,
        v: VertexId,
    ) -> PyResult<ObjectName<String>> {
        Ok(match self.known_vertex(py, v) {
            Some(vertex) => vertex.borrow().object_name(py),
            None => self.names.object_name(v).owned(),
        })
    }

    fn group(&self, py: Python<'_>, _engine: &Engine, v: VertexId) -> PyResult<String> {
        Ok(match self.known_vertex(py, v) {
            Some(vertex) => vertex.borrow().class(py),
            None => class_of(self.names.object_name(v)).to_owned(),
        })
    }

    fn groups_by_type(&self) -> bool {
        false
    }

    fn edge_names(
        &self,
        py: Python<'_>,
        _engine: &Engine,
        _measured: &mut Measured,
        edges: &[Edge],
    ) -> PyResult<Vec<Option<ReferenceName<String>>>> {
        let names = edges.iter().map(|edge| self.edge_name(py, edge.id));
        Ok(names.collect())
    }

    fn named(
        &self,
        py: Python<'_>,
        _engine: &Engine,
    ) -> PyResult<Arc<refcycle_dot::AnnotatedGraph>> {
        self.renamed(py)
    }

    fn key<'py>(
        &self,
        py: Python<'py>,
        _engine: &Engine,
        v: VertexId,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.known_vertex(py, v) {
            Some(vertex) => Ok(vertex.borrow().id(py).into_any()),
            None => Ok(self.names.vertex_id(v).into_pyobject(py)?.into_any()),
        }
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.vertices.traverse(visit)?;
        self.edges.traverse(visit)
    }

    fn clear(&mut self) {
        // Released objects may run code, which finds no vertex.
        let released = std::mem::take(self);
        drop(released);
    }
}

impl OnDemand for NamedParts {
    fn vertex_count(&self) -> usize {
        self.names.vertex_count()
    }

    fn vertex<'py>(&self, py: Python<'py>, v: VertexId) -> PyResult<Bound<'py, PyAny>> {
        let vertex = self.vertices.get(py, v.number(), || {
            AnnotatedVertex::make(py, self.names.vertex_id(v), self.names.object_name(v))
        })?;
        Ok(vertex.into_any())
    }

    fn edge<'py>(&self, py: Python<'py>, e: EdgeId) -> PyResult<Bound<'py, PyAny>> {
        let names = &self.names;
        let edge = self.edges.get(py, e.number(), || {
            let edge = names.edge(e);
            let ends = [edge.head, edge.tail].map(|v| names.vertex_id(v));
            let name = names.reference_name(e);
            AnnotatedEdge::make(py, names.edge_id(e), name, ends[0], ends[1])
        })?;
        Ok(edge.into_any())
    }

    fn find_vertex(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<VertexId>> {
        let Some(id) = id_of::<AnnotatedVertex>(object, AnnotatedVertex::id)? else {
            return Ok(None);
        };
        let found = number(&id).and_then(|id| self.names.find_vertex(id));
        let known = found.and_then(|v| self.known_vertex(object.py(), v));
        match known {
            // Its id has been changed.
            Some(known) if known.borrow().id(object.py()).as_any().ne(&id)? => Ok(None),
            _ => Ok(found),
        }
    }

    fn find_edge(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<EdgeId>> {
        let py = object.py();
        let Some(id) = id_of::<AnnotatedEdge>(object, AnnotatedEdge::id)? else {
            return Ok(None);
        };
        let found = number(&id).and_then(|id| self.names.find_edge(id));
        let known = found.and_then(|e| self.edges.known(py, e.number()));
        match known {
            // Its id has been changed.
            Some(known) if known.borrow().id(py).as_any().ne(&id)? => Ok(None),
            _ => Ok(found),
        }
    }
}

/// The id of a vertex or an edge; `None` for an object of another class, which is equal to none of
/// them.
fn id_of<'py, T: pyo3::PyClass>(
    object: &Bound<'py, PyAny>,
    id: impl FnOnce(&T, Python<'py>) -> Bound<'py, PyInt>,
) -> PyResult<Option<Bound<'py, PyInt>>> {
    match object.cast::<T>() {
        Ok(part) => Ok(Some(id(&*part.borrow(), object.py()))),
        Err(_) => {
            // Like a dict, raises an error for an object that is not hashable.
            object.hash()?;
            Ok(None)
        }
    }
}

fn number(id: &Bound<'_, PyInt>) -> Option<u64> {
    id.extract().ok()
}
