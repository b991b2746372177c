//! The dominator tree.

use crate::once_lock::OnceLock;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::{AddAssign, Range};

use super::jumps::Jumps;
use super::result::accumulate;
use super::sentinels::ROOT;
use super::{Dominator, Dominators};
use crate::counting_sort;
use crate::lengths::check_length;
use crate::{Error, VertexId, Vertices};

/// The dominator tree: the parent of each vertex is its immediate dominator. Vertices below the
/// virtual root are its [`roots`](Self::roots).
///
/// # Memory
/// 4 bytes per vertex id, and 20 per vertex that is reached; 8 more after the first call of
/// [`children`](Self::children).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, Dominator}};
/// let graph = CsrGraph::from_edges(5, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)])?;
/// let tree = algo::dominators(&graph, [VertexId::new(0)])?.into_tree();
/// let [root, left, right, join, end] = [0, 1, 2, 3, 4].map(VertexId::new);
/// assert_eq!(tree.children(root), [left, right, join]);
/// assert_eq!(tree.subtree(join), [join, end]);
/// assert!(tree.dominates(root, end) && !tree.dominates(left, end));
/// assert_eq!(tree.lowest_common_dominator([left, end]), Some(Dominator::Vertex(root)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct DominatorTree {
    /// The number of each vertex id in preorder of the tree, [`ROOT`] if it is not reached.
    number: Box<[u32]>,
    /// The vertices by number, after an entry for the root.
    vertices: Box<[VertexId]>,
    /// The immediate dominators by number.
    idom: Box<[u32]>,
    /// By number, the end of the numbers below the vertex.
    end: Box<[u32]>,
    /// By number, the number of vertices above, plus one.
    depth: Box<[u32]>,
    /// By number, an ancestor further up, chosen so that every ancestor is a logarithmic number
    /// of jumps away.
    jump: Box<[u32]>,
    children: OnceLock<Children>,
}

#[derive(Clone, Debug)]
struct Children {
    /// Where the children of each number start, and the end of the last.
    starts: Box<[u32]>,
    vertices: Box<[VertexId]>,
}

impl Dominators {
    /// Builds the dominator tree, which supports more queries and takes more memory.
    pub fn into_tree(self) -> DominatorTree {
        DominatorTree::new(self)
    }
}

impl DominatorTree {
    fn new(dominators: Dominators) -> Self {
        let (old_vertices, mut number, old_idom) = dominators.into_numbers();
        let Preorder { place, end } = Preorder::of(&old_idom);
        let mut vertices = vec![VertexId::default(); place.len()];
        let mut idom = vec![ROOT; place.len()];
        for (old, &new) in place.iter().enumerate().skip(1) {
            let v = old_vertices[old];
            vertices[new as usize] = v;
            number[v.index()] = new;
            idom[new as usize] = place[old_idom[old] as usize];
        }
        drop((old_vertices, old_idom, place));
        let Jumps { depth, jump } = Jumps::of(idom.iter().copied(), idom.len());
        Self {
            number: number.into(),
            vertices: vertices.into(),
            idom: idom.into(),
            end,
            depth: depth.into(),
            jump: jump.into(),
            children: OnceLock::new(),
        }
    }

    /// The vertices that are reached, including the starts, in preorder of the tree.
    pub fn vertices(&self) -> &[VertexId] {
        &self.vertices[1..]
    }

    /// Whether `v` is a vertex that is reached.
    pub fn contains(&self, v: VertexId) -> bool {
        self.number(v) != ROOT
    }

    /// The immediate dominator: see [`Dominators::immediate_dominator`].
    pub fn immediate_dominator(&self, v: VertexId) -> Option<Dominator> {
        match self.number(v) {
            ROOT => None,
            number => Some(self.named(self.idom[number as usize])),
        }
    }

