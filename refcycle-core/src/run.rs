//! What an algorithm runs on: a graph, and how to run.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::ops::ControlFlow;

use crate::search::Reached;
use crate::workspace::Workspace;
use crate::{Error, Unwatched, VertexId, Vertices, Watch};

/// How to find strongly connected components. All strategies find the same components, in a
/// reverse topological order. The exact order, and the order of the vertices of a component,
/// depend on the strategy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SccStrategy {
    /// Finds the giant component first if a short trial finds the middle of one; otherwise a
    /// single pass.
    #[default]
    Auto,
    /// One depth-first search.
    SinglePass,
    /// First finds the component of a vertex with many edges, by sweeps over all rows. A graph
    /// without [`rows`](crate::Successors::rows) is always searched in a single pass. On a graph
    /// without a giant component, this costs up to sixteen more sweeps in each direction.
    GiantFirst,
}

/// The first argument of every algorithm in [`algo`](crate::algo): `&graph`, or a [`Run`] of it.
///
/// With `&graph`, an algorithm cannot be stopped and returns its result: [`Flow<T>`](Self::Flow)
/// is `T`. With a [`Run`] that has a watch, it returns `ControlFlow<Stop, T>`, and with a workspace
/// it returns references into that. The compiler decides it, so the plain call costs nothing.
///
/// # Example
/// A function that passes on how it is to run:
/// ```
/// use refcycle_core::{CsrGraph, Input, Run, Successors, VertexId, algo};
///
/// fn largest<I: Input<Graph: Successors>>(graph: I) -> I::Flow<algo::Components> {
///     algo::strongly_connected_components(graph)
/// }
///
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
/// assert_eq!(largest(&graph).len(), 2);
/// let flow = largest(Run::on(&graph).watch(&mut || std::ops::ControlFlow::<()>::Continue(())));
/// assert_eq!(flow.continue_value().unwrap().len(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the input of an algorithm",
    label = "expected `&graph`, or a `Run` of it",
    note = "pass a shared reference to a graph (`&graph`, `&*graph`), or `Run::on(&graph)` to add a watch, a workspace or options"
)]
pub trait Input: Sized + sealed::Sealed {
    /// The graph.
    type Graph: Vertices + ?Sized;
    /// What is returned for a result `T`: `T`, or `ControlFlow<Stop, T>` if there is a watch.
    type Flow<T>;
    /// What a search returns: [`Reached`](crate::algo::Reached), or a reference to that of the
    /// workspace.
    type Reached: Borrow<Reached>;
    /// The vertices of a path: a vector, or a slice of the workspace.
    type Path: Borrow<[VertexId]>;

    #[doc(hidden)]
    type Watch: Watch;

    #[doc(hidden)]
    fn scc_strategy(&self) -> SccStrategy;

    #[doc(hidden)]
    fn run<T>(
        self,
        body: impl FnOnce(&Self::Graph, &mut Self::Watch) -> ControlFlow<Stop<Self>, T>,
    ) -> Self::Flow<T>;

    #[doc(hidden)]
    fn try_run<T, E>(
        self,
        body: impl FnOnce(&Self::Graph, &mut Self::Watch) -> Result<ControlFlow<Stop<Self>, T>, E>,
    ) -> Result<Self::Flow<T>, E>;

    /// The body puts its result into the workspace.
    #[doc(hidden)]
    fn reach(
        self,
        body: impl FnOnce(
            &Self::Graph,
            &mut Workspace,
            &mut Self::Watch,
        ) -> Result<ControlFlow<Stop<Self>>, Error>,
    ) -> Result<Self::Flow<Self::Reached>, Error>;

    /// The body puts its result into the workspace, and returns whether there is one.
    #[doc(hidden)]
    fn find_path(
        self,
        body: impl FnOnce(
            &Self::Graph,
            &mut Workspace,
            &mut Self::Watch,
        ) -> Result<ControlFlow<Stop<Self>, bool>, Error>,
    ) -> Result<Self::Flow<Option<Self::Path>>, Error>;
}

