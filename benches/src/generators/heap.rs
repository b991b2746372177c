//! Graphs like a heap of objects.

use super::{Generator, Random};

/// A graph like a young heap: most objects refer to a few neighbours that were created at about
/// the same time, some objects refer to one of a few hubs, and some refer back to their owner.
pub(crate) struct HeapLike {
    pub(crate) vertices: u32,
}

impl Generator for HeapLike {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(1);
        let last = self.vertices - 1;
        for v in 0..self.vertices {
            for _ in 0..random.below(4) {
                put(v, v.saturating_add(1 + random.below(16)).min(last));
            }
            if random.below(4) == 0 {
                put(v, random.below(1000.min(self.vertices)));
            }
            if random.below(8) == 0 {
                put(v, v.saturating_sub(1 + random.below(8)));
            }
        }
    }
}

/// A graph like the heap of a process that has run for a while: the positions of objects are
/// unrelated to their neighbours. There are trees of instances with dictionaries, lists and
/// values under a few owners; every eighth instance refers to its parent; a few classes and
/// modules, which refer to each other, are hubs.
pub(crate) struct ScatteredHeap {
    pub(crate) vertices: u32,
}

impl Generator for ScatteredHeap {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(8);
        let number = random.permutation(self.vertices);
        let name = |v: u32| number[v as usize];
        // Classes, modules and similar objects come first.
        let known = (self.vertices / 1000).max(1);
        for v in 0..known {
            for _ in 0..8 {
                put(name(v), name(random.below(known)));
            }
        }
        for v in known..self.vertices {
            // Usually a parent created recently: trees of some depth.
            let span = v.min(if random.below(16) == 0 { v } else { 4096 });
            let parent = v - 1 - random.below(span);
            put(name(parent), name(v));
            match random.below(16) {
                0..4 => put(name(v), name(random.below(known))),
                4..6 => put(name(v), name(parent)),
                6 => put(name(v), name(random.below(v))),
                7 => put(name(v), name(v + random.below(self.vertices - v))),
                _ => {}
            }
        }
    }
}

/// A linked list in which each node refers to an item that refers back to the node, and a registry
/// (vertex 0) that refers to the list and to the items of its second half. Some algorithms for
/// dominators take quadratic time on it.
pub(crate) struct SharedList {
    pub(crate) places: u32,
}

impl Generator for SharedList {
    fn vertices(&self) -> u32 {
        2 * self.places + 1
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let item = |place| self.places + place;
        for place in 1..=self.places {
            put(place - 1, place);
            put(place, item(place));
            put(item(place), place);
            if place > self.places / 2 {
                put(0, item(place));
            }
        }
    }
}
