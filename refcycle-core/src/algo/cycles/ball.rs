//! Breadth-first search by levels, with marks that are reset in constant time.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::Watch;
use crate::watch::Meter;

/// The vertices within a radius of a vertex, in one direction.
pub(super) struct Ball {
    marks: Vec<Mark>,
    search: u32,
    queue: Vec<u32>,
    /// Where the outermost level starts in the queue.
    level: usize,
    radius: u32,
    /// The number of edges read.
    pub(super) effort: usize,
}

/// What is known of a vertex, in one place: most of the time is spent waiting for memory.
#[derive(Clone, Default)]
struct Mark {
    /// The search in which the vertex was last seen.
    search: u32,
    distance: u32,
    /// The neighbour nearer to the centre from which the vertex was found.
    parent: u32,
}

impl Ball {
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            marks: vec![Mark::default(); vertices],
            search: 0,
            queue: Vec::new(),
            level: 0,
            radius: 0,
            effort: 0,
        }
    }

    pub(super) fn start(&mut self, centre: u32) {
        if self.search == u32::MAX {
            self.marks.fill(Mark::default());
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
        self.marks[v as usize] = Mark {
            search: self.search,
            distance,
            parent,
        };
        self.queue.push(v);
    }

    /// The distance of a vertex that has been found.
    #[inline]
    pub(super) fn distance(&self, v: u32) -> Option<u32> {
        let mark = &self.marks[v as usize];
        (mark.search == self.search).then_some(mark.distance)
    }

    #[inline]
    pub(super) fn parent(&self, v: u32) -> u32 {
        self.marks[v as usize].parent
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
                    ControlFlow::Continue(true) if self.marks[w as usize].search != self.search => {
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
