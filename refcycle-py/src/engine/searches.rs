//! Searches: reachable vertices, paths, cycles, components.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::algo::{self, Split};
use refcycle_core::views::{Masked, Subgraph};
use refcycle_core::{CsrGraph, Predecessors, Run, Successors, VertexId, VertexSet};
use refcycle_dot::End;
use rustc_hash::FxHashSet;

use super::memory_needs;
use super::{EdgeNames, Engine, Holding, edgeless};
use crate::heap::{Kind, in_slices, may_have_native_memory, memory, paused};
use crate::interrupt::{self, Checkpoint, answer};

impl Engine {
    pub(crate) fn descendants(
        &self,
        py: Python<'_>,
        start: VertexId,
        generations: Option<usize>,
    ) -> PyResult<Self> {
        let Some(graph) = self.graph() else {
            return self.alone(py, start, End::Top);
        };
        let (subgraph, left_out) = self.run(py, |signals| {
            ask(memory_needs::search(graph, generations))?;
            let reached = algo::descendants(Run::on(graph).watch(signals), [start], generations);
            let reached = answer(reached)?.into_vertices();
            ask(memory_needs::subgraph(graph, &reached))?;
            let left_out = generations.map(|_| left_out(&reached, |v| graph.successors(v)));
            ControlFlow::Continue((Subgraph::induced(graph, reached), left_out))
        })?;
        let found = self.subgraph(py, subgraph)?.answering(self, 0, End::Top);
        Ok(found.leaving_out(left_out))
    }

    pub(crate) fn ancestors(
        &self,
        py: Python<'_>,
        start: VertexId,
        generations: Option<usize>,
    ) -> PyResult<Self> {
        let Some(graph) = self.graph() else {
            return self.alone(py, start, End::Bottom);
        };
        let (subgraph, left_out) = self.run(py, |signals| {
            ask(memory_needs::backward(graph) + memory_needs::search(graph, generations))?;
            let reached = algo::ancestors(Run::on(graph).watch(signals), [start], generations);
            let reached = answer(reached)?.into_vertices();
            ask(memory_needs::subgraph(graph, &reached))?;
            let left_out = generations.map(|_| left_out(&reached, |v| graph.predecessors(v)));
            ControlFlow::Continue((induced_cheaply(graph, reached), left_out))
        })?;
        let found = self.subgraph(py, subgraph)?.answering(self, 0, End::Bottom);
        let mut found = found.leaving_out(left_out);
        if let Some(body) = &mut found.body {
            body.closed = self.is_closed() && generations.is_none();
        }
        Ok(found)
    }

    pub(crate) fn shortest_path(
        &self,
        py: Python<'_>,
        start: VertexId,
        end: VertexId,
    ) -> PyResult<Option<Self>> {
        let Some(graph) = self.graph() else {
            let path = (start == end).then(|| self.alone(py, start, End::Bottom));
            return path.transpose();
        };
        let path = self.run(py, |signals| {
            ask(memory_needs::search(graph, None))?;
            answer(algo::shortest_path(
                Run::on(graph).watch(signals),
                start,
                end,
            ))
        })?;
        path.map(|path| {
            let last = path.len() - 1;
            Ok(self.induced(py, path)?.answering(self, last, End::Bottom))
        })
        .transpose()
    }

    pub(crate) fn shortest_cycle(&self, py: Python<'_>, v: VertexId) -> PyResult<Option<Self>> {
        let Some(graph) = self.graph() else {
            return Ok(None);
        };
        let cycle = self.run(py, |signals| {
            ask(memory_needs::search(graph, None))?;
            answer(algo::shortest_cycle(Run::on(graph).watch(signals), v))
        })?;
        cycle
            .map(|cycle| {
                let place = cycle.iter().position(|&on| on == v).unwrap_or_default();
                Ok(self.induced(py, cycle)?.answering(self, place, End::Bottom))
            })
            .transpose()
    }

    /// This result of a query, which left these out.
    fn leaving_out(mut self, left_out: Option<Box<[(VertexId, u64)]>>) -> Self {
        if let (Some(body), Some(left_out)) = (&mut self.body, left_out) {
            body.left_out = left_out;
        }
        self
    }

    /// A result that is a single vertex.
    fn alone(&self, py: Python<'_>, v: VertexId, end: End) -> PyResult<Self> {
        Ok(self.induced(py, vec![v])?.answering(self, 0, end))
    }

