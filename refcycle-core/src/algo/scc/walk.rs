//! One depth-first search of a graph in bare slices, which can be left and taken up again.
#![allow(unsafe_code)]

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::search::{Search, UNSEEN};
use crate::watch::Meter;
use crate::{Rows, Watch};

/// So many states are looked at at once.
const BLOCK: usize = 16;

/// A vertex whose edges are being followed.
#[derive(Clone, Copy, Default)]
pub(super) struct Frame {
    pub(super) vertex: u32,
    /// The lowest index reached from the vertex so far.
    pub(super) low: u32,
    /// Its next edge, and the end of its edges.
    next: u32,
    end: u32,
}

pub(super) struct Walk<'g> {
    pub(super) rows: Rows<'g>,
    pub(super) search: Search,
    path: Path,
}

/// The path that is being walked: beneath it a frame without edges, above it room.
struct Path {
    frames: Vec<Frame>,
    depth: usize,
}

impl<'g> Walk<'g> {
    pub(super) fn new(rows: Rows<'g>) -> Self {
        Self {
            rows,
            search: Search::new(rows.offsets().len() - 1),
            path: Path {
                frames: vec![Frame::default()],
                depth: 0,
            },
        }
    }

    /// The path that was being walked when the search was stopped.
    pub(super) fn path(&self) -> &[Frame] {
        &self.path.frames[1..=self.path.depth]
    }

    /// Makes all vertices unseen whose components are open.
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

    /// Walks the path to its end, if there is one, and then searches from each root that
    /// `next_root` finds, given the states: a vertex that has not been seen.
    ///
    /// A watch stops it between two edges, so that it can go on from there.
    ///
    /// Without `unsafe` it takes 1.11 to 1.2 of the time, and a third more instructions.
    #[inline(always)]
    pub(super) fn search<W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
        mut next_root: impl FnMut(&[u32]) -> Option<u32>,
    ) -> ControlFlow<W::Stop> {
        let Self { rows, search, path } = self;
        let (offsets, heads) = (rows.offsets().as_ptr(), rows.heads().as_ptr());
        // SAFETY: `vertex`, `w` and `x` are vertices: `Rows` has been checked, so that every
        // head is one, and offsets ascend to the number of heads; a root is one, as the check
        // of its state shows. `next` and `edge` are below the end of a row where they are
        // read. `hot` opens a vertex when it has been unseen, which it is once, and closes it
        // when it has no more edges. `top` is between the first frame and the last.
        search.work(|hot| unsafe {
            let mut base = path.frames.as_mut_ptr();
            let mut last = base.add(path.frames.len() - 1);
            let mut top = base.add(path.depth);
            // In single numbers: the compiler would keep a frame in memory.
            let Frame {
                mut vertex,
                mut low,
                mut next,
                mut end,
            } = *top;
            let flow = 'search: loop {
                let mut w = 'unseen: loop {
                    while next != end {
                        let w = *heads.add(next as usize);
                        next += 1;
                        let seen = hot.seen(w);
                        if seen == UNSEEN {
                            break 'unseen w;
                        }
                        low = low.min(seen);
                    }
                    if top == base {
                        match next_root(hot.state) {
                            Some(root) => {
                                assert_eq!(hot.state[root as usize], UNSEEN);
                                break 'unseen root;
                            }
                            None => break 'search ControlFlow::Continue(()),
                        }
                    }
                    let reached = hot.close(vertex, low);
                    top = top.sub(1);
                    Frame {
                        vertex,
                        low,
                        next,
                        end,
                    } = *top;
                    low = low.min(reached);
                };
                // Down from one unseen vertex to the next. The last, whose edges lead to none,
                // takes no frame.
                'down: loop {
                    if let ControlFlow::Break(stop) = meter.step() {
                        // A root is not reached by an edge.
                        next -= u32::from(next > 0);
                        break 'search ControlFlow::Break(stop);
                    }
                    let mut reached = hot.open(w);
                    let mut edge = *offsets.add(w as usize);
                    let row_end = *offsets.add(w as usize + 1);
                    while edge != row_end {
                        let x = *heads.add(edge as usize);
                        edge += 1;
                        let seen = hot.seen(x);
                        if seen == UNSEEN {
                            *top = Frame {
                                vertex,
                                low,
                                next,
                                end,
                            };
                            if top == last {
                                path.depth = top.offset_from(base) as usize;
                                path.grow(hot.state.len());
                                base = path.frames.as_mut_ptr();
                                last = base.add(path.frames.len() - 1);
                                top = base.add(path.depth);
                            }
                            top = top.add(1);
                            (vertex, low, next, end) = (w, reached, edge, row_end);
                            w = x;
                            continue 'down;
                        }
                        reached = reached.min(seen);
                    }
                    low = low.min(hot.close_last(w, reached));
                    break;
                }
            };
            *top = Frame {
                vertex,
                low,
                next,
                end,
            };
            path.depth = top.offset_from(base) as usize;
            flow
        })
    }
}

impl Path {
    /// Makes room for twice as many frames, but not for more than a path can have.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, longest: usize) {
        let len = (2 * self.frames.len()).max(1024).min(longest + 1);
        self.frames.reserve_exact(len - self.frames.len());
        self.frames.resize(len, Frame::default());
    }
}

fn first_unseen(state: &[u32]) -> Option<usize> {
    let unseen = |&seen: &u32| seen == UNSEEN;
    let (first, rest) = state.split_at(state.len().min(BLOCK));
    if let Some(found) = first.iter().position(unseen) {
        return Some(found);
    }
    // Several at once, without a branch for each, as most roots have been seen.
    let seen = |block: &&[u32; BLOCK]| !block.iter().fold(false, |any, state| any | unseen(state));
    let skipped = BLOCK * rest.as_chunks::<BLOCK>().0.iter().take_while(seen).count();
    let left = rest[skipped..].iter();
    Some(first.len() + skipped + left.take(BLOCK).position(unseen)?)
}
