//! Where trees start.

use refcycle_core::algo::{Components, Split};
use refcycle_core::{IDirectedGraph, VertexId};

use super::options::Direction;

/// Returns a small set of starts whose trees together reach every vertex: one vertex of each
/// strongly connected component that no other component leads to, in the direction of the tree.
///
/// # Complexity
/// O(vertices + edges) time.
///
/// # Panics
/// If the components are not those of the graph.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, CsrGraph, VertexId};
/// use refcycle_dot::text::{Direction, starts};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 1)])?;
/// let components = graph.strongly_connected_components();
/// let numbers = |direction| {
///     starts(&graph, &components, direction).into_iter().map(VertexId::number)
/// };
/// assert_eq!(numbers(Direction::Referents).collect::<Vec<_>>(), [0, 3]);
/// assert_eq!(numbers(Direction::Referrers).collect::<Vec<_>>(), [1, 3]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn starts<G: IDirectedGraph>(
    graph: &G,
    components: &Components,
    direction: Direction,
) -> Vec<VertexId> {
    let split = Split::new(graph, components).expect("they are its components");
    let ends = match direction {
        Direction::Referrers => split.sinks(),
        Direction::Referents => split.sources(),
    };
    let first = |&number: &u32| components.component(number).iter().min().copied();
    let mut starts: Vec<_> = ends.iter().filter_map(first).collect();
    starts.sort_unstable();
    starts
}
