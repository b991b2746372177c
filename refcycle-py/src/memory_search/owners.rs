//! The objects of a graph, by the memory that belongs to them.

use std::ops::Range;

use pyo3::prelude::*;
use refcycle_core::{Predecessors, Successors, VertexId};

use crate::engine::Engine;
use crate::heap::{Kind, RawMemory, paused, struct_range};

const WORD: usize = size_of::<usize>();
/// The most that is before an object in its block: the header of the collector and two words.
const BEFORE: usize = 32;

/// The vertices by address, and those that refer to the object that is looked for.
pub(super) struct Owners<'e> {
    engine: &'e Engine,
    v: VertexId,
    /// Addresses and numbers, ascending.
    vertices: Vec<(usize, u32)>,
    /// The vertices that refer to the object, with the words of their memory.
    referrers: Vec<Referrer>,
}

struct Referrer {
    words: Vec<usize>,
    /// Whether a place has been found that belongs to it.
    is_placed: bool,
    vertex: VertexId,
}

/// To whom a block belongs.
pub(super) enum Owner {
    /// To an object whose reference the graph shows.
    Explained,
    /// To this object, which does not show the reference.
    Object(VertexId),
    /// To the object itself.
    Nobody,
    /// To no object of the graph.
    Unknown,
}

impl<'e> Owners<'e> {
    pub(super) fn new(
        py: Python<'_>,
        engine: &'e Engine,
        v: VertexId,
        memory: &RawMemory,
    ) -> PyResult<Self> {
        let objects = engine.objects().iter().zip(0..);
        let vertices = objects.map(|(object, number)| (object.as_ptr() as usize, number));
        let mut vertices: Vec<_> = vertices.collect();
        vertices.sort_unstable();
        engine.ask_for_backward()?;
        let mut tails: Vec<_> = engine
            .graph()
            .into_iter()
            .flat_map(|graph| graph.predecessors(v))
            .collect();
        tails.dedup();
        let referrers = paused(py, |heap| {
            let referrers = tails.into_iter().map(|vertex| {
                let object = heap.see(&engine.objects()[vertex.index()]);
                let range = struct_range(object);
                let mut words = vec![0; range.len() / WORD];
                let count = memory.copy(range.start, &mut words).unwrap_or(0);
                words.truncate(count);
                Referrer {
                    words,
                    // The slots of these are in the memory of a thread, or inside them.
                    is_placed: matches!(Kind::of(object), Kind::Frame | Kind::Generator),
                    vertex,
                }
            });
            referrers.collect()
        });
        Ok(Self {
            engine,
            v,
            vertices,
            referrers,
        })
    }

    /// To whom the place in a block belongs.
    pub(super) fn owner(&mut self, block: &Range<usize>, place: usize) -> Owner {
        if let Some(owner) = self.object_in(block, place) {
            if owner == self.v {
                return Owner::Nobody;
            }
            if let Some(referrer) = self.referrers.iter_mut().find(|one| one.vertex == owner) {
                referrer.is_placed = true;
                return Owner::Explained;
            }
            return Owner::Object(owner);
        }
        let mut referrers = self.referrers.iter_mut();
        match referrers.find(|one| one.words.iter().any(|word| block.contains(word))) {
            Some(referrer) => {
                referrer.is_placed = true;
                Owner::Explained
            }
            None => Owner::Unknown,
        }
    }

    /// The number of referrers whose reference was not found in memory that is known to be theirs.
    pub(super) fn unplaced(&self) -> usize {
        self.referrers.iter().filter(|one| !one.is_placed).count()
    }

    /// Whether an address is that of a vertex.
    pub(super) fn vertex_at(&self, address: usize) -> Option<VertexId> {
        let place = self
            .vertices
            .binary_search_by_key(&address, |&(start, _)| start);
        place
            .ok()
            .map(|place| VertexId::new(self.vertices[place].1))
    }

    fn object_in(&self, block: &Range<usize>, place: usize) -> Option<VertexId> {
        let next = self
            .vertices
            .partition_point(|&(start, _)| start < block.start);
        let &(start, number) = self.vertices.get(next)?;
        let is_in = start <= place.max(block.start + BEFORE) && block.contains(&start);
        is_in.then(|| VertexId::new(number))
    }

    /// Whether the graph has a reference from this vertex to the object.
    pub(super) fn refers(&self, owner: VertexId) -> bool {
        let graph = self.engine.graph();
        graph.is_some_and(|graph| graph.successors(owner).any(|head| head == self.v))
    }
}
