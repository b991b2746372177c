//! A depth-first search of a graph in slices, which can be interrupted and resumed.
#![allow(unsafe_code)]

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::state::{SccState, UNSEEN};
use crate::algo::prefetch::prefetch;
use crate::algo::sample::is_scattered;
use crate::watch::Meter;
use crate::{Rows, Watch};

/// The number of states that are tested together.
const BLOCK: usize = 16;

/// When a vertex is popped, what the frame so far below it refers to is prefetched: first the
/// state of its vertex and its next heads, then the states of these.
const FAR: usize = 16;
const NEAR: usize = 8;

/// A vertex whose edges are being followed.
#[derive(Clone, Copy, Default)]
pub(super) struct DfsFrame {
    pub(super) vertex: u32,
    /// The lowest index reached from the vertex so far.
    pub(super) low: u32,
    /// Its next edge, and the end of its edges.
    next: u32,
    end: u32,
}

pub(super) struct ResumableDfs<'g> {
    pub(super) rows: Rows<'g>,
    pub(super) search: SccState,
    path: DfsPath,
    /// Whether most reads miss the cache, so that it pays to prefetch.
    scattered: bool,
}

/// The current path: a frame without edges below it, spare frames above it.
struct DfsPath {
    frames: Vec<DfsFrame>,
    depth: usize,
}

impl<'g> ResumableDfs<'g> {
    pub(super) fn new(rows: Rows<'g>) -> Self {
        Self {
            rows,
            search: SccState::new(rows.offsets().len() - 1),
            path: DfsPath {
                frames: vec![DfsFrame::default()],
                depth: 0,
            },
            scattered: is_scattered(rows),
        }
    }

    /// The path at which the search was stopped.
    pub(super) fn path(&self) -> &[DfsFrame] {
        &self.path.frames[1..=self.path.depth]
    }

    /// Makes all vertices of open components unseen again.
    pub(super) fn forget_path(&mut self) {
        let path = self.path.frames[1..=self.path.depth].iter();
        self.search.forget_open(path.map(|frame| frame.vertex));
        self.path.depth = 0;
    }

