//! The immediate dominators.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::AddAssign;

use super::search::Search;
use super::sentinels::ROOT;
use crate::lengths::check_length;
use crate::{Error, VertexId};

/// The immediate dominator of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dominator {
    /// The virtual root above all starts: the vertex is a start, or it is reached from the starts
    /// by paths that have no vertex in common.
    Root,
    /// This vertex: the last one, other than the vertex itself, on every path from a start.
    Vertex(VertexId),
}

impl Dominator {
    /// The vertex; `None` for the virtual root.
    pub fn vertex(self) -> Option<VertexId> {
        match self {
            Self::Root => None,
            Self::Vertex(v) => Some(v),
        }
    }
}

/// The immediate dominators of all vertices that some starts reach: see
/// [`dominators`](super::dominators).
///
/// # Memory
/// 4 bytes per vertex id, and 4 per vertex that is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Dominators {
    /// The vertices in preorder of the search, after an entry for the root.
    vertices: Box<[VertexId]>,
    /// By vertex id: [`UNREACHED`], [`BELOW_ROOT`], or the number of the immediate dominator
    /// and [`FIRST_ID`].
    idom: Box<[u32]>,
}

// There are fewer ids than numbers. Vertices that are not reached are zero, as in a new table.
const UNREACHED: u32 = 0;
const BELOW_ROOT: u32 = 1;
const FIRST_ID: u32 = 2;

impl Dominators {
    pub(super) fn of(search: Search) -> Self {
        let Search {
            number,
            vertices,
            nodes,
            ..
        } = search;
        // The numbers are no longer needed.
        let mut idom = number;
        for (&v, node) in vertices.iter().zip(&nodes).skip(1) {
            idom[v.index()] = match node.above {
                ROOT => BELOW_ROOT,
                number => FIRST_ID + vertices[number as usize].number(),
            };
        }
        Self {
            vertices: vertices.into(),
            idom: idom.into(),
        }
    }

    /// The vertices that are reached, including the starts, each after its dominators.
    pub fn vertices(&self) -> &[VertexId] {
        &self.vertices[1..]
    }

    /// Whether `v` is a vertex that is reached.
    pub fn contains(&self, v: VertexId) -> bool {
        self.state(v) != UNREACHED
    }

    /// The last vertex other than `v` itself that is on every path from a start to `v`; `None` if
    /// `v` is not reached or is not a vertex.
    pub fn immediate_dominator(&self, v: VertexId) -> Option<Dominator> {
        match self.state(v) {
            UNREACHED => None,
            BELOW_ROOT => Some(Dominator::Root),
            above => Some(Dominator::Vertex((above - FIRST_ID).into())),
        }
    }

    /// The vertices that are on every path from a start to `v`: `v` itself, its immediate
    /// dominator, the immediate dominator of that, and so on. Empty if `v` is not reached.
    pub fn dominators_of(&self, v: VertexId) -> impl Iterator<Item = VertexId> + '_ {
        let first = Some(v).filter(|&v| self.contains(v));
        core::iter::successors(first, |&v| self.above(v))
    }

    /// For each vertex id, the sum of the weights of the vertices that it dominates, including
    /// its own: with the sizes of objects as weights, the retained size of each object. It is
    /// `T::default()`, zero, for ids that are not reached.
    ///
    /// `weights` has an item for each id below the graph's
    /// [`vertex_bound`](crate::Vertices::vertex_bound).
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch).
    ///
    /// # Complexity
    /// O(vertex ids) time; no memory besides the result.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, VertexId, algo};
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (0, 2), (1, 3), (2, 3)])?;
    /// let dominators = algo::dominators(&graph, [VertexId::new(0)])?;
    /// assert_eq!(dominators.accumulate(&[1, 10, 100, 1000])?, [1111, 10, 100, 1000]);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn accumulate<T: Copy + Default + AddAssign>(
        &self,
        weights: &[T],
    ) -> Result<Vec<T>, Error> {
        accumulate(self.idom.len(), self.vertices(), weights, |_, v| {
            self.above(v)
        })
    }

    #[inline]
    fn state(&self, v: VertexId) -> u32 {
        self.idom.get(v.index()).copied().unwrap_or(UNREACHED)
    }

    /// The immediate dominator, if it is a vertex.
    #[inline]
    fn above(&self, v: VertexId) -> Option<VertexId> {
        self.state(v).checked_sub(FIRST_ID).map(VertexId::new)
    }

    /// The vertices in preorder of the search, after one that stands for the root; the number
    /// of each vertex id in that order, or [`ROOT`]; and by number the immediate dominators.
    pub(super) fn into_numbers(self) -> (Box<[VertexId]>, Vec<u32>, Vec<u32>) {
        let mut number = vec![ROOT; self.idom.len()];
        for (place, &v) in self.vertices.iter().enumerate().skip(1) {
            number[v.index()] = place as u32;
        }
        let mut idom = vec![ROOT; self.vertices.len()];
        for (idom, &v) in idom.iter_mut().zip(&self.vertices).skip(1) {
            *idom = self.above(v).map_or(ROOT, |above| number[above.index()]);
        }
        (self.vertices, number, idom)
    }
}

/// For each vertex id, the sum of the weights of the vertices that it dominates. `above` takes the
/// position of a vertex and the vertex, and returns its immediate dominator, which must come
/// earlier.
pub(super) fn accumulate<T: Copy + Default + AddAssign>(
    bound: usize,
    vertices: &[VertexId],
    weights: &[T],
    above: impl Fn(usize, VertexId) -> Option<VertexId>,
) -> Result<Vec<T>, Error> {
    check_length("vertex weights", weights.len(), bound)?;
    let mut sums = vec![T::default(); bound];
    for &v in vertices {
        sums[v.index()] = weights[v.index()];
    }
    for (place, &v) in vertices.iter().enumerate().rev() {
        if let Some(above) = above(place, v) {
            let sum = sums[v.index()];
            sums[above.index()] += sum;
        }
    }
    Ok(sums)
}
