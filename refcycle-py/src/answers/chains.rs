//! The chains of references that keep an object alive.

use std::ops::ControlFlow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use refcycle_core::views::Subgraph;
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId, VertexSet, Vertices, algo};
use refcycle_dot::End;
use rustc_hash::FxHashSet;

use super::holder_view::Upwards;
use super::ignored::Hidden;
use crate::annotate::{Values, names_of};
use crate::engine::Engine;
use crate::graphs::{ObjectGraph, graph_between, wrap};
use crate::heap::{Measured, layout, paused};
use crate::interrupt::{self, answer};
use crate::memory;
use crate::modules;
use crate::roots::{Open, explained, references_elsewhere};

/// Sets of vertices, and what the search for paths takes.
const BYTES_A_VERTEX: usize = 8 + 16 + 8;

/// A chain: what holds its first vertex from outside, and the vertices down to the object.
struct Chain {
    holder: String,
    vertices: Vec<VertexId>,
}

/// Why an object is alive.
struct Found {
    chains: Vec<Chain>,
    /// Whether there are more chains that share no object with these.
    more: bool,
    /// Whether only the caller's own variables hold it.
    only_caller: bool,
    /// What holds garbage: a cycle.
    cycle: Vec<VertexId>,
}

/// When the snapshot was taken in which the answer is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Before,
    /// While the arguments of the call held the object.
    InThisCall,
}

/// What `ObjectGraph.why` tells; `caller` is the frame whose variables do not count.
pub(crate) fn why<'py>(
    graph: &Bound<'py, ObjectGraph>,
    object: &Bound<'py, PyAny>,
    limit: usize,
    taken: Taken,
) -> PyResult<Bound<'py, PyAny>> {
    let py = graph.py();
    if limit == 0 {
        return Err(PyValueError::new_err("limit must be at least 1, but is 0"));
    }
    let base = graph.as_super().borrow();
    let mut engine = base.engine();
    let alone;
    if taken == Taken::InThisCall && engine.find(object)?.is_none() {
        // Nothing leads to it but the arguments of the call.
        alone = graph_between(py, std::iter::once(Ok(object.clone())))?;
        engine = &alone;
    }
    let v = engine.vertex(object)?;
    let caller = calling_frame(py)?;
    let caller = caller.map(|frame| engine.find(&frame)).transpose()?;
    let found = Search::new(py, engine, v, taken)?.run(caller.flatten(), limit)?;
    let mut names = ReferenceNames::new(py, engine);
    let chains = PyList::empty(py);
    for chain in &found.chains {
        let references = names.along(&chain.vertices, false)?;
        let objects = objects(py, engine, &chain.vertices)?;
        chains.append((&chain.holder, objects, references))?;
    }
    let cycle = (
        objects(py, engine, &found.cycle)?,
        names.along(&found.cycle, true)?,
    );
    // All that the answer holds: not the whole graph.
    let mut held = vec![v];
    held.extend(found.chains.iter().flat_map(|chain| &chain.vertices));
    held.extend(&found.cycle);
    let mut seen = FxHashSet::default();
    held.retain(|&v| seen.insert(v));
    let part = wrap(
        py,
        engine.induced(py, held)?.answering(engine, 0, End::Bottom),
    )?;
    modules::attribute(py, "refcycle.liveness", "_told")?.call1((
        part,
        object,
        chains,
        found.more,
        found.only_caller,
        cycle,
    ))
}

fn objects<'py>(
    py: Python<'py>,
    engine: &Engine,
    vertices: &[VertexId],
) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, vertices.iter().map(|v| &engine.objects()[v.index()]))
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

/// The names of references along a way.
struct ReferenceNames<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    measured: Measured,
}

impl<'e, 'py> ReferenceNames<'e, 'py> {
    fn new(py: Python<'py>, engine: &'e Engine) -> Self {
        Self {
            py,
            engine,
            measured: Measured::default(),
        }
    }

    /// How each vertex refers to the next one, and on a cycle the last to the first.
    fn along(&mut self, way: &[VertexId], is_cycle: bool) -> PyResult<Vec<Vec<String>>> {
        let next = way.iter().skip(1).chain(way.first().filter(|_| is_cycle));
        way.iter()
            .zip(next)
            .map(|(&tail, &head)| self.between(tail, head))
            .collect()
    }

    fn between(&mut self, tail: VertexId, head: VertexId) -> PyResult<Vec<String>> {
        let objects = self.engine.objects();
        let graph = self.engine.graph().expect("there is a reference");
        let count = graph
            .successors(tail)
            .filter(|&found| found == head)
            .count();
        if self.engine.kind().is_from_file() {
            let edges = graph.out_edges(tail).filter(|edge| edge.head == head);
            let names = edges.map(|edge| self.engine.saved_reference(self.py, tail, edge.id));
            return Ok(names.flatten().collect());
        }
        self.measured.see(self.py, objects, tail.index())?;
        Ok(paused(self.py, |heap| {
            let heads = std::iter::repeat_n(heap.see(&objects[head.index()]), count);
            let names = names_of(heap.see(&objects[tail.index()]), heads);
            names.into_iter().flatten().collect()
        }))
    }
}

/// What is known before the search.
struct Search<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    v: VertexId,
    taken: Taken,
    /// What is held from outside, in the order of the vertices.
    open: Vec<Open>,
    /// How many of the references to `v` that are not explained are the call's own.
    own: u32,
    hidden: Hidden,
}

impl<'e, 'py> Search<'e, 'py> {
    fn new(py: Python<'py>, engine: &'e Engine, v: VertexId, taken: Taken) -> PyResult<Self> {
        memory::ask(BYTES_A_VERTEX * engine.objects().len())?;
        Ok(Self {
            py,
            engine,
            v,
            taken,
            open: explained(py, engine, Values::Shown)?,
            own: u32::from(taken == Taken::InThisCall && !layout::frame_stacks_are_known()),
            hidden: Hidden::new(py, engine, v)?,
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
            // Else it would be gone.
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
    ) -> PyResult<(Vec<Chain>, bool)> {
        let is_root =
            |open: &&Open| !open.holders().is_empty() || !named && self.unexplained(open) > 0;
        let roots = self.open.iter().filter(is_root);
        let roots = roots.map(|open| VertexId::from_index(open.vertex()));
        let roots = VertexSet::from_vertices(graph.vertex_bound(), roots);
        let view = Upwards {
            graph,
            start: self.v,
            roots: &roots,
            hidden: &self.hidden,
            unseen,
        };
        let size = graph.vertex_count() + graph.edge_count();
        let (v, outside, k) = (self.v, view.outside(), limit.saturating_add(1));
        let paths = interrupt::run(self.py, size, |signals| {
            let paths = algo::vertex_disjoint_paths_watched(&view, v, outside, k, signals);
            answer(paths)
        })?;
        let mut ways = Vec::new();
        if roots.contains(v) {
            ways.push(vec![v]);
        }
        let direct = view.imported_holders(v).into_iter();
        ways.extend(direct.map(|names| [self.hidden.way_to(names), vec![v]].concat()));
        for mut path in paths.into_paths() {
            path.pop(); // the outside
            path.reverse();
            if !roots.contains(path[0]) {
                let names = view.imported_holders(path[0])[0];
                path.splice(..0, self.hidden.way_to(names));
            }
            ways.push(path);
        }
        ways.sort_by_key(Vec::len);
        let more = ways.len() > limit;
        ways.truncate(limit);
        let chains = ways.into_iter().map(|vertices| Chain {
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
            // The only other first vertex of a way.
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
