//! Pieces of a graph that can be ordered independently.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::graph::Graph;
use super::partial::Partial;
use super::reduce::{Rules, reduce};
use crate::Watch;
use crate::algo::strongly_connected_components;

/// The biconnected components of the strongly connected components, each reduced until it
/// decomposes no further. Decisions made on the way are added to `partial`.
pub(super) fn pieces<W: Watch>(
    graph: Graph,
    rules: Rules,
    partial: &mut Partial,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, Vec<Graph>> {
    let mut rough = vec![graph];
    let mut pieces = Vec::new();
    while let Some(mut graph) = rough.pop() {
        reduce(&mut graph, rules, partial, effort)?;
        effort.spend(graph.size())?;
        drop_arcs_between(&mut graph, partial);
        let blocks = blocks(&graph);
        let mut local = vec![0; graph.len()];
        for block in &blocks {
            let piece = graph.part(block, &mut local);
            if block.len() == graph.len() || effort.is_spent() {
                pieces.push(piece);
            } else {
                rough.push(piece);
            }
        }
    }
    ControlFlow::Continue(pieces)
}

/// Arcs from one strongly connected component to another go forward.
fn drop_arcs_between(graph: &mut Graph, partial: &mut Partial) {
    let components = strongly_connected_components(&*graph);
    let component = |v: u32| components.component_of(v.into());
    graph.retain(
        |tail, head| component(tail) == component(head),
        |graph, tail, head| partial.before.push(graph.before(tail, head)),
    );
}

/// The vertices of each biconnected component, ignoring the direction of arcs. Every cycle is
/// within one of them.
///
/// J. Hopcroft and R. Tarjan, "Algorithm 447: efficient algorithms for graph manipulation",
/// CACM 16 (1973), doi:10.1145/362248.362272.
fn blocks(graph: &Graph) -> Vec<Vec<u32>> {
    let neighbour = |v: u32, place: usize| {
        let (out, ins) = (graph.out(v), graph.ins(v));
        out.get(place)
            .or_else(|| ins.get(place - out.len()))
            .map(|end| end.0)
    };
    // When each vertex was discovered, from 1, and the earliest vertex that it or its descendants
    // are joined to.
    let mut met = vec![0_u32; graph.len()];
    let mut low = vec![0_u32; graph.len()];
    let mut count = 0;
    let (mut path, mut open, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
    for root in 0..graph.len() as u32 {
        if met[root as usize] != 0 {
            continue;
        }
        count += 1;
        met[root as usize] = count;
        path.push((root, 0));
        while let Some((v, place)) = path.last_mut() {
            let v = *v;
            if let Some(w) = neighbour(v, *place) {
                *place += 1;
                if met[w as usize] == 0 {
                    count += 1;
                    (met[w as usize], low[w as usize]) = (count, count);
                    path.push((w, 0));
                    open.push(w);
                } else {
                    low[v as usize] = low[v as usize].min(met[w as usize]);
                }
                continue;
            }
            path.pop();
            let Some(&(parent, _)) = path.last() else {
                break;
            };
            if low[v as usize] < met[parent as usize] {
                low[parent as usize] = low[parent as usize].min(low[v as usize]);
                continue;
            }
            let start = open
                .iter()
                .rposition(|&w| w == v)
                .expect("the vertex is open");
            let mut block = open.split_off(start);
            block.push(parent);
            blocks.push(block);
        }
    }
    blocks
}
