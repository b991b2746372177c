//! Memory that searches reuse.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::algo::{Reached, bidirectional_paths};
use crate::marks::Marks;
use crate::search::{self, SearchTree, levels};
use crate::traits::check_vertex;
use crate::views::Reversed;
use crate::watch::{Meter, finished};
use crate::{Error, Predecessors, Successors, Unwatched, VertexId, Watch};

/// Reusable memory for many searches, one after the other.
///
/// Its methods are the functions of [`algo`](crate::algo) with the same names, but they return
/// references into the workspace. The cost of each depends only on the vertices and edges that it
/// visits: the marks of a search are reset one by one before the next search, and nothing is
/// allocated once the buffers are large enough. One workspace can serve different graphs.
///
/// # Memory
/// One bit per vertex id for [`descendants`](Self::descendants) and
/// [`ancestors`](Self::ancestors), two for the paths; and the result and the visited vertices of
/// the largest search so far: 4 bytes per vertex, 8 for the paths. Memory is kept for the next
/// search: see [`memory`](Self::memory).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, Vertices, Workspace};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 0), (2, 3)])?;
/// let mut workspace = Workspace::new();
/// let mut near = 0;
/// for v in graph.vertices() {
///     near += workspace.descendants(&graph, [v], Some(1))?.len() - 1;
/// }
/// assert_eq!(near, 4);
/// let cycle = workspace.bidirectional_shortest_cycle(&graph, VertexId::new(2))?;
/// assert_eq!(cycle.unwrap(), [2, 0, 1].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Workspace {
    marks: Marks,
    reached: Reached,
    forward: SearchTree,
    backward: SearchTree,
    path: Vec<VertexId>,
}

impl Workspace {
    /// An empty workspace. The first search of each kind allocates its memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes of the workspace.
    pub fn memory(&self) -> usize {
        self.marks.memory()
            + self.reached.memory()
            + self.forward.memory()
            + self.backward.memory()
            + 4 * self.path.capacity()
    }

