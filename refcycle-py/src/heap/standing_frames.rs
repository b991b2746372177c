//! The frames that wait on a stack: those of threads, and those of suspended greenlets.

use pyo3::prelude::*;

use super::dump_fork::DumpFork;
use super::enumerate::hold_tracked;
use super::frames::{FrameOfThread, add_callers};
use super::greenlet_type::{greenlet_type, look_for_greenlets};
use super::greenlets::top_frame;
use super::{Obj, layout, paused};

/// The frames of all suspended greenlets of this process. Makes their frame objects, which remain
/// with the frames.
///
/// # Errors
/// MemoryError.
pub(super) fn suspended_frames_of_all(
    py: Python<'_>,
    frozen: usize,
    fork: Option<DumpFork>,
) -> PyResult<Vec<FrameOfThread<'_>>> {
    look_for_greenlets(py);
    if greenlet_type().is_none() || !layout::frames_are_known() {
        return Ok(Vec::new());
    }
    let mut frames = Vec::new();
    for greenlet in hold_tracked(py, frozen, fork, |object| object.is_greenlet())? {
        let frame = paused(py, |heap| top_frame(heap.see(&greenlet)).map(Obj::hold));
        frames.extend(frame.map(|frame| FrameOfThread {
            frame: frame.into_bound(py),
            thread: 0,
        }));
    }
    add_callers(py, &mut frames)?;
    Ok(frames)
}
