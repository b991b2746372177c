//! The result of a breadth-first search.

use alloc::vec::Vec;
use core::ops::Range;

use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::{Error, Successors, VertexId};

/// The vertices reached from some starts, nearest first, with their distances.
///
/// Two results are equal if they have the same vertices in the same order.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Reached {
    vertices: Vec<VertexId>,
    /// Where each generation starts; the last item is the end of the last generation. Empty before
    /// the first search.
    starts: Vec<u32>,
}

/// Methods for the searches.
impl Reached {
    /// Clears everything and adds the starts, each once, as the first generation.
    pub(crate) fn begin<G: Successors + ?Sized>(
        &mut self,
        graph: &G,
        marks: &mut Marks,
        starts: impl IntoIterator<Item = VertexId>,
    ) -> Result<(), Error> {
        marks.reset(graph.vertex_bound(), &self.vertices);
        self.vertices.clear();
        self.starts.clear();
        self.starts.push(0);
        for v in starts {
            check_vertex(graph, v)?;
            if marks.insert(v) {
                self.vertices.push(v);
            }
        }
        if self.end_generation() {
            Ok(())
        } else {
            Err(Error::no_start())
        }
    }

    pub(crate) fn last_generation(&self) -> Range<usize> {
        let last = self.starts.len() - 2;
        self.starts[last] as usize..self.starts[last + 1] as usize
    }

    /// The vertices, to which the next generation is appended.
    pub(crate) fn order(&mut self) -> &mut Vec<VertexId> {
        &mut self.vertices
    }

    /// Ends the generation that was appended; `false` if it is empty.
    pub(crate) fn end_generation(&mut self) -> bool {
        let end = self.vertices.len() as u32;
        let any = self.starts.last().is_some_and(|&start| start < end);
        if any {
            self.starts.push(end);
        }
        any
    }

    pub(crate) fn memory(&self) -> usize {
        4 * (self.vertices.capacity() + self.starts.capacity())
    }
}

impl Reached {
    /// The vertices in breadth-first order: the starts in their order, each once, then those
    /// one step away in any order, and so on.
    pub fn vertices(&self) -> &[VertexId] {
        &self.vertices
    }

    /// The number of vertices reached, including the starts.
    pub fn len(&self) -> usize {
        self.vertices.len()
    }

    /// Whether nothing was reached: always `false`, as there is at least one start.
    pub fn is_empty(&self) -> bool {
        self.vertices.is_empty()
    }

    /// The number of generations: one more than the largest depth.
    pub fn generations(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The vertices whose shortest distance from a start is `depth`; empty beyond the last
    /// generation.
    pub fn generation(&self, depth: usize) -> &[VertexId] {
        match self.starts.get(depth..depth.saturating_add(2)) {
            Some(&[start, end]) => &self.vertices[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The vertices in breadth-first order, each with its depth.
    pub fn with_depths(&self) -> impl Iterator<Item = (VertexId, usize)> + '_ {
        (0..self.generations())
            .flat_map(|depth| self.generation(depth).iter().map(move |&v| (v, depth)))
    }

    /// The vertices in breadth-first order.
    pub fn into_vertices(self) -> Vec<VertexId> {
        self.vertices
    }
}
