//! The chains of references that keep an object alive.

use std::ops::ControlFlow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::views::Subgraph;
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId, VertexSet, Vertices, algo};
use refcycle_dot::End;
use rustc_hash::FxHashSet;

use super::holder_view::HolderView;
use super::ignored::Ignored;
use super::owners::{NamedPath, ObjectNames};
use crate::annotate::Values;
use crate::engine::Engine;
use crate::heap::layout;
use crate::heap::memory;
use crate::interrupt::{self, answer};
use crate::modules;
use crate::roots::{Open, explained, references_elsewhere};

/// Sets of vertices, and what the search for paths takes.
const BYTES_A_VERTEX: usize = 8 + 16 + 8;

/// A chain: what holds its first vertex from outside, and the vertices down to the object.
struct HolderChain {
    holder: String,
    vertices: Vec<VertexId>,
}

/// What the search has found.
struct Found {
    chains: Vec<HolderChain>,
    /// Whether there are more chains that share no object with these.
    more: bool,
    /// Whether only the caller's own variables hold it.
    only_caller: bool,
    /// What holds garbage: a cycle.
    cycle: Vec<VertexId>,
}

/// Why an object is alive.
pub(crate) struct Liveness {
    /// The object, a container with what it belongs to.
    pub(crate) name: String,
    /// The graph of all that the answer names.
    pub(crate) part: Engine,
    /// What holds the first vertex of each chain from outside, and the chain.
    pub(crate) chains: Vec<(String, NamedPath)>,
    /// Whether there are more chains that share no object with these.
    pub(crate) more: bool,
    /// Whether only the caller's own variables hold it.
    pub(crate) only_caller: bool,
    /// The cycle that holds garbage; no vertex of any other object.
    pub(crate) cycle: NamedPath,
}

/// When the snapshot was taken in which the answer is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Before,
    /// While the arguments of the call held the object.
    InThisCall,
}