    /// Shows each strongly connected component as a graph, in reverse topological order.
    pub(crate) fn components(
        &self,
        py: Python<'_>,
        wanted: WantedComponents,
        mut see: impl FnMut(Self) -> PyResult<()>,
    ) -> PyResult<()> {
        let Some(graph) = self.graph() else {
            if wanted == WantedComponents::Cyclic {
                return Ok(());
            }
            return self
                .vertices()
                .try_for_each(|v| see(self.induced(py, vec![v])?));
        };
        let (split, numbers) = self.run(py, |signals| {
            ask(memory_needs::components(graph))?;
            let components = algo::strongly_connected_components(Run::on(graph).watch(signals))?;
            let split = Split::new(graph, components).expect("they are its components");
            let numbers = match wanted {
                WantedComponents::All => None,
                WantedComponents::Sources => Some(split.sources()),
                WantedComponents::Cyclic => Some(split.cyclic().collect()),
            };
            ControlFlow::Continue((split, numbers))
        })?;
        let count = numbers.as_ref().map_or(split.components().len(), Vec::len);
        let mut checkpoint = Checkpoint::of(count);
        let mut one = |number: u32| {
            checkpoint.step(py)?;
            let members = split.components().component(number);
            memory::room_for(memory_needs::component(graph, members))?;
            see(self.component(py, &split, number)?)
        };
        match numbers {
            Some(numbers) => numbers.into_iter().try_for_each(&mut one),
            None => (0..split.components().len() as u32).try_for_each(&mut one),
        }
    }

    fn component(
        &self,
        py: Python<'_>,
        split: &Split<'_, CsrGraph>,
        number: u32,
    ) -> PyResult<Self> {
        let members = split.components().component(number);
        let size = members.len();
        let subgraph = interrupt::run(py, size, |_| ControlFlow::Continue(split.subgraph(number)))?;
        match subgraph {
            Some(subgraph) => self.subgraph(py, subgraph),
            None => {
                let objects = self.hold(py, members)?;
                let edges = EdgeNames::Kept(Box::default());
                let kind = self.kind().of_part(py);
                // Only a graph with a body uses the core's graph.
                let bare = kind.is_of_objects();
                let graph = if bare {
                    CsrGraph::default()
                } else {
                    edgeless(1)
                };
                let mut part = Self::new(kind, objects, graph, edges);
                part.counts = self.counts_of(members);
                Ok(part)
            }
        }
    }

    /// The vertices that cannot be reached from outside the graph, as if `ignored` did not exist.
    pub(crate) fn unreachable(&self, py: Python<'_>, ignored: &[VertexId]) -> PyResult<Self> {
        let unreached = self.unreached(py, &self.any_graph(), ignored)?;
        self.induced(py, unreached)
    }

    /// The vertices that cannot be reached from outside the graph, ascending.
    pub(crate) fn garbage(&self, py: Python<'_>) -> PyResult<Vec<VertexId>> {
        self.unreached(py, &self.any_graph(), &[])
    }

    /// The vertices that would be freed if some vertices were gone: these, and all that can then not
    /// be reached from outside the graph.
    pub(crate) fn freed_with(
        &self,
        py: Python<'_>,
        vertices: &[VertexId],
    ) -> PyResult<Vec<VertexId>> {
        let references = self.any_graph();
        let mut roots = self.held_from_outside(py)?;
        roots.extend(vertices);
        let holding = Holding::of(py, self, &references, &roots)?;
        let mut graph = holding.graph(&references);
        let mut freed = self.unreached(py, graph, vertices)?;
        let with_entries = self.run(py, |_| {
            let owners = freed.iter().chain(vertices).copied();
            let owners = VertexSet::from_vertices(self.vertex_count(), owners);
            ControlFlow::Continue(holding.with_entries_of(&references, &owners))
        })?;
        if let Some(with_entries) = &with_entries {
            graph = with_entries;
            freed = self.unreached(py, graph, vertices)?;
        }
        // What is garbage already is freed without them.
        self.run(py, |signals| {
            ask(memory_needs::search(graph, None))?;
            let starts = vertices.iter().copied();
            let below = answer(algo::descendants_set(Run::on(graph).watch(signals), starts))?;
            freed.retain(|&v| below.contains(v));
            freed.extend(vertices);
            ControlFlow::Continue(freed)
        })
    }

    /// The vertices that would be freed in addition to `freed` if some vertices were gone, and if
    /// everything outside held classes and modules only.
    pub(crate) fn freed_without_outside(
        &self,
        py: Python<'_>,
        vertices: &[VertexId],
        freed: &[VertexId],
    ) -> PyResult<Vec<VertexId>> {
        let mut checkpoint = Checkpoint::new();
        let mut is_held = Vec::with_capacity(self.objects().len());
        in_slices(self.objects(), &mut || checkpoint.turn(py), |part| {
            paused(py, |heap| {
                let kinds = part.iter().map(|object| Kind::of(heap.see(object)));
                is_held.extend(kinds.map(|kind| matches!(kind, Kind::Type | Kind::Module)));
            });
            Ok(())
        })?;
        let external = self.external_references(py)?;
        let held = external.zip(is_held).enumerate();
        let held = held.filter(|(_, (count, is_held))| *is_held || count.is_none());
        let held = held.map(|(v, _)| VertexId::from_index(v)).collect();
        let mut others = self.unreached_from(py, &self.any_graph(), held, vertices)?;
        self.run(py, |_| {
            let freed = VertexSet::from_vertices(self.vertex_count(), freed.iter().copied());
            others.retain(|&v| !freed.contains(v));
            ControlFlow::Continue(others)
        })
    }