    /// Finds the vertices that can be reached from `starts`, the starts included, in at most
    /// `generations` steps; see [`algo::descendants`](crate::algo::descendants).
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex),
    /// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart).
    pub fn descendants<G: Successors + ?Sized>(
        &mut self,
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
        generations: Option<usize>,
    ) -> Result<&Reached, Error> {
        self.descendants_watched(graph, starts, generations, &mut Unwatched)
            .map(finished)
    }

    /// Like [`descendants`](Self::descendants), but a [`Watch`] can stop it.
    pub fn descendants_watched<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
        generations: Option<usize>,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, &Reached>, Error> {
        let Self { marks, reached, .. } = self;
        reached.begin(graph, marks, starts)?;
        let meter = &mut Meter::new(watch);
        let search = levels(graph, marks, reached, generations, None, meter);
        Ok(search.map_continue(|()| &*reached))
    }

    /// Finds the vertices that reach `starts`, the starts included, in at most `generations`
    /// steps; see [`algo::ancestors`](crate::algo::ancestors).
    ///
    /// # Errors
    /// As for [`descendants`](Self::descendants).
    pub fn ancestors<G: Predecessors + ?Sized>(
        &mut self,
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
        generations: Option<usize>,
    ) -> Result<&Reached, Error> {
        self.ancestors_watched(graph, starts, generations, &mut Unwatched)
            .map(finished)
    }

    /// Like [`ancestors`](Self::ancestors), but a [`Watch`] can stop it.
    pub fn ancestors_watched<G: Predecessors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
        generations: Option<usize>,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, &Reached>, Error> {
        self.descendants_watched(&Reversed::new(graph), starts, generations, watch)
    }

    /// A shortest path, both ends included, searched forward only; see
    /// [`algo::shortest_path`](crate::algo::shortest_path).
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    pub fn shortest_path<G: Successors + ?Sized>(
        &mut self,
        graph: &G,
        start: VertexId,
        end: VertexId,
    ) -> Result<Option<&[VertexId]>, Error> {
        self.shortest_path_watched(graph, start, end, &mut Unwatched)
            .map(finished)
    }

    /// Like [`shortest_path`](Self::shortest_path), but a [`Watch`] can stop it.
    pub fn shortest_path_watched<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        start: VertexId,
        end: VertexId,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, Option<&[VertexId]>>, Error> {
        check_vertex(graph, end)?;
        if start == end {
            return Ok(ControlFlow::Continue(Some(self.alone(start))));
        }
        let found = self.forward_path(graph, start, end, watch)?;
        Ok(found.map_continue(|found| {
            self.path.push(end);
            found.then_some(&*self.path)
        }))
    }

    /// A shortest cycle through `v`, which comes first, searched forward only; see
    /// [`algo::shortest_cycle`](crate::algo::shortest_cycle).
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    pub fn shortest_cycle<G: Successors + ?Sized>(
        &mut self,
        graph: &G,
        v: VertexId,
    ) -> Result<Option<&[VertexId]>, Error> {
        self.shortest_cycle_watched(graph, v, &mut Unwatched)
            .map(finished)
    }

    /// Like [`shortest_cycle`](Self::shortest_cycle), but a [`Watch`] can stop it.
    pub fn shortest_cycle_watched<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        v: VertexId,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, Option<&[VertexId]>>, Error> {
        let found = self.forward_path(graph, v, v, watch)?;
        Ok(found.map_continue(|found| found.then_some(&*self.path)))
    }

    /// A shortest path, both ends included, by a bidirectional search; see
    /// [`algo::bidirectional_shortest_path`](crate::algo::bidirectional_shortest_path).
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    pub fn bidirectional_shortest_path<G: Successors + Predecessors + ?Sized>(
        &mut self,
        graph: &G,
        start: VertexId,
        end: VertexId,
    ) -> Result<Option<&[VertexId]>, Error> {
        self.bidirectional_shortest_path_watched(graph, start, end, &mut Unwatched)
            .map(finished)
    }

    /// Like [`bidirectional_shortest_path`](Self::bidirectional_shortest_path), but a [`Watch`]
    /// can stop it.
    pub fn bidirectional_shortest_path_watched<G: Successors + Predecessors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        start: VertexId,
        end: VertexId,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, Option<&[VertexId]>>, Error> {
        if start == end {
            check_vertex(graph, start)?;
            return Ok(ControlFlow::Continue(Some(self.alone(start))));
        }
        let found = self.bidirectional_path(graph, start, end, watch)?;
        Ok(found.map_continue(|found| found.then_some(&*self.path)))
    }

    /// A shortest cycle through `v`, which comes first, by a bidirectional search; see
    /// [`algo::bidirectional_shortest_cycle`](crate::algo::bidirectional_shortest_cycle).
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    pub fn bidirectional_shortest_cycle<G: Successors + Predecessors + ?Sized>(
        &mut self,
        graph: &G,
        v: VertexId,
    ) -> Result<Option<&[VertexId]>, Error> {
        self.bidirectional_shortest_cycle_watched(graph, v, &mut Unwatched)
            .map(finished)
    }

    /// Like [`bidirectional_shortest_cycle`](Self::bidirectional_shortest_cycle), but a [`Watch`]
    /// can stop it.
    pub fn bidirectional_shortest_cycle_watched<G: Successors + Predecessors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        v: VertexId,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, Option<&[VertexId]>>, Error> {
        let found = self.bidirectional_path(graph, v, v, watch)?;
        Ok(found.map_continue(|found| {
            self.path.pop();
            found.then_some(&*self.path)
        }))
    }

    fn alone(&mut self, v: VertexId) -> &[VertexId] {
        self.path.clear();
        self.path.push(v);
        &self.path
    }

    /// Stores a shortest path of at least one edge in `path`, without its end.
    fn forward_path<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        start: VertexId,
        end: VertexId,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, bool>, Error> {
        check_vertex(graph, start)?;
        let Self { forward, path, .. } = self;
        forward.begin(graph.vertex_bound(), start);
        path.clear();
        Ok(search::forward_path(
            graph,
            forward,
            end,
            path,
            &mut Meter::new(watch),
        ))
    }

    /// Stores a shortest path of at least one edge in `path`, both ends included.
    fn bidirectional_path<G: Successors + Predecessors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        start: VertexId,
        end: VertexId,
        watch: &mut W,
    ) -> Result<ControlFlow<W::Stop, bool>, Error> {
        let Self {
            forward,
            backward,
            path,
            ..
        } = self;
        bidirectional_paths::path_between(graph, start, end, forward, backward, path, watch)
    }
}
