//! One depth-first search, in Pearce's form of Tarjan's algorithm.
//!
//! One number a vertex is first its index in the search, then the lowest index that it
//! reaches, then its component. Components and the vertices whose component is still open
//! share one array, filled from both ends. A vertex without edges is a component at once.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::Components;
use super::sweeps::Marks;
use crate::watch::Meter;
use crate::{Rows, Successors, VertexId, Watch};

pub(super) const UNSEEN: u32 = 0;

/// What both forms of the search have in common: everything but the path being walked.
pub(super) struct Search {
    /// `UNSEEN`; then, while its component is open, an index from 1 up; then `!number`
    /// of its component. The two never meet, as there are fewer vertices than numbers,
    /// so that a closed component is never the lower of two.
    pub(super) state: Vec<u32>,
    /// From the front the vertices of closed components, from the back the stack of
    /// vertices that are left while their component is open.
    pub(super) members: Vec<VertexId>,
    /// Where the closed components start in `members`.
    starts: Vec<u32>,
    pub(super) counters: Counters,
}

#[derive(Clone, Copy)]
pub(super) struct Counters {
    /// How many vertices are in closed components, and how many such components there are.
    pub(super) closed: usize,
    components: usize,
    /// Where the stack's top is in `members`.
    pub(super) stack: usize,
    pub(super) next_index: u32,
}

impl Search {
    pub(super) fn new(bound: usize) -> Self {
        Self {
            state: vec![UNSEEN; bound],
            members: vec![VertexId::default(); bound],
            starts: vec![0; bound],
            counters: Counters {
                closed: 0,
                components: 0,
                stack: bound,
                next_index: 1,
            },
        }
    }

    /// To work on: slices and counters that the compiler can keep in registers.
    #[inline(always)]
    pub(super) fn hot(&mut self) -> Hot<'_> {
        // One length for all, so that one check of a vertex serves all.
        let bound = self.state.len();
        Hot {
            state: &mut self.state[..bound],
            members: &mut self.members[..bound],
            starts: &mut self.starts[..bound],
            counters: self.counters,
        }
    }

    pub(super) fn into_components(mut self) -> Components {
        self.starts.truncate(self.counters.components);
        self.members.truncate(self.counters.closed);
        Components::from_search(self.state, self.members, self.starts)
    }
}

/// A [`Search`] that is being worked on. Its counters are to be put back.
pub(super) struct Hot<'a> {
    state: &'a mut [u32],
    members: &'a mut [VertexId],
    starts: &'a mut [u32],
    pub(super) counters: Counters,
}

impl Hot<'_> {
    #[inline(always)]
    fn open(&mut self, v: VertexId) -> u32 {
        let index = self.counters.next_index;
        self.counters.next_index += 1;
        self.state[v.index()] = index;
        index
    }

    /// Leaves a vertex, and closes its component when it is the first of it. Returns
    /// what its parent has to know: the lowest index reached, or a number above all.
    #[inline(always)]
    fn close(&mut self, v: VertexId, low: u32) -> u32 {
        let index = self.state[v.index()];
        if low != index {
            self.state[v.index()] = low;
            self.counters.stack -= 1;
            self.members[self.counters.stack] = v;
            return low;
        }
        let done = self.begin();
        // All vertices that were opened after it are left, and still open.
        let others = (self.counters.next_index - index - 1) as usize;
        self.counters.next_index = index;
        self.close_left(others, done);
        self.put(v, done);
        done
    }

    /// Moves so many vertices from the stack to the component.
    #[inline(always)]
    fn close_left(&mut self, count: usize, done: u32) {
        let first = self.counters.stack;
        self.counters.stack += count;
        for at in first..first + count {
            let w = self.members[at];
            self.put(w, done);
        }
    }

    #[inline(always)]
    fn close_leaf(&mut self, v: VertexId) {
        let done = self.begin();
        self.put(v, done);
    }

    /// Begins a component, and returns the state of its vertices.
    #[inline(always)]
    pub(super) fn begin(&mut self) -> u32 {
        let number = self.counters.components;
        self.counters.components += 1;
        self.starts[number] = self.counters.closed as u32;
        !(number as u32)
    }

    #[inline(always)]
    pub(super) fn put(&mut self, v: VertexId, done: u32) {
        self.state[v.index()] = done;
        self.members[self.counters.closed] = v;
        self.counters.closed += 1;
    }
}

