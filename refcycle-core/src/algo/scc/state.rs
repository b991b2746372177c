//! The state of the vertices in a depth-first search for components, without its path: Pearce's
//! form of Tarjan's algorithm.
//!
//! Each vertex has one number: first its index in the search, then the lowest index that it
//! reaches, then its component. Components and the vertices whose component is still open share
//! one array, filled from both ends.
//!
//! A vertex is unseen, then open, then left, then closed; or it goes from unseen to closed. There
//! are no other transitions: the methods without bounds checks rely on this, and it is why there
//! is always room in the arrays.
#![allow(unsafe_code)]

use alloc::vec;
use alloc::vec::Vec;

use super::Components;
use super::starts::Starts;
use crate::{MAX_VERTICES, VertexId};

pub(super) const UNSEEN: u32 = 0;

/// The index of vertices that are opened together, as if they were one.
const TOGETHER: u32 = 1;

pub(super) struct SccState {
    /// `UNSEEN`; then, while its component is open, an index from 1 up; then `!number` of its
    /// component. The two ranges do not overlap, as there are fewer vertices than numbers, so a
    /// closed component is never the lower of two.
    state: Vec<u32>,
    /// From the front, the vertices of closed components; from the back, the stack of vertices
    /// that are left while their component is open. As long as `state`.
    members: Vec<u32>,
    starts: Starts,
    counters: Counters,
}

#[derive(Clone, Copy)]
struct Counters {
    /// The number of vertices in closed components.
    closed: usize,
    /// The position of the stack's top in `members`.
    stack: usize,
    /// The index of the next vertex that is opened.
    next_index: u32,
    /// The state of the vertices of the next component that is closed: `!` of its number.
    done: u32,
}

impl SccState {
    /// # Panics
    /// If there are more vertices than a graph can have: the indices would overflow.
    pub(super) fn new(bound: usize) -> Self {
        assert!(bound <= MAX_VERTICES, "{bound} vertices are too many");
        Self {
            state: vec![UNSEEN; bound],
            members: vec![0; bound],
            starts: Starts::new(bound),
            counters: Counters {
                closed: 0,
                stack: bound,
                next_index: 1,
                done: !0,
            },
        }
    }

    /// The state of each vertex.
    pub(super) fn state(&self) -> &[u32] {
        &self.state
    }

    /// Runs `work` on slices and counters that the compiler can keep in registers.
    #[inline(always)]
    pub(super) fn work<T>(&mut self, job: impl FnOnce(&mut Hot<'_>) -> T) -> T {
        // The same length for both, so that one check of a vertex serves both.
        let bound = self.state.len();
        let mut hot = Hot {
            state: &mut self.state[..bound],
            members: &mut self.members[..bound],
            starts: &mut self.starts,
            counters: self.counters,
        };
        let result = job(&mut hot);
        self.counters = hot.counters;
        result
    }

    /// Makes all vertices of open components unseen again: those that are left, and the given
    /// ones.
    pub(super) fn forget_open(&mut self, path: impl Iterator<Item = u32>) {
        let left = self.members[self.counters.stack..].iter();
        for v in left.copied().chain(path) {
            self.state[v as usize] = UNSEEN;
        }
        self.counters.stack = self.state.len();
        self.counters.next_index = 1;
    }

    /// Opens vertices of one component as if they were one, when no other is open.
    pub(super) fn open_together(&mut self, vertices: impl Iterator<Item = u32>) {
        for v in vertices {
            let state = &mut self.state[v as usize];
            assert_eq!(*state, UNSEEN);
            *state = TOGETHER;
        }
        self.counters.next_index = TOGETHER + 1;
    }

    /// Closes the component of these vertices, with all vertices that are left but still open.
    pub(super) fn close_together(&mut self, vertices: impl Iterator<Item = u32>) {
        self.work(|hot| {
            let first = hot.counters.closed;
            let left = hot.state.len() - hot.counters.stack;
            // SAFETY: that many vertices are left.
            unsafe { hot.move_left(left) };
            for v in vertices {
                assert_eq!(hot.state[v as usize], TOGETHER);
                // SAFETY: it is open, and not among those that were left.
                unsafe { hot.put(v) };
            }
            hot.note(hot.counters.closed - first);
            hot.counters.next_index = 1;
        });
    }

    pub(super) fn into_components(mut self) -> Components {
        self.members.truncate(self.counters.closed);
        let starts = self.starts.finish(!self.counters.done as usize);
        let members = self.members.into_iter().map(VertexId::new).collect();
        Components::from_search(self.state, members, starts)
    }
}

/// The parts of a [`SccState`] during the search.
///
/// The methods have no bounds checks, which would take a fifth of the time of a search on heaps.
pub(super) struct Hot<'a> {
    state: &'a mut [u32],
    members: &'a mut [u32],
    starts: &'a mut Starts,
    counters: Counters,
}

