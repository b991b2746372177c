//! Facts about each object of a graph from a file that take searches of the whole graph: the
//! columns of an index.

use std::cmp::Reverse;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, LargeStringArray, RecordBatch, UInt32Array, UInt64Array,
};
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Run, Successors, VertexId, algo};
use refcycle_dot::exchange::heapsnapshot::Group;
use refcycle_dot::names::ObjectName;

use super::arrow::ArrowTable;
use super::facts::facts;
use crate::answers::{HolderGroup, ObjectNames, ObjectTypes, holder_groups};
use crate::engine::{Engine, Retention};
use crate::heap::memory;
use crate::interrupt::{Checkpoint, Signals};

/// The columns without texts, the search for distances and the components; other searches ask for
/// memory themselves.
const VERTEX: usize = 140;
/// The objects whose owners are searched for: a search may read all references of a referrer.
const OWNERS: usize = 1000;
/// The type of a buffer in a file.
const BUFFER: &str = "refcycle.Buffer";
/// Stands for a vertex that was not reached.
const UNREACHED: u32 = u32::MAX;
const FITS: &str = "the columns are of one length";

/// A row of `signatures`: the signature, the number of its objects, their bytes and those that they
/// retain, one of them, and whether they are garbage.
pub(crate) type SignatureRow = (String, usize, u64, u64, u32, bool);

/// The facts, one row for each vertex, and the signatures.
///
/// A graph that is not a whole heap does not know the roots of the heap, nor what is held outside
/// it: distances, root groups and components are null then, and `is_garbage` is true or null.
pub(crate) fn derived(
    py: Python<'_>,
    engine: &Engine,
) -> PyResult<(ArrowTable, Vec<SignatureRow>)> {
    let count = engine.vertex_count();
    memory::ask(VERTEX * count)?;
    let all: Vec<_> = (0..count).map(VertexId::from_index).collect();
    let facts = facts(py, engine)?;
    let text = |v| {
        let texts = facts.type_name(v).into_iter().chain(facts.module(v));
        texts.map(str::len).sum::<usize>()
    };
    // The arrays grow.
    memory::ask(3 * all.iter().map(|&v| text(v)).sum::<usize>())?;
    let types: LargeStringArray = all.iter().map(|&v| facts.type_name(v)).collect();
    let modules: LargeStringArray = all.iter().map(|&v| facts.module(v)).collect();
    let sizes: UInt64Array = all.iter().map(|&v| facts.size(v)).collect();
    let retained: UInt64Array = all.iter().map(|&v| facts.retained(v)).collect();
    let native: UInt64Array = {
        let native = |v| match facts.type_name(v) {
            Some(BUFFER) => facts.size(v),
            _ => match engine.saved(py, v).has_unknown_size() {
                Some(false) => Some(0),
                _ => None,
            },
        };
        all.iter().map(|&v| native(v)).collect()
    };
    drop(facts);
    let (dominators, owners) = match count {
        0 => (Vec::new(), Vec::new()),
        _ => {
            let retention = engine.retention(py)?;
            let dominator = |&v: &VertexId| Some(retention.immediate_dominator(v)?.number());
            let dominators: Vec<_> = all.iter().map(dominator).collect();
            (dominators, owners(py, engine, &retention)?)
        }
    };
    let reached = Reached::from_roots(py, engine)?;
    let components: UInt32Array = match engine.is_closed() {
        false => UInt32Array::new_null(count),
        true => {
            let graph = engine.any_graph();
            let found = engine.run(py, |signals| {
                algo::strongly_connected_components(Run::on(&*graph).watch(signals))
            })?;
            all.iter().map(|&v| found.component_of(v)).collect()
        }
    };
    let (groups, group_of) = match count {
        0 => (Vec::new(), Vec::new()),
        _ => {
            let types = ObjectTypes::new(py, engine)?;
            let found = holder_groups(py, engine, &types, &all)?;
            (found.groups, found.group_of)
        }
    };
    let columns: [(&str, ArrayRef); 12] = [
        ("type", Arc::new(types)),
        ("module", Arc::new(modules)),
        ("size", Arc::new(sizes)),
        ("retained", Arc::new(retained)),
        ("dominator", Arc::new(UInt32Array::from(dominators))),
        ("distance", Arc::new(reached.distances())),
        ("root_group", Arc::new(reached.group_names())),
        ("signature", Arc::new(UInt32Array::from(group_of))),
        ("component", Arc::new(components)),
        ("is_garbage", Arc::new(reached.garbage())),
        ("owner", Arc::new(LargeStringArray::from(owners))),
        ("native", Arc::new(native)),
    ];
    let columns = columns.map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect(FITS);
    Ok((
        ArrowTable::new(batch),
        groups.into_iter().map(row).collect(),
    ))
}

