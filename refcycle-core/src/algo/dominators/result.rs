//! Who dominates whom.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::AddAssign;

use super::search::Search;
use super::sentinels::ROOT;
use crate::weights::check_length;
use crate::{Error, VertexId};

/// The immediate dominator of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dominator {
    /// No vertex: the vertex is a start, or several starts reach it on ways that have no
    /// vertex in common. It hangs from the virtual root above all starts.
    Root,
    /// This vertex is on every path from a start, and the last such before the vertex.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dominators {
    /// The vertices in preorder of the search, after one that stands for the root.
    vertices: Box<[VertexId]>,
    /// By vertex id: [`UNREACHED`], [`BELOW_ROOT`], or the number of the immediate dominator
    /// and [`FIRST_ID`].
    idom: Box<[u32]>,
}

// There are fewer ids than numbers. What is not reached is zero, as in a new table.
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
        // The numbers have done their work.
        let mut idom = number;
        for (&v, node) in vertices.iter().zip(&nodes).skip(1) {
            idom[v.index()] = match node.idom {
                ROOT => BELOW_ROOT,
                number => FIRST_ID + vertices[number as usize].number(),
            };
        }
        Self {
            vertices: vertices.into(),
            idom: idom.into(),
        }
    }

    /// How many vertices are reached, the starts included.
    pub fn len(&self) -> usize {
        self.vertices.len() - 1
    }

    /// Whether nothing is reached. It never is: there is at least one start.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The vertices that are reached, each after its dominators.
    pub fn vertices(&self) -> &[VertexId] {
        &self.vertices[1..]
    }

    /// Whether `v` is a vertex that is reached.
    pub fn contains(&self, v: VertexId) -> bool {
        self.state(v) != UNREACHED
    }

    /// The last vertex but `v` itself that is on every path from a start to `v`; `None` when `v`
    /// is not reached, or no vertex.
    pub fn immediate_dominator(&self, v: VertexId) -> Option<Dominator> {
        match self.state(v) {
            UNREACHED => None,
            BELOW_ROOT => Some(Dominator::Root),
            above => Some(Dominator::Vertex((above - FIRST_ID).into())),
        }
    }

    /// The vertices that are on every path from a start to `v`: `v` itself, its immediate
    /// dominator, the one of that, and so on. None when `v` is not reached.
    pub fn dominators_of(&self, v: VertexId) -> impl Iterator<Item = VertexId> + '_ {
        let first = Some(v).filter(|&v| self.contains(v));
        core::iter::successors(first, |&v| self.above(v))
    }

    /// For each vertex id the sum of the weights of the vertices that it dominates, its own
    /// included: with the sizes of objects as weights, what each object retains. It is
    /// `T::default()`, zero, for ids that are not reached.
    ///
    /// `weights` has an item for each id below the graph's
    /// [`vertex_bound`](crate::Vertices::vertex_bound).
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch).
    ///
    /// # Complexity
    /// O(vertex ids) time, no memory but the result.
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

    /// The immediate dominator, when it is a vertex.
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

/// Sums of weights over what vertices dominate. `vertices` come after those that `above`
/// gives for each place and vertex.
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