/// The [`Input`] of an algorithm whose result keeps a reference to the graph: `&'g graph`, or a
/// [`Run`] of it. Every input is one, for the lifetime of its reference.
///
/// # Example
/// ```
/// use refcycle_core::{BorrowedInput, CsrGraph, VertexId, algo::ReachabilityIndex};
///
/// fn index<'g, I: BorrowedInput<'g, Graph = CsrGraph>>(
///     graph: I,
/// ) -> I::Flow<ReachabilityIndex<'g, CsrGraph>> {
///     ReachabilityIndex::new(graph)
/// }
///
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2)])?;
/// assert!(index(&graph).reaches(VertexId::new(0), VertexId::new(2))?);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the input of an algorithm",
    label = "expected `&graph`, or a `Run` of it",
    note = "pass a shared reference to a graph (`&graph`, `&*graph`), or `Run::on(&graph)` to add a watch"
)]
pub trait BorrowedInput<'g>: Input<Graph: 'g> {
    #[doc(hidden)]
    fn graph(&self) -> &'g Self::Graph;
}

type Stop<I> = <<I as Input>::Watch as Watch>::Stop;

/// A graph and how to run an algorithm on it: with a [`Watch`], which can stop it; with a
/// [`Workspace`], whose memory many small searches share; and how to find components.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, Run, VertexId, Workspace, algo};
///
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0)])?;
/// let [first, last] = [0, 2].map(VertexId::new);
/// // The plain call.
/// assert_eq!(algo::shortest_path(&graph, first, last)?.unwrap().len(), 3);
/// // The same with a time limit, and memory that the next search uses again.
/// let mut workspace = Workspace::new();
/// let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
/// let mut limit = || match std::time::Instant::now() < end {
///     true => ControlFlow::Continue(()),
///     false => ControlFlow::Break("too slow"),
/// };
/// let run = Run::on(&graph).watch(&mut limit).workspace(&mut workspace);
/// match algo::shortest_path(run, first, last)? {
///     ControlFlow::Continue(path) => assert_eq!(path.unwrap().len(), 3),
///     ControlFlow::Break(reason) => panic!("{reason}"),
/// }
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "it is the first argument of an algorithm"]
pub struct Run<'g, G: ?Sized, W = Unwatched, M = ()> {
    graph: &'g G,
    watch: W,
    memory: M,
    scc_strategy: SccStrategy,
}

impl<'g, G: Vertices + ?Sized> Run<'g, G> {
    /// Runs on this graph, like `&graph` alone.
    #[inline]
    pub fn on(graph: &'g G) -> Self {
        Self {
            graph,
            watch: Unwatched,
            memory: (),
            scc_strategy: SccStrategy::default(),
        }
    }
}

impl<'g, G: Vertices + ?Sized, W, M> Run<'g, G, W, M> {
    /// Lets a watch stop the algorithm, which then returns a `ControlFlow`.
    #[inline]
    pub fn watch<V: Watch>(self, watch: &mut V) -> Run<'g, G, &mut V, M> {
        Run {
            graph: self.graph,
            watch,
            memory: self.memory,
            scc_strategy: self.scc_strategy,
        }
    }

    /// Searches in this memory, which [`Workspace`] describes, and returns references to it: the
    /// searches that return [`Input::Reached`] or [`Input::Path`], such as
    /// [`shortest_path`](crate::algo::shortest_path). Other algorithms ignore it.
    #[inline]
    pub fn workspace(self, workspace: &mut Workspace) -> Run<'g, G, W, &mut Workspace> {
        Run {
            graph: self.graph,
            watch: self.watch,
            memory: workspace,
            scc_strategy: self.scc_strategy,
        }
    }

    /// How [`strongly_connected_components`](crate::algo::strongly_connected_components) finds
    /// them; other algorithms choose for themselves.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, Run, algo::{self, SccStrategy}};
    /// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
    /// let run = Run::on(&graph).strategy(SccStrategy::SinglePass);
    /// assert_eq!(algo::strongly_connected_components(run).len(), 2);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    #[inline]
    pub fn strategy(mut self, strategy: SccStrategy) -> Self {
        self.scc_strategy = strategy;
        self
    }
}

