//! Objects that have become larger themselves, rather than by new objects that they hold.

use std::cmp::Reverse;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, VertexId};

use super::base::GraphBase;
use crate::answers::UNCHANGING;
use crate::engine::Engine;

/// Less is not reported.
const LEAST: u64 = 512;
/// A container that has at least one new object for so many additional bytes holds these objects: an
/// entry of a dict takes up to 100 bytes, an item of a list 8.
const BYTES_A_REFERENCE: u64 = 64;
/// The tables of these types have room for entries that were removed: those of a cache at its limit may
/// become larger when it is filled again.
const WITH_ROOM: [&str; 5] = ["Counter", "OrderedDict", "defaultdict", "dict", "set"];
/// The most objects that are returned.
const MOST: usize = 10_000;

/// An object that is larger than before.
pub(super) struct Larger {
    pub(super) v: VertexId,
    /// The bytes of the object, or of its table.
    pub(super) size: u64,
    /// How many of them are more than before.
    pub(super) more: u64,
}

impl Larger {
    /// Whether one new item may be the reason: containers make room for several at a time.
    fn is_one_step(&self, is_list: bool) -> bool {
        let before = self.size.saturating_sub(self.more);
        match is_list {
            true => self.more <= before / 7 + 64,
            false => self.more <= 4 * before + 256,
        }
    }
}

/// Whether a container is larger only because entries were removed and others added, by the number of
/// its references before and after. A table that is much larger had many more entries in between.
pub(super) fn is_refilled(one: &Larger, type_name: &str, (before, after): (usize, usize)) -> bool {
    let has_no_more = (1..=before).contains(&after);
    has_no_more && WITH_ROOM.contains(&type_name) && one.is_one_step(false)
}

/// Returns the containers and bytearrays that are in two snapshots and have become larger themselves in
/// the later one, each with the number of additional bytes, most of these first. Left out are those
/// that hold new objects instead: these have grown; and, if the snapshots have untracked objects, dicts
/// and sets that have no more entries than before, if their table is not much larger.
///
/// A table of less than 512 bytes in the earlier snapshot counts as empty if it has at least 4,096 bytes
/// in the later one, and otherwise as one of 512 bytes.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_larger_containers")]
pub(crate) fn larger_containers<'py>(
    before: &Bound<'py, GraphBase>,
    after: &Bound<'py, GraphBase>,
) -> PyResult<Vec<(Bound<'py, PyAny>, u64)>> {
    let py = before.py();
    let (before, after) = (before.borrow(), after.borrow());
    let (before, after) = (&before.engine, &after.engine);
    let (Some(earlier), Some(later)) = (before.reading(), after.reading()) else {
        return Err(PyTypeError::new_err("both graphs must be snapshots"));
    };
    let (Some(earlier), Some(later)) = (&earlier.tables, &later.tables) else {
        return Ok(Vec::new());
    };
    let is_complete = !after.has_tracked_only(py);
    let graphs = (&*before.any_graph(), &*after.any_graph());
    let mut larger = Vec::new();
    for (address, size, more) in later.larger_than(earlier) {
        // `before` holds its objects, so that no other object can have one of their addresses.
        if let Some(one) = before.vertex_at(py, address)?
            && let Some(v) = after.vertex_at(py, address)?
        {
            let found = Larger { v, size, more };
            let degrees = (graphs.0.out_degree(one), graphs.1.out_degree(v));
            if !is_complete || !is_refilled(&found, &after.type_name(py, v), degrees) {
                larger.push(found);
            }
        }
    }
    let address = |v: VertexId| after.objects()[v.index()].as_ptr() as usize;
    by_themselves(py, after, larger, |v| {
        before.vertex_at(py, address(v)).is_ok_and(|v| v.is_none())
    })
}

/// The objects without those that hold new objects, each with the number of additional bytes.
///
/// # Cost
/// Examines the references of the objects.
pub(super) fn by_themselves<'py>(
    py: Python<'py>,
    after: &Engine,
    mut larger: Vec<Larger>,
    is_new: impl Fn(VertexId) -> bool,
) -> PyResult<Vec<(Bound<'py, PyAny>, u64)>> {
    let graph = &*after.any_graph();
    larger.retain(|one| {
        if one.more < LEAST {
            return false;
        }
        let type_name = after.type_name(py, one.v);
        // It is another object at the same address, as files may have it.
        if UNCHANGING.contains(&&*type_name) {
            return false;
        }
        let enough = match one.is_one_step(type_name == "list") {
            true => 1,
            false => one.more.div_ceil(BYTES_A_REFERENCE) as usize,
        };
        let new = graph.out_edges(one.v).filter(|edge| is_new(edge.head));
        new.take(enough).count() < enough
    });
    larger.sort_unstable_by_key(|one| (Reverse(one.more), one.v));
    larger.truncate(MOST);
    let objects = larger.into_iter();
    let objects = objects.map(|one| Ok((after.object(py, one.v)?, one.more)));
    objects.collect()
}