    /// The bytes of some vertices that are freed, without memory that objects which remain use too.
    pub(crate) fn freed_bytes(&self, py: Python<'_>, mut freed: Vec<VertexId>) -> PyResult<u64> {
        let graph = self.any_graph();
        memory::ask(16 * freed.len())?;
        let count = freed.len();
        if may_have_native_memory(py) {
            // Memory that belongs to an object that remains is not freed.
            let mut known = VertexSet::from_vertices(self.vertex_count(), freed.iter().copied());
            for place in 0..count {
                let beside = graph.successors(freed[place]);
                freed.extend(beside.filter(|&v| known.insert(v)));
            }
            memory::ask(16 * freed.len())?;
        }
        let objects = self.hold(py, &freed)?;
        Ok(self.kind().sizes(py, &objects)[..count].iter().sum())
    }

    /// The vertices that cannot be reached from outside, as if `ignored` did not exist. `graph` has
    /// the vertices of the engine.
    fn unreached(
        &self,
        py: Python<'_>,
        graph: &CsrGraph,
        ignored: &[VertexId],
    ) -> PyResult<Vec<VertexId>> {
        self.unreached_from(py, graph, self.held_from_outside(py)?, ignored)
    }

    /// The vertices that cannot be reached from `held`, as if `ignored` did not exist.
    fn unreached_from(
        &self,
        py: Python<'_>,
        graph: &CsrGraph,
        mut held: Vec<VertexId>,
        ignored: &[VertexId],
    ) -> PyResult<Vec<VertexId>> {
        let count = self.vertex_count();
        let all = (0..count).map(VertexId::from_index);
        self.run(py, |signals| {
            let mut seen = VertexSet::from_vertices(count, all.clone());
            for &v in ignored {
                seen.remove(v);
            }
            held.retain(|&v| seen.contains(v));
            if held.is_empty() {
                return ControlFlow::Continue(all.filter(|&v| seen.contains(v)).collect());
            }
            ask(memory_needs::search(graph, None))?;
            let reached = match ignored.is_empty() {
                true => algo::descendants(Run::on(graph).watch(signals), held, None),
                false => algo::descendants(
                    Run::on(&Masked::new(graph, &seen)).watch(signals),
                    held,
                    None,
                ),
            };
            for v in answer(reached)?.vertices() {
                seen.remove(*v);
            }
            ControlFlow::Continue(all.filter(|&v| seen.contains(v)).collect())
        })
    }
}

/// Which strongly connected components are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WantedComponents {
    All,
    /// Those that no other component reaches.
    Sources,
    /// Those that have a cycle.
    Cyclic,
}

/// Requests memory during a computation.
pub(super) fn ask(bytes: usize) -> ControlFlow<PyErr> {
    match memory::ask(bytes) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}

/// The subgraph of some ancestors, computed from the direction that has fewer edges: the ancestors
/// may include a list of millions.
fn induced_cheaply(graph: &CsrGraph, vertices: Vec<VertexId>) -> Subgraph {
    let leaving: usize = vertices.iter().map(|&v| graph.successors(v).len()).sum();
    let entering: usize = vertices.iter().map(|&v| graph.predecessors(v).len()).sum();
    // Edges found in the reversed graph must be sorted, and finding their ids takes another
    // look-up.
    if entering < leaving / 4 {
        Subgraph::induced_backward(graph, vertices)
    } else {
        Subgraph::induced(graph, vertices)
    }
}

/// The vertices with neighbours that were not reached, by their places, and the number of these
/// neighbours.
fn left_out<I: Iterator<Item = VertexId>>(
    reached: &[VertexId],
    neighbours: impl Fn(VertexId) -> I,
) -> Box<[(VertexId, u64)]> {
    let known: FxHashSet<_> = reached.iter().copied().collect();
    let counts = reached.iter().enumerate().map(|(place, &v)| {
        let others: FxHashSet<_> = neighbours(v).filter(|v| !known.contains(v)).collect();
        (VertexId::from_index(place), others.len() as u64)
    });
    counts.filter(|&(_, count)| count > 0).collect()
}
