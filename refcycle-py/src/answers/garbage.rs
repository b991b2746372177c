//! The cycles that hold garbage.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::views::{Masked, Subgraph};
use refcycle_core::{
    CsrGraph, IDirectedGraph, Predecessors, Run, Successors, VertexId, VertexSet, Vertices, algo,
};

use super::ignored::is_graph;
use super::owners::{NamedPath, ObjectNames};
use crate::engine::Engine;
use crate::heap::{self, Outlook};
use crate::interrupt::{self, answer};
use crate::roots::Open;

/// The holders of an object that nothing outside holds.
#[derive(Default)]
pub(super) struct Holding {
    /// The nearest cycle that holds it, perhaps through other objects; empty if no cycle does.
    pub(super) cycle: Vec<VertexId>,
    /// All vertices on cycles that lead to it.
    pub(super) cyclic: Vec<VertexId>,
    /// The vertex itself and all vertices that lead to it.
    pub(super) above: Vec<VertexId>,
    /// Our own objects that refer to one of these, such as a snapshot, and are no garbage.
    pub(super) observers: Vec<VertexId>,
}

impl Holding {
    /// The holders of `v`, without the vertices in `ours` and without the references to it from the
    /// vertices in `unseen`. `open` are the vertices that are held from outside.
    pub(super) fn of(
        py: Python<'_>,
        graph: &CsrGraph,
        (v, unseen): (VertexId, &[VertexId]),
        open: &[Open],
        ours: &VertexSet,
    ) -> PyResult<Self> {
        let size = graph.vertex_count() + graph.edge_count();
        interrupt::run(py, size, |signals| {
            let theirs = graph.vertices().filter(|&w| w != v && !ours.contains(w));
            let theirs = VertexSet::from_vertices(graph.vertex_bound(), theirs);
            let seen = Masked::new(graph, &theirs);
            let is_holder = |&w: &VertexId| theirs.contains(w) && !unseen.contains(&w);
            let holders: Vec<_> = graph.predecessors(v).filter(is_holder).collect();
            let mut above = vec![v];
            if !holders.is_empty() {
                let before = algo::ancestors(Run::on(&seen).watch(signals), holders, None);
                above.extend(answer(before)?.into_vertices());
            }
            let observers = above.iter().flat_map(|&w| graph.predecessors(w));
            let observers = observers.filter(|&w| w != v && ours.contains(w));
            let mut observers: Vec<_> = observers.collect();
            observers.sort_unstable();
            observers.dedup();
            if !observers.is_empty() {
                // They may be garbage themselves.
                let starts = open.iter().map(|open| VertexId::from_index(open.vertex()));
                let held = algo::descendants_set(Run::on(graph).watch(signals), starts);
                let held = answer(held)?;
                observers.retain(|&w| held.contains(w));
            }
            let part = Subgraph::induced(graph, above.clone());
            let components = algo::strongly_connected_components(Run::on(&*part).watch(signals))?;
            let is_cyclic = |v: VertexId| {
                let number = components.component_of(v);
                number.is_some_and(|number| components.component(number).len() > 1)
                    || part.successors(v).any(|head| head == v)
            };
            let cyclic: Vec<_> = part.vertices().filter(|&v| is_cyclic(v)).collect();
            let cycle = match cyclic.first() {
                None => None,
                Some(&nearest) => {
                    let found = algo::shortest_cycle(Run::on(&*part).watch(signals), nearest);
                    answer(found)?
                }
            };
            let whole = |v| part.parent_vertex(v);
            ControlFlow::Continue(Self {
                cycle: cycle.into_iter().flatten().map(whole).collect(),
                cyclic: cyclic.iter().map(|&v| whole(v)).collect(),
                above,
                observers,
            })
        })
    }
}

/// The cycles that hold an object that nothing outside holds, and the effect of a collection.
pub(crate) struct Garbage {
    /// The nearest cycle; empty if no cycle holds the object.
    pub(crate) cycle: NamedPath,
    /// The graph of all cycles that hold it.
    pub(crate) cycles: Engine,
    /// The effect of a collection, and whether a finalizer may revive the object; `None` for a
    /// graph from a file.
    pub(crate) outlook: Option<(Outlook, bool)>,
    /// For a graph from a file: the number of graphs of refcycle in it that hold the object, and of
    /// refcycle's other objects. Those of a live heap are listed by the caller, with frozen ones.
    pub(crate) observers: Option<(usize, usize)>,
}

impl Garbage {
    /// What is told of garbage with these holders.
    pub(super) fn of(
        py: Python<'_>,
        engine: &Engine,
        holding: Holding,
        names: &mut ObjectNames<'_, '_>,
    ) -> PyResult<Self> {
        let outlook = match engine.kind().is_from_file() {
            true => None,
            false => {
                let objects = |all: &'_ [VertexId]| {
                    let all = all.iter().map(|v| &engine.objects()[v.index()]);
                    all.collect::<Vec<_>>().into_iter()
                };
                let (above, cyclic) = (objects(&holding.above), objects(&holding.cyclic));
                Some(heap::outlook(py, above, cyclic)?)
            }
        };
        Ok(Self {
            cycle: names.path(holding.cycle, true)?,
            cycles: engine.induced(py, holding.cyclic)?,
            observers: engine.kind().is_from_file().then(|| {
                let is_graph = |&&v: &&VertexId| is_graph(engine.saved(py, v).type_name());
                let graphs = holding.observers.iter().filter(is_graph).count();
                (graphs, holding.observers.len() - graphs)
            }),
            outlook,
        })
    }
}