/// What is held from outside the graph: where the chains to all vertices begin.
pub(crate) fn held_from_outside(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Open>> {
    memory::ask(BYTES_A_VERTEX * engine.objects().len())?;
    explained(py, engine, Values::Shown)
}

/// Why a vertex is alive: at most `limit` chains from `open`, which is held from outside.
pub(crate) fn why(
    py: Python<'_>,
    engine: &Engine,
    open: &[Open],
    v: VertexId,
    limit: usize,
    taken: Taken,
) -> PyResult<Liveness> {
    let caller = calling_frame(py)?;
    let caller = caller.map(|frame| engine.find(&frame)).transpose()?;
    let found = Search::new(py, engine, open, v, taken)?.run(caller.flatten(), limit)?;
    // All that the answer holds: not the whole graph.
    let mut held = vec![v];
    held.extend(found.chains.iter().flat_map(|chain| &chain.vertices));
    held.extend(&found.cycle);
    let mut seen = FxHashSet::default();
    held.retain(|&v| seen.insert(v));
    let mut names = ObjectNames::new(py, engine);
    let mut chains = Vec::new();
    for HolderChain { holder, vertices } in found.chains {
        chains.push((holder, names.path(vertices, false)?));
    }
    Ok(Liveness {
        part: engine.induced(py, held)?.answering(engine, 0, End::Bottom),
        chains,
        more: found.more,
        only_caller: found.only_caller,
        cycle: names.path(found.cycle, true)?,
        name: names.title(v)?,
    })
}

/// The frame of the Python code that called us.
fn calling_frame(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    match modules::attribute(py, "sys", "_getframe")?.call0() {
        Ok(frame) => Ok(Some(frame)),
        // No Python code did.
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is known before the search.
struct Search<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    v: VertexId,
    taken: Taken,
    /// What is held from outside, in the order of the vertices.
    open: &'e [Open],
    /// How many of the references to `v` that are not explained are the call's own.
    own: u32,
    ignored: Ignored,
}

impl<'e, 'py> Search<'e, 'py> {
    fn new(
        py: Python<'py>,
        engine: &'e Engine,
        open: &'e [Open],
        v: VertexId,
        taken: Taken,
    ) -> PyResult<Self> {
        Ok(Self {
            py,
            engine,
            v,
            taken,
            open,
            own: u32::from(taken == Taken::InThisCall && !layout::frame_stacks_are_known()),
            ignored: Ignored::new(py, engine, v)?,
        })
    }

    fn run(&self, caller: Option<VertexId>, limit: usize) -> PyResult<Found> {
        let graph = &*self.engine.any_graph();
        self.engine.ask_for_backward()?;
        let own = caller.map(|frame| (frame, self.v));
        // C code is an answer only where nothing else is one, and the caller the last.
        for (named, unseen) in [(true, own), (false, own), (true, None)] {
            let (chains, more) = self.chains(graph, named, unseen, limit)?;
            if !chains.is_empty() {
                return Ok(Found {
                    chains,
                    more,
                    only_caller: own.is_some() && unseen.is_none(),
                    cycle: Vec::new(),
                });
            }
        }
        let cycle = self.holding_cycle(graph)?;
        Ok(Found {
            chains: Vec::new(),
            more: false,
            // Otherwise it would have been freed.
            only_caller: cycle.is_empty() && self.taken == Taken::InThisCall,
            cycle,
        })
    }

    /// The chains that share nothing but their end, the shortest first, and whether there
    /// are more than `limit`.
    fn chains(
        &self,
        graph: &CsrGraph,
        named: bool,
        unseen: Option<(VertexId, VertexId)>,
        limit: usize,
    ) -> PyResult<(Vec<HolderChain>, bool)> {
        let is_root =
            |open: &&Open| !open.holders().is_empty() || !named && self.unexplained(open) > 0;
        let roots = self.open.iter().filter(is_root);
        let roots = roots.map(|open| VertexId::from_index(open.vertex()));
        let roots = VertexSet::from_vertices(graph.vertex_bound(), roots);
        let view = HolderView {
            graph,
            start: self.v,
            roots: &roots,
            ignored: &self.ignored,
            unseen,
        };
        let size = graph.vertex_count() + graph.edge_count();
        let (v, outside, k) = (self.v, view.outside(), limit.saturating_add(1));
        let found = interrupt::run(self.py, size, |signals| {
            let paths = algo::vertex_disjoint_paths_watched(&view, v, outside, k, signals);
            answer(paths)
        })?;
        let mut paths = Vec::new();
        if roots.contains(v) {
            paths.push(vec![v]);
        }
        let direct = view.imported_holders(v).into_iter();
        paths.extend(direct.map(|names| [self.ignored.path_to(names), vec![v]].concat()));
        for mut path in found.into_paths() {
            path.pop(); // the outside
            path.reverse();
            if !roots.contains(path[0]) {
                let names = view.imported_holders(path[0])[0];
                path.splice(..0, self.ignored.path_to(names));
            }
            paths.push(path);
        }
        paths.sort_by_key(Vec::len);
        let more = paths.len() > limit;
        paths.truncate(limit);
        let chains = paths.into_iter().map(|vertices| HolderChain {
            holder: self.holder(vertices[0], named),
            vertices,
        });
        Ok((chains.collect(), more))
    }

    fn unexplained(&self, open: &Open) -> u32 {
        let own = if open.vertex() == self.v.index() {
            self.own
        } else {
            0
        };
        open.unexplained().saturating_sub(own)
    }

    fn holder(&self, v: VertexId, named: bool) -> String {
        let place = self.open.binary_search_by_key(&v.index(), Open::vertex);
        let Ok(place) = place else {
            // The only other first vertex of a chain.
            return "sys.modules".to_owned();
        };
        let open = &self.open[place];
        let mut names: Vec<_> = open.holders().iter().map(|(_, name)| &**name).collect();
        names.dedup();
        let unexplained;
        if !named && self.unexplained(open) > 0 {
            unexplained = references_elsewhere(self.engine, self.unexplained(open));
            names.push(&unexplained);
        }
        names.join("; ")
    }

    /// The nearest cycle that holds the vertex, perhaps through others; none where nothing
    /// does.
    fn holding_cycle(&self, graph: &CsrGraph) -> PyResult<Vec<VertexId>> {
        let size = graph.vertex_count() + graph.edge_count();
        let v = self.v;
        interrupt::run(self.py, size, |signals| {
            let above = algo::ancestors_watched(graph, [v], None, signals);
            let part = Subgraph::induced(graph, answer(above)?.into_vertices());
            let components = algo::strongly_connected_components_watched(part.graph(), signals)?;
            let on_cycle = part.graph().vertices().find(|&v| {
                let number = components.component_of(v);
                number.is_some_and(|number| components.component(number).len() > 1)
                    || part.graph().successors(v).any(|head| head == v)
            });
            let Some(on_cycle) = on_cycle else {
                return ControlFlow::Continue(Vec::new());
            };
            let cycle = answer(algo::shortest_cycle_watched(
                part.graph(),
                on_cycle,
                signals,
            ))?;
            let cycle = cycle.into_iter().flatten();
            ControlFlow::Continue(cycle.map(|v| part.parent_vertex(v)).collect())
        })
    }
}
