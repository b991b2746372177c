//! Breadth-first search by levels, with marks that are reset in constant time.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::Watch;
use crate::watch::Meter;

/// The vertices within a radius of a vertex, in one direction.
pub(super) struct Ball {
    /// The search in which each vertex was last seen.
    stamp: Vec<u32>,
    search: u32,
    distance: Vec<u32>,
    /// The neighbour nearer to the centre from which each vertex was found.
    parent: Vec<u32>,
    queue: Vec<u32>,
    /// Where the outermost level starts in the queue.
    level: usize,
    radius: u32,
    /// The number of edges read.
    pub(super) effort: usize,
}

impl Ball {
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            stamp: vec![0; vertices],
            search: 0,
            distance: vec![0; vertices],
            parent: vec![0; vertices],
            queue: Vec::new(),
            level: 0,
            radius: 0,
            effort: 0,
        }
    }

    pub(super) fn start(&mut self, centre: u32) {
        if self.search == u32::MAX {
            self.stamp.fill(0);
            self.search = 0;
        }
        self.search += 1;
        self.queue.clear();
        self.level = 0;
        self.radius = 0;
        self.effort = 0;
        self.put(centre, 0, centre);
    }

    fn put(&mut self, v: u32, distance: u32, parent: u32) {
        self.stamp[v as usize] = self.search;
        self.distance[v as usize] = distance;
        self.parent[v as usize] = parent;
        self.queue.push(v);
    }

    /// The distance of a vertex that has been found.
    #[inline]
    pub(super) fn distance(&self, v: u32) -> Option<u32> {
        (self.stamp[v as usize] == self.search).then(|| self.distance[v as usize])
    }

    #[inline]
    pub(super) fn parent(&self, v: u32) -> u32 {
        self.parent[v as usize]
    }

    /// All vertices up to this distance have been found.
    pub(super) fn radius(&self) -> u32 {
        self.radius
    }

    /// The number of vertices at the distance of the radius.
    pub(super) fn frontier(&self) -> usize {
        self.queue.len() - self.level
    }

    /// Finds the next level. `row` gives the neighbours of a vertex. `enter` decides whether a
    /// neighbour is visited, and may stop the search with a value.
    pub(super) fn grow<'r, W: Watch, B>(
        &mut self,
        row: impl Fn(u32) -> &'r [u32],
        mut enter: impl FnMut(u32, u32) -> ControlFlow<B, bool>,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Option<B>> {
        let end = self.queue.len();
        for position in self.level..end {
            meter.step()?;
            let v = self.queue[position];
            let neighbours = row(v);
            self.effort += neighbours.len();
            for &w in neighbours {
                match enter(v, w) {
                    ControlFlow::Break(found) => return ControlFlow::Continue(Some(found)),
                    ControlFlow::Continue(true) if self.stamp[w as usize] != self.search => {
                        self.put(w, self.radius + 1, v);
                    }
                    ControlFlow::Continue(_) => {}
                }
            }
        }
        self.level = end;
        self.radius += 1;
        ControlFlow::Continue(None)
    }
}
