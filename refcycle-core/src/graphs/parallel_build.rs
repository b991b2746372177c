//! Builds graphs with several threads.
//!
//! If keys are in random order, the threads divide the blocks of the two-step sort among them.
//! Otherwise each thread reads all edges and takes those of its range of vertices: it then writes
//! only to its own memory, and keeps the order of the edges.

use alloc::vec;
use alloc::vec::Vec;
use rayon::prelude::*;

use super::CsrGraph;
use super::blocked_sort::{self, Workers};
use super::builder::Collected;
use super::builder::CsrBuilder;
use super::edge_sort::{Transposed, transposed_pairs};
use crate::Error;
use crate::counting_sort::{fill, sum};
use crate::offsets::Offset;

/// More threads would cost more in reading the edges than they save.
const MOST_PIECES: usize = 8;

impl CsrBuilder {
    /// Builds the same graph as [`build`](Self::build), and its backward direction, with the
    /// threads of rayon's current pool.
    ///
    /// # Errors
    /// As for [`build`](Self::build).
    ///
    /// # Complexity
    /// O(vertices / t + edges) time for each of t threads, at most 8; only a share of 1 / t of
    /// the accesses is random. It takes 4 bytes per vertex more memory than with one thread.
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
        let vertex_count = self.vertex_count;
        let graph = match self.collected()? {
            Collected::Graph(graph) => graph,
            Collected::Edges { tails, heads } => {
                let (offsets, heads) = if blocked_sort::pays(vertex_count, &tails) {
                    blocked_sort::sort_pairs(vertex_count, tails, heads, &RayonPool)
                } else {
                    let items = || tails.iter().copied().zip(heads.iter().copied());
                    sorted_by(vertex_count, &tails, items)
                };
                CsrGraph::trusted(offsets, heads)
            }
        };
        graph.par_make_backward();
        Ok(graph)
    }
}

/// The threads of rayon's current pool.
struct RayonPool;

impl Workers for RayonPool {
    fn parts(&self) -> usize {
        rayon::current_num_threads().clamp(1, MOST_PIECES)
    }

    fn each<T: Send>(&self, parts: Vec<T>, job: impl Fn(T) + Send + Sync) {
        parts.into_par_iter().for_each(job);
    }
}

impl CsrGraph {
    /// Computes the backward direction, unless it exists, with the threads of rayon's current
    /// pool. Without this call, one thread computes it when it is first needed.
    pub fn par_make_backward(&self) {
        self.back_or(|| {
            let (offsets, heads) = (self.offsets(), self.heads());
            let vertex_count = offsets.len() - 1;
            let edges = || transposed_pairs(offsets, heads);
            let (offsets, tails) = if blocked_sort::pays(vertex_count, heads) {
                blocked_sort::sort_ascending(vertex_count, heads, edges, &RayonPool)
            } else {
                sorted_by(vertex_count, heads, edges)
            };
            Transposed { offsets, tails }
        });
    }
}

fn sorted_by<O: Offset, I: Iterator<Item = (u32, u32)>>(
    vertex_count: usize,
    keys: &[u32],
    items: impl Fn() -> I + Sync,
) -> (Vec<O>, Vec<u32>) {
    let (edge_count, pieces) = (keys.len(), RayonPool.parts());
    let mut offsets = vec![O::default(); vertex_count + 1];
    let length = vertex_count.div_ceil(pieces).max(1);
    offsets[1..]
        .par_chunks_mut(length)
        .enumerate()
        .for_each(|(piece, counts)| {
            let first = piece * length;
            keys.iter().for_each(|&key| {
                if let Some(count) = counts.get_mut((key as usize).wrapping_sub(first)) {
                    *count = O::at(count.index() + 1);
                }
            });
        });
    sum(&mut offsets);

    // Pieces of about the same number of edges; a piece may have few vertices.
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
