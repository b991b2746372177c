//! Breadth-first search by generations.

use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use fixedbitset::FixedBitSet;

use super::batch::{self, Batch};
use super::bottom_up;
use super::reached::Reached;
use super::unseen::Unseen;
use crate::marks::Marks;
use crate::watch::Meter;
use crate::{Rows, Successors, VertexId, Watch};

/// Adds the generations after the starts, which are in `reached` and marked, until there are
/// `generations` of them or `target` is found.
pub(crate) fn levels<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    marks: &mut Marks,
    reached: &mut Reached,
    generations: Option<usize>,
    target: Option<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    match graph.rows() {
        Some(rows) => levels_of(
            &rows,
            Some(rows),
            marks,
            reached,
            generations,
            target,
            meter,
        ),
        None => levels_of(graph, None, marks, reached, generations, target, meter),
    }
}

fn levels_of<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    rows: Option<Rows<'_>>,
    marks: &mut Marks,
    reached: &mut Reached,
    generations: Option<usize>,
    target: Option<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let limit = generations.unwrap_or(usize::MAX);
    while reached.generations() <= limit {
        let generation = reached.last_generation();
        if generation.len() < batch::LEAST
            && let (Some(rows), Some(seen)) = (rows, marks.bits())
        {
            if !narrow(rows, seen, reached, limit, target, meter)? {
                break;
            }
            continue;
        }
        let found = generation.end;
        let order = reached.order();
        expand(graph, rows, marks, order, generation, found, false, meter)?;
        if !reached.end_generation() || target.is_some_and(|v| marks.contains(v)) {
            break;
        }
    }
    ControlFlow::Continue(())
}

/// Adds generations while they have few vertices, as in a graph that is mostly a path. Returns
/// whether the search continues.
fn narrow<W: Watch>(
    rows: Rows<'_>,
    seen: &mut FixedBitSet,
    reached: &mut Reached,
    limit: usize,
    target: Option<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    let mut generation = reached.last_generation();
    while generation.len() < batch::LEAST && reached.generations() <= limit {
        let order = reached.order();
        let end = generation.end;
        for position in generation {
            let row = rows.row(order[position].number());
            for &w in row {
                if !seen.put(w as usize) {
                    order.push(w.into());
                }
            }
            meter.steps(row.len().max(1))?;
        }
        generation = end..order.len();
        if !reached.end_generation() || target.is_some_and(|v| seen.contains(v.index())) {
            return ControlFlow::Continue(false);
        }
    }
    ControlFlow::Continue(true)
}

/// Marks the vertices that can be reached from `starts`, which are already marked.
pub(crate) fn flood<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    marks: &mut Marks,
    starts: Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, usize> {
    match graph.rows() {
        Some(rows) => flood_of(&rows, Some(rows), marks, starts, meter),
        None => flood_of(graph, None, marks, starts, meter),
    }
}

fn flood_of<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    rows: Option<Rows<'_>>,
    marks: &mut Marks,
    mut waiting: Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, usize> {
    let mut found = waiting.len();
    while !waiting.is_empty() {
        if let (Some(rows), Some(seen)) = (rows, marks.bits()) {
            // Any order will do: while there are few, they are followed one by one.
            while waiting.len() < batch::LEAST
                && let Some(v) = waiting.pop()
            {
                let row = rows.row(v.number());
                for &w in row {
                    if !seen.put(w as usize) {
                        waiting.push(w.into());
                        found += 1;
                    }
                }
                meter.steps(row.len().max(1))?;
            }
        }
        let end = waiting.len();
        expand(graph, rows, marks, &mut waiting, 0..end, found, true, meter)?;
        waiting.drain(..end);
        found += waiting.len();
    }
    ControlFlow::Continue(found)
}

/// Appends the next generation. `found` is the number of marked vertices.
#[expect(clippy::too_many_arguments)]
fn expand<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    rows: Option<Rows<'_>>,
    marks: &mut Marks,
    order: &mut Vec<VertexId>,
    generation: Range<usize>,
    found: usize,
    any_order: bool,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    if generation.len() >= batch::LEAST
        && let (Some(rows), Some(seen)) = (rows, marks.bits())
    {
        let unvisited = rows.offsets().len() - 1 - found;
        return match rows.reversed() {
            // Only if it exists: computing it costs more than a whole search.
            Some(back) if bottom_up::pays(rows, generation.len(), unvisited) => {
                bottom_up::sweep(back, seen, order, any_order, meter)
            }
            _ => walk_rows(rows, seen, order, generation, meter),
        };
    }
    for position in generation {
        let mut edges = 0;
        for w in graph.successors(order[position]) {
            edges += 1;
            if marks.insert(w) {
                order.push(w);
            }
        }
        meter.steps(edges.max(1))?;
    }
    ControlFlow::Continue(())
}

fn walk_rows<W: Watch>(
    rows: Rows<'_>,
    seen: &mut FixedBitSet,
    order: &mut Vec<VertexId>,
    generation: Range<usize>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let mut batch = Batch::new();
    let mut unseen = Unseen::new(seen);
    let mut position = generation.start;
    while position < generation.end {
        let (ranges, edges) = batch.load(rows, &order[position..generation.end]);
        position += ranges.len();
        for &(start, end) in ranges {
            unseen.take(&rows.heads()[start..end], order);
        }
        unseen.flush(order);
        meter.steps(edges.max(ranges.len()))?;
    }
    ControlFlow::Continue(())
}
