//! The bow-tie decomposition.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::Components;
use super::scc::strongly_connected_components_watched;
use crate::counting_sort;
use crate::watch::Meter;
use crate::{Input, Successors, VertexId, Watch};

/// The position of a vertex relative to the largest strongly connected component, the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum BowTiePart {
    /// In the largest strongly connected component.
    Core,
    /// Reaches the core.
    In,
    /// Can be reached from the core.
    Out,
    /// On a path from [`In`](Self::In) to [`Out`](Self::Out) that avoids the core.
    Tube,
    /// Can be reached from [`In`](Self::In), but reaches none of the parts above.
    InTendril,
    /// Reaches [`Out`](Self::Out), but cannot be reached from any of the parts above.
    OutTendril,
    /// In none of these parts: in another weakly connected component, or connected to a tendril
    /// only against the direction of its edges.
    Disconnected,
}

impl BowTiePart {
    /// All parts, in the order in which they are declared.
    pub const ALL: [Self; 7] = [
        Self::Core,
        Self::In,
        Self::Out,
        Self::Tube,
        Self::InTendril,
        Self::OutTendril,
        Self::Disconnected,
    ];
}

/// The bow-tie decomposition of a graph: each vertex is in one part.
///
/// # Memory
/// 13 bytes per vertex and 4 per strongly connected component.
#[derive(Clone, PartialEq, Eq)]
pub struct BowTie {
    components: Components,
    core: Option<u32>,
    /// The part of each component.
    parts: Box<[BowTiePart]>,
    /// The vertices, grouped by part.
    members: Box<[VertexId]>,
    /// Where each part starts in `members`; the last item is the end of the last part.
    starts: [u32; 8],
}

impl BowTie {
    /// The part of `v`; `None` if `v` is not a vertex.
    pub fn part_of(&self, v: VertexId) -> Option<BowTiePart> {
        let component = self.components.component_of(v)?;
        Some(self.parts[component as usize])
    }

    /// The vertices of a part, ascending.
    pub fn part(&self, part: BowTiePart) -> &[VertexId] {
        let part = part as usize;
        &self.members[self.starts[part] as usize..self.starts[part + 1] as usize]
    }

    /// The vertices of the core, ascending; empty if the graph has no vertex.
    pub fn core(&self) -> &[VertexId] {
        self.part(BowTiePart::Core)
    }

    /// The number of the component that is the core; `None` if the graph has no vertex.
    pub fn core_component(&self) -> Option<u32> {
        self.core
    }

    /// The strongly connected components.
    pub fn components(&self) -> &Components {
        &self.components
    }
}

/// The bow-tie decomposition of a graph around its largest strongly connected component. Of
/// several with the same number of vertices, the first in topological order is the core.
///
/// # Complexity
/// O(vertices + edges) time: the components and three sweeps over the edges. Memory besides the
/// result: one byte per component, and the memory for finding the components.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, BowTiePart}};
/// // 0 -> (1 <-> 2) -> 3, and 0 -> 4.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (1, 2), (2, 1), (2, 3), (0, 4)])?;
/// let bow_tie = algo::bow_tie(&graph);
/// assert_eq!(bow_tie.core(), [1, 2].map(VertexId::new));
/// assert_eq!(bow_tie.part_of(VertexId::new(0)), Some(BowTiePart::In));
/// assert_eq!(bow_tie.part(BowTiePart::InTendril), [VertexId::new(4)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # Implementation details
/// The components are numbered in reverse topological order, so an ascending pass finds the
/// components that reach a part, and a descending pass finds those that can be reached from it.
/// Only successors are needed.
///
/// # References
/// - A. Broder et al., "Graph structure in the Web", Comput. Netw. 33 (2000),
///   doi:10.1016/S1389-1286(00)00083-9.
/// - R. Yang, L. Zhuhadar, O. Nasraoui, "Bow-tie decomposition in directed graphs", FUSION 2011:
///   the parts are defined there; `Disconnected` is called "Others".
pub fn bow_tie<I: Input<Graph: Successors>>(graph: I) -> I::Flow<BowTie> {
    graph.run(bow_tie_watched)
}

pub(crate) fn bow_tie_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, BowTie> {
    let components = strongly_connected_components_watched(graph, watch)?;
    let core =
        (0..components.len() as u32).max_by_key(|&number| components.component(number).len());
    let mut meter = Meter::new(watch);
    let parts = match core {
        Some(core) => parts(graph, &components, core, &mut meter)?,
        None => Vec::new(),
    };
    let (members, starts) = group(graph, &components, &parts);
    ControlFlow::Continue(BowTie {
        components,
        core,
        parts: parts.into(),
        members: members.into(),
        starts,
    })
}

/// Flags of a component.
const REACHES_CORE: u8 = 1;
const FROM_CORE: u8 = 2;
const FROM_IN: u8 = 4;
const REACHES_OUT: u8 = 8;

fn parts<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    components: &Components,
    core: u32,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<BowTiePart>> {
    let mut flags = vec![0u8; components.len()];
    flags[core as usize] = REACHES_CORE | FROM_CORE;
    for number in core as usize + 1..components.len() {
        for &v in components.component(number as u32) {
            meter.step()?;
            for w in graph.successors(v) {
                flags[number] |= flags[components.number(w) as usize] & REACHES_CORE;
            }
        }
    }
    for number in (0..components.len()).rev() {
        let mut passed = flags[number] & (FROM_CORE | FROM_IN);
        if flags[number] & (REACHES_CORE | FROM_CORE) == REACHES_CORE {
            passed |= FROM_IN;
        }
        if passed == 0 {
            continue;
        }
        for &v in components.component(number as u32) {
            meter.step()?;
            for w in graph.successors(v) {
                flags[components.number(w) as usize] |= passed;
            }
        }
    }
    for number in 0..components.len() {
        if flags[number] & FROM_CORE != 0 {
            flags[number] |= REACHES_OUT;
            continue;
        }
        for &v in components.component(number as u32) {
            meter.step()?;
            for w in graph.successors(v) {
                flags[number] |= flags[components.number(w) as usize] & REACHES_OUT;
            }
        }
    }
    ControlFlow::Continue(flags.into_iter().map(part).collect())
}

fn part(flags: u8) -> BowTiePart {
    let has = |flag| flags & flag != 0;
    match (has(REACHES_CORE), has(FROM_CORE)) {
        (true, true) => BowTiePart::Core,
        (true, false) => BowTiePart::In,
        (false, true) => BowTiePart::Out,
        (false, false) => match (has(FROM_IN), has(REACHES_OUT)) {
            (true, true) => BowTiePart::Tube,
            (true, false) => BowTiePart::InTendril,
            (false, true) => BowTiePart::OutTendril,
            (false, false) => BowTiePart::Disconnected,
        },
    }
}

/// The vertices by part.
fn group<G: Successors + ?Sized>(
    graph: &G,
    components: &Components,
    parts: &[BowTiePart],
) -> (Vec<VertexId>, [u32; 8]) {
    let mut starts = [0; 8];
    for (members, &part) in components.iter().zip(parts) {
        starts[part as usize + 1] += members.len() as u32;
    }
    counting_sort::sum(&mut starts);
    let mut members = vec![VertexId::default(); starts[7] as usize];
    let by_part = (0..graph.vertex_bound())
        .map(VertexId::from_index)
        .filter_map(|v| Some((parts[components.component_of(v)? as usize] as u32, v)));
    counting_sort::fill(&mut starts, &mut members, by_part);
    (members, starts)
}
