//! The algorithm of Lengauer and Tarjan in its simple form, after the search.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use super::deferred_edges::END;
use super::range_minimum::RangeMinimum;
use super::search::{Node, Search};
use crate::Watch;
use crate::watch::Meter;

/// Computes the immediate dominators, in `idom` of the nodes.
pub(super) fn immediate_dominators<W: Watch>(
    search: &mut Search,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let Search {
        nodes,
        deferred,
        top,
        ..
    } = search;
    let nodes = &mut nodes[..];
    // The vertices whose `idom` is a vertex with the same immediate dominator.
    let mut relative = FixedBitSet::with_capacity(nodes.len());
    let mut lowest = RangeMinimum::default();
    let mut path = Vec::new();
    // Every vertex above `v` has been linked to its parent.
    for v in (1..nodes.len() as u32).rev() {
        meter.step()?;
        let mut w = nodes[v as usize].label;
        while w != 0 {
            let next = nodes[w as usize].idom;
            let (label, semi) = evaluate(nodes, w, v, &mut path);
            nodes[w as usize].idom = if semi < v {
                relative.insert(w as usize);
                label
            } else {
                v
            };
            w = next;
        }

        let Node {
            ancestor: parent,
            mut semi,
            idom: mut place,
            ..
        } = nodes[v as usize];
        if place != END {
            // The first tail is the highest, so no vertex above it is on any path evaluated.
            let bound = lowest.up_to(deferred.get(place).tail);
            while place != END && semi > bound {
                let edge = deferred.get(place);
                semi = semi.min(evaluate(nodes, edge.tail, v, &mut path).1);
                place = edge.next;
            }
        }
        lowest.put(v, semi);
        let idom = if semi == parent || semi <= *top {
            semi
        } else {
            core::mem::replace(&mut nodes[semi as usize].label, v)
        };
        let node = &mut nodes[v as usize];
        node.semi = semi;
        node.label = v;
        node.idom = idom;
    }
    resolve(nodes, &relative);
    ControlFlow::Continue(())
}

/// Replaces each `idom` that is a vertex with the same immediate dominator by that dominator.
fn resolve(nodes: &mut [Node], relative: &FixedBitSet) {
    for v in relative.ones() {
        nodes[v].idom = nodes[nodes[v].idom as usize].idom;
    }
}

/// Finds the vertex with the lowest semidominator among the vertices on the tree path up from `v`
/// whose numbers are above `limit`. Returns the vertex and its semidominator.
#[inline]
fn evaluate(nodes: &mut [Node], v: u32, limit: u32, path: &mut Vec<u32>) -> (u32, u32) {
    let node = nodes[v as usize];
    if node.ancestor <= limit {
        (node.label, node.semi)
    } else {
        compress(nodes, v, limit, path)
    }
}

/// [`evaluate`] with path compression. `path` is scratch memory, empty before and after.
fn compress(nodes: &mut [Node], v: u32, limit: u32, path: &mut Vec<u32>) -> (u32, u32) {
    let mut highest = v;
    let mut node = nodes[v as usize];
    while node.ancestor > limit {
        path.push(highest);
        highest = node.ancestor;
        node = nodes[highest as usize];
    }
    let end = node.ancestor;
    let mut lowest = (node.label, node.semi);
    while let Some(w) = path.pop() {
        let node = &mut nodes[w as usize];
        node.ancestor = end;
        if lowest.1 < node.semi {
            (node.label, node.semi) = lowest;
        } else {
            lowest = (node.label, node.semi);
        }
    }
    lowest
}