/// The components of any graph.
pub(super) fn components<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Components> {
    struct Frame<I> {
        vertex: VertexId,
        low: u32,
        successors: I,
    }

    let mut owner = Search::new(graph.vertex_bound());
    let mut search = owner.hot();
    let mut frames: Vec<Frame<G::Successors<'_>>> = Vec::new();
    for root in graph.vertices() {
        if search.state[root.index()] != UNSEEN {
            continue;
        }
        meter.step()?;
        let mut frame = Frame {
            vertex: root,
            low: search.open(root),
            successors: graph.successors(root),
        };
        'frames: loop {
            for w in &mut frame.successors {
                let seen = search.state[w.index()];
                if seen != UNSEEN {
                    frame.low = frame.low.min(seen);
                    continue;
                }
                meter.step()?;
                let successors = graph.successors(w);
                if successors.size_hint().1 == Some(0) {
                    search.close_leaf(w);
                    continue;
                }
                let child = Frame {
                    vertex: w,
                    low: search.open(w),
                    successors,
                };
                frames.push(core::mem::replace(&mut frame, child));
                continue 'frames;
            }
            let low = search.close(frame.vertex, frame.low);
            match frames.pop() {
                Some(parent) => frame = parent,
                None => break,
            }
            frame.low = frame.low.min(low);
        }
    }
    owner.counters = search.counters;
    ControlFlow::Continue(owner.into_components())
}

/// A vertex whose edges are being followed.
#[derive(Clone, Copy, Default)]
pub(super) struct Frame {
    pub(super) vertex: u32,
    /// The lowest index reached from the vertex so far.
    pub(super) low: u32,
    /// How many of its edges have not been followed yet.
    left: u32,
}

/// The search of a graph in bare slices. It can be left and taken up again.
pub(super) struct Walk<'g> {
    pub(super) rows: Rows<'g>,
    pub(super) search: Search,
    /// The path that is being walked, and room for more of it.
    frames: Vec<Frame>,
    pub(super) depth: usize,
}

impl<'g> Walk<'g> {
    pub(super) fn new(rows: Rows<'g>) -> Self {
        let bound = rows.offsets().len() - 1;
        Self {
            rows,
            search: Search::new(bound),
            frames: Vec::new(),
            depth: 0,
        }
    }

    /// The path that was being walked when the search was stopped.
    pub(super) fn path(&self) -> &[Frame] {
        &self.frames[..self.depth]
    }

    /// Makes all vertices unseen whose components are open.
    pub(super) fn forget_path(&mut self) {
        let Search {
            state,
            members,
            counters,
            ..
        } = &mut self.search;
        let left = members[counters.stack..].iter().map(|v| v.number());
        let path = self.frames[..self.depth].iter().map(|frame| frame.vertex);
        for v in left.chain(path) {
            state[v as usize] = UNSEEN;
        }
        counters.stack = state.len();
        counters.next_index = 1;
        self.depth = 0;
    }

    /// Opens vertices of one component as if they were one, when no other is open.
    pub(super) fn open_together(&mut self, vertices: &Marks) {
        for v in vertices.vertices() {
            self.search.state[v as usize] = 1;
        }
        self.search.counters.next_index = 2;
    }

    /// Closes the component of these vertices, to which those belong too that are left open.
    pub(super) fn close_together(&mut self, vertices: &Marks) {
        let mut hot = self.search.hot();
        let done = hot.begin();
        hot.close_left(hot.state.len() - hot.counters.stack, done);
        for v in vertices.vertices() {
            hot.put(v.into(), done);
        }
        hot.counters.next_index = 1;
        self.search.counters = hot.counters;
    }

