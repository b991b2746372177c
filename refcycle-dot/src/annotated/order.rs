//! The order in which the edges were given, which may differ from the order of their numbers in
//! the graph.

use refcycle_core::EdgeId;

/// A permutation and its inverse; `None` if the two orders are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct EdgeOrder(Option<Both>);

#[derive(Clone, Debug)]
struct Both {
    given: Box<[u32]>,
    edges: Box<[EdgeId]>,
}

impl EdgeOrder {
    /// The order in which edge `e` of the graph was given at position `given[e]`.
    pub(crate) fn new(given: Vec<u32>) -> Self {
        if given.is_sorted() {
            return Self(None);
        }
        let mut edges = vec![EdgeId::default(); given.len()];
        for (e, &place) in given.iter().enumerate() {
            edges[place as usize] = EdgeId::from_index(e);
        }
        Self(Some(Both {
            given: given.into(),
            edges: edges.into(),
        }))
    }

    /// The position at which edge `e` was given.
    pub(crate) fn place(&self, e: EdgeId) -> usize {
        match &self.0 {
            Some(both) => both.given[e.index()] as usize,
            None => e.index(),
        }
    }

    /// The edge that was given at position `place`.
    pub(crate) fn edge(&self, place: usize) -> EdgeId {
        match &self.0 {
            Some(both) => both.edges[place],
            None => EdgeId::from_index(place),
        }
    }

    pub(crate) fn memory(&self) -> usize {
        self.0
            .as_ref()
            .map_or(0, |both| 2 * size_of_val(&*both.given))
    }
}
