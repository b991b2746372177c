//! The parts of a graph in which vertices are counted.

use std::cmp::Reverse;

use refcycle_core::VertexId;
use refcycle_core::algo::Components;

/// The part of the graph in which a vertex is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The vertex that the summary is about.
    Target,
    /// One of the largest components, by its rank.
    Component(u32),
    /// All other components of two vertices or more.
    SmallerComponents,
    /// On no cycle of two vertices or more.
    Acyclic,
}

/// The places of a graph, numbered in the order of a summary.
pub(super) struct Places<'c> {
    components: &'c Components,
    target: Option<VertexId>,
    /// The components that have a rank, largest first.
    pub(super) ranked: Vec<u32>,
    /// The number of components without a rank.
    pub(super) smaller: u64,
    /// The place number of each component.
    of_component: Vec<u32>,
}

const TARGET: u32 = 0;
const FIRST_COMPONENT: u32 = 1;

impl<'c> Places<'c> {
    pub(super) fn new(components: &'c Components, target: Option<VertexId>, most: usize) -> Self {
        let mut cyclic: Vec<_> = (0..components.len() as u32)
            .filter(|&number| components.component(number).len() > 1)
            .collect();
        cyclic.sort_by_cached_key(|&number| {
            let vertices = components.component(number);
            (Reverse(vertices.len()), vertices.iter().min().copied())
        });
        let smaller = cyclic.split_off(cyclic.len().min(most));
        let mut places = Self {
            components,
            target,
            ranked: cyclic,
            smaller: smaller.len() as u64,
            of_component: Vec::new(),
        };
        let mut of_component = vec![places.acyclic(); components.len()];
        for (place, &number) in (FIRST_COMPONENT..).zip(&places.ranked) {
            of_component[number as usize] = place;
        }
        for number in smaller {
            of_component[number as usize] = places.smaller_components();
        }
        places.of_component = of_component;
        places
    }

    pub(super) fn count(&self) -> usize {
        self.acyclic() as usize + 1
    }

    fn smaller_components(&self) -> u32 {
        FIRST_COMPONENT + self.ranked.len() as u32
    }

    fn acyclic(&self) -> u32 {
        self.smaller_components() + 1
    }

    pub(super) fn place(&self, number: usize) -> Place {
        match number as u32 {
            TARGET => Place::Target,
            number if number == self.acyclic() => Place::Acyclic,
            number if number == self.smaller_components() => Place::SmallerComponents,
            number => Place::Component(number - FIRST_COMPONENT),
        }
    }

    /// The number of the place of a vertex.
    pub(super) fn of(&self, v: VertexId) -> usize {
        if self.target == Some(v) {
            return TARGET as usize;
        }
        let component = self.components.component_of(v).unwrap_or_default();
        self.of_component[component as usize] as usize
    }
}
