//! Heap snapshots for Chrome's DevTools and memlab.

mod ids;

use std::path::Path;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId};
use refcycle_dot::exchange::heapsnapshot::{
    FIRST_ID, Group, HeapSnapshot, HeapSnapshotBuilder, Node, NodeKind,
};
use refcycle_dot::names::ReferenceName;

use super::exchange::export_with;
use super::named::build_error;
use crate::annotate::{Values, heap_node, is_name_for_life, names_of};
use crate::engine::{Engine, SavedObject};
use crate::heap::memory;
use crate::heap::{Measured, Obj, paused, weak_referent};
use crate::interrupt::Checkpoint;
use crate::roots::explained;

/// What a name takes in the table of names, if it is a new one.
const NAME: usize = 120;

/// Writes the snapshot of an object graph.
pub(crate) fn export(py: Python<'_>, engine: &Engine, path: &Path) -> PyResult<()> {
    let objects = engine.objects();
    // What the writer holds, its search, and the sizes.
    memory::ask(120 * objects.len() + 40 * engine.edge_count())?;
    let graph = &*engine.any_graph();
    let sizes = engine.sizes(py);
    let mut heap = HeapSnapshot::builder(graph);
    if engine.kind().is_from_file() {
        see_saved(py, engine, graph, &mut heap)?;
        return write(py, engine, heap, path);
    }
    let mut checkpoint = Checkpoint::new();
    let mut measured = Measured::default();
    for (number, (object, &size)) in objects.iter().zip(&sizes).enumerate() {
        // A signal handler may run here.
        checkpoint.step(py)?;
        measured.see(py, objects, number)?;
        let v = VertexId::from_index(number);
        memory::room_for(NAME * (2 + graph.out_degree(v)))?;
        let referent = paused(py, |still| {
            let seen = still.see(object);
            let (kind, name) = heap_node(seen);
            let stable = if is_name_for_life(seen) { &*name } else { "" };
            let id = ids::id_of(seen.address(), seen.ty().address(), stable)?;
            heap.node(Node {
                kind,
                name: &name,
                id,
                size,
            });
            let children = graph.successors(v);
            let children = children.map(|child| still.see(&objects[child.index()]));
            for name in names_of(seen, children, Values::Shown) {
                heap.edge(name.as_ref().map(ReferenceName::borrowed));
            }
            let referent = weak_referent(seen).flatten();
            Ok::<_, PyErr>(referent.map(Obj::hold))
        })?;
        if let Some(referent) = referent
            && let Some(head) = engine.find(referent.bind(py))?
        {
            heap.weak(v, head, "referent");
        }
    }
    write(py, engine, heap, path)
}

fn write(
    py: Python<'_>,
    engine: &Engine,
    mut heap: HeapSnapshotBuilder<'_>,
    path: &Path,
) -> PyResult<()> {
    add_roots(py, engine, &mut heap)?;
    let heap = py.detach(|| heap.build()).map_err(build_error)?;
    export_with(py, path, |out| heap.write(out))
}

/// The objects of a graph that was loaded. Their ids are those of this graph alone.
fn see_saved(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    heap: &mut HeapSnapshotBuilder<'_>,
) -> PyResult<()> {
    for (number, object) in engine.objects().iter().enumerate() {
        let saved = SavedObject::of(py, object);
        let label = saved.label();
        let name = saved.name().name().unwrap_or(label);
        let (kind, name) = match saved.type_name() {
            "str" | "bytes" => (NodeKind::String, label),
            "int" | "float" | "complex" => (NodeKind::Number, label),
            "function" | "method" => (NodeKind::Function, name),
            "type" | "module" | "frame" => (NodeKind::Code, label),
            other => (NodeKind::Object, other),
        };
        let id = u32::try_from(number)
            .ok()
            .and_then(|number| number.checked_mul(2));
        let id = id.and_then(|id| id.checked_add(FIRST_ID));
        let id = id.ok_or_else(|| {
            PyValueError::new_err(
                "the graph has too many objects for a heap snapshot file: save a part of it",
            )
        })?;
        let name = &name.replace('\n', " ");
        heap.node(Node {
            kind,
            name,
            id,
            size: saved.size(),
        });
        let v = VertexId::from_index(number);
        for edge in graph.out_edges(v) {
            heap.edge(engine.saved_reference(py, v, edge.id));
        }
    }
    Ok(())
}

/// What holds objects from outside; those of which that is not known are roots too.
fn add_roots(py: Python<'_>, engine: &Engine, heap: &mut HeapSnapshotBuilder<'_>) -> PyResult<()> {
    for root in explained(py, engine, Values::Shown)? {
        let v = VertexId::from_index(root.vertex());
        for (group, holder) in root.holders() {
            heap.root(*group, holder, v);
        }
        match root.unexplained() {
            0 => {}
            1 => heap.root(Group::Elsewhere, "1 reference", v),
            many => heap.root(Group::Elsewhere, &format!("{many} references"), v),
        }
    }
    // A graph that was not read from a heap has no counts at all.
    let counts = engine.external_references()?;
    for (number, count) in counts.iter().enumerate() {
        if count.is_none() {
            heap.root(Group::Immortal, "immortal", VertexId::from_index(number));
        }
    }
    Ok(())
}
