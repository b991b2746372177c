//! Building with several threads.
//!
//! Each thread goes through all edges and takes those of its own range of vertices, so that
//! what it writes to is its own, stays in the order of the edges, and nothing is shared.

use alloc::vec;
use alloc::vec::Vec;
use rayon::prelude::*;

use super::sort::{Offset, Transposed, check_sizes, fill, sum, turned};
use super::{CsrBuilder, CsrGraph};
use crate::Error;

/// More would read the edges oftener than they save time.
const MOST_PIECES: usize = 8;

impl CsrBuilder {
    /// Makes the graph that [`build`](Self::build) makes, and its backward direction too, with
    /// the threads of rayon's current pool.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    ///
    /// # Complexity
    /// Each of t threads, at most 8, does O(vertices / t + edges) time, of which only one part
    /// in t is at random places. 4 bytes a vertex more than one thread needs.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrBuilder, Predecessors, VertexId};
    /// let mut builder = CsrBuilder::new(2);
    /// builder.add_edge(VertexId::new(1), VertexId::new(0))?;
    /// let graph = builder.par_build()?;
    /// assert!(graph.predecessors(VertexId::new(0)).eq([VertexId::new(1)]));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn par_build(self) -> Result<CsrGraph, Error> {
        check_sizes::<u32>(self.vertex_count, self.tails.len())?;
        if self.tails.is_sorted() {
            let graph = self.build()?;
            graph.par_make_backward();
            return Ok(graph);
        }
        let graph = {
            let edges = || self.tails.iter().copied().zip(self.heads.iter().copied());
            let tails = || self.tails.iter().copied();
            let (offsets, heads) = sorted_by(self.vertex_count, self.tails.len(), tails, edges);
            CsrGraph::trusted(offsets, heads)
        };
        drop(self);
        graph.par_make_backward();
        Ok(graph)
    }
}

impl CsrGraph {
    /// Makes the backward direction, unless it is there, with the threads of rayon's current
    /// pool. Without it one thread makes it when it is first asked for.
    pub fn par_make_backward(&self) {
        self.back_or(|| {
            let (offsets, heads) = (self.offsets(), self.heads());
            let edges = || turned(offsets, heads);
            let keys = || heads.iter().copied();
            let (offsets, tails) = sorted_by(offsets.len() - 1, heads.len(), keys, edges);
            Transposed { offsets, tails }
        });
    }
}

fn sorted_by<O, K, I>(
    vertex_count: usize,
    edge_count: usize,
    keys: impl Fn() -> K + Sync,
    items: impl Fn() -> I + Sync,
) -> (Vec<O>, Vec<u32>)
where
    O: Offset,
    K: Iterator<Item = u32>,
    I: Iterator<Item = (u32, u32)>,
{
    let pieces = rayon::current_num_threads().clamp(1, MOST_PIECES);
    let mut offsets = vec![O::default(); vertex_count + 1];
    let length = vertex_count.div_ceil(pieces).max(1);
    offsets[1..]
        .par_chunks_mut(length)
        .enumerate()
        .for_each(|(piece, counts)| {
            let first = piece * length;
            keys().for_each(|key| {
                if let Some(count) = counts.get_mut((key as usize).wrapping_sub(first)) {
                    *count = O::at(count.index() + 1);
                }
            });
        });
    sum(&mut offsets);

    // Pieces of about as many edges each: the vertices of one may be few.
    let mut values = vec![0; edge_count];
    let mut jobs = Vec::with_capacity(pieces);
    let mut rest = &mut *values;
    let mut first = 0;
    for piece in 1..=pieces {
        let wanted = (edge_count as u64 * piece as u64).div_ceil(pieces as u64);
        let last = match piece {
            _ if piece == pieces => vertex_count,
            _ => offsets.partition_point(|start| start.number() < wanted),
        };
        let last = last.clamp(first, vertex_count);
        let start = offsets[first].index();
        let (mine, others) = rest.split_at_mut(offsets[last].index() - start);
        let starts = offsets[first..=last].iter();
        let starts: Vec<O> = starts.map(|o| O::at(o.index() - start)).collect();
        jobs.push((first, starts, mine));
        (rest, first) = (others, last);
    }
    jobs.into_par_iter().for_each(|(first, mut starts, mine)| {
        let length = starts.len() - 1;
        let items = items().filter_map(|(key, value)| {
            let key = (key as usize).wrapping_sub(first);
            (key < length).then_some((key as u32, value))
        });
        fill(&mut starts, mine, items);
    });
    (offsets, values)
}