impl<G: Vertices + ?Sized> sealed::Sealed for &G {}

impl<G: Vertices + ?Sized> Input for &G {
    type Graph = G;
    type Flow<T> = T;
    type Reached = Reached;
    type Path = Vec<VertexId>;
    type Watch = Unwatched;

    #[inline]
    fn scc_strategy(&self) -> SccStrategy {
        SccStrategy::default()
    }

    #[inline]
    fn run<T>(self, body: impl FnOnce(&G, &mut Unwatched) -> ControlFlow<Stop<Self>, T>) -> T {
        Run::on(self).run(body)
    }

    #[inline]
    fn try_run<T, E>(
        self,
        body: impl FnOnce(&G, &mut Unwatched) -> Result<ControlFlow<Stop<Self>, T>, E>,
    ) -> Result<T, E> {
        Run::on(self).try_run(body)
    }

    #[inline]
    fn reach(
        self,
        body: impl FnOnce(&G, &mut Workspace, &mut Unwatched) -> Result<ControlFlow<Stop<Self>>, Error>,
    ) -> Result<Reached, Error> {
        Run::on(self).reach(body)
    }

    #[inline]
    fn find_path(
        self,
        body: impl FnOnce(
            &G,
            &mut Workspace,
            &mut Unwatched,
        ) -> Result<ControlFlow<Stop<Self>, bool>, Error>,
    ) -> Result<Option<Vec<VertexId>>, Error> {
        Run::on(self).find_path(body)
    }
}

impl<'g, G: Vertices + ?Sized> BorrowedInput<'g> for &'g G {
    #[inline]
    fn graph(&self) -> &'g G {
        self
    }
}

impl<G: Vertices + ?Sized, W, M> sealed::Sealed for Run<'_, G, W, M> {}

impl<G: Vertices + ?Sized, W: sealed::Stopping, M: sealed::Memory> Input for Run<'_, G, W, M> {
    type Graph = G;
    type Flow<T> = W::Flow<T>;
    type Reached = M::Reached;
    type Path = M::Path;
    type Watch = W::Watch;

    #[inline]
    fn scc_strategy(&self) -> SccStrategy {
        self.scc_strategy
    }

    #[inline]
    fn run<T>(
        mut self,
        body: impl FnOnce(&G, &mut W::Watch) -> ControlFlow<Stop<Self>, T>,
    ) -> W::Flow<T> {
        W::flow(body(self.graph, self.watch.get()))
    }

    #[inline]
    fn try_run<T, E>(
        mut self,
        body: impl FnOnce(&G, &mut W::Watch) -> Result<ControlFlow<Stop<Self>, T>, E>,
    ) -> Result<W::Flow<T>, E> {
        body(self.graph, self.watch.get()).map(W::flow)
    }

    #[inline]
    fn reach(
        mut self,
        body: impl FnOnce(&G, &mut Workspace, &mut W::Watch) -> Result<ControlFlow<Stop<Self>>, Error>,
    ) -> Result<W::Flow<M::Reached>, Error> {
        let watch = self.watch.get();
        let flow = (self.memory).reach(|workspace| body(self.graph, workspace, watch))?;
        Ok(W::flow(flow))
    }

    #[inline]
    fn find_path(
        mut self,
        body: impl FnOnce(
            &G,
            &mut Workspace,
            &mut W::Watch,
        ) -> Result<ControlFlow<Stop<Self>, bool>, Error>,
    ) -> Result<W::Flow<Option<M::Path>>, Error> {
        let watch = self.watch.get();
        let flow = (self.memory).path(|workspace| body(self.graph, workspace, watch))?;
        Ok(W::flow(flow))
    }
}

