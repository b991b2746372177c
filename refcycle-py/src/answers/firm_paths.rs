//! Through which old holders new objects are held, and whether these are the ones of an earlier file.

use pyo3::prelude::*;
use refcycle_core::{Successors, VertexId, VertexSet};
use rustc_hash::{FxHashMap, FxHashSet};

use super::groups::HolderGroups;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::Checkpoint;

/// Bytes a vertex of the later graph: the order of those on a path, and sets of them.
const BYTES_A_VERTEX: usize = 4 + 1;

/// The vertices that the earlier of two graphs does not have: those that are `new`; and, of files, those
/// on the paths to `targets` that may be other objects than the ones at their addresses in the earlier
/// file, which are known to be the same only if each reference of the path to them is in both. Only the
/// earlier one has `gone`.
///
/// # Cost
/// Visits each vertex on a path once, and the references of those that hold old ones. If there are any,
/// reads the addresses of the earlier file.
pub(super) fn not_firm(
    py: Python<'_>,
    (before, gone): (&Engine, &VertexSet),
    (after, new): (&Engine, &VertexSet),
    targets: &[VertexId],
    found: &HolderGroups,
) -> PyResult<VertexSet> {
    let mut unsure = new.clone();
    if !after.kind().is_from_file() {
        // The earlier graph holds its objects: no other object can have the address of one.
        return Ok(unsure);
    }
    memory::ask(BYTES_A_VERTEX * after.vertex_count())?;
    let order = on_paths(py, (after, new), targets, found)?;
    let earlier = in_earlier_file(py, (before, gone), after, order.iter().copied())?;
    let mut checkpoint = Checkpoint::new();
    let holder_of = |v: VertexId| found.holder(v).filter(|&holder| holder != v);
    // By holder, what it should hold in the earlier file.
    let mut held = FxHashMap::<VertexId, FxHashSet<VertexId>>::default();
    for v in &order {
        let holder = holder_of(*v).and_then(|holder| earlier.get(&holder));
        if let (Some(&holder), Some(&one)) = (holder, earlier.get(v)) {
            held.entry(holder).or_default().insert(one);
        }
    }
    let graph = &*before.any_graph();
    let mut is_held = FxHashSet::default();
    for (holder, wanted) in held {
        for head in graph.successors(holder) {
            checkpoint.step(py)?;
            if wanted.contains(&head) {
                is_held.insert(head);
            }
        }
    }
    for v in order {
        let is_same = earlier.get(&v).is_some_and(|one| match holder_of(v) {
            Some(holder) => !unsure.contains(holder) && is_held.contains(one),
            None => true,
        });
        if !is_same {
            unsure.insert(v);
        }
    }
    Ok(unsure)
}

/// The vertices of an earlier file, without those that have `gone`, that are at the addresses of some of
/// the later one and have their types, by these.
///
/// # Cost
/// Reads the addresses of the earlier file, unless there are no `wanted` vertices.
pub(super) fn in_earlier_file(
    py: Python<'_>,
    (before, gone): (&Engine, &VertexSet),
    after: &Engine,
    wanted: impl Iterator<Item = VertexId>,
) -> PyResult<FxHashMap<VertexId, VertexId>> {
    let wanted = wanted.map(|v| (after.saved(py, v).address(), v));
    let wanted: FxHashMap<_, _> = wanted.collect();
    let mut earlier = FxHashMap::default();
    if wanted.is_empty() {
        return Ok(earlier);
    }
    let mut checkpoint = Checkpoint::new();
    for one in before.vertices() {
        checkpoint.step(py)?;
        let saved = before.saved(py, one);
        if let Some(&v) = wanted.get(&saved.address())
            && saved.type_name() == after.saved(py, v).type_name()
            && !gone.contains(one)
        {
            earlier.insert(v, one);
        }
    }
    Ok(earlier)
}

/// The vertices on the paths to `targets` that are not `new`, each after its holder.
fn on_paths(
    py: Python<'_>,
    (after, new): (&Engine, &VertexSet),
    targets: &[VertexId],
    found: &HolderGroups,
) -> PyResult<Vec<VertexId>> {
    let mut seen = VertexSet::new(after.vertex_count());
    let mut order = Vec::new();
    let mut checkpoint = Checkpoint::of(targets.len());
    for &target in targets {
        checkpoint.step(py)?;
        let begin = order.len();
        let mut at = Some(target);
        while let Some(v) = at.filter(|&v| seen.insert(v)) {
            if !new.contains(v) {
                order.push(v);
            }
            at = found.holder(v);
        }
        order[begin..].reverse();
    }
    Ok(order)
}

/// For new objects, the old holder through which their path leads, and what this one holds on it.
pub(super) struct Tops {
    /// What the old holder holds; the vertex itself where there is none.
    children: Vec<u32>,
    holders: FxHashMap<u32, VertexId>,
}

impl Tops {
    /// # Cost
    /// Visits each new object on a path once.
    pub(super) fn new(
        py: Python<'_>,
        after: &Engine,
        new: &VertexSet,
        targets: &[VertexId],
        found: &HolderGroups,
    ) -> PyResult<Self> {
        const UNKNOWN: u32 = u32::MAX;
        let mut children = vec![UNKNOWN; after.vertex_count()];
        let mut holders = FxHashMap::default();
        let mut path = Vec::new();
        let mut checkpoint = Checkpoint::of(targets.len());
        for &target in targets {
            checkpoint.step(py)?;
            let mut v = target;
            let child = loop {
                if children[v.index()] != UNKNOWN {
                    break children[v.index()];
                }
                path.push(v);
                match found.holder(v).filter(|&holder| holder != v) {
                    Some(holder) if new.contains(holder) => v = holder,
                    holder => {
                        holders.extend(holder.map(|holder| (v.number(), holder)));
                        break v.number();
                    }
                }
            };
            for v in path.drain(..) {
                children[v.index()] = child;
            }
        }
        Ok(Self { children, holders })
    }

    pub(super) fn holders(&self) -> impl Iterator<Item = VertexId> {
        self.holders.values().copied()
    }

    pub(super) fn of(&self, v: VertexId) -> Option<(VertexId, VertexId)> {
        let child = self.children[v.index()];
        let holder = self.holders.get(&child)?;
        Some((*holder, VertexId::new(child)))
    }
}
