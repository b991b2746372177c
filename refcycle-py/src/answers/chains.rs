//! The chains of references that keep an object alive.

use std::ops::ControlFlow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::views::Masked;
use refcycle_core::{CsrGraph, IDirectedGraph, Run, VertexId, VertexSet, Vertices, algo};
use refcycle_dot::End;
use rustc_hash::FxHashSet;

use super::chain_names::{chain_names_of, have_same_variables};
use super::chain_order::{self, HolderChain};
use super::chain_signature::{Start, chain_signature, holder_in_a_signature};
use super::garbage::{Garbage, Holding};
use super::holder_ranks::{HolderRank, HolderRanks, rank_of_root};
use super::holder_view::HolderView;
use super::ignored::Ignored;
use super::object_types::ObjectTypes;
use super::openings::{holder_of, opening};
use super::owners::{NamedPath, ObjectNames};
use crate::annotate::Values;
use crate::engine::Engine;
use crate::heap::{layout, memory};
use crate::interrupt::{self, answer};
use crate::modules;
use crate::roots::{Open, explained, place_elsewhere};

/// If chains repeat others, the search goes on until it has found this many.
const MOST: usize = 96;
/// The search finds at least this many paths, so that the best of them can be shown.
const FEWEST: usize = 5;
/// Bytes a vertex: for sets of vertices and the search for paths.
const BYTES_A_VERTEX: usize = 8 + 16 + 8;

/// The result of the search.
struct Found {
    chains: Vec<HolderChain>,
    /// Whether there are more chains that share no object with these.
    more: bool,
    /// Whether only the caller's own variables hold it.
    only_caller: bool,
    /// The holders, if the object is garbage.
    holding: Holding,
    /// The number of references to it that have no known holder.
    unexplained: u32,
    /// If only names of modules hold it: what would hold it without them.
    otherwise: Option<Box<Found>>,
}

/// References that keep an object alive.
pub(crate) struct Chain {
    /// The holder of the first vertex, outside the graph.
    pub(crate) holder: String,
    /// The kind of this holder, such as the program, a library or a tool.
    pub(crate) kind: &'static str,
    pub(crate) path: NamedPath,
    /// The chain for comparisons.
    pub(crate) signature: String,
}

/// Why an object is alive.
pub(crate) struct Liveness {
    /// The name of the object; for a container, with what it belongs to.
    pub(crate) name: String,
    /// The graph of all objects that the answer names.
    pub(crate) part: Engine,
    pub(crate) chains: Vec<Chain>,
    /// Whether there are more chains that share no object with these.
    pub(crate) more: bool,
    /// Whether only the caller's own variables hold it.
    pub(crate) only_caller: bool,
    /// The number of references to the object without a known holder, and where they come from.
    pub(crate) unexplained: (u32, &'static str),
    /// The holders, if the object is garbage.
    pub(crate) garbage: Option<Garbage>,
    /// If only names of modules hold it: what would hold it without them.
    pub(crate) otherwise: Option<Box<Self>>,
}

/// When the snapshot that is searched was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Before,
    /// While the arguments of the call held the object.
    InThisCall,
}

