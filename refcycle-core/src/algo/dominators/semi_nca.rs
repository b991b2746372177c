//! Semi-NCA after the search: semidominators, then the dominator tree.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::deferred_edges::{DeferredEdges, SortedTails};
use super::jumps::Jumps;
use super::range_minimum::RangeMinimum;
use super::search::{Node, Search};
use crate::Watch;
use crate::watch::Meter;

/// After this many steps per vertex, jumps replace the walks up the dominator tree, which would be
/// quadratic on some graphs.
const MOST_STEPS: usize = 4;

/// What path compression needs of a vertex.
#[derive(Clone, Copy, Default)]
struct Link {
    /// The parent in the search tree; later a higher ancestor.
    ancestor: u32,
    /// The lowest semidominator on the path that `ancestor` skips.
    lowest: u32,
}

/// Computes the immediate dominators, in place of the parents.
pub(super) fn immediate_dominators<W: Watch>(
    search: &mut Search,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    semidominators(search, meter)?;
    dominator_tree(search, meter)
}

/// Lowers each `semi` to the semidominator.
fn semidominators<W: Watch>(search: &mut Search, meter: &mut Meter<'_, W>) -> ControlFlow<W::Stop> {
    let count = search.nodes.len();
    let mut links = vec![Link::default(); count];
    let mut lowest = RangeMinimum::default();
    let mut tails = SortedTails::new(count);
    let mut path = Vec::new();
    for block in DeferredEdges::blocks(count) {
        tails.take(&mut search.deferred, block);
        let heads = DeferredEdges::heads(block);
        // Every vertex above `v` has been linked to its parent.
        for v in (heads.start.max(1)..heads.end.min(count)).rev() {
            meter.step()?;
            let Node { above, mut semi } = search.nodes[v];
            let tails = tails.of(v);
            if semi > search.top
                && let Some(&highest) = tails.last()
            {
                // No vertex above the highest tail is on any path evaluated.
                let bound = lowest.up_to(highest);
                for &tail in tails.iter().rev() {
                    if semi <= bound {
                        break;
                    }
                    semi = semi.min(evaluate(&mut links, tail, v as u32, &mut path));
                }
            }
            lowest.put(v as u32, semi);
            search.nodes[v].semi = semi;
            links[v] = Link {
                ancestor: above,
                lowest: semi,
            };
        }
    }
    ControlFlow::Continue(())
}

/// The lowest semidominator of the vertices on the tree path up from `v` whose numbers are above
/// `limit`.
#[inline]
fn evaluate(links: &mut [Link], v: u32, limit: u32, path: &mut Vec<u32>) -> u32 {
    let link = links[v as usize];
    if link.ancestor <= limit {
        link.lowest
    } else {
        compress(links, v, limit, path)
    }
}

/// [`evaluate`] with path compression. `path` is scratch memory, empty before and after.
fn compress(links: &mut [Link], v: u32, limit: u32, path: &mut Vec<u32>) -> u32 {
    let mut highest = v;
    let mut link = links[v as usize];
    while link.ancestor > limit {
        path.push(highest);
        highest = link.ancestor;
        link = links[highest as usize];
    }
    let end = link.ancestor;
    let mut lowest = link.lowest;
    while let Some(w) = path.pop() {
        let link = &mut links[w as usize];
        lowest = lowest.min(link.lowest);
        *link = Link {
            ancestor: end,
            lowest,
        };
    }
    lowest
}

/// Replaces each parent by the immediate dominator: on the path up the dominator tree from the
/// parent, the first vertex whose number is at most the semidominator.
fn dominator_tree<W: Watch>(search: &mut Search, meter: &mut Meter<'_, W>) -> ControlFlow<W::Stop> {
    let Search { nodes, top, .. } = search;
    let mut left = MOST_STEPS * nodes.len();
    for v in 1..nodes.len() {
        meter.step()?;
        let Node { mut above, semi } = nodes[v];
        if semi <= *top {
            nodes[v].above = semi;
            continue;
        }
        while above > semi {
            above = nodes[above as usize].above;
            left -= 1;
            if left == 0 {
                return with_jumps(nodes, v, meter);
            }
        }
        nodes[v].above = above;
    }
    ControlFlow::Continue(())
}

/// [`dominator_tree`] from `first` on, in logarithmic time for each vertex.
#[cold]
fn with_jumps<W: Watch>(
    nodes: &mut [Node],
    first: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let above = nodes[..first].iter().map(|node| node.above);
    let mut jumps = Jumps::of(above, nodes.len());
    for v in first..nodes.len() {
        meter.step()?;
        let Node { mut above, semi } = nodes[v];
        while above > semi {
            let jump = jumps.from(above);
            above = if jump > semi {
                jump
            } else {
                nodes[above as usize].above
            };
        }
        nodes[v].above = above;
        jumps.push(above);
    }
    ControlFlow::Continue(())
}
