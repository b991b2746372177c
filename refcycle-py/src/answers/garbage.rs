//! The cycles that hold garbage.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::views::{Masked, Subgraph};
use refcycle_core::{
    CsrGraph, IDirectedGraph, Predecessors, Run, Successors, VertexId, VertexSet, Vertices, algo,
};

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
