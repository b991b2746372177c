//! The garbage that no other garbage holds: cycles, which hold the rest.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::algo::{self, Components};
use refcycle_core::views::Masked;
use refcycle_core::{CsrGraph, Run, Successors, VertexId, VertexSet, Vertices};
use refcycle_dot::names::{Part, SignatureId, TextId};
use rustc_hash::FxHashSet;

use super::chain_names::{ChainNames, Naming};
use crate::interrupt::Signals;

/// How many types of a cycle are named.
const MOST_NAMED: usize = 4;

/// The components of garbage that no other component holds.
pub(super) struct GarbageSources<'a> {
    graph: &'a CsrGraph,
    components: Option<Components>,
    numbers: Vec<u32>,
}

impl<'a> GarbageSources<'a> {
    /// Bytes a vertex for the components.
    pub(super) const BYTES_A_VERTEX: usize = 16;

    /// No components.
    pub(super) fn none(graph: &'a CsrGraph) -> Self {
        Self {
            graph,
            components: None,
            numbers: Vec::new(),
        }
    }

    /// Those of the vertices that are not reached.
    ///
    /// # Cost
    /// Reads the edges once, and searches the vertices that are not reached.
    pub(super) fn new(
        graph: &'a CsrGraph,
        is_reached: impl Fn(VertexId) -> bool,
        signals: &mut Signals,
    ) -> ControlFlow<PyErr, Self> {
        let garbage = graph.vertices().filter(|&v| !is_reached(v));
        let garbage = VertexSet::from_vertices(graph.vertex_bound(), garbage);
        let part = Masked::new(graph, &garbage);
        let components = algo::strongly_connected_components(Run::on(&part).watch(signals))?;
        let mut is_held = vec![false; components.len()];
        for tail in graph.vertices() {
            // A reference that explains nothing may lead here from what is reached.
            for head in graph.successors(tail).filter(|&v| garbage.contains(v)) {
                let (holder, held) = (components.component_of(tail), components.component_of(head));
                if let Some(number) = held.filter(|_| holder != held) {
                    is_held[number as usize] = true;
                }
            }
        }
        let numbers = (0..components.len() as u32).filter(|&number| !is_held[number as usize]);
        ControlFlow::Continue(Self {
            graph,
            numbers: numbers.collect(),
            components: Some(components),
        })
    }

    fn members(&self, number: u32) -> &[VertexId] {
        let components = self.components.as_ref();
        components.map_or(&[], |components| components.component(number))
    }

    /// The objects of each of them.
    pub(super) fn all_members(&self) -> impl Iterator<Item = &[VertexId]> {
        self.numbers.iter().map(|&number| self.members(number))
    }

    /// The objects of all of them.
    pub(super) fn vertices(&self) -> impl Iterator<Item = VertexId> {
        self.all_members().flatten().copied()
    }

    /// The numbers of the components, some at a time.
    pub(super) fn in_parts(&self, most: usize) -> impl Iterator<Item = &[u32]> {
        self.numbers.chunks(most)
    }

    /// Shows the signatures of the relevant objects of some components: the types of their cycles,
    /// and the object.
    pub(super) fn name(
        &self,
        naming: &dyn Naming,
        names: &mut ChainNames,
        some: &[u32],
        is_relevant: impl Fn(VertexId) -> bool,
        mut see: impl FnMut(VertexId, SignatureId),
    ) {
        let mut last: Option<(Vec<TextId>, String)> = None;
        for &number in some {
            let members = self.members(number);
            if !members.iter().any(|&v| is_relevant(v)) {
                continue;
            }
            let types = self.types_of_cycle(naming, names, members);
            let holder = match last.take() {
                Some((of, holder)) if of == types => holder,
                _ => holder_text(names, &types),
            };
            for &v in members.iter().filter(|&&v| is_relevant(v)) {
                let object = naming.object(names, v);
                see(v, names.signatures.root(&holder, object));
            }
            last = Some((types, holder));
        }
    }

    /// The names of the objects of a cycle, each once; empty if it is a single object that does not
    /// refer to itself.
    fn types_of_cycle(
        &self,
        naming: &dyn Naming,
        names: &mut ChainNames,
        members: &[VertexId],
    ) -> Vec<TextId> {
        if let &[v] = members
            && !self.graph.successors(v).any(|head| head == v)
        {
            return Vec::new();
        }
        let hidden = self.namespaces(naming, names, members);
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        for v in members.iter().filter(|v| !hidden.contains(v)) {
            let name = naming.object(names, *v);
            if found.last() != Some(&name) && seen.insert(name) {
                found.push(name);
            }
        }
        found.sort_by(|&one, &other| {
            let text = |name| names.signatures.interned(name);
            text(one).cmp(text(other))
        });
        found
    }

    /// The members that are the `__dict__` of another member. An instance may have one or not.
    fn namespaces(
        &self,
        naming: &dyn Naming,
        names: &mut ChainNames,
        members: &[VertexId],
    ) -> FxHashSet<VertexId> {
        let mut dicts: Vec<_> = members.to_vec();
        dicts.retain(|&v| naming.is_dict(names, v));
        let mut found = FxHashSet::default();
        if dicts.is_empty() {
            return found;
        }
        let dicts: FxHashSet<_> = dicts.into_iter().collect();
        for &v in members.iter().filter(|v| !dicts.contains(v)) {
            let mut heads: Vec<_> = self.graph.successors(v).collect();
            heads.retain(|head| dicts.contains(head));
            heads.sort_unstable();
            heads.dedup();
            if !heads.is_empty() {
                let steps = naming
                    .references(names, v, Part::Object, &heads)
                    .into_iter();
                let steps = steps.filter(|step| step.part == Part::Namespace);
                found.extend(steps.map(|step| step.head));
            }
        }
        found
    }
}

/// As in `garbage cycle of app.Child, app.Parent`.
fn holder_text(names: &ChainNames, types: &[TextId]) -> String {
    if types.is_empty() {
        return "garbage".to_owned();
    }
    let shown: Vec<_> = types
        .iter()
        .take(MOST_NAMED)
        .map(|&name| names.signatures.interned(name))
        .collect();
    let more = if types.len() > MOST_NAMED {
        ", ..."
    } else {
        ""
    };
    format!("garbage cycle of {}{more}", shown.join(", "))
}
