//! The objects of a graph, by the memory that belongs to them.

use std::ops::{ControlFlow, Range};

use pyo3::prelude::*;
use refcycle_core::{Predecessors, Successors, VertexId};
use rustc_hash::FxHashMap;

use crate::engine::Engine;
use crate::heap::{Kind, RawMemory, paused, struct_range};
use crate::interrupt::Checkpoint;

const WORD: usize = size_of::<usize>();
/// Referrers that are read in one pause.
const AT_ONCE: usize = 64;
/// The most that is before an object in its block: the header of the collector and two words.
const BEFORE: usize = 32;

/// The vertices by address, and those that refer to the object that is looked for.
pub(super) struct Owners<'e> {
    engine: &'e Engine,
    v: VertexId,
    /// Addresses and numbers, ascending.
    vertices: Vec<(usize, u32)>,
    /// For each vertex that refers to the object, its number among them.
    referrers: FxHashMap<VertexId, u32>,
    /// Whether a place has been found that belongs to this referrer.
    placed: Vec<bool>,
    /// The words of the memory of all referrers, ascending, each with the number of its referrer.
    words: Vec<(usize, u32)>,
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
        let objects = engine.objects();
        let vertices = engine.run(py, |_| {
            let vertices = objects.iter().zip(0..);
            let vertices = vertices.map(|(object, number)| (object.as_ptr() as usize, number));
            let mut vertices: Vec<_> = vertices.collect();
            vertices.sort_unstable();
            ControlFlow::Continue(vertices)
        })?;
        engine.ask_for_backward(py)?;
        let mut tails: Vec<_> = engine
            .graph()
            .into_iter()
            .flat_map(|graph| graph.predecessors(v))
            .collect();
        tails.sort_unstable();
        tails.dedup();
        let (mut placed, mut words) = (Vec::with_capacity(tails.len()), Vec::new());
        let mut checkpoint = Checkpoint::new();
        for (some, first) in tails.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
            paused(py, |heap| {
                for (vertex, number) in some.iter().zip(first..) {
                    let object = heap.see(&engine.objects()[vertex.index()]);
                    let range = struct_range(object);
                    let mut own = vec![0; range.len() / WORD];
                    let count = memory.copy(range.start, &mut own).unwrap_or(0);
                    words.extend(own[..count].iter().map(|&word| (word, number)));
                    // The slots of these are in the memory of a thread, or inside them.
                    placed.push(matches!(Kind::of(object), Kind::Frame | Kind::Generator));
                }
            });
            checkpoint.step(py)?;
        }
        words.sort_unstable();
        Ok(Self {
            engine,
            v,
            vertices,
            referrers: tails.into_iter().zip(0..).collect(),
            placed,
            words,
        })
    }

    /// To whom the place in a block belongs.
    pub(super) fn owner(&mut self, block: &Range<usize>, place: usize) -> Owner {
        if let Some(owner) = self.object_in(block, place) {
            if owner == self.v {
                return Owner::Nobody;
            }
            return match self.referrers.get(&owner) {
                Some(&referrer) => self.explained(referrer),
                None => Owner::Object(owner),
            };
        }
        let next = self.words.partition_point(|&(word, _)| word < block.start);
        match self.words.get(next) {
            Some(&(word, referrer)) if block.contains(&word) => self.explained(referrer),
            _ => Owner::Unknown,
        }
    }

    fn explained(&mut self, referrer: u32) -> Owner {
        self.placed[referrer as usize] = true;
        Owner::Explained
    }

    /// The number of referrers whose reference was not found in memory that is known to be theirs.
    pub(super) fn unplaced(&self) -> usize {
        self.placed.iter().filter(|&&is_placed| !is_placed).count()
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
