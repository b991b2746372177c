//! The depth-first search: a tree and the edges that are not in it.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::sets::Sets;
use crate::traits::check_vertex;
use crate::watch::Meter;
use crate::{Error, Successors, VertexId, Watch};

/// The number of a vertex that is not reached, which is that of the virtual root.
pub(super) const NO_NUMBER: u32 = 0;

/// A depth-first search from a virtual root with an edge to each start.
pub(super) struct SearchTree {
    /// The number of each vertex id in preorder.
    pub(super) number: Vec<u32>,
    /// The vertices by number, after an entry for the virtual root.
    pub(super) vertices: Vec<VertexId>,
    /// By number, the parent in the tree.
    pub(super) parent: Vec<u32>,
    /// The edges that are not in the tree.
    pub(super) others: Vec<Other>,
}

/// An edge that is not in the tree, by numbers.
pub(super) struct Other {
    /// The lowest common ancestor of the ends: the head, if the edge goes up or to the tail itself.
    pub(super) ancestor: u32,
    pub(super) tail: u32,
    pub(super) head: u32,
}

/// A vertex on the path of the search, and its remaining successors.
struct Frame<I> {
    number: u32,
    successors: I,
}

impl SearchTree {
    pub(super) fn of<G: Successors + ?Sized, W: Watch>(
        graph: &G,
        starts: &[VertexId],
        meter: &mut Meter<'_, W>,
    ) -> Result<ControlFlow<W::Stop, Self>, Error> {
        if starts.is_empty() {
            return Err(Error::no_start());
        }
        for &start in starts {
            check_vertex(graph, start)?;
        }
        let mut tree = Self {
            number: vec![NO_NUMBER; graph.vertex_bound()],
            vertices: vec![VertexId::default()],
            parent: vec![0],
            others: Vec::new(),
        };
        let walked = tree.walk(graph, starts, meter);
        Ok(walked.map_continue(|()| tree))
    }

    fn walk<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        starts: &[VertexId],
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        // The vertices that the search has left, with their lowest ancestor that it has not left.
        // At an edge, all ancestors of the tail are still open.
        let mut left = Sets::with_capacity(graph.vertex_count() + 1);
        left.add();
        let mut frames: Vec<Frame<G::Successors<'_>>> = Vec::new();
        for &start in starts {
            if self.number[start.index()] != NO_NUMBER {
                self.others.push(Other {
                    ancestor: 0,
                    tail: 0,
                    head: self.number[start.index()],
                });
                continue;
            }
            let mut next = Some((0, start));
            loop {
                if let Some((parent, v)) = next.take() {
                    meter.step()?;
                    let number = self.discover(parent, v);
                    left.add();
                    let successors = graph.successors(v);
                    frames.push(Frame { number, successors });
                }
                let Some(frame) = frames.last_mut() else {
                    break;
                };
                let tail = frame.number;
                let Some(w) = frame.successors.next() else {
                    left.join(tail, self.parent[tail as usize]);
                    frames.pop();
                    continue;
                };
                meter.step()?;
                match self.number[w.index()] {
                    NO_NUMBER => next = Some((tail, w)),
                    head => self.others.push(Other {
                        ancestor: left.find(head),
                        tail,
                        head,
                    }),
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn discover(&mut self, parent: u32, v: VertexId) -> u32 {
        let number = self.vertices.len() as u32;
        self.number[v.index()] = number;
        self.vertices.push(v);
        self.parent.push(parent);
        number
    }
}
