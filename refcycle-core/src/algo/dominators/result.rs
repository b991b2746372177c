//! Who dominates whom.

use std::ops::AddAssign;

use super::DominatorTree;
use super::search::{ROOT, Search};
use crate::{Error, VertexId};

/// The immediate dominator of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dominator {
    /// No vertex: the vertex is a start, or several starts reach it on ways that have no
    /// vertex in common. It hangs from the virtual root above all starts.
    Root,
    /// This vertex is on every way from a start, and the last such before the vertex.
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
/// 4 bytes a vertex id, and 8 a vertex that is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dominators {
    /// The number of each vertex id, [`ROOT`] where it is not reached.
    pub(super) number: Box<[u32]>,
    /// The vertices by number, after one that stands for the root.
    pub(super) vertices: Box<[VertexId]>,
    /// The immediate dominators by number, which are lower numbers.
    pub(super) idom: Box<[u32]>,
}

impl Dominators {
    pub(super) fn of(search: Search) -> Self {
        let Search {
            number,
            vertices,
            nodes,
            later,
            ..
        } = search;
        drop(later);
        Self {
            idom: nodes.iter().map(|node| node.idom).collect(),
            number: number.into(),
            vertices: vertices.into(),
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
        self.number(v) != ROOT
    }

    /// The last vertex but `v` itself that is on every way from a start to `v`; `None` when
    /// `v` is not reached, or no vertex.
    pub fn immediate_dominator(&self, v: VertexId) -> Option<Dominator> {
        match self.number(v) {
            ROOT => None,
            number => Some(self.named(self.idom[number as usize])),
        }
    }

    /// The vertices that are on every way from a start to `v`: `v` itself, its immediate
    /// dominator, the one of that, and so on. None when `v` is not reached.
    pub fn dominators_of(&self, v: VertexId) -> impl Iterator<Item = VertexId> + '_ {
        let up = |number: u32| Some(number).filter(|&number| number != ROOT);
        std::iter::successors(up(self.number(v)), move |&number| {
            up(self.idom[number as usize])
        })
        .map(|number| self.vertices[number as usize])
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
        let (found, expected) = (weights.len(), self.number.len());
        if found != expected {
            return Err(Error::length_mismatch("vertex weights", found, expected));
        }
        let mut sums = vec![T::default(); expected];
        for &v in self.vertices() {
            sums[v.index()] = weights[v.index()];
        }
        for (&v, &idom) in self.vertices.iter().zip(&self.idom).skip(1).rev() {
            if idom != ROOT {
                let sum = sums[v.index()];
                sums[self.vertices[idom as usize].index()] += sum;
            }
        }
        Ok(sums)
    }

    /// The same as a tree, which knows more and holds more.
    pub fn into_tree(self) -> DominatorTree {
        DominatorTree::new(self)
    }

    #[inline]
    pub(super) fn number(&self, v: VertexId) -> u32 {
        self.number.get(v.index()).copied().unwrap_or(ROOT)
    }

    pub(super) fn named(&self, number: u32) -> Dominator {
        match number {
            ROOT => Dominator::Root,
            _ => Dominator::Vertex(self.vertices[number as usize]),
        }
    }
}
