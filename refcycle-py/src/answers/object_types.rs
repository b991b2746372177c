//! The types of the objects of a graph, live or from a file.

use std::collections::hash_map::Entry;

use pyo3::prelude::*;
use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use crate::engine::{Engine, Saved};
use crate::heap::{Obj, in_slices, memory, paused};
use crate::interrupt::Checkpoint;

/// A number for the type of each object, so that a fact about a type is found once.
pub(crate) struct ObjectTypes {
    numbers: Vec<u32>,
    /// An object of each type.
    examples: Vec<VertexId>,
}

impl ObjectTypes {
    /// # Cost
    /// Reads the type of each object, and takes 4 bytes a vertex.
    pub(crate) fn new(py: Python<'_>, engine: &Engine) -> PyResult<Self> {
        let count = engine.vertex_count();
        memory::ask(4 * count)?;
        let mut found = Self {
            numbers: Vec::with_capacity(count),
            examples: Vec::new(),
        };
        let mut known = FxHashMap::default();
        let mut last = None;
        let mut checkpoint = Checkpoint::of(count);
        let mut see = |key: usize| {
            let (number, is_new) = match last {
                Some((of, number)) if of == key => (number, false),
                _ => match known.entry(key) {
                    Entry::Occupied(known) => (*known.get(), false),
                    Entry::Vacant(place) => {
                        let v = VertexId::from_index(found.numbers.len());
                        found.examples.push(v);
                        (*place.insert(found.examples.len() as u32 - 1), true)
                    }
                },
            };
            last = Some((key, number));
            found.numbers.push(number);
            is_new
        };
        if engine.kind().is_from_file() {
            for v in engine.vertices() {
                checkpoint.step(py)?;
                see(engine.saved(py, v).type_number());
            }
        } else {
            // No other type can have the address of one that is held.
            let mut held = Vec::new();
            in_slices(engine.objects(), &mut || checkpoint.turn(py), |part| {
                paused(py, |heap| {
                    for object in heap.see_all(part) {
                        let ty = object.ty();
                        if see(ty.address()) {
                            held.push(ty.hold());
                        }
                    }
                });
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// The number of the type of an object.
    pub(crate) fn of(&self, v: VertexId) -> usize {
        self.numbers[v.index()] as usize
    }

    /// The number of the type of each object.
    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// An object of each type, in the order of the numbers.
    pub(crate) fn examples(&self) -> &[VertexId] {
        &self.examples
    }

    /// A fact about each type, in the order of the numbers, from an object of the type.
    pub(super) fn facts<T: Send>(
        &self,
        py: Python<'_>,
        engine: &Engine,
        live: impl Fn(Obj<'_>) -> T + Send,
        saved: impl Fn(Saved<'_>) -> T,
    ) -> Vec<T> {
        let examples = self.examples.iter();
        if engine.kind().is_from_file() {
            return examples.map(|&v| saved(engine.saved(py, v))).collect();
        }
        let objects = engine.objects();
        paused(py, move |heap| {
            let examples = examples.map(|v| heap.see(&objects[v.index()]));
            examples.map(live).collect()
        })
    }

    /// The objects of the types with these numbers, in the order of the vertices.
    pub(crate) fn objects_of(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<VertexId> {
        let wanted: Vec<_> = (0..self.examples.len()).map(is_wanted).collect();
        let is_wanted = |number: &u32| wanted[*number as usize];
        let count = self
            .numbers
            .iter()
            .filter(|number| is_wanted(number))
            .count();
        let mut found = Vec::with_capacity(count);
        let numbers = self.numbers.iter().enumerate();
        let numbers = numbers.filter(|(_, number)| is_wanted(number));
        found.extend(numbers.map(|(v, _)| VertexId::from_index(v)));
        found
    }
}
