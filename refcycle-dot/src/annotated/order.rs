//! The order in which edges were given, beside that in which the graph numbers them.

use refcycle_core::EdgeId;

/// A permutation and its inverse; nothing when the two orders are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct EdgeOrder(Option<Both>);

#[derive(Clone, Debug)]
struct Both {
    given: Box<[u32]>,
    edges: Box<[EdgeId]>,
}

impl EdgeOrder {
    /// The order in which the graph's edge `e` was given at place `given[e]`.
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

    /// At which place edge `e` was given.
    pub(crate) fn place(&self, e: EdgeId) -> usize {
        match &self.0 {
            Some(both) => both.given[e.index()] as usize,
            None => e.index(),
        }
    }

    /// The edge that was given at `place`.
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
