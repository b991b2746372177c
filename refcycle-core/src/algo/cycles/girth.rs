//! A shortest cycle of a whole graph.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::probe::{Probe, Shortest};
use super::roots::Roots;
use crate::algo::cyclic_core::Core;
use crate::watch::Meter;
use crate::{Input, Successors, VertexId, Watch};

/// The length of a shortest cycle of the graph, in edges; `None` if it has no cycle. A self-loop
/// has length 1; two vertices with edges in both directions form a cycle of length 2.
///
/// # Complexity
/// As for [`minimum_cycle`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 3), (3, 0), (2, 0)])?;
/// assert_eq!(algo::girth(&graph), Some(3));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn girth<I: Input<Graph: Successors>>(graph: I) -> I::Flow<Option<usize>> {
    graph.run(|graph, watch| {
        let cycle = minimum_cycle_watched(graph, watch)?;
        ControlFlow::Continue(cycle.map(|cycle| cycle.len()))
    })
}

/// The vertices of a shortest cycle of the whole graph, each once, in the order of its edges,
/// starting with the smallest id; `None` if the graph has no cycle.
///
/// # Complexity
/// O(vertices + edges) time if the graph has a self-loop or no cycle, and otherwise at most
/// O(roots × edges). The roots are vertices that together meet all cycles; vertices with many
/// edges are chosen first. A search ends when it can no longer find a cycle shorter than the best
/// so far; all searches end when a cycle of length 2 is found. Memory: 12 bytes per vertex id, and
/// 48 per vertex and 8 per edge of the strongly connected components of more than one vertex.
///
/// # Implementation details
/// A bidirectional breadth-first search from each root, by levels, in the graph without the
/// earlier roots and without the vertices that were on cycles only through them.
///
/// # References
/// A. Itai and M. Rodeh, "Finding a minimum circuit in a graph", SIAM J. Comput. 7 (1978),
/// doi:10.1137/0207033.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 3), (3, 0), (3, 1)])?;
/// let cycle = algo::minimum_cycle(&graph).unwrap();
/// assert_eq!(cycle, [1, 2, 3].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn minimum_cycle<I: Input<Graph: Successors>>(graph: I) -> I::Flow<Option<Vec<VertexId>>> {
    graph.run(minimum_cycle_watched)
}

fn minimum_cycle_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Option<Vec<VertexId>>> {
    let core = Core::new(graph, None, watch)?;
    if let Some(&v) = core.loops.first() {
        return ControlFlow::Continue(Some(vec![v]));
    }
    let Roots { roots, rank } = Roots::of(&core);
    let mut meter = Meter::new(watch);
    let mut probe = Probe::new(core.len());
    let mut best: Option<Vec<u32>> = None;
    for root in roots {
        meter.step()?;
        let limit = best.as_ref().map_or(u32::MAX, |best| best.len() as u32 - 1);
        if limit < 2 {
            break;
        }
        if let Shortest::Is(length) =
            probe.run(&core, &rank, root, (limit, u32::MAX), 0, &mut meter)?
            && length <= limit
        {
            best = Some(probe.cycle(root));
        }
    }
    ControlFlow::Continue(best.map(|cycle| {
        let mut cycle: Vec<_> = cycle.iter().map(|&v| core.vertices[v as usize]).collect();
        smallest_first(&mut cycle);
        cycle
    }))
}

/// Rotates a cycle so that it starts at its smallest vertex.
pub(super) fn smallest_first(cycle: &mut [VertexId]) {
    let smallest = (0..cycle.len()).min_by_key(|&i| cycle[i]);
    cycle.rotate_left(smallest.unwrap_or(0));
}
