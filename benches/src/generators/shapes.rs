//! Graphs that are as deep or as wide as possible.

use super::{Generator, Random};

/// One long path, in the order of the numbers.
pub(crate) struct Path {
    pub(crate) vertices: u32,
}

impl Generator for Path {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        (1..self.vertices).for_each(|v| put(v - 1, v));
    }
}

/// One long path in random order, so that each step goes to a different place in memory.
pub(crate) struct ShuffledPath {
    pub(crate) vertices: u32,
}

impl Generator for ShuffledPath {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let order = Random::new(7).permutation(self.vertices);
        order.windows(2).for_each(|pair| put(pair[0], pair[1]));
    }
}

/// One long cycle.
pub(crate) struct Cycle {
    pub(crate) vertices: u32,
}

impl Generator for Cycle {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        (0..self.vertices).for_each(|v| put(v, (v + 1) % self.vertices));
    }
}

/// One vertex with edges to one half of the other vertices and from the other half.
pub(crate) struct Star {
    pub(crate) vertices: u32,
}

impl Generator for Star {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        for v in 1..self.vertices {
            if v % 2 == 0 {
                put(0, v);
            } else {
                put(v, 0);
            }
        }
    }
}