    /// Searches from every vertex that has not been seen; see [`search`](Self::search).
    pub(super) fn search_all<W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let mut next = 0;
        self.search(meter, |state| {
            let found = next + state[next..].iter().position(|&seen| seen == UNSEEN)?;
            next = found + 1;
            Some(found as u32)
        })
    }

    /// Walks the path to its end, if there is one, and then searches from each root that
    /// `next_root` finds, given the states: a vertex that has not been seen.
    ///
    /// A watch stops it between two edges, so that it can go on from there.
    #[inline(always)]
    pub(super) fn search<W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
        mut next_root: impl FnMut(&[u32]) -> Option<u32>,
    ) -> ControlFlow<W::Stop> {
        let mut hot = self.search.hot();
        let bound = hot.state.len();
        let heads = self.rows.heads();
        let (firsts, ends) = {
            let offsets = self.rows.offsets();
            (&offsets[..bound], &offsets[1..][..bound])
        };
        let frames = &mut self.frames;
        let mut depth = self.depth;
        // In single numbers: the compiler would keep a frame in memory.
        let (mut vertex, mut low, mut row);
        let flow = 'search: loop {
            if let Some(frame) = frames.get(depth.wrapping_sub(1)) {
                depth -= 1;
                (vertex, low) = (frame.vertex, frame.low);
                let end = ends[vertex as usize] as usize;
                row = &heads[end - frame.left as usize..end];
            } else {
                if let ControlFlow::Break(stop) = meter.step() {
                    break ControlFlow::Break(stop);
                }
                let Some(root) = next_root(hot.state) else {
                    break ControlFlow::Continue(());
                };
                vertex = root;
                row = &heads[firsts[root as usize] as usize..ends[root as usize] as usize];
                if row.is_empty() {
                    hot.close_leaf(root.into());
                    continue;
                }
                low = hot.open(root.into());
            }
            loop {
                while let [w, rest @ ..] = row {
                    let w = *w;
                    let seen = hot.state[w as usize];
                    if seen != UNSEEN {
                        low = low.min(seen);
                        row = rest;
                        continue;
                    }
                    if let ControlFlow::Break(stop) = meter.step() {
                        let left = row.len() as u32;
                        push(frames, depth, Frame { vertex, low, left }, bound);
                        depth += 1;
                        break 'search ControlFlow::Break(stop);
                    }
                    row = rest;
                    let (first, last) = (firsts[w as usize], ends[w as usize]);
                    if first == last {
                        hot.close_leaf(w.into());
                        continue;
                    }
                    let left = row.len() as u32;
                    push(frames, depth, Frame { vertex, low, left }, bound);
                    depth += 1;
                    low = hot.open(w.into());
                    vertex = w;
                    row = &heads[first as usize..last as usize];
                }
                let reached = hot.close(vertex.into(), low);
                let Some(&parent) = frames.get(depth.wrapping_sub(1)) else {
                    break;
                };
                depth -= 1;
                vertex = parent.vertex;
                low = parent.low.min(reached);
                let end = ends[vertex as usize] as usize;
                row = &heads[end - parent.left as usize..end];
            }
        };
        self.depth = depth;
        self.search.counters = hot.counters;
        flow
    }
}

#[inline(always)]
fn push(frames: &mut Vec<Frame>, depth: usize, frame: Frame, longest: usize) {
    match frames.get_mut(depth) {
        Some(place) => *place = frame,
        None => grow(frames, frame, longest),
    }
}

/// Makes room for twice as many frames, but not for more than a path can have.
#[cold]
#[inline(never)]
fn grow(frames: &mut Vec<Frame>, frame: Frame, longest: usize) {
    let depth = frames.len();
    let len = (2 * depth).max(1024).min(longest);
    frames.reserve_exact(len - depth);
    frames.resize(len, Frame::default());
    frames[depth] = frame;
}
