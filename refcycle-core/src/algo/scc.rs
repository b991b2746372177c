//! Strongly connected components.

use std::ops::ControlFlow;

use crate::watch::{Meter, finished};
use crate::{Successors, Unwatched, VertexId, Watch};

/// The strongly connected components of a graph, numbered in reverse topological order:
/// an edge between two components goes from the higher number to the lower.
///
/// # Memory
/// 8 bytes a vertex and 4 a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The component of each vertex id, [`NONE`] where the id is not a vertex.
    component: Box<[u32]>,
    /// The vertices, grouped by component.
    members: Box<[VertexId]>,
    /// Where each component starts in `members`; the end of the last comes last.
    starts: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Components {
    /// How many components there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether the graph has no vertex.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the component of `v`; `None` when `v` is not a vertex.
    pub fn component_of(&self, v: VertexId) -> Option<u32> {
        self.component
            .get(v.index())
            .copied()
            .filter(|&component| component != NONE)
    }

    /// The component of each vertex id; `u32::MAX` where the id is not a vertex.
    pub(crate) fn table(&self) -> &[u32] {
        &self.component
    }

    /// The vertices of a component.
    ///
    /// # Panics
    /// When there is no component of this number.
    pub fn component(&self, number: u32) -> &[VertexId] {
        let number = number as usize;
        &self.members[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    /// The vertices of each component, in reverse topological order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[VertexId]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.component(number as u32))
    }

    /// The numbers of the components in topological order: each before all those that
    /// it reaches.
    pub fn topological_order(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        (0..self.len() as u32).rev()
    }

    /// The components of which `graph` has more than one vertex or an edge from a vertex
    /// to itself: those that hold a cycle. Ascending numbers.
    ///
    /// # Complexity
    /// O(vertices + edges of single vertices) time.
    pub fn cyclic<'a, G: Successors + ?Sized>(
        &'a self,
        graph: &'a G,
    ) -> impl Iterator<Item = u32> + 'a {
        (0..self.len() as u32).filter(|&number| match self.component(number) {
            &[v] => graph.successors(v).any(|w| w == v),
            _ => true,
        })
    }

    /// The numbers, ascending, of the components that no other component reaches.
    ///
    /// `graph` is the graph of which these are the components.
    ///
    /// # Complexity
    /// O(vertices + edges) time, one byte a component.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, algo};
    /// // A cycle that holds two vertices.
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 0), (1, 2), (2, 3)])?;
    /// let components = algo::strongly_connected_components(&graph);
    /// let sources = components.sources(&graph);
    /// assert_eq!(sources.len(), 1);
    /// assert_eq!(components.component(sources[0]).len(), 2);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn sources<G: Successors + ?Sized>(&self, graph: &G) -> Vec<u32> {
        self.without_edges(graph, |_, head| head)
    }

    /// The numbers, ascending, of the components that reach no other component.
    ///
    /// `graph` is the graph of which these are the components.
    ///
    /// # Complexity
    /// As [`sources`](Self::sources).
    pub fn sinks<G: Successors + ?Sized>(&self, graph: &G) -> Vec<u32> {
        self.without_edges(graph, |tail, _| tail)
    }

    /// The components that are not at the end, which `end` chooses, of an edge between
    /// two components.
    fn without_edges<G: Successors + ?Sized>(
        &self,
        graph: &G,
        end: impl Fn(u32, u32) -> u32,
    ) -> Vec<u32> {
        let mut has_edge = vec![false; self.len()];
        // By id, as the graph stores them, not by component.
        for (v, &tail) in self.component.iter().enumerate() {
            if tail == NONE {
                continue;
            }
            for w in graph.successors(VertexId::from_index(v)) {
                let head = self.component[w.index()];
                if head != tail {
                    has_edge[end(tail, head) as usize] = true;
                }
            }
        }
        (0..self.len() as u32)
            .filter(|&number| !has_edge[number as usize])
            .collect()
    }
}

/// The strongly connected components, in reverse topological order: a component comes
/// after all those that it reaches.
///
/// # Complexity
/// O(vertices + edges) time. Besides the result, an iterator and 8 bytes for each vertex
/// of the longest path walked: on a [`CsrGraph`](crate::CsrGraph) 24 bytes a vertex of a
/// path, next to nothing on most heaps.
///
/// # Implementation details
/// Pearce's form of Tarjan's algorithm: one number a vertex is first its index in the
/// search, then the lowest index that it reaches, then its component. Components and
/// the vertices whose component is still open share one array, filled from both ends. A
/// vertex without edges is a component at once.
///
/// # References
/// - R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1
///   (1972), doi:10.1137/0201010.
/// - D. J. Pearce, "A space-efficient algorithm for finding strongly connected
///   components", Inf. Process. Lett. 116 (2016), doi:10.1016/j.ipl.2015.08.010.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // A cycle that holds a vertex.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
/// let components = algo::strongly_connected_components(&graph);
/// assert_eq!(components.len(), 2);
/// assert_eq!(components.component(0), [VertexId::new(2)]);
/// assert_eq!(components.component(1).len(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn strongly_connected_components<G: Successors + ?Sized>(graph: &G) -> Components {
    finished(strongly_connected_components_watched(graph, &mut Unwatched))
}

