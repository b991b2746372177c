//! Grouping equivalent vertices into one box.

use std::collections::hash_map::Entry;
use std::ops::ControlFlow;

use refcycle_core::{
    CsrGraph, IDirectedGraph, Predecessors, Successors, VertexId, Vertices, Watch,
};
use rustc_hash::FxHashMap;

use super::type_name::type_name;
use crate::annotated::AnnotatedGraph;
use crate::steps::Steps;

/// Fewer equivalent vertices than this have one box each.
const FEWEST: u32 = 3;

/// The box of each vertex. Boxes are in the order of their first vertices.
pub(super) struct Groups {
    pub(super) of: Vec<u32>,
    pub(super) first: Vec<VertexId>,
    pub(super) count: Vec<u32>,
}

impl Groups {
    /// One box for each vertex.
    pub(super) fn single(graph: &AnnotatedGraph) -> Self {
        let first: Vec<_> = graph.vertices().collect();
        Self {
            of: (0..first.len() as u32).collect(),
            count: vec![1; first.len()],
            first,
        }
    }

    /// One box for three or more vertices of the same type with the same referrers and the same
    /// referents. The target always has its own box.
    ///
    /// O(vertices + edges log degree) time.
    pub(super) fn equivalent<W: Watch>(
        graph: &AnnotatedGraph,
        target: Option<VertexId>,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let referents = NeighbourLists::new(graph, steps, |graph, v, found| {
            found.extend(graph.successors(v).map(VertexId::number));
        })?;
        let referrers = NeighbourLists::new(graph, steps, |graph, v, found| {
            found.extend(graph.predecessors(v).map(VertexId::number));
        })?;
        let mut classes = FxHashMap::default();
        let mut class_of = Vec::with_capacity(graph.vertex_count());
        let mut sizes = Vec::<u32>::new();
        for v in graph.vertices() {
            let (from, to) = (referrers.of(v), referents.of(v));
            steps.steps(1 + from.len() + to.len())?;
            let name = type_name(graph, v);
            let class = match classes.entry((name, from, to)) {
                Entry::Occupied(known) if target != Some(v) => *known.get(),
                entry => {
                    sizes.push(0);
                    let class = sizes.len() as u32 - 1;
                    if let (Entry::Vacant(place), false) = (entry, target == Some(v)) {
                        place.insert(class);
                    }
                    class
                }
            };
            sizes[class as usize] += 1;
            class_of.push(class);
        }
        let mut groups = Self {
            of: Vec::with_capacity(class_of.len()),
            first: Vec::new(),
            count: Vec::new(),
        };
        let mut group_of = vec![None; sizes.len()];
        for (v, &class) in graph.vertices().zip(&class_of) {
            steps.step()?;
            let together = sizes[class as usize] >= FEWEST;
            let known = group_of[class as usize].filter(|_| together);
            let group = known.unwrap_or_else(|| {
                groups.first.push(v);
                groups.count.push(0);
                groups.first.len() as u32 - 1
            });
            group_of[class as usize] = Some(group);
            groups.count[group as usize] += 1;
            groups.of.push(group);
        }
        ControlFlow::Continue(groups)
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    pub(super) fn is_several(&self, group: u32) -> bool {
        self.count[group as usize] > 1
    }
}

/// The distinct predecessors, or successors, of every vertex, ascending.
struct NeighbourLists {
    starts: Vec<usize>,
    all: Vec<u32>,
}

impl NeighbourLists {
    fn new<W: Watch>(
        graph: &AnnotatedGraph,
        steps: &mut Steps<'_, W>,
        add: impl Fn(&CsrGraph, VertexId, &mut Vec<u32>),
    ) -> ControlFlow<W::Stop, Self> {
        let mut starts = vec![0];
        let (mut all, mut own) = (Vec::with_capacity(graph.edge_count()), Vec::new());
        for v in graph.vertices() {
            own.clear();
            add(graph.graph(), v, &mut own);
            own.sort_unstable();
            own.dedup();
            steps.steps(1 + own.len())?;
            all.extend_from_slice(&own);
            starts.push(all.len());
        }
        ControlFlow::Continue(Self { starts, all })
    }

    fn of(&self, v: VertexId) -> &[u32] {
        &self.all[self.starts[v.index()]..self.starts[v.index() + 1]]
    }
}
