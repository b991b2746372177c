//! The shortest cycles of a picture, and what is on a cycle at all.

use std::ops::ControlFlow;

use refcycle_core::algo::{
    Components, Split, minimum_cycle, shortest_cycle, strongly_connected_components,
};
use refcycle_core::{Run, VertexId, Watch};
use rustc_hash::FxHashSet;

use super::units::{UnitEdge, Units};
use crate::annotated::AnnotatedGraph;
use crate::names::{ObjectKind, ObjectName};

/// The cycles of the units of a picture.
pub(super) struct Cycles {
    components: Components,
    /// Whether a component consists of classes and their parts, such as the `__mro__`: every class
    /// is in such cycles, and nobody asks about them.
    is_of_classes: Vec<bool>,
    /// The references on the shortest cycles, by their ends.
    shortest: FxHashSet<(u32, u32)>,
}

impl Cycles {
    /// A shortest cycle through the target; if the target is on no cycle, a shortest one of each
    /// component.
    ///
    /// O(units × references) time in the worst case, and usually that of a few searches.
    pub(super) fn new<W: Watch>(
        named: &AnnotatedGraph,
        units: &Units,
        target: Option<u32>,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let graph = &units.graph;
        let components = strongly_connected_components(Run::on(graph).watch(watch))?;
        let is_of_classes: Vec<_> = components
            .iter()
            .map(|members| is_of_classes(named, units, members))
            .collect();
        let mut shortest = FxHashSet::default();
        let mut mark = |cycle: &[VertexId]| {
            let next = cycle.iter().skip(1).chain(cycle.first());
            shortest.extend(
                cycle
                    .iter()
                    .zip(next)
                    .map(|(a, b)| (a.number(), b.number())),
            );
        };
        let through = match target.map(VertexId::new) {
            None => None,
            Some(v) => shortest_cycle(Run::on(graph).watch(watch), v).expect("it is a vertex")?,
        };
        match through {
            Some(cycle) => mark(&cycle),
            None => {
                let split = Split::new(graph, &components).expect("they are its components");
                for number in split.cyclic() {
                    if is_of_classes[number as usize] {
                        continue;
                    }
                    let Some(part) = split.subgraph(number) else {
                        continue;
                    };
                    let (part, vertices, _) = part.into_parts();
                    if let Some(cycle) = minimum_cycle(Run::on(&part).watch(watch))? {
                        let cycle: Vec<_> = cycle.iter().map(|v| vertices[v.index()]).collect();
                        mark(&cycle);
                    }
                }
            }
        }
        ControlFlow::Continue(Self {
            components,
            is_of_classes,
            shortest,
        })
    }

    /// Whether a reference is on one of the shortest cycles.
    pub(super) fn is_on_shortest(&self, edge: UnitEdge) -> bool {
        self.shortest.contains(&(edge.tail, edge.head))
    }

    /// Whether a reference is on any cycle of two or more units, not all of them classes.
    pub(super) fn is_inner(&self, edge: UnitEdge) -> bool {
        let of = |unit| self.components.component_of(VertexId::new(unit));
        let component = of(edge.tail);
        edge.tail != edge.head
            && component == of(edge.head)
            && component.is_some_and(|number| !self.is_of_classes[number as usize])
    }
}

/// Whether units are classes and their parts, with a class among them.
fn is_of_classes(named: &AnnotatedGraph, units: &Units, members: &[VertexId]) -> bool {
    let kind = |v: &VertexId| named.object_name(units.first[v.index()]).kind();
    let is_part = |v: &VertexId| {
        let v = units.first[v.index()];
        match named.object_name(v) {
            ObjectName::Class { .. } | ObjectName::Container { .. } => true,
            ObjectName::Named { type_name, .. } => {
                type_name.starts_with("builtins.") && type_name != "builtins.cell"
            }
            ObjectName::Instance(type_name) => type_name.ends_with("_descriptor"),
            _ => false,
        }
    };
    members.iter().any(|v| kind(v) == ObjectKind::Class) && members.iter().all(is_part)
}