    /// Searches from every vertex that has not been seen; see [`search`](Self::search).
    pub(super) fn search_all<W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let mut next = 0;
        self.search(meter, |state| {
            next += first_unseen(&state[next..])?;
            Some(next as u32)
        })
    }

    /// Resumes the current path, if there is one, and then searches from each root that
    /// `next_root` finds, given the states: a vertex that has not been seen.
    ///
    /// A watch stops it between two edges, from where it can be resumed.
    ///
    /// Without `unsafe`, it takes 11 to 20 % more time and a third more instructions.
    #[inline(always)]
    pub(super) fn search<W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
        next_root: impl FnMut(&[u32]) -> Option<u32>,
    ) -> ControlFlow<W::Stop> {
        match self.scattered {
            true => self.search_as::<true, W>(meter, next_root),
            false => self.search_as::<false, W>(meter, next_root),
        }
    }

    // Longer than sixty lines: the numbers of the innermost frame must stay in registers, which
    // the compiler does not manage across functions.
    /// [`search`](Self::search), which prefetches if `SCATTERED`. Otherwise every vertex would
    /// wait three times for memory: for its state, then for where its row starts, then for the
    /// row.
    #[inline(always)]
    fn search_as<const SCATTERED: bool, W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
        mut next_root: impl FnMut(&[u32]) -> Option<u32>,
    ) -> ControlFlow<W::Stop> {
        let Self {
            rows, search, path, ..
        } = self;
        let edges = UncheckedRows::new(*rows);
        search.work(|hot| {
            let mut end_of = path.end();
            // Separate variables: the compiler would keep a frame in memory.
            // SAFETY: the path has not changed since.
            let DfsFrame {
                mut vertex,
                mut low,
                mut next,
                mut end,
            } = unsafe { end_of.frame() };
            let flow = 'search: loop {
                let mut w = 'unseen: loop {
                    while next != end {
                        // SAFETY: `next` is before the end of a row.
                        let w = unsafe { edges.head(next) };
                        next += 1;
                        if SCATTERED {
                            edges.prefetch_row(w);
                        }
                        // SAFETY: every head is a vertex.
                        let seen = unsafe { hot.seen(w) };
                        if seen == UNSEEN {
                            break 'unseen w;
                        }
                        low = low.min(seen);
                    }
                    if end_of.is_empty() {
                        match next_root(hot.state()) {
                            Some(root) => {
                                assert_eq!(hot.state()[root as usize], UNSEEN);
                                break 'unseen root;
                            }
                            None => break 'search ControlFlow::Continue(()),
                        }
                    }
                    // SAFETY: the vertex was opened when it was pushed, and is the top of the
                    // path; vertices that were opened later have been popped.
                    let reached = unsafe { hot.close(vertex, low) };
                    // SAFETY: the path is not empty, and has not changed.
                    DfsFrame {
                        vertex,
                        low,
                        next,
                        end,
                    } = unsafe { end_of.pop() };
                    low = low.min(reached);
                    if SCATTERED {
                        // SAFETY: the path has changed only by `end_of`.
                        unsafe { end_of.prefetch_below(&edges, hot.state()) };
                    }
                };
                // Descend from one unseen vertex to the next. The last, whose edges lead to no
                // unseen vertex, takes no frame.
                'down: loop {
                    if let ControlFlow::Break(stop) = meter.step() {
                        // A root is not reached by an edge.
                        next -= u32::from(next > 0);
                        break 'search ControlFlow::Break(stop);
                    }
                    // SAFETY: it is unseen, as its state showed.
                    let mut reached = unsafe { hot.open(w) };
                    // SAFETY: it is a vertex.
                    let (mut edge, row_end) = unsafe { edges.row(w) };
                    while edge != row_end {
                        // SAFETY: `edge` is before the end of a row.
                        let x = unsafe { edges.head(edge) };
                        edge += 1;
                        if SCATTERED {
                            edges.prefetch_row(x);
                        }
                        // SAFETY: every head is a vertex.
                        let seen = unsafe { hot.seen(x) };
                        if seen == UNSEEN {
                            let frame = DfsFrame {
                                vertex,
                                low,
                                next,
                                end,
                            };
                            // SAFETY: the path has changed only by `end_of`, and does not have
                            // all vertices, as `x` is not on it.
                            unsafe { end_of.push(frame, path, hot.state().len()) };
                            (vertex, low, next, end) = (w, reached, edge, row_end);
                            w = x;
                            continue 'down;
                        }
                        reached = reached.min(seen);
                    }
                    // SAFETY: it was opened last.
                    low = low.min(unsafe { hot.close_last(w, reached) });
                    break;
                }
            };
            let frame = DfsFrame {
                vertex,
                low,
                next,
                end,
            };
            // SAFETY: the path has changed only by `end_of`.
            path.depth = unsafe { end_of.leave(frame) };
            flow
        })
    }
}

impl DfsPath {
    /// The top of the path. The path must then be changed only through it.
    #[inline(always)]
    fn end(&mut self) -> PathTop {
        let base = self.frames.as_mut_ptr();
        // SAFETY: there is at least one frame, and the depth is below their number.
        let (last, top) = unsafe { (base.add(self.frames.len() - 1), base.add(self.depth)) };
        PathTop { base, last, top }
    }

    /// Doubles the number of frames, up to the longest possible path.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, longest: usize) {
        let len = (2 * self.frames.len()).max(1024).min(longest + 1);
        self.frames.reserve_exact(len - self.frames.len());
        self.frames.resize(len, DfsFrame::default());
    }
}

/// The top of a path, as pointers to its frames, which stay in registers. They are valid until
/// the path's frames are used in another way.
struct PathTop {
    /// The first frame, below the path.
    base: *mut DfsFrame,
    /// The last frame that is allocated.
    last: *mut DfsFrame,
    /// The top frame of the path.
    top: *mut DfsFrame,
}

