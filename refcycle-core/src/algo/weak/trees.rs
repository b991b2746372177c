//! Joins the vertices of each component to a tree.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::union_find::{root, unite};
use crate::algo::prefetch::prefetch;
use crate::algo::sample::{is_scattered, sample};
use crate::watch::Meter;
use crate::{Rows, Successors, VertexId, Watch};

/// The greatest number of edges of each vertex that come first.
const MOST_ROUNDS: usize = 3;
/// With fewer edges per vertex, it takes no longer to follow all of them at once.
const LEAST_DEGREE: usize = 3;
/// If the vertices of a sample have at most this share of trees, there are several large trees.
const FEW_TREES: usize = 4;
/// The number of edges whose heads are prefetched before they are read.
const AHEAD: usize = 16;

/// For each vertex a smaller vertex of its component, or itself if there is none.
pub(super) fn join<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let mut parent = single_vertices(graph.vertex_bound());
    for v in graph.vertices() {
        meter.step()?;
        for w in graph.successors(v).map(VertexId::number) {
            unite(&mut parent, v.number(), w);
        }
    }
    ControlFlow::Continue(parent)
}

/// [`join`] with the edges of rows.
pub(super) fn join_rows<W: Watch>(
    rows: Rows<'_>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    match is_scattered(rows) {
        true => join_rows_as::<true, W>(rows, meter),
        false => join_rows_as::<false, W>(rows, meter),
    }
}

fn single_vertices(bound: usize) -> Vec<u32> {
    (0..bound as u32).collect()
}

/// [`join_rows`], which prefetches if `SCATTERED`.
fn join_rows_as<const SCATTERED: bool, W: Watch>(
    rows: Rows<'_>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let mut parent = single_vertices(rows.offsets().len() - 1);
    // The number of edges of each row that have been followed.
    let mut done = 0;
    if let Some(back) = rows.reversed()
        && rows.heads().len() >= LEAST_DEGREE * parent.len()
    {
        let mut done_back = 0;
        let mut trees = Trees::Small;
        while done + done_back < MOST_ROUNDS {
            // Where first edges lead to near vertices, backward ones lead further.
            if done > 0 && done_back == 0 && matches!(trees, Trees::Small) {
                round::<SCATTERED, W>(&mut parent, back, done_back, meter)?;
                done_back += 1;
            } else {
                round::<SCATTERED, W>(&mut parent, rows, done, meter)?;
                done += 1;
            }
            let is_last = done + done_back == MOST_ROUNDS;
            trees = sampled_trees(&mut parent, [rows, back], is_last, meter)?;
            match trees {
                Trees::Small | Trees::Growing => {}
                Trees::Several => break,
                Trees::Giant(root) => {
                    join_others(&mut parent, root, [rows, back], [done, done_back], meter)?;
                    return ControlFlow::Continue(parent);
                }
            }
        }
    }
    let (offsets, heads) = (rows.offsets(), rows.heads());
    for v in 0..parent.len() {
        meter.step()?;
        for edge in offsets[v] as usize + done..offsets[v + 1] as usize {
            if SCATTERED && let Some(&soon) = heads.get(edge + AHEAD) {
                prefetch(&parent, soon as usize);
            }
            unite(&mut parent, v as u32, heads[edge]);
        }
    }
    ControlFlow::Continue(parent)
}

/// Joins each vertex with the neighbour at a place of its row.
fn round<const SCATTERED: bool, W: Watch>(
    parent: &mut [u32],
    rows: Rows<'_>,
    place: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let (offsets, heads) = (rows.offsets(), rows.heads());
    for v in 0..parent.len() {
        meter.step()?;
        if SCATTERED {
            let soon = offsets[(v + AHEAD).min(parent.len())] as usize + place;
            if let Some(&w) = heads.get(soon) {
                prefetch(parent, w as usize);
            }
        }
        let edge = offsets[v] as usize + place;
        if edge < offsets[v + 1] as usize {
            unite(parent, v as u32, heads[edge]);
        }
    }
    ControlFlow::Continue(())
}

/// The trees of a graph, as far as a sample of the vertices shows.
enum Trees {
    /// One tree, with this root, is so large that to follow all edges of the other vertices takes
    /// less time than another round; after the last round, at least half of the vertices.
    Giant(u32),
    /// One tree has a large part of the vertices.
    Growing,
    /// Several trees have most vertices.
    Several,
    /// No tree has a large part of the vertices.
    Small,
}

fn sampled_trees<W: Watch>(
    parent: &mut [u32],
    [rows, back]: [Rows<'_>; 2],
    is_last: bool,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Trees> {
    let mut roots = Vec::new();
    for v in sample(parent.len()) {
        if !(rows.row(v).is_empty() && back.row(v).is_empty()) {
            roots.push(root(parent, v, meter)?);
        }
    }
    roots.sort_unstable();
    let (mut trees, mut most) = (0, (0, 0));
    for tree in roots.chunk_by(|root, next| root == next) {
        trees += 1;
        most = most.max((tree.len(), tree[0]));
    }
    let (count, root) = most;
    let outside = roots.len() - count;
    let degree = rows.heads().len() / parent.len().max(1);
    // In both directions.
    if 2 * degree * outside <= roots.len() || is_last && outside <= count {
        return ControlFlow::Continue(Trees::Giant(root));
    }
    ControlFlow::Continue(match FEW_TREES * count > roots.len() {
        true => Trees::Growing,
        false if FEW_TREES * trees <= roots.len() => Trees::Several,
        false => Trees::Small,
    })
}

/// Follows the edges, in both directions, of the vertices that are not in a tree, given by its root.
/// The first edges of each row have been followed: `done`, by direction.
fn join_others<W: Watch>(
    parent: &mut [u32],
    root: u32,
    [rows, back]: [Rows<'_>; 2],
    done: [usize; 2],
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    // Parents come before their children, so each gets its root.
    for v in 0..parent.len() {
        parent[v] = parent[parent[v] as usize];
    }
    for v in 0..parent.len() as u32 {
        meter.step()?;
        // An edge that is skipped is between vertices of the tree, or its other end follows it.
        if parent[v as usize] != root {
            let rest = rows.row(v).iter().skip(done[0]);
            for &w in rest.chain(back.row(v).iter().skip(done[1])) {
                unite(parent, v, w);
            }
        }
    }
    ControlFlow::Continue(())
}
