//! Entries of weak containers in files: the keys of a `WeakKeyDictionary` that its values hold.

use refcycle_core::{IDirectedGraph, VertexId};
use refcycle_dot::dump::{HeapDump, WeakReference};
use refcycle_dot::names::{ObjectName, ReferenceName};
use rustc_hash::FxHashSet;

/// The most objects that are examined.
const MOST: usize = 5_000;

/// The objects with which the entries of a weak dict that have this value end, and to which the value
/// leads, directly or through others. Modules, classes, calls and the globals of functions are not
/// followed, and only some thousand objects are examined.
pub(super) fn keys_held_by(dump: &HeapDump, dict: VertexId, value: VertexId) -> Vec<VertexId> {
    let heads = dump.graph().heads();
    let head = |entry: &WeakReference| VertexId::new(heads[entry.edge.index()]);
    let owners: Vec<_> = entries_of(dump, dict)
        .iter()
        .filter(|entry| head(entry) == value && entry.owner != value)
        .map(|entry| entry.owner)
        .collect();
    if owners.is_empty() {
        return owners;
    }
    let reached = reached_from(dump, value);
    let is_held = |owner: &VertexId| reached.contains(owner);
    owners.into_iter().filter(is_held).collect()
}

/// The references of an object that end when another one is freed.
fn entries_of(dump: &HeapDump, v: VertexId) -> &[WeakReference] {
    let (weak, offsets) = (dump.weak_references(), dump.graph().offsets());
    let place = |edge| weak.partition_point(|entry| entry.edge.number() < edge);
    &weak[place(offsets[v.index()])..place(offsets[v.index() + 1])]
}

fn reached_from(dump: &HeapDump, from: VertexId) -> FxHashSet<VertexId> {
    let mut reached = FxHashSet::from_iter([from]);
    let mut pending = vec![from];
    let mut place = 0;
    while let Some(&v) = pending.get(place).filter(|_| place < MOST) {
        place += 1;
        let name = dump.object_name(v);
        if is_of_program(&name) || dump.type_name(v) == "code" {
            continue;
        }
        let is_function = matches!(name, ObjectName::Function { .. });
        let weak = entries_of(dump, v);
        for edge in dump.graph().out_edges(v) {
            let is_weak = weak
                .binary_search_by_key(&edge.id, |entry| entry.edge)
                .is_ok();
            if is_weak || is_function && is_to_globals(dump.reference_name(edge.id)) {
                continue;
            }
            if reached.len() < MOST && reached.insert(edge.head) {
                pending.push(edge.head);
            }
        }
    }
    reached
}

fn is_of_program(name: &ObjectName<&str>) -> bool {
    matches!(
        name,
        ObjectName::Class { .. } | ObjectName::Module(_) | ObjectName::Frame { .. }
    )
}

fn is_to_globals(name: Option<ReferenceName<&str>>) -> bool {
    matches!(name, Some(ReferenceName::Attribute("__globals__")))
}