    /// The dominators of `v`, upwards from itself: see [`Dominators::dominators_of`].
    pub fn dominators_of(&self, v: VertexId) -> impl Iterator<Item = VertexId> + '_ {
        let up = |number: u32| Some(number).filter(|&number| number != ROOT);
        core::iter::successors(up(self.number(v)), move |&number| {
            up(self.idom[number as usize])
        })
        .map(|number| self.vertex(number))
    }

    /// The sums of weights over subtrees: see [`Dominators::accumulate`].
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch).
    pub fn accumulate<T: Copy + Default + AddAssign>(
        &self,
        weights: &[T],
    ) -> Result<Vec<T>, Error> {
        accumulate(self.number.len(), self.vertices(), weights, |place, _| {
            self.named(self.idom[place + 1]).vertex()
        })
    }

    /// The number of vertices other than `v` that dominate it; `None` if it is not reached.
    pub fn depth(&self, v: VertexId) -> Option<usize> {
        match self.number(v) {
            ROOT => None,
            number => Some(self.depth[number as usize] as usize - 1),
        }
    }

    /// Whether `a` is on every path from a start to `b`. Every vertex that is reached dominates
    /// itself; a vertex that is not reached dominates nothing and is dominated by nothing.
    /// Constant time.
    pub fn dominates(&self, a: VertexId, b: VertexId) -> bool {
        let (a, b) = (self.number(a), self.number(b));
        a != ROOT && b != ROOT && self.below(a).contains(&b)
    }

    /// Whether `a` dominates `b` and is not `b`. Constant time.
    pub fn strictly_dominates(&self, a: VertexId, b: VertexId) -> bool {
        a != b && self.dominates(a, b)
    }

    /// `v` and the vertices that it dominates, in preorder; empty if it is not reached. Constant
    /// time.
    pub fn subtree(&self, v: VertexId) -> &[VertexId] {
        match self.number(v) {
            ROOT => &[],
            number => {
                let below = self.below(number);
                &self.vertices[below.start as usize..below.end as usize]
            }
        }
    }

    /// The vertices whose immediate dominator is the virtual root, in preorder: starts, and
    /// vertices that are reached from the starts by paths that have no vertex in common.
    pub fn roots(&self) -> &[VertexId] {
        self.children_of(ROOT)
    }

    /// The vertices whose immediate dominator is `v`, in preorder; empty if it is not reached.
    ///
    /// # Complexity
    /// O(vertices) time for the first call, then constant.
    pub fn children(&self, v: VertexId) -> &[VertexId] {
        match self.number(v) {
            ROOT => &[],
            number => self.children_of(number),
        }
    }

    fn children_of(&self, number: u32) -> &[VertexId] {
        let children = self.children.get_or_init(|| self.make_children());
        let number = number as usize;
        let range = children.starts[number] as usize..children.starts[number + 1] as usize;
        &children.vertices[range]
    }

    fn make_children(&self) -> Children {
        let idom = &self.idom;
        let parents = || idom[1..].iter().copied();
        let mut starts = counting_sort::offsets_by(idom.len(), parents());
        let mut vertices = vec![VertexId::default(); self.vertices().len()];
        let by_parent = parents().zip(self.vertices().iter().copied());
        counting_sort::fill(&mut starts, &mut vertices, by_parent);
        Children {
            starts: starts.into(),
            vertices: vertices.into(),
        }
    }

    /// The lowest vertex of the tree that dominates all of `vertices`; `None` if `vertices` is
    /// empty or one of them is not reached.
    ///
    /// # Complexity
    /// O(vertices given + log depth) time.
    pub fn lowest_common_dominator(
        &self,
        vertices: impl IntoIterator<Item = VertexId>,
    ) -> Option<Dominator> {
        let (mut first, mut last) = (u32::MAX, ROOT);
        for v in vertices {
            let number = self.number(v);
            if number == ROOT {
                return None;
            }
            first = first.min(number);
            last = last.max(number);
        }
        if last == ROOT {
            return None;
        }
        // A vertex above the first and the last in preorder is above all between them.
        let mut common = first;
        while !self.below(common).contains(&last) {
            let jump = self.jump[common as usize];
            common = if self.below(jump).contains(&last) {
                self.idom[common as usize]
            } else {
                jump
            };
        }
        Some(self.named(common))
    }

    #[inline]
    pub(super) fn number(&self, v: VertexId) -> u32 {
        self.number.get(v.index()).copied().unwrap_or(ROOT)
    }

    /// A number above every vertex id of the graph.
    pub(super) fn bound(&self) -> usize {
        self.number.len()
    }

    fn named(&self, number: u32) -> Dominator {
        match number {
            ROOT => Dominator::Root,
            _ => Dominator::Vertex(self.vertex(number)),
        }
    }

    /// The numbers of a subtree.
    #[inline]
    pub(super) fn below(&self, number: u32) -> Range<u32> {
        number..self.end[number as usize]
    }

    /// The immediate dominators by number.
    #[inline]
    pub(super) fn idom(&self) -> &[u32] {
        &self.idom
    }

    #[inline]
    pub(super) fn vertex(&self, number: u32) -> VertexId {
        self.vertices[number as usize]
    }

    /// Whether this can be the tree of `graph`.
    pub(super) fn check_graph<G: Vertices + ?Sized>(&self, graph: &G) -> Result<(), Error> {
        check_length(
            "vertex ids in the dominator tree",
            self.bound(),
            graph.vertex_bound(),
        )
    }
}

/// A preorder of a tree whose vertices come after their parents.
struct Preorder {
    /// The new number of each old number.
    place: Box<[u32]>,
    /// The end of each subtree, by new number.
    end: Box<[u32]>,
}

impl Preorder {
    fn of(parent: &[u32]) -> Self {
        let count = parent.len();
        let mut size = vec![1; count];
        for v in (1..count).rev() {
            size[parent[v] as usize] += size[v];
        }
        let mut place = vec![ROOT; count];
        // The number of the next child of each vertex; in the end, the end of its subtree.
        let mut next = vec![1; count];
        for v in 1..count {
            let free = &mut next[parent[v] as usize];
            place[v] = *free;
            *free += size[v];
            next[v] = place[v] + 1;
        }
        drop(size);
        let mut end = vec![0; count];
        for (&place, &next) in place.iter().zip(&next) {
            end[place as usize] = next;
        }
        Self {
            place: place.into(),
            end: end.into(),
        }
    }
}