/// As in `ObjectGraph.signatures`: the chains of a group leave out references of refcycle, so that
/// what only these hold is in the group of garbage.
fn row(group: HolderGroup) -> SignatureRow {
    let HolderGroup {
        signature,
        example,
        count,
        shallow_size,
        retained_size,
        is_garbage,
    } = group;
    let example = example.number();
    (
        signature,
        count,
        shallow_size,
        retained_size,
        example,
        is_garbage,
    )
}

/// What the containers and instances that retain most belong to. Other objects have names of their
/// own.
fn owners(py: Python<'_>, engine: &Engine, retention: &Retention) -> PyResult<Vec<Option<String>>> {
    let has_owner = |&v: &VertexId| {
        let name = engine.saved(py, v).name();
        matches!(name, ObjectName::Container { .. } | ObjectName::Instance(_))
    };
    let all = (0..engine.vertex_count()).map(VertexId::from_index);
    let mut asked: Vec<_> = all.filter(has_owner).collect();
    let by_size = |&v: &VertexId| (Reverse(retention.size(v)), v);
    if asked.len() > OWNERS {
        asked.select_nth_unstable_by_key(OWNERS, by_size);
        asked.truncate(OWNERS);
    }
    let mut names = ObjectNames::new(py, engine);
    let mut checkpoint = Checkpoint::of(asked.len());
    let mut found = vec![None; engine.vertex_count()];
    for v in asked {
        checkpoint.step(py)?;
        found[v.index()] = names.owner(v)?.map(|owner| owner.text);
    }
    Ok(found)
}

/// The shortest paths from the roots.
struct Reached {
    /// The number of references from the nearest root.
    distances: Vec<u32>,
    /// The place of the group of that root in `Group::ALL`; past the end if it is unknown.
    groups: Vec<u8>,
    is_whole: bool,
}

impl Reached {
    fn from_roots(py: Python<'_>, engine: &Engine) -> PyResult<Self> {
        let group = |v: VertexId| {
            let saved = engine.saved(py, v);
            let groups = saved.holders().iter().map(|holder| holder.group);
            let place = |group| Group::ALL.iter().position(|&other| other == group);
            groups.filter_map(place).min().unwrap_or(Group::ALL.len()) as u8
        };
        let roots = engine.held_from_outside(py)?;
        let mut roots: Vec<_> = roots.into_iter().map(|v| (group(v), v)).collect();
        roots.sort_unstable();
        let graph = &*engine.any_graph();
        let (distances, groups) = engine.run(py, |signals| search(graph, &roots, signals))?;
        Ok(Self {
            distances,
            groups,
            is_whole: engine.is_closed(),
        })
    }

    fn distances(&self) -> UInt32Array {
        let known = |&distance: &u32| (self.is_whole && distance != UNREACHED).then_some(distance);
        self.distances.iter().map(known).collect()
    }

    fn group_names(&self) -> LargeStringArray {
        let known = |&place: &u8| match self.is_whole {
            true => Group::ALL.get(usize::from(place)).map(|group| group.word()),
            false => None,
        };
        self.groups.iter().map(known).collect()
    }

    /// What is held by something outside a part of a heap may still be garbage.
    fn garbage(&self) -> BooleanArray {
        let known = |&distance: &u32| match distance {
            UNREACHED => Some(true),
            _ => self.is_whole.then_some(false),
        };
        self.distances.iter().map(known).collect()
    }
}

/// The distance of each vertex from the nearest root, and the group of that root: the first one if
/// there are several.
///
/// # Cost
/// One breadth-first search. Each layer is in the order of the groups, as the roots are.
fn search(
    graph: &CsrGraph,
    roots: &[(u8, VertexId)],
    signals: &mut Signals,
) -> ControlFlow<PyErr, (Vec<u32>, Vec<u8>)> {
    let count = graph.offsets().len() - 1;
    let mut distances = vec![UNREACHED; count];
    let mut groups = vec![Group::ALL.len() as u8; count];
    let mut queue = Vec::with_capacity(count);
    for &(group, v) in roots {
        distances[v.index()] = 0;
        groups[v.index()] = group;
        queue.push(v);
    }
    let mut next: usize = 0;
    while let Some(&v) = queue.get(next) {
        next += 1;
        signals.step()?;
        for head in graph.successors(v) {
            if distances[head.index()] == UNREACHED {
                distances[head.index()] = distances[v.index()] + 1;
                groups[head.index()] = groups[v.index()];
                queue.push(head);
            }
        }
    }
    ControlFlow::Continue((distances, groups))
}
