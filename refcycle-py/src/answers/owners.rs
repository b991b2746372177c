//! The names of objects in a graph, with the details that only their referrers know.

use pyo3::prelude::*;
use refcycle_core::{Predecessors, VertexId};
use refcycle_dot::names::{self, NamedGraph, ObjectKind, Owner, full_name, name_in, owner};

use super::reference_names::ReferenceNames;
use crate::annotate::{Values, closure_variables, object_name};
use crate::engine::Engine;
use crate::heap::paused;
use crate::names::{ObjectName, ReferenceName};

/// A path of vertices with their names, and the names of the references from each to the next.
pub(crate) struct NamedPath {
    pub(crate) vertices: Vec<VertexId>,
    pub(crate) names: Vec<ObjectName>,
    pub(crate) references: Vec<Vec<ReferenceName>>,
}

/// The names of the objects of a graph, looked up one by one.
pub(crate) struct ObjectNames<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    references: ReferenceNames<'e, 'py>,
}

impl<'e, 'py> ObjectNames<'e, 'py> {
    pub(crate) fn new(py: Python<'py>, engine: &'e Engine) -> Self {
        Self {
            py,
            engine,
            references: ReferenceNames::new(py, engine),
        }
    }

    /// The name of an object; for a cell, with its variable.
    pub(crate) fn name(&mut self, v: VertexId) -> PyResult<names::ObjectName<String>> {
        let name = self.object(v)?;
        if !name.is_nameless_cell() {
            return Ok(name);
        }
        self.engine.ask_for_backward(self.py)?;
        name_in(self, v)
    }

    /// A path with the names of its objects and references.
    pub(super) fn path(&mut self, vertices: Vec<VertexId>, is_cycle: bool) -> PyResult<NamedPath> {
        let names: PyResult<Vec<_>> = vertices.iter().map(|&v| Ok(self.name(v)?.into())).collect();
        let references = self.references.along(&vertices, is_cycle)?.into_iter();
        Ok(NamedPath {
            names: names?,
            references: references
                .map(|names| names.into_iter().map(Into::into).collect())
                .collect(),
            vertices,
        })
    }

    /// The long name of an object; for a container, with what it belongs to. Chains show that of
    /// others.
    pub(super) fn title(&mut self, v: VertexId) -> PyResult<String> {
        match self.kind(v)? {
            ObjectKind::Container(_) => self.full(v),
            _ => Ok(self.name(v)?.borrowed().long().into_owned()),
        }
    }

    /// What an object belongs to, as in `app.cache.entries`; its long name if nothing is known.
    pub(crate) fn place(&mut self, v: VertexId) -> PyResult<String> {
        match self.owner(v)? {
            Some(owner) => Ok(owner.text),
            None => Ok(self.name(v)?.borrowed().long().into_owned()),
        }
    }

    /// What an object belongs to.
    pub(crate) fn owner(&mut self, v: VertexId) -> PyResult<Option<Owner>> {
        self.engine.ask_for_backward(self.py)?;
        owner(self, v)
    }

    /// The long name of an object, and what it belongs to.
    pub(crate) fn full(&mut self, v: VertexId) -> PyResult<String> {
        self.engine.ask_for_backward(self.py)?;
        full_name(self, v)
    }
}

impl NamedGraph for ObjectNames<'_, '_> {
    type Error = PyErr;

    fn object(&mut self, v: VertexId) -> PyResult<names::ObjectName<String>> {
        if self.engine.kind().is_from_file() {
            return Ok(self.engine.saved(self.py, v).name().owned());
        }
        self.references.measure(v)?;
        let object = &self.engine.objects()[v.index()];
        Ok(paused(self.py, |heap| {
            object_name(heap.see(object), Values::Shown)
        }))
    }

    fn kind(&mut self, v: VertexId) -> PyResult<ObjectKind> {
        if self.engine.kind().is_from_file() {
            return Ok(self.engine.saved(self.py, v).name().kind());
        }
        let object = &self.engine.objects()[v.index()];
        Ok(paused(self.py, |heap| {
            crate::annotate::object_kind(heap.see(object))
        }))
    }

    fn references(
        &mut self,
        tail: VertexId,
        head: VertexId,
    ) -> PyResult<Vec<names::ReferenceName<String>>> {
        self.references.between(tail, head)
    }

    fn referrers(&mut self, v: VertexId, most: usize) -> Vec<VertexId> {
        let graph = self.engine.graph().into_iter();
        graph
            .flat_map(|graph| graph.predecessors(v))
            .take(most)
            .collect()
    }

    fn closure_variable(&mut self, function: VertexId, place: u64) -> PyResult<Option<String>> {
        if self.engine.kind().is_from_file() {
            return Ok(None);
        }
        let function = &self.engine.objects()[function.index()];
        Ok(paused(self.py, |heap| {
            let variables = closure_variables(heap.see(function), Values::Shown);
            let mut variables = variables.into_iter();
            variables
                .nth(place as usize)
                .map(|(_, variable)| variable)
                .filter(|variable| !variable.is_empty())
        }))
    }
}
