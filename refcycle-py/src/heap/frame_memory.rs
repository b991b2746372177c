//! The memory of running frames. Since 3.11 the frames of a thread are in chunks that belong to the
//! thread; what was in the frames that have ended is left over in them.

use std::ops::Range;

use pyo3::prelude::*;

#[cfg(Py_3_11)]
use super::frames::memory_of_frame;
use super::frames::running_frames;
use super::paused;
use super::raw_memory::RawMemory;

/// A running frame.
pub(crate) struct FrameMemory {
    pub(crate) frame: Py<PyAny>,
    /// Its memory, with the value stack at its largest.
    pub(crate) range: Range<usize>,
    /// The chunk that contains it.
    pub(crate) chunk: Range<usize>,
}

/// The frames that run now, of which the memory is known. Up to 3.10 there are none: frames are
/// objects.
pub(crate) fn frame_memory(py: Python<'_>, memory: &RawMemory) -> PyResult<Vec<FrameMemory>> {
    let frames = running_frames(py)?.into_iter();
    let found = frames.filter_map(|running| {
        let frame = running.frame.unbind();
        let range = paused(py, |heap| memory_of(heap.see(&frame)))?;
        let chunk = chunk_of(memory, range.start)?;
        Some(FrameMemory {
            frame,
            range,
            chunk,
        })
    });
    Ok(found.collect())
}

#[cfg(Py_3_11)]
fn memory_of(frame: super::Obj<'_>) -> Option<Range<usize>> {
    memory_of_frame(frame)
}

#[cfg(not(Py_3_11))]
fn memory_of(_frame: super::Obj<'_>) -> Option<Range<usize>> {
    None
}

/// `_PyStackChunk`: the previous chunk, its own size, and how much of it is in use.
fn chunk_of(memory: &RawMemory, address: usize) -> Option<Range<usize>> {
    const PAGE: usize = 1 << 12;
    const PAGES: usize = 64;
    const MOST: usize = 1 << 26;

    let last = address & !(PAGE - 1);
    let starts = (0..PAGES).filter_map(|pages| last.checked_sub(PAGE * pages));
    starts
        .map(|start| (start, memory.word(start), memory.word(start + 8)))
        .find_map(|(start, previous, size)| {
            let (previous, size) = (previous?, size?);
            let is_chunk = size.is_multiple_of(PAGE)
                && (address - start..=MOST).contains(&size)
                && size > 0
                && previous.is_multiple_of(PAGE);
            is_chunk.then(|| start..start + size)
        })
}