impl Hot<'_> {
    /// The state of each vertex.
    #[inline(always)]
    pub(super) fn state(&self) -> &[u32] {
        self.state
    }

    /// The state of a vertex.
    ///
    /// # Safety
    /// `v` is below the bound of the search.
    #[inline(always)]
    pub(super) unsafe fn seen(&self, v: u32) -> u32 {
        debug_assert!((v as usize) < self.state.len());
        // SAFETY: the bound is the length, and `v` is below it.
        unsafe { *self.state.get_unchecked(v as usize) }
    }

    /// # Safety
    /// `v` is below the bound of the search.
    #[inline(always)]
    unsafe fn set(&mut self, v: u32, state: u32) {
        debug_assert!((v as usize) < self.state.len());
        // SAFETY: the bound is the length, and `v` is below it.
        unsafe { *self.state.get_unchecked_mut(v as usize) = state }
    }

    /// # Safety
    /// `at` is below the bound of the search.
    #[inline(always)]
    unsafe fn set_member(&mut self, at: usize, v: u32) {
        debug_assert!(at < self.members.len());
        // SAFETY: the bound is the length, and `at` is below it.
        unsafe { *self.members.get_unchecked_mut(at) = v }
    }

    /// Opens a vertex and returns its index.
    ///
    /// # Safety
    /// `v` is below the bound of the search and [`UNSEEN`].
    #[inline(always)]
    pub(super) unsafe fn open(&mut self, v: u32) -> u32 {
        let index = self.counters.next_index;
        self.counters.next_index += 1;
        // SAFETY: `v` is below the bound.
        unsafe { self.set(v, index) };
        index
    }

    /// Leaves a vertex from which no other was opened, as [`close`](Self::close) does.
    ///
    /// # Safety
    /// As for `close`; `v` is the vertex that was opened last.
    #[inline(always)]
    pub(super) unsafe fn close_last(&mut self, v: u32, low: u32) -> u32 {
        let index = self.counters.next_index - 1;
        if low != index {
            // SAFETY: `v` is open.
            return unsafe { self.leave(v, low) };
        }
        self.counters.next_index = index;
        // SAFETY: `v` is in no component yet, and not left.
        unsafe { self.close_single(v) }
    }

    /// Leaves a vertex, and closes its component if it is the root of it. Returns what its parent
    /// needs: the lowest index reached, or a number above all indices.
    ///
    /// # Safety
    /// `v` is open and not left, all vertices that were opened after it are left or closed,
    /// and `low` is no higher than its index.
    #[inline(always)]
    pub(super) unsafe fn close(&mut self, v: u32, low: u32) -> u32 {
        // SAFETY: `v` is below the bound, as it has been opened.
        let index = unsafe { self.seen(v) };
        if low != index {
            // SAFETY: `v` is open.
            return unsafe { self.leave(v, low) };
        }
        // All vertices that were opened after it are left, and still open.
        let others = self.counters.next_index - index - 1;
        self.counters.next_index = index;
        if others == 0 {
            // SAFETY: `v` is in no component yet, and not left.
            return unsafe { self.close_single(v) };
        }
        let done = self.counters.done;
        // SAFETY: that many vertices are left, and `v` is neither left nor in a component yet.
        unsafe {
            self.move_left(others as usize);
            self.put(v);
        }
        self.note(others as usize + 1);
        done
    }

    /// # Safety
    /// `v` is open and not left.
    #[inline(always)]
    unsafe fn leave(&mut self, v: u32, low: u32) -> u32 {
        self.counters.stack -= 1;
        // SAFETY: `v` is below the bound, as it has been opened. The vertices that are left and
        // those of components fill the array from both ends, and `v` is neither yet: there is a
        // free place between them.
        unsafe {
            self.set(v, low);
            self.set_member(self.counters.stack, v);
        }
        low
    }

    /// Closes a vertex as a component by itself.
    ///
    /// # Safety
    /// `v` is below the bound of the search, in no component, and not left.
    #[inline(always)]
    pub(super) unsafe fn close_single(&mut self, v: u32) -> u32 {
        let done = self.counters.done;
        // SAFETY: the caller promises what `put` requires.
        unsafe { self.put(v) };
        self.counters.done -= 1;
        done
    }

    /// Moves `count` vertices from the stack to the component that is being closed.
    ///
    /// # Safety
    /// At least as many vertices are left.
    #[inline(always)]
    unsafe fn move_left(&mut self, count: usize) {
        let first = self.counters.stack;
        self.counters.stack += count;
        for at in first..first + count {
            let v = self.members[at];
            // SAFETY: it has been left, it is no longer on the stack, and it is in no component
            // yet.
            unsafe { self.put(v) };
        }
    }

    /// Adds a vertex to the component that is being closed.
    ///
    /// # Safety
    /// `v` is below the bound of the search, in no component, and not left.
    #[inline(always)]
    unsafe fn put(&mut self, v: u32) {
        // SAFETY: `v` is below the bound. As it is neither left nor in a component yet, there is
        // a free place for it.
        unsafe {
            self.set(v, self.counters.done);
            self.set_member(self.counters.closed, v);
        }
        self.counters.closed += 1;
    }

    /// Ends the component that is being closed, of this many vertices.
    fn note(&mut self, vertices: usize) {
        if vertices > 1 {
            let number = !self.counters.done as usize;
            self.starts.note(number, vertices as u32 - 1);
        }
        self.counters.done -= 1;
    }
}
