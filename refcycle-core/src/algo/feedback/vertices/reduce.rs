//! Decisions about a graph that do not change the least cost.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::digraph::{Digraph, Waiting};
use crate::algo::scc::strongly_connected_components_watched;
use crate::{CsrGraph, Watch};

/// Vertices with more edges are not looked at closely.
const MOST_EDGES: usize = 64;

/// The vertices of the whole graph that are chosen, and what they cost.
#[derive(Clone, Default)]
pub(super) struct Chosen {
    pub(super) names: Vec<u32>,
    pub(super) cost: f64,
}

impl Chosen {
    pub(super) fn take(&mut self, graph: &mut Digraph, v: u32, waiting: &mut Waiting) {
        self.names.push(graph.names[v as usize]);
        self.cost += graph.weight(v);
        graph.remove(v, waiting);
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.cost += other.cost;
        self.names.append(&mut other.names);
    }
}

/// Reduces a graph until nothing changes, the effort is spent, or each rule that reads the whole
/// graph has been used `passes` times.
pub(super) fn reduce<W: Watch>(
    graph: &mut Digraph,
    chosen: &mut Chosen,
    passes: usize,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    let mut waiting = Waiting::all(graph.len());
    simple(graph, chosen, &mut waiting, effort)?;
    for _ in 0..passes {
        let before = graph.edges();
        if before == 0 || effort.is_spent() {
            break;
        }
        cut_off_pairs(graph, &mut waiting, effort)?;
        cut_dominated(graph, &mut waiting, effort)?;
        simple(graph, chosen, &mut waiting, effort)?;
        take_around_cores(graph, chosen, &mut waiting, effort)?;
        simple(graph, chosen, &mut waiting, effort)?;
        if graph.edges() == before {
            break;
        }
    }
    ControlFlow::Continue(())
}

/// Takes vertices with a self-loop and those that cost nothing, removes sources and sinks, and
/// bypasses a vertex if all cycles through it meet a neighbour that costs no more.
pub(super) fn simple<W: Watch>(
    graph: &mut Digraph,
    chosen: &mut Chosen,
    waiting: &mut Waiting,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    while let Some(v) = waiting.next() {
        let (out, ins) = (graph.out(v).len(), graph.ins(v).len());
        effort.spend(1)?;
        if out + ins == 0 {
            continue;
        }
        let only = |row: &crate::hash::FxHashSet<u32>| match row.len() {
            1 => row.iter().next().copied(),
            _ => None,
        };
        let near = [only(graph.ins(v)), only(graph.out(v))];
        let cheaper = |w: &u32| graph.weight(*w) <= graph.weight(v);
        if graph.has(v, v) || (graph.weight(v) == 0.0 && out > 0 && ins > 0) {
            effort.spend(out + ins)?;
            chosen.take(graph, v, waiting);
        } else if out == 0 || ins == 0 {
            effort.spend(out + ins)?;
            graph.remove(v, waiting);
        } else if let Some(other) = near.into_iter().flatten().find(cheaper) {
            effort.spend(out + ins)?;
            graph.merge(v, other, waiting);
        }
    }
    ControlFlow::Continue(())
}

/// Cuts edges that are on no cycle without pairs of opposite edges: on every other cycle through
/// them, there are both ends of a pair, so that the pair is a shorter cycle.
fn cut_off_pairs<W: Watch>(
    graph: &mut Digraph,
    waiting: &mut Waiting,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    effort.spend(graph.size())?;
    let single: Vec<_> = (graph.all())
        .filter(|&(_, _, pair)| !pair)
        .map(|(v, w, _)| (v, w))
        .collect();
    let rest = CsrGraph::from_edges(graph.len(), single.iter().copied());
    let rest = rest.expect("the ends are vertices of the graph");
    let components = strongly_connected_components_watched(&rest, effort.meter.watch())?;
    for (v, w) in single {
        if components.component_of(v.into()) != components.component_of(w.into()) {
            graph.cut(v, w);
            waiting.wake(v);
            waiting.wake(w);
        }
    }
    ControlFlow::Continue(())
}

/// Cuts an edge from v to w if each vertex before v, except by a pair, also leads to w, or v also
/// leads to each vertex after w, except by a pair: every cycle through the edge has a shortcut.
fn cut_dominated<W: Watch>(
    graph: &mut Digraph,
    waiting: &mut Waiting,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    let mut heads = Vec::new();
    for v in 0..graph.len() as u32 {
        effort.spend(1 + graph.out(v).len())?;
        heads.clear();
        heads.extend(graph.out(v).iter().copied());
        for &w in &heads {
            if graph.has(w, v) {
                continue;
            }
            let (ins, out) = (graph.ins(v), graph.out(w));
            let before =
                ins.len() <= MOST_EDGES && ins.iter().all(|&u| graph.has(v, u) || graph.has(u, w));
            let after =
                out.len() <= MOST_EDGES && out.iter().all(|&x| graph.has(x, w) || graph.has(v, x));
            effort.spend(ins.len().min(MOST_EDGES) + out.len().min(MOST_EDGES))?;
            if before || after {
                graph.cut(v, w);
                waiting.wake(v);
                waiting.wake(w);
            }
        }
    }
    ControlFlow::Continue(())
}

/// A vertex whose edges are all pairs, with neighbours that all have pairs with each other: all of
/// these vertices but one must be taken, and the others have further cycles.
fn take_around_cores<W: Watch>(
    graph: &mut Digraph,
    chosen: &mut Chosen,
    waiting: &mut Waiting,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    for v in 0..graph.len() as u32 {
        let out = graph.out(v);
        effort.spend(1)?;
        if out.is_empty() || out.len() != graph.ins(v).len() || out.len() > MOST_EDGES {
            continue;
        }
        effort.spend(out.len() * out.len())?;
        let mut around: Vec<_> = out.iter().copied().collect();
        around.sort_unstable();
        let is_core = around.iter().all(|&w| {
            graph.has(w, v)
                && graph.weight(w) <= graph.weight(v)
                && around.iter().all(|&x| x == w || graph.has(w, x))
        });
        if is_core {
            for w in around {
                chosen.take(graph, w, waiting);
            }
        }
    }
    ControlFlow::Continue(())
}
