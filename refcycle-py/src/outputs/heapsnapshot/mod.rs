//! Heap snapshots for Chrome's DevTools and memlab.

mod ids;
mod nodes;

use std::path::Path;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId};
use refcycle_dot::exchange::heapsnapshot::{
    FIRST_ID, Group, HeapSnapshot, HeapSnapshotBuilder, Node,
};
use refcycle_dot::names::{ObjectName, ReferenceName};
use rustc_hash::FxHashMap;

use super::exchange::export_with;
use super::named::build_error;
use crate::annotate::{Values, lasting_value, names_of, object_name, shown_dotted};
use crate::engine::Engine;
use crate::heap::memory;
use crate::heap::{Measured, Obj, paused, weak_referent};
use crate::interrupt::Checkpoint;
use crate::roots::explained;

/// The memory for a new name in the table of names.
const NAME: usize = 120;

/// The memory for a weak reference of a file: in the list, in the table, and in the snapshot.
const WEAK: usize = 96;

/// Writes the snapshot of an object graph.
pub(crate) fn export(py: Python<'_>, engine: &Engine, path: &Path) -> PyResult<()> {
    let count = engine.vertex_count();
    // The data of the writer, its search, and the sizes.
    memory::ask(120 * count + 40 * engine.edge_count())?;
    let graph = &*engine.any_graph();
    let sizes = engine.sizes(py);
    let mut heap = HeapSnapshot::builder(graph);
    if engine.kind().is_from_file() {
        see_saved(py, engine, graph, &mut heap)?;
        return write(py, engine, heap, path);
    }
    let objects = engine.objects();
    let mut checkpoint = Checkpoint::of(objects.len());
    let mut measured = Measured::default();
    for (number, (object, &size)) in objects.iter().zip(&sizes).enumerate() {
        // A signal handler may run here.
        checkpoint.step(py)?;
        measured.see(py, objects, number)?;
        let v = VertexId::from_index(number);
        memory::room_for(NAME * (2 + graph.out_degree(v)))?;
        let (referent, names) = paused(py, |still| {
            let seen = still.see(object);
            let name = object_name(seen, Values::Shown);
            let (kind, name) = nodes::node(name.borrowed(), || {
                shown_dotted(seen.ty(), Values::Shown).into()
            });
            let id = ids::id_of(seen.address(), seen.ty().address(), &lasting_value(seen))?;
            heap.node(Node {
                kind,
                name: &name,
                id,
                size,
            });
            let children = graph.successors(v);
            let children = children.map(|child| still.see(&objects[child.index()]));
            let names = names_of(seen, children, Values::Shown);
            let referent = weak_referent(seen).flatten();
            Ok::<_, PyErr>((referent.map(Obj::hold), names))
        })?;
        for name in names {
            checkpoint.step(py)?;
            heap.edge(name.as_ref().map(ReferenceName::borrowed));
        }
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

/// The objects of a loaded graph. Their ids are valid for this graph only.
fn see_saved(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    heap: &mut HeapSnapshotBuilder<'_>,
) -> PyResult<()> {
    let mut weak = Vec::new();
    for v in engine.vertices() {
        let (number, saved) = (v.index(), engine.saved(py, v));
        let (kind, name) = nodes::node(saved.name(), || saved.type_name().into());
        let id = u32::try_from(number)
            .ok()
            .and_then(|number| number.checked_mul(2));
        let id = id.and_then(|id| id.checked_add(FIRST_ID));
        let id = id.ok_or_else(|| {
            PyValueError::new_err(
                "the graph has too many objects for a heap snapshot file: save a part of it",
            )
        })?;
        heap.node(Node {
            kind,
            name: &name,
            id,
            size: saved.size(),
        });
        for edge in graph.out_edges(v) {
            heap.edge(engine.saved_reference(py, v, edge.id));
        }
        if let ObjectName::WeakReference {
            referent: Some(referent),
            ..
        } = saved.name()
        {
            memory::room_for(WEAK)?;
            weak.push((v, referent));
        }
    }
    add_saved_weak(py, engine, &weak, heap);
    Ok(())
}

/// Adds weak references, each of which is given with the address of its referent.
fn add_saved_weak(
    py: Python<'_>,
    engine: &Engine,
    weak: &[(VertexId, u64)],
    heap: &mut HeapSnapshotBuilder<'_>,
) {
    let mut heads: FxHashMap<u64, Option<VertexId>> =
        weak.iter().map(|&(_, referent)| (referent, None)).collect();
    if heads.is_empty() {
        return;
    }
    for v in engine.vertices() {
        if let Some(head) = heads.get_mut(&engine.saved(py, v).address()) {
            *head = Some(v);
        }
    }
    for &(tail, referent) in weak {
        if let Some(Some(head)) = heads.get(&referent) {
            heap.weak(tail, *head, "referent");
        }
    }
}

/// Adds the holders of objects from outside. Objects whose count is unknown are roots too.
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
    for (number, count) in engine.external_references(py)?.enumerate() {
        if count.is_none() {
            heap.root(Group::Immortal, "immortal", VertexId::from_index(number));
        }
    }
    Ok(())
}
