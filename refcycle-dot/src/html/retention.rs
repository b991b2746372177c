//! What the vertices of a page retain.

use std::cmp::Reverse;
use std::io;

use refcycle_core::algo::{self, Dominator, Dominators};
use refcycle_core::{CsrGraph, VertexId, Vertices};

/// The tree of dominators of a graph, and the retained sizes.
pub(super) struct Retention {
    tree: Dominators,
    /// The retained size of each vertex.
    pub(super) sizes: Vec<u64>,
}

impl Retention {
    /// `None` for an empty graph.
    pub(super) fn new(
        graph: &CsrGraph,
        starts: Vec<VertexId>,
        sizes: &[u64],
    ) -> io::Result<Option<Self>> {
        let Ok(tree) = algo::dominators(graph, starts) else {
            return Ok(None);
        };
        let sizes = tree
            .accumulate(sizes)
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Some(Self { tree, sizes }))
    }

    /// The immediate dominator of each vertex as its number plus one; 0 means no dominator.
    pub(super) fn above<'r>(&'r self, graph: &'r CsrGraph) -> impl Iterator<Item = u64> + 'r {
        graph.vertices().map(|v| {
            let dominator = self.tree.immediate_dominator(v);
            let dominator = dominator.and_then(Dominator::vertex);
            dominator.map_or(0, |dominator| 1 + u64::from(dominator.number()))
        })
    }

    /// A size that at most `count` vertices have or exceed.
    pub(super) fn least_of_largest(&self, count: usize) -> u64 {
        if self.sizes.len() <= count {
            return 0;
        }
        let mut sizes = self.sizes.clone();
        let (_, &mut next, _) = sizes.select_nth_unstable_by_key(count, |&size| Reverse(size));
        // Many vertices may have the same size.
        next + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_no_more_than_asked_for() {
        let graph = CsrGraph::from_edges(5, []).unwrap();
        let starts: Vec<_> = graph.vertices().collect();
        let found = Retention::new(&graph, starts, &[7, 3, 9, 3, 3]).unwrap();
        let found = found.unwrap();
        assert_eq!(found.sizes, [7, 3, 9, 3, 3]);
        assert_eq!(found.above(&graph).collect::<Vec<_>>(), [0; 5]);
        // Of three equal ones, none is among the three largest.
        assert_eq!(
            [1, 2, 3, 5].map(|count| found.least_of_largest(count)),
            [8, 4, 4, 0]
        );
    }
}