impl PathTop {
    /// Whether no vertex is on the path.
    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.top == self.base
    }

    /// The top frame.
    ///
    /// # Safety
    /// The path's frames have been used only through this value since it was made.
    #[inline(always)]
    unsafe fn frame(&self) -> DfsFrame {
        // SAFETY: it points to a frame of the path.
        unsafe { *self.top }
    }

    /// Pops the last vertex. Returns the frame of the vertex below it.
    ///
    /// # Safety
    /// As for [`frame`](Self::frame); the path is not empty.
    #[inline(always)]
    unsafe fn pop(&mut self) -> DfsFrame {
        // SAFETY: there is a frame below the last one.
        unsafe {
            self.top = self.top.sub(1);
            self.frame()
        }
    }

    /// Prefetches what the frames some way below the top refer to.
    ///
    /// # Safety
    /// As for [`frame`](Self::frame).
    #[inline(always)]
    unsafe fn prefetch_below(&self, edges: &UncheckedRows<'_>, state: &[u32]) {
        // SAFETY: both point to frames of the path.
        if unsafe { self.top.offset_from(self.base) } < FAR as isize {
            return;
        }
        // SAFETY: there are that many frames below the top.
        let (far, near) = unsafe { (*self.top.sub(FAR), *self.top.sub(NEAR)) };
        prefetch(state, far.vertex as usize);
        prefetch(edges.heads, far.next as usize);
        for edge in [near.next, near.next + 1] {
            let last = edges.heads.len() as u32 - 1;
            // SAFETY: it is an edge, as the vertices of a path have edges.
            prefetch(state, unsafe { edges.head(edge.min(last)) } as usize);
        }
    }

    /// Writes the frame of the last vertex and pushes another vertex. The frame of the new vertex
    /// stays with the caller until the next push.
    ///
    /// # Safety
    /// As for [`frame`](Self::frame); `path` is the path of this top, and has fewer than
    /// `longest` vertices.
    #[inline(always)]
    unsafe fn push(&mut self, frame: DfsFrame, path: &mut DfsPath, longest: usize) {
        // SAFETY: the last frame is one of the path.
        unsafe { *self.top = frame };
        if self.top == self.last {
            // SAFETY: both point to frames of the path.
            path.depth = unsafe { self.top.offset_from(self.base) } as usize;
            path.grow(longest);
            *self = path.end();
        }
        // SAFETY: it is not the last allocated frame, or there would be `longest` vertices on the
        // path.
        self.top = unsafe { self.top.add(1) };
    }

    /// Writes the frame of the last vertex. Returns the number of vertices on the path.
    ///
    /// # Safety
    /// As for [`frame`](Self::frame).
    #[inline(always)]
    unsafe fn leave(self, frame: DfsFrame) -> usize {
        // SAFETY: all point to frames of the path.
        unsafe {
            *self.top = frame;
            self.top.offset_from(self.base) as usize
        }
    }
}

/// The edges of a graph without bounds checks: [`Rows`] guarantees that every head is a vertex,
/// and that the offsets ascend to the number of heads.
struct UncheckedRows<'g> {
    offsets: &'g [u32],
    heads: &'g [u32],
}

impl<'g> UncheckedRows<'g> {
    #[inline(always)]
    fn new(rows: Rows<'g>) -> Self {
        let (offsets, heads) = (rows.offsets(), rows.heads());
        Self { offsets, heads }
    }

    /// Where the edges of a vertex start, and where they end.
    ///
    /// # Safety
    /// `v` is a vertex.
    #[inline(always)]
    unsafe fn row(&self, v: u32) -> (u32, u32) {
        debug_assert!((v as usize) + 1 < self.offsets.len());
        // SAFETY: there is one more offset than vertices.
        unsafe {
            (
                *self.offsets.get_unchecked(v as usize),
                *self.offsets.get_unchecked(v as usize + 1),
            )
        }
    }

    /// Prefetches where the edges of a vertex start.
    #[inline(always)]
    fn prefetch_row(&self, v: u32) {
        prefetch(self.offsets, v as usize);
    }

    /// Where an edge goes: to a vertex.
    ///
    /// # Safety
    /// `edge` is before the end of a row.
    #[inline(always)]
    unsafe fn head(&self, edge: u32) -> u32 {
        debug_assert!((edge as usize) < self.heads.len());
        // SAFETY: every row ends within the heads.
        unsafe { *self.heads.get_unchecked(edge as usize) }
    }
}

fn first_unseen(state: &[u32]) -> Option<usize> {
    let unseen = |&seen: &u32| seen == UNSEEN;
    let (first, rest) = state.split_at(state.len().min(BLOCK));
    if let Some(found) = first.iter().position(unseen) {
        return Some(found);
    }
    // Several states at once, without a branch for each, as most roots have been seen.
    let seen = |block: &&[u32; BLOCK]| !block.iter().fold(false, |any, state| any | unseen(state));
    let skipped = BLOCK * rest.as_chunks::<BLOCK>().0.iter().take_while(seen).count();
    let left = rest[skipped..].iter();
    Some(first.len() + skipped + left.take(BLOCK).position(unseen)?)
}