impl<'g, G: Vertices + ?Sized, W: sealed::Stopping, M: sealed::Memory> BorrowedInput<'g>
    for Run<'g, G, W, M>
{
    #[inline]
    fn graph(&self) -> &'g G {
        self.graph
    }
}

/// What makes a run: nothing outside this crate can.
mod sealed {
    use alloc::vec::Vec;
    use core::ops::ControlFlow;

    use crate::search::Reached;
    use crate::watch::finished;
    use crate::workspace::Workspace;
    use crate::{Error, Unwatched, VertexId, Watch};
    use core::borrow::Borrow;

    pub trait Sealed {}

    /// Whether an algorithm can be stopped.
    pub trait Stopping {
        type Watch: Watch;
        type Flow<T>;

        fn get(&mut self) -> &mut Self::Watch;
        fn flow<T>(flow: ControlFlow<<Self::Watch as Watch>::Stop, T>) -> Self::Flow<T>;
    }

    impl Stopping for Unwatched {
        type Watch = Self;
        type Flow<T> = T;

        #[inline]
        fn get(&mut self) -> &mut Self {
            self
        }

        #[inline]
        fn flow<T>(flow: ControlFlow<core::convert::Infallible, T>) -> T {
            finished(flow)
        }
    }

    impl<W: Watch> Stopping for &mut W {
        type Watch = W;
        type Flow<T> = ControlFlow<W::Stop, T>;

        #[inline]
        fn get(&mut self) -> &mut W {
            self
        }

        #[inline]
        fn flow<T>(flow: ControlFlow<W::Stop, T>) -> ControlFlow<W::Stop, T> {
            flow
        }
    }

    /// Where a search has its memory.
    pub trait Memory {
        type Reached: Borrow<Reached>;
        type Path: Borrow<[VertexId]>;

        fn reach<B>(
            self,
            search: impl FnOnce(&mut Workspace) -> Result<ControlFlow<B>, Error>,
        ) -> Result<ControlFlow<B, Self::Reached>, Error>;

        fn path<B>(
            self,
            search: impl FnOnce(&mut Workspace) -> Result<ControlFlow<B, bool>, Error>,
        ) -> Result<ControlFlow<B, Option<Self::Path>>, Error>;
    }

    impl Memory for () {
        type Reached = Reached;
        type Path = Vec<VertexId>;

        #[inline]
        fn reach<B>(
            self,
            search: impl FnOnce(&mut Workspace) -> Result<ControlFlow<B>, Error>,
        ) -> Result<ControlFlow<B, Reached>, Error> {
            let mut workspace = Workspace::for_one_search();
            let flow = search(&mut workspace)?;
            Ok(flow.map_continue(|()| workspace.reached))
        }

        #[inline]
        fn path<B>(
            self,
            search: impl FnOnce(&mut Workspace) -> Result<ControlFlow<B, bool>, Error>,
        ) -> Result<ControlFlow<B, Option<Vec<VertexId>>>, Error> {
            let mut workspace = Workspace::for_one_search();
            let flow = search(&mut workspace)?;
            Ok(flow.map_continue(|found| found.then_some(workspace.path)))
        }
    }

    impl<'w> Memory for &'w mut Workspace {
        type Reached = &'w Reached;
        type Path = &'w [VertexId];

        #[inline]
        fn reach<B>(
            self,
            search: impl FnOnce(&mut Workspace) -> Result<ControlFlow<B>, Error>,
        ) -> Result<ControlFlow<B, &'w Reached>, Error> {
            let flow = search(self)?;
            Ok(flow.map_continue(|()| &self.reached))
        }

        #[inline]
        fn path<B>(
            self,
            search: impl FnOnce(&mut Workspace) -> Result<ControlFlow<B, bool>, Error>,
        ) -> Result<ControlFlow<B, Option<&'w [VertexId]>>, Error> {
            let flow = search(self)?;
            Ok(flow.map_continue(|found| found.then_some(&*self.path)))
        }
    }
}
