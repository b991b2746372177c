//! Branch and bound: a vertex is taken or kept, and the rest is reduced.

use alloc::vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::bound::packing;
use super::digraph::{Digraph, Waiting};
use super::reduce::{Chosen, reduce};
use crate::Watch;

/// A part of the search that is not done.
struct Node {
    graph: Digraph,
    chosen: Chosen,
    bound: f64,
}

/// Looks for a cheaper set than `best`, which is replaced by it. Returns a lower bound, which is the
/// cost of `best` unless the search gave up. A cost that differs by less than the share `rounding`
/// is the same.
pub(super) fn search<W: Watch>(
    graph: Digraph,
    best: &mut Chosen,
    bound: f64,
    rounding: f64,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, f64> {
    let mut open = vec![Node {
        graph,
        chosen: Chosen::default(),
        bound,
    }];
    let mut least = f64::INFINITY;
    while let Some(node) = open.pop() {
        if node.bound >= best.cost * (1.0 - rounding) {
            continue;
        }
        if effort.is_spent() {
            least = least.min(node.bound);
            continue;
        }
        let v = branching_vertex(&node.graph);
        // As many edges may take the place of the vertex.
        let added = node
            .graph
            .ins(v)
            .len()
            .saturating_mul(node.graph.out(v).len());
        // The last is searched first: without the vertex.
        for takes in [false, true] {
            let size = (node.graph.size()).saturating_add(if takes { 0 } else { added });
            if size > effort.left {
                least = least.min(node.bound);
                continue;
            }
            effort.spend(size)?;
            let mut graph = node.graph.clone();
            let mut chosen = node.chosen.clone();
            let mut waiting = Waiting::none(graph.len());
            if takes {
                chosen.take(&mut graph, v, &mut waiting);
            } else {
                graph.bypass(v, &mut waiting, effort.meter)?;
            }
            reduce(&mut graph, &mut chosen, usize::MAX, effort)?;
            if graph.edges() == 0 {
                if chosen.cost < best.cost {
                    *best = chosen;
                }
                continue;
            }
            let graph = graph.compact();
            let bound = chosen.cost + packing(&graph, effort)?;
            open.push(Node {
                graph,
                chosen,
                bound: bound.max(node.bound),
            });
        }
    }
    ControlFlow::Continue(least.min(best.cost))
}

/// The vertex with the most paths through it for its weight.
fn branching_vertex(graph: &Digraph) -> u32 {
    let ways = |v: u32| (graph.out(v).len() * graph.ins(v).len()) as f64 / graph.weight(v);
    let best = (0..graph.len() as u32).max_by(|&v, &w| ways(v).total_cmp(&ways(w)));
    best.expect("the graph has edges")
}
