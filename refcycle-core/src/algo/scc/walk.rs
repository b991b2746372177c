//! One depth-first search of a graph in bare slices, which can be left and taken up again.

use std::ops::ControlFlow;

use super::search::{Search, UNSEEN};
use crate::watch::Meter;
use crate::{Rows, Watch};

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

/// The search of a graph in bare slices. It can be left and taken up again.
pub(super) struct Walk<'g> {
    pub(super) rows: Rows<'g>,
    pub(super) search: Search,
    /// The path that is being walked, beneath it a frame without edges, above it room.
    frames: Vec<Frame>,
    depth: usize,
}

impl<'g> Walk<'g> {
    pub(super) fn new(rows: Rows<'g>) -> Self {
        let bound = rows.offsets().len() - 1;
        Self {
            rows,
            search: Search::new(bound),
            frames: vec![Frame::default()],
            depth: 0,
        }
    }

    /// The path that was being walked when the search was stopped.
    pub(super) fn path(&self) -> &[Frame] {
        &self.frames[1..=self.depth]
    }

    /// Makes all vertices unseen whose components are open.
    pub(super) fn forget_path(&mut self) {
        let path = self.frames[1..=self.depth].iter();
        self.search.forget_open(path.map(|frame| frame.vertex));
        self.depth = 0;
    }

    /// Searches from every vertex that has not been seen; see [`search`](Self::search).
    pub(super) fn search_all<W: Watch>(
        &mut self,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let mut next = 0;
        self.search(meter, |state| {
            let found = next + state[next..].iter().position(|&seen| seen == UNSEEN)?;
            next = found;
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
        let Self {
            rows,
            search,
            frames,
            depth: kept_depth,
        } = self;
        let bound = rows.offsets().len() - 1;
        let heads = rows.heads();
        let (firsts, ends) = (&rows.offsets()[..bound], &rows.offsets()[1..][..bound]);
        search.work(|hot| {
            let mut depth = *kept_depth;
            // In single numbers: the compiler would keep a frame in memory.
            let Frame { mut vertex, mut low, mut next, mut end } = frames[depth];
            'search: loop {
                let mut w = 'unseen: loop {
                    while next != end {
                        let w = heads[next as usize];
                        next += 1;
                        let seen = hot.state[w as usize];
                        if seen == UNSEEN {
                            break 'unseen w;
                        }
                        low = low.min(seen);
                    }
                    if depth == 0 {
                        match next_root(hot.state) {
                            Some(root) => break 'unseen root,
                            None => break 'search ControlFlow::Continue(()),
                        }
                    }
                    let reached = hot.close(vertex.into(), low);
                    depth -= 1;
                    Frame { vertex, low, next, end } = frames[depth];
                    low = low.min(reached);
                };
                // Down from one unseen vertex to the next. One whose edges lead to none takes
                // no frame.
                'down: loop {
                    if let ControlFlow::Break(stop) = meter.step() {
                        next = next.saturating_sub(1);
                        frames[depth] = Frame { vertex, low, next, end };
                        *kept_depth = depth;
                        break 'search ControlFlow::Break(stop);
                    }
                    let mut reached = hot.open(w.into());
                    let (first, last) = (firsts[w as usize], ends[w as usize]);
                    for edge in first..last {
                        let x = heads[edge as usize];
                        let seen = hot.state[x as usize];
                        if seen == UNSEEN {
                            frames[depth] = Frame { vertex, low, next, end };
                            depth += 1;
                            if depth == frames.len() {
                                grow(frames, bound);
                            }
                            (vertex, low, next, end) = (w, reached, edge + 1, last);
                            w = x;
                            continue 'down;
                        }
                        reached = reached.min(seen);
                    }
                    low = low.min(hot.close_last(w.into(), reached));
                    break;
                }
            }
        })
    }
}

/// Makes room for twice as many frames, but not for more than a path can have.
#[cold]
#[inline(never)]
fn grow(frames: &mut Vec<Frame>, longest: usize) {
    let len = (2 * frames.len()).max(1024).min(longest + 1);
    frames.reserve_exact(len - frames.len());
    frames.resize(len, Frame::default());
}