/// The vertices that are held from outside the graph: all chains begin at one of them.
pub(crate) fn held_from_outside(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Open>> {
    memory::ask(BYTES_A_VERTEX * engine.vertex_count())?;
    explained(py, engine, Values::Shown)
}

/// Why a vertex is alive: at most `limit` chains from `open`, the vertices held from outside.
pub(crate) fn why(
    py: Python<'_>,
    engine: &Engine,
    open: &[Open],
    v: VertexId,
    limit: usize,
    taken: Taken,
) -> PyResult<Liveness> {
    let callers = callers(py, engine)?;
    let types = ObjectTypes::new(py, engine)?;
    let found = Search::new(py, engine, &types, open, v, taken)?.run(&callers, limit)?;
    liveness(py, engine, v, found)
}

/// Why a vertex is alive that nothing outside holds. `open` are the vertices that are held from
/// outside, and `ours` are our own objects.
pub(super) fn garbage_liveness(
    py: Python<'_>,
    engine: &Engine,
    v: VertexId,
    open: &[Open],
    ours: &VertexSet,
) -> PyResult<Liveness> {
    engine.ask_for_backward(py)?;
    let graph = &*engine.any_graph();
    let found = Found {
        chains: Vec::new(),
        more: false,
        only_caller: false,
        holding: Holding::of(py, graph, (v, &[]), open, ours)?,
        unexplained: 0,
        otherwise: None,
    };
    liveness(py, engine, v, found)
}

fn liveness(py: Python<'_>, engine: &Engine, v: VertexId, found: Found) -> PyResult<Liveness> {
    // The objects that the answer holds, not the whole graph.
    let mut held = vec![v];
    held.extend(found.chains.iter().flat_map(|chain| &chain.vertices));
    held.extend(&found.holding.cycle);
    let mut seen = FxHashSet::default();
    held.retain(|&v| seen.insert(v));
    let mut names = ObjectNames::new(py, engine);
    let mut chains = Vec::new();
    for found in found.chains {
        chains.push(Chain {
            holder: found.holder,
            kind: found.rank.word(engine),
            path: names.path(found.vertices, false)?,
            signature: found.signature,
        });
    }
    let is_garbage = chains.is_empty() && !found.only_caller;
    let garbage = match is_garbage {
        true => Some(Garbage::of(py, engine, found.holding, &mut names)?),
        false => None,
    };
    let otherwise = found.otherwise.map(|found| liveness(py, engine, v, *found));
    Ok(Liveness {
        otherwise: otherwise.transpose()?.map(Box::new),
        part: engine.induced(py, held)?.answering(engine, 0, End::Bottom),
        chains,
        more: found.more,
        only_caller: found.only_caller,
        unexplained: (found.unexplained, place_elsewhere(engine)),
        garbage,
        name: names.title(v)?,
    })
}

/// The frame of the Python code that called us and, from 3.14 on, its generator or coroutine, if
/// they are in the graph.
pub(super) fn callers(py: Python<'_>, engine: &Engine) -> PyResult<Vec<VertexId>> {
    if engine.kind().is_from_file() {
        return Ok(Vec::new());
    }
    let frame = match modules::attribute(py, "sys", "_getframe")?.call0() {
        Ok(frame) => frame,
        // No Python code called us.
        Err(error) if error.is_instance_of::<PyValueError>(py) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::from_iter(engine.find(&frame)?);
    if cfg!(Py_3_14) {
        let generator = frame.getattr("f_generator")?;
        if !generator.is_none() {
            found.extend(engine.find(&generator)?);
        }
    }
    Ok(found)
}

/// What is known before the search.
struct Search<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    types: &'e ObjectTypes,
    v: VertexId,
    taken: Taken,
    /// The vertices that are held from outside, in ascending order.
    open: &'e [Open],
    /// The number of unexplained references to `v` that belong to the call itself.
    own: u32,
    ignored: Ignored,
    ranks: HolderRanks,
}

impl<'e, 'py> Search<'e, 'py> {
    fn new(
        py: Python<'py>,
        engine: &'e Engine,
        types: &'e ObjectTypes,
        open: &'e [Open],
        v: VertexId,
        taken: Taken,
    ) -> PyResult<Self> {
        let ignored = Ignored::new(py, engine, types, Some(v))?;
        Ok(Self {
            py,
            engine,
            types,
            v,
            taken,
            open,
            ranks: HolderRanks::new(py, engine, types, &ignored)?,
            own: u32::from(taken == Taken::InThisCall && !layout::frame_stacks_are_known()),
            ignored,
        })
    }

    fn run(&self, own: &[VertexId], limit: usize) -> PyResult<Found> {
        let graph = &*self.engine.any_graph();
        self.engine.ask_for_backward(self.py)?;
        let unexplained = opening(self.open, self.v).map_or(0, |open| self.unexplained(open));
        // C code is an answer only if there is no other, and the caller only if there is no C code.
        for (named, unseen) in [(true, own), (false, own), (true, &[])] {
            let (mut chains, mut more) = self.chains(graph, named, unseen, None, limit)?;
            if chains.is_empty() {
                continue;
            }
            let only_caller = unseen.len() < own.len();
            let mut count = unexplained;
            if named && !only_caller && !more {
                // Without the references to the object itself, which are only counted.
                let known = self.reached(graph)?;
                let rest = (limit - chains.len()).max(1);
                let (others, are_more) = self.chains(graph, false, own, Some(&known), rest)?;
                chains.extend(others);
                self.fold_frames(&mut chains);
                more = are_more || chains.len() > limit;
                chains.truncate(limit);
            } else if !named {
                // These references have a chain of their own.
                count = 0;
            }
            let names = self.names_of_modules(&chains);
            let names = names.filter(|_| named && !only_caller);
            let otherwise = names.map(|names| self.without([own, &names[..]].concat(), limit));
            return Ok(Found {
                chains,
                more,
                only_caller,
                holding: Holding::default(),
                unexplained: count,
                otherwise: otherwise.transpose()?.map(Box::new),
            });
        }
        let holding = Holding::of(
            self.py,
            graph,
            (self.v, &[]),
            self.open,
            self.ignored.ours(),
        )?;
        Ok(Found {
            chains: Vec::new(),
            more: false,
            // Otherwise it would have been freed.
            only_caller: holding.cycle.is_empty() && self.taken == Taken::InThisCall,
            holding,
            unexplained: 0,
            otherwise: None,
        })
    }

    /// The vertices that are reachable from known holders by paths that avoid the object.
    fn reached(&self, graph: &CsrGraph) -> PyResult<VertexSet> {
        let (v, open, ours) = (self.v, self.open, self.ignored.ours());
        let size = graph.vertex_count() + graph.edge_count();
        interrupt::run(self.py, size, |signals| {
            let seen = graph.vertices().filter(|&w| w != v && !ours.contains(w));
            let seen = VertexSet::from_vertices(graph.vertex_bound(), seen);
            let known = open.iter().filter(|open| !open.holders().is_empty());
            let known = known.map(|open| VertexId::from_index(open.vertex()));
            let known: Vec<_> = known.filter(|&v| seen.contains(v)).collect();
            if known.is_empty() {
                return ControlFlow::Continue(VertexSet::new(graph.vertex_bound()));
            }
            let view = Masked::new(graph, &seen);
            answer(algo::descendants_set(Run::on(&view).watch(signals), known))
        })
    }

    /// The names of modules that hold the object directly, if no other holder is known.
    fn names_of_modules(&self, chains: &[HolderChain]) -> Option<Vec<VertexId>> {
        let names = chains.iter().map(|chain| {
            let holder = chain.vertices.iter().rev().nth(1).copied();
            holder.filter(|&names| self.ignored.is_imported(names))
        });
        names.collect()
    }

    /// What would hold the object without these holders.
    fn without(&self, unseen: Vec<VertexId>, limit: usize) -> PyResult<Found> {
        let graph = &*self.engine.any_graph();
        let (chains, more) = self.chains(graph, false, &unseen, None, limit)?;
        let holding = match chains.is_empty() {
            true => Holding::of(
                self.py,
                graph,
                (self.v, &unseen),
                self.open,
                self.ignored.ours(),
            )?,
            false => Holding::default(),
        };
        Ok(Found {
            chains,
            more,
            only_caller: false,
            holding,
            unexplained: 0,
            otherwise: None,
        })
    }

    /// The chains that share only their last vertex, those of the program first and then the
    /// shortest, and whether there are more than `limit`.
    fn chains(
        &self,
        graph: &CsrGraph,
        named: bool,
        unseen: &[VertexId],
        known: Option<&VertexSet>,
        limit: usize,
    ) -> PyResult<(Vec<HolderChain>, bool)> {
        // In a search for further holders, references to the object itself are only counted.
        let is_left_out = |v: VertexId| known.is_some_and(|known| v == self.v || known.contains(v));
        let is_root = |open: &&Open| {
            let is_held = !open.holders().is_empty() || !named && self.unexplained(open) > 0;
            is_held && !is_left_out(VertexId::from_index(open.vertex()))
        };
        let roots = self.open.iter().filter(is_root);
        let roots = roots.map(|open| VertexId::from_index(open.vertex()));
        let roots = VertexSet::from_vertices(graph.vertex_bound(), roots);
        let view = HolderView {
            graph,
            start: self.v,
            roots: &roots,
            ignored: &self.ignored,
            unseen,
            known,
        };
        let mut most = limit.max(FEWEST).saturating_add(1);
        let (mut chains, is_cut) = loop {
            let paths = self.paths(&view, most)?;
            let is_cut = paths.len() >= most;
            let chains = paths.into_iter().map(|path| self.chain(path, named));
            let chains: Vec<_> = chains.collect();
            // The calls of a recursion hold it in the same way; there may be others behind them.
            if !is_cut || chain_order::repeated(&chains).is_empty() || most >= MOST {
                break (chains, is_cut);
            }
            most = most.saturating_mul(4);
        };
        chain_order::sort(&mut chains);
        self.fold_frames(&mut chains);
        chain_order::put_repeated_behind(&mut chains);
        let more = is_cut || chains.len() > limit;
        chains.truncate(limit);
        Ok((chains, more))
    }

    /// Up to `most` paths from the outside to the object that share only their last vertex.
    fn paths(&self, view: &HolderView<'_>, most: usize) -> PyResult<Vec<Vec<VertexId>>> {
        let size = view.graph.vertex_count() + view.graph.edge_count();
        let (v, outside) = (self.v, view.outside());
        let found = interrupt::run(self.py, size, |signals| {
            let paths = algo::vertex_disjoint_paths(Run::on(view).watch(signals), v, outside, most);
            answer(paths)
        })?;
        let mut paths = Vec::new();
        if view.roots.contains(v) {
            paths.push(vec![v]);
        }
        let direct = view.imported_holders(v).into_iter();
        paths.extend(direct.map(|names| [self.ignored.path_to(names), vec![v]].concat()));
        for mut path in found.paths {
            path.pop(); // the outside
            path.reverse();
            if !view.roots.contains(path[0]) {
                let names = view.imported_holders(path[0])[0];
                path.splice(..0, self.ignored.path_to(names));
            }
            paths.push(path);
        }
        Ok(paths)
    }

    /// Removes chains through a variable that an earlier chain shows, of a frame and its coroutine.
    fn fold_frames(&self, chains: &mut Vec<HolderChain>) {
        let holder = |chain: &HolderChain| chain.vertices.iter().rev().nth(1).copied();
        let same = |one: VertexId, other: VertexId| {
            chain_names_of(self.py, self.engine, self.types, |naming| {
                have_same_variables(naming, one, other)
            })
        };
        let mut shown: Vec<VertexId> = Vec::new();
        chains.retain(|chain| {
            let Some(holder) = holder(chain) else {
                return true;
            };
            let is_new = !shown.iter().any(|&other| same(other, holder));
            shown.push(holder);
            is_new
        });
    }

    fn chain(&self, vertices: Vec<VertexId>, named: bool) -> HolderChain {
        // An imported module has its own beginning.
        let names = vertices
            .iter()
            .take(3)
            .position(|&v| self.ranks.module(v).is_some());
        let (begin, start, rank) = match (names, opening(self.open, vertices[0])) {
            (Some(names), _) => {
                let name = self.ranks.module(vertices[names]).unwrap_or_default();
                (names, Start::Module(name.to_owned()), HolderRank::Program)
            }
            (None, Some(open)) => {
                let holder = holder_in_a_signature(self.engine, open);
                (0, Start::Held(holder), rank_of_root(open))
            }
            (None, None) => (0, Start::Held(String::new()), HolderRank::Program),
        };
        let holders = vertices[begin..vertices.len() - 1].iter();
        HolderChain {
            holder: holder_of(self.engine, self.open, vertices[0], |open| match named {
                true => 0,
                false => self.unexplained(open),
            }),
            rank: holders
                .map(|&v| self.ranks.of(v))
                .fold(rank, HolderRank::max),
            signature: chain_signature(
                self.py,
                self.engine,
                self.types,
                &start,
                &vertices[begin..],
            ),
            vertices,
        }
    }

    fn unexplained(&self, open: &Open) -> u32 {
        let own = if open.vertex() == self.v.index() {
            self.own
        } else {
            0
        };
        open.unexplained().saturating_sub(own)
    }
}
