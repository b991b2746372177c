//! The depth-first search under the dominators: numbers the vertices, settles the edges
//! that it can, and defers the others.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::branches::Branches;
use super::deferred_edges::{DeferredEdge, DeferredEdges};
use super::sentinels::{BRANCH, ROOT, SETTLED, UNSEEN};
use crate::algo::prefetch::prefetch;
use crate::traits::check_vertex;
use crate::watch::Meter;
use crate::{Error, Rows, Successors, VertexId, Watch};

/// The data of a vertex, by its number in preorder.
#[derive(Clone, Copy, Default)]
pub(super) struct Node {
    /// The parent in the search tree; later the immediate dominator.
    pub(super) above: u32,
    /// The lowest number from which a settled edge comes; later the semidominator.
    pub(super) semi: u32,
}

/// With fewer vertices, what the search reads of them is in the cache; with more, it is prefetched.
const FEW_VERTICES: usize = 1 << 18;
/// The number of edges of a vertex whose heads are prefetched.
const SOON: usize = 16;

/// A depth-first search from all starts, as if an edge went to each from the virtual root.
pub(super) struct Search {
    /// The number of each vertex id; after the search, it only says which vertices are [`UNSEEN`].
    pub(super) number: Vec<u32>,
    /// The vertices in preorder, after an entry for the root.
    pub(super) vertices: Vec<VertexId>,
    pub(super) nodes: Vec<Node>,
    pub(super) deferred: DeferredEdges,
    /// The vertex that dominates everything: the only start, or the virtual root. No vertex below
    /// it has a lower semidominator.
    pub(super) top: u32,
}

impl Search {
    pub(super) fn run<G: Successors + ?Sized, W: Watch>(
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
        meter: &mut Meter<'_, W>,
    ) -> Result<ControlFlow<W::Stop, Self>, Error> {
        let mut starts = starts.into_iter();
        let first = starts.next().ok_or_else(Error::no_start)?;
        check_vertex(graph, first)?;
        let second = starts.next();
        let capacity = graph.vertex_count() + 1;
        let mut number = vec![UNSEEN; graph.vertex_bound()];
        let mut vertices = Vec::with_capacity(capacity);
        let mut branches = Branches {
            state: &mut number,
            queue: &mut vertices,
        };
        if let Some(second) = second {
            for start in [first, second].into_iter().chain(starts) {
                check_vertex(graph, start)?;
                if let ControlFlow::Break(stop) = branches.put(start, meter) {
                    return Ok(ControlFlow::Break(stop));
                }
            }
        } else {
            // Edges to it do not matter.
            branches.state[first.index()] = BRANCH;
            for w in graph.successors(first) {
                if let ControlFlow::Break(stop) = branches.put(w, meter) {
                    return Ok(ControlFlow::Break(stop));
                }
            }
        }
        if let ControlFlow::Break(stop) = branches.find(graph, meter) {
            return Ok(ControlFlow::Break(stop));
        }
        let mut search = Self {
            number,
            vertices,
            nodes: Vec::with_capacity(capacity),
            deferred: DeferredEdges::default(),
            top: ROOT,
        };
        search.vertices.push(VertexId::default());
        search.nodes.push(Node::default());
        if second.is_none() {
            search.top = search.walk().discover(first, ROOT);
            search.number[first.index()] = SETTLED;
        }
        let walk = search.walk();
        let flow = match graph.rows() {
            Some(rows) => walk.over_rows(rows, meter),
            None => walk.over(graph, meter),
        };
        Ok(flow.map_continue(|()| search))
    }

    #[inline(always)]
    fn walk(&mut self) -> Walk<'_> {
        Walk {
            number: &mut self.number,
            vertices: &mut self.vertices,
            nodes: &mut self.nodes,
            deferred: &mut self.deferred,
            top: self.top,
            branch: self.top,
        }
    }
}

/// The parts of a [`Search`] as separate variables, which the compiler can keep in registers.
struct Walk<'a> {
    number: &'a mut [u32],
    vertices: &'a mut Vec<VertexId>,
    nodes: &'a mut Vec<Node>,
    deferred: &'a mut DeferredEdges,
    top: u32,
    /// The child of `top` whose subtree is being searched.
    branch: u32,
}

