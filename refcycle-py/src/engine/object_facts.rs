//! Sizes, types and labels of the vertices of a graph.

use std::ops::Range;

use pyo3::prelude::*;
use refcycle_core::{EdgeId, Successors, VertexId};
use refcycle_dot::names::ReferenceName;

use super::Engine;
use super::buffers::saved_size;
use super::saved_object::SavedObject;
use crate::annotate::{self, Values, object_annotation, object_name};
use crate::heap::{Held, Measured, has_native_memory, paused};

impl Engine {
    /// The bytes that a vertex itself uses.
    pub(crate) fn size_of(&self, py: Python<'_>, v: VertexId) -> u64 {
        if self.kind().is_from_file() {
            return saved_size(self.saved(py, v));
        }
        let object = &self.objects()[v.index()];
        let Some(graph) = self.graph() else {
            return self.kind().size(py, object);
        };
        if !has_native_memory(py, object) {
            return self.kind().size(py, object);
        }
        // Memory that is a vertex, or that belongs to one, is not counted with its holder.
        let others = graph.successors(v).filter(|&other| other != v);
        let others = others.map(|other| self.objects()[other.index()].clone_ref(py));
        let beside: Held = std::iter::once(object.clone_ref(py))
            .chain(others)
            .collect();
        self.kind().sizes(py, &beside)[0]
    }

    /// The bytes that each vertex itself uses.
    pub(crate) fn sizes(&self, py: Python<'_>) -> Vec<u64> {
        match self.whole_dump() {
            Some(_) => self.sizes_in(py, 0..self.vertex_count()),
            None => self.kind().sizes(py, self.objects()),
        }
    }

    /// The bytes that each of some vertices in a row itself uses.
    pub(crate) fn sizes_in(&self, py: Python<'_>, vertices: Range<usize>) -> Vec<u64> {
        if self.whole_dump().is_some() {
            let vertices = vertices.map(VertexId::from_index);
            return vertices.map(|v| saved_size(self.saved(py, v))).collect();
        }
        self.kind().sizes(py, &self.objects()[vertices])
    }

    /// The name of the type of a vertex, without module and enclosing classes.
    pub(crate) fn type_name(&self, py: Python<'_>, v: VertexId) -> String {
        if self.kind().is_from_file() {
            return self.saved(py, v).short_type_name().to_owned();
        }
        self.kind().type_name(py, &self.objects()[v.index()])
    }

    /// The name of the type of a vertex, with its module except for builtins.
    pub(crate) fn dotted_type(&self, py: Python<'_>, v: VertexId) -> String {
        if self.kind().is_from_file() {
            return self.saved(py, v).type_name().to_owned();
        }
        let object = &self.objects()[v.index()];
        paused(py, |heap| annotate::dotted(heap.see(object).ty()))
    }

    /// A number that vertices of one type share.
    pub(crate) fn type_key(&self, py: Python<'_>, v: VertexId) -> usize {
        if self.kind().is_from_file() {
            return self.saved(py, v).type_number();
        }
        self.kind().type_key(py, &self.objects()[v.index()])
    }

    /// Whether the graph is that of a snapshot, or a part of one, without strings, numbers and
    /// other objects that the collector does not track.
    pub(crate) fn has_tracked_only(&self, py: Python<'_>) -> bool {
        if !self.kind().is_from_file() {
            return self.reading().is_some_and(|reading| !reading.untracked);
        }
        self.dump(py).is_some_and(|dump| {
            let untracked = dump.metadata().get("untracked");
            untracked.is_some_and(|untracked| untracked == "false")
        })
    }

    /// The name of a reference in a saved graph.
    pub(crate) fn saved_reference<'a>(
        &'a self,
        py: Python<'a>,
        tail: VertexId,
        e: EdgeId,
    ) -> Option<ReferenceName<&'a str>> {
        let saved = self.saved(py, tail);
        let number = EdgeId::new(self.edge_number(e));
        saved.dump().reference_name(number)
    }
}

/// The label of an object, as the vertex of a graph.
pub(crate) fn annotation_of(object: &Bound<'_, PyAny>) -> String {
    if let Ok(saved) = object.cast::<SavedObject>() {
        return saved.get().saved().label().to_owned();
    }
    let held = object.as_unbound();
    paused(object.py(), |heap| object_annotation(heap.see(held)))
}

/// The file and the line at which an object was allocated, live or from a file; none where that is
/// not known.
pub(crate) fn allocated_at(object: &Bound<'_, PyAny>) -> Option<String> {
    match object.cast::<SavedObject>() {
        Ok(saved) => saved.get().saved().allocated_at().map(str::to_owned),
        Err(_) => annotate::allocated_at(object.py(), object.as_unbound()),
    }
}

/// The name of an object in one line, without what its graph shows about it.
pub(crate) fn long_name_of(object: &Bound<'_, PyAny>) -> String {
    if let Ok(saved) = object.cast::<SavedObject>() {
        return saved.get().saved().name().long().into_owned();
    }
    let (py, held) = (object.py(), object.as_unbound());
    // If the structs of its type cannot be measured, the name has less detail.
    let _ = Measured::default().see(py, std::slice::from_ref(held), 0);
    let name = paused(py, |heap| object_name(heap.see(held), Values::Shown));
    name.borrowed().long().into_owned()
}
