//! What is known of the objects of a graph, be they alive or saved.

use pyo3::prelude::*;
use refcycle_core::{EdgeId, VertexId};

use super::saved_object::SavedObject;
use super::{Engine, Kind};
use crate::annotate::{object_annotation, type_name_of};
use crate::heap::{paused, shallow_size, shallow_sizes};

impl Engine {
    /// The bytes that a vertex takes itself.
    pub(crate) fn size_of(&self, py: Python<'_>, v: VertexId) -> u64 {
        let object = &self.objects()[v.index()];
        match self.kind() {
            Kind::Saved => SavedObject::of(py, object).size(),
            _ => shallow_size(object.bind(py)) as u64,
        }
    }

    /// The same of all vertices.
    pub(crate) fn sizes(&self, py: Python<'_>) -> Vec<u64> {
        match self.kind() {
            Kind::Saved => {
                let objects = self.objects().iter();
                objects
                    .map(|object| SavedObject::of(py, object).size())
                    .collect()
            }
            _ => shallow_sizes(py, self.objects()),
        }
    }

    /// The name of the type of a vertex, without module and enclosing classes.
    pub(crate) fn type_name(&self, py: Python<'_>, v: VertexId) -> String {
        let object = &self.objects()[v.index()];
        match self.kind() {
            Kind::Saved => {
                let name = SavedObject::of(py, object).type_name();
                name.rsplit('.').next().unwrap_or(name).to_owned()
            }
            _ => paused(py, |heap| type_name_of(heap.see(object))),
        }
    }

    /// What is equal for vertices of one type.
    pub(crate) fn type_key(&self, py: Python<'_>, v: VertexId) -> usize {
        let object = &self.objects()[v.index()];
        match self.kind() {
            Kind::Saved => SavedObject::of(py, object).type_number(),
            _ => paused(py, |heap| heap.see(object).ty().address()),
        }
    }

    /// The name of a reference of a saved graph.
    pub(crate) fn saved_reference(
        &self,
        py: Python<'_>,
        tail: VertexId,
        e: EdgeId,
    ) -> Option<String> {
        let saved = SavedObject::of(py, &self.objects()[tail.index()]);
        let number = EdgeId::new(self.edge_number(e));
        saved.dump().reference_label(number).map(str::to_owned)
    }
}

/// A name for an object, as the vertex of a graph.
pub(crate) fn annotation_of(object: &Bound<'_, PyAny>) -> String {
    if let Ok(saved) = object.cast::<SavedObject>() {
        return saved.get().label().to_owned();
    }
    let held = object.as_unbound();
    paused(object.py(), |heap| object_annotation(heap.see(held)))
}