/// [`strongly_connected_components`] that a [`Watch`] can stop.
pub fn strongly_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Components> {
    let mut meter = Meter::new(watch);
    let mut search = Search::new(graph);
    let mut frames: Vec<Frame<G::Successors<'_>>> = Vec::new();
    for root in graph.vertices() {
        if search.state[root.index()] != UNSEEN {
            continue;
        }
        meter.step()?;
        let mut frame = search.open(graph, root);
        'frames: loop {
            for w in &mut frame.successors {
                let seen = search.state[w.index()];
                if seen != UNSEEN {
                    frame.low = frame.low.min(seen);
                    continue;
                }
                meter.step()?;
                let successors = graph.successors(w);
                if successors.size_hint().1 == Some(0) {
                    search.close_leaf(w);
                    continue;
                }
                let child = search.open_with(w, successors);
                frames.push(std::mem::replace(&mut frame, child));
                continue 'frames;
            }
            let low = search.close(&frame);
            match frames.pop() {
                Some(parent) => frame = parent,
                None => break,
            }
            frame.low = frame.low.min(low);
        }
    }
    ControlFlow::Continue(search.into_components())
}

const UNSEEN: u32 = 0;

/// A vertex whose edges are being followed.
struct Frame<I> {
    vertex: VertexId,
    index: u32,
    /// The lowest index reached from the vertex so far.
    low: u32,
    successors: I,
}

struct Search {
    /// `UNSEEN`; then, while its component is open, an index from 1 up; then `!number`
    /// of its component. The two never meet, as there are fewer vertices than numbers,
    /// so that a closed component is never the lower of two.
    state: Vec<u32>,
    /// From the front the vertices of closed components, from the back the stack of
    /// vertices that are left while their component is open.
    members: Vec<VertexId>,
    closed: usize,
    stack: usize,
    next_index: u32,
    starts: Vec<u32>,
}

impl Search {
    fn new<G: Successors + ?Sized>(graph: &G) -> Self {
        let count = graph.vertex_count();
        Self {
            state: vec![UNSEEN; graph.vertex_bound()],
            members: vec![VertexId::default(); count],
            closed: 0,
            stack: count,
            next_index: 1,
            starts: vec![0],
        }
    }

    fn open<'g, G: Successors + ?Sized>(
        &mut self,
        graph: &'g G,
        v: VertexId,
    ) -> Frame<G::Successors<'g>> {
        self.open_with(v, graph.successors(v))
    }

    #[inline]
    fn open_with<I>(&mut self, vertex: VertexId, successors: I) -> Frame<I> {
        let index = self.next_index;
        self.next_index += 1;
        self.state[vertex.index()] = index;
        Frame {
            vertex,
            index,
            low: index,
            successors,
        }
    }

    /// Leaves a vertex, and closes its component when it is the first of it. Returns
    /// what its parent has to know: the lowest index reached, or a number above all.
    #[inline]
    fn close<I>(&mut self, frame: &Frame<I>) -> u32 {
        let v = frame.vertex;
        if frame.low != frame.index {
            self.state[v.index()] = frame.low;
            self.stack -= 1;
            self.members[self.stack] = v;
            return frame.low;
        }
        let done = !(self.starts.len() as u32 - 1);
        self.next_index -= 1;
        while let Some(&w) = self.members.get(self.stack) {
            if self.state[w.index()] < frame.index {
                break;
            }
            self.stack += 1;
            self.next_index -= 1;
            self.put(w, done);
        }
        self.put(v, done);
        self.starts.push(self.closed as u32);
        done
    }

    #[inline]
    fn close_leaf(&mut self, v: VertexId) {
        self.put(v, !(self.starts.len() as u32 - 1));
        self.starts.push(self.closed as u32);
    }

    #[inline]
    fn put(&mut self, v: VertexId, done: u32) {
        self.state[v.index()] = done;
        self.members[self.closed] = v;
        self.closed += 1;
    }

    fn into_components(self) -> Components {
        let mut component = self.state;
        // A hole was never seen, and `!UNSEEN` is `NONE`.
        for state in &mut component {
            *state = !*state;
        }
        Components {
            component: component.into(),
            members: self.members.into(),
            starts: self.starts,
        }
    }
}
