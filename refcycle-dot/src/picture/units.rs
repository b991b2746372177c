//! The units of a picture: what has at least one box together. An object and its `__dict__` are
//! one unit.

use std::borrow::Cow;
use std::ops::ControlFlow;

use refcycle_core::{CsrGraph, EdgeId, Predecessors, Successors, VertexId};
use refcycle_core::{Vertices, Watch};
use rustc_hash::FxHashSet;

use super::style::{End, Style};
use crate::annotated::AnnotatedGraph;
use crate::names::{Container, ObjectKind};
use crate::steps::Steps;

/// Marks a vertex that is in no unit.
const NOWHERE: u32 = u32::MAX;

/// The units of a graph, or of a part of it.
pub(super) struct Units {
    /// The unit of each vertex.
    of: Vec<u32>,
    /// The vertex whose name a unit has.
    pub(super) first: Vec<VertexId>,
    /// The references between units, in the order of the edges of the graph.
    pub(super) edges: Vec<UnitEdge>,
    /// The units and these references.
    pub(super) graph: CsrGraph,
}

/// A reference between two units.
#[derive(Clone, Copy)]
pub(super) struct UnitEdge {
    pub(super) tail: u32,
    pub(super) head: u32,
    pub(super) id: EdgeId,
}

impl Units {
    /// The units of a whole graph. Without folding, each vertex is a unit.
    ///
    /// O(vertices + edges log vertices) time.
    pub(super) fn new<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let owners = match style.fold {
            true => owners(graph, style.target, steps)?,
            false => vec![NOWHERE; graph.vertex_count()],
        };
        let mut first = Vec::new();
        let mut of = vec![NOWHERE; owners.len()];
        for v in graph.vertices() {
            steps.step()?;
            if owners[v.index()] == NOWHERE {
                of[v.index()] = first.len() as u32;
                first.push(v);
            }
        }
        for v in 0..of.len() {
            if owners[v] != NOWHERE {
                of[v] = of[owners[v] as usize];
            }
        }
        Self::with_edges(graph, of, first, steps)
    }

    fn with_edges<W: Watch>(
        graph: &AnnotatedGraph,
        of: Vec<u32>,
        first: Vec<VertexId>,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let mut edges = Vec::new();
        for edge in graph.edges() {
            steps.step()?;
            let (tail, head) = (of[edge.tail.index()], of[edge.head.index()]);
            if tail == NOWHERE || head == NOWHERE {
                continue;
            }
            // An object does not show the reference to its `__dict__`.
            if tail != head || edge.tail == edge.head || edge.head == first[tail as usize] {
                let id = edge.id;
                edges.push(UnitEdge { tail, head, id });
            }
        }
        let ends = edges.iter().map(|edge| (edge.tail, edge.head));
        let graph = CsrGraph::from_edges(first.len(), ends).expect("every edge is between units");
        ControlFlow::Continue(Self {
            of,
            first,
            edges,
            graph,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    /// The unit of a vertex that is in one.
    pub(super) fn of(&self, v: VertexId) -> Option<u32> {
        self.of
            .get(v.index())
            .copied()
            .filter(|&unit| unit != NOWHERE)
    }

    /// The text of a reference, as written after the unit from which it leads: an entry of its
    /// `__dict__` is an attribute.
    pub(super) fn text<'a>(&self, graph: &'a AnnotatedGraph, edge: EdgeId) -> Option<Cow<'a, str>> {
        let tail = graph.edge(edge).tail;
        if self
            .of(tail)
            .is_some_and(|unit| self.first[unit as usize] != tail)
            && let Some(key) = graph.reference_name(edge)?.identifier_key()
        {
            return Some(format!(".{key}").into());
        }
        graph.edge_text(edge)
    }

    /// The `most` units nearest to the target, and for each of them the number of units left out
    /// that refer to it, or to which it refers if the target is at the top.
    pub(super) fn nearest<W: Watch>(
        &self,
        graph: &AnnotatedGraph,
        (target, end): (VertexId, End),
        most: usize,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, (Self, Vec<u64>)> {
        let start = self.of(target).expect("the target is in a unit");
        let mut kept = vec![start];
        let mut seen = FxHashSet::from_iter([start]);
        let mut next = 0;
        while next < kept.len() && kept.len() < most {
            for unit in self.neighbours(kept[next], end) {
                steps.step()?;
                if kept.len() < most && seen.insert(unit) {
                    kept.push(unit);
                }
            }
            next += 1;
        }
        let left_out = kept.iter().map(|&unit| {
            let others: FxHashSet<_> = self.neighbours(unit, end).collect();
            others.difference(&seen).count() as u64
        });
        let left_out = left_out.collect();
        let mut number_of = vec![NOWHERE; self.len()];
        for (number, &unit) in (0..).zip(&kept) {
            number_of[unit as usize] = number;
        }
        let of = self.of.iter().map(|&unit| match unit {
            NOWHERE => NOWHERE,
            unit => number_of[unit as usize],
        });
        let first = kept.iter().map(|&unit| self.first[unit as usize]).collect();
        let part = Self::with_edges(graph, of.collect(), first, steps)?;
        ControlFlow::Continue((part, left_out))
    }

    fn neighbours(&self, unit: u32, end: End) -> impl Iterator<Item = u32> + '_ {
        let unit = VertexId::new(unit);
        let (up, down) = match end {
            End::Bottom => (Some(self.graph.predecessors(unit)), None),
            End::Top => (None, Some(self.graph.successors(unit))),
        };
        let up = up.into_iter().flatten();
        up.chain(down.into_iter().flatten()).map(VertexId::number)
    }
}

/// For each `__dict__` of one object, that object; it is drawn as a part of it.
fn owners<W: Watch>(
    graph: &AnnotatedGraph,
    target: Option<VertexId>,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    /// Marks a dict that several objects share.
    const SHARED: u32 = u32::MAX - 1;

    let is_dict = |v| graph.object_name(v).kind() == ObjectKind::Container(Container::Dict);
    let mut owners = vec![NOWHERE; graph.vertex_count()];
    for edge in graph.edges() {
        steps.step()?;
        let head = edge.head;
        let name = graph.reference_name(edge.id);
        if !name.is_some_and(|name| name.is_dict())
            || edge.tail == head
            || Some(head) == target
            || !is_dict(head)
        {
            continue;
        }
        let owner = &mut owners[head.index()];
        *owner = match *owner {
            known if known == NOWHERE || known == edge.tail.number() => edge.tail.number(),
            _ => SHARED,
        };
    }
    for v in 0..owners.len() {
        let owner = owners[v];
        let is_part = owner == SHARED || (owner != NOWHERE && owners[owner as usize] != NOWHERE);
        if is_part {
            owners[v] = NOWHERE;
        }
    }
    ControlFlow::Continue(owners)
}