/// A vertex with edges that have not been followed yet.
struct Frame {
    vertex: u32,
    /// The number of these edges, and the position in the heads at which they end.
    left: u32,
    end: u32,
}

impl Walk<'_> {
    fn over_rows<W: Watch>(
        mut self,
        rows: Rows<'_>,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let bound = self.number.len();
        let heads = rows.heads();
        let (firsts, ends) = {
            let offsets = rows.offsets();
            (&offsets[..bound], &offsets[1..][..bound])
        };
        let is_large = bound >= FEW_VERTICES;
        let mut frames: Vec<Frame> = Vec::new();
        let mut from = 0;
        while let Some(start) = self.next_branch(from) {
            meter.step()?;
            from = start.index() + 1;
            let mut v = self.branch;
            let mut end = ends[start.index()];
            let mut row = &heads[firsts[start.index()] as usize..end as usize];
            loop {
                while let [w, rest @ ..] = row {
                    let w = *w;
                    row = rest;
                    let seen = self.number[w as usize];
                    if seen != UNSEEN {
                        self.follow_again(v, w, seen);
                        continue;
                    }
                    meter.step()?;
                    let child = self.discover(w.into(), v);
                    let (first, last) = (firsts[w as usize], ends[w as usize]);
                    if first == last {
                        continue;
                    }
                    // A vertex without remaining edges needs no frame.
                    if !row.is_empty() {
                        frames.push(Frame {
                            vertex: v,
                            left: row.len() as u32,
                            end,
                        });
                    }
                    v = child;
                    end = last;
                    row = &heads[first as usize..last as usize];
                    if is_large {
                        for &head in row.iter().take(SOON) {
                            prefetch(self.number, head as usize);
                            prefetch(firsts, head as usize);
                        }
                    }
                }
                let Some(frame) = frames.pop() else {
                    break;
                };
                v = frame.vertex;
                end = frame.end;
                row = &heads[(end - frame.left) as usize..end as usize];
            }
        }
        ControlFlow::Continue(())
    }

    fn over<G: Successors + ?Sized, W: Watch>(
        mut self,
        graph: &G,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let mut frames = Vec::new();
        let mut from = 0;
        while let Some(start) = self.next_branch(from) {
            meter.step()?;
            from = start.index() + 1;
            frames.push((self.branch, graph.successors(start)));
            while let Some((v, successors)) = frames.last_mut() {
                let Some(w) = successors.next() else {
                    frames.pop();
                    continue;
                };
                let seen = self.number[w.index()];
                if seen != UNSEEN {
                    self.follow_again(*v, w.number(), seen);
                    continue;
                }
                meter.step()?;
                let child = self.discover(w, *v);
                frames.push((child, graph.successors(w)));
            }
        }
        ControlFlow::Continue(())
    }

    /// Begins the next branch, whose id is not below `from`.
    #[inline]
    fn next_branch(&mut self, from: usize) -> Option<VertexId> {
        let states = self.number[from..].iter();
        let place = from + states.take_while(|&&state| state != BRANCH).count();
        if place == self.number.len() {
            return None;
        }
        let v = VertexId::from_index(place);
        self.branch = self.discover(v, self.top);
        self.number[place] = SETTLED;
        Some(v)
    }

    #[inline(always)]
    fn discover(&mut self, v: VertexId, parent: u32) -> u32 {
        let number = self.nodes.len() as u32;
        self.number[v.index()] = number;
        self.vertices.push(v);
        self.nodes.push(Node {
            above: parent,
            semi: parent,
        });
        number
    }

    /// Follows an edge to `w`, which has been seen before.
    #[inline(always)]
    fn follow_again(&mut self, tail: u32, w: u32, head: u32) {
        if head >= SETTLED {
            return;
        }
        if head > tail {
            // A forward edge: `tail` is an ancestor.
            let semi = &mut self.nodes[head as usize].semi;
            *semi = tail.min(*semi);
        } else if head < self.branch {
            // The numbers on the path from the top to `tail` are all above `head`.
            self.nodes[head as usize].semi = self.top;
            self.number[w as usize] = SETTLED;
        } else if head != tail {
            self.deferred.push(DeferredEdge { tail, head });
        }
    }
}
