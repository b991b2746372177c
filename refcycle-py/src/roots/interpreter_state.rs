//! The state of the interpreter, as words of memory.

use pyo3::prelude::*;

use crate::heap::{RawMemory, interpreter_states};

/// The words of the state, and those that follow it in memory: its size is not known.
pub(super) fn state_words(py: Python<'_>, memory: &RawMemory) -> Vec<usize> {
    /// The state is smaller than this.
    const SIZE: usize = 1 << 20;
    first_words(py, memory, SIZE)
}

/// The words in the first bytes of the state.
pub(super) fn first_words(py: Python<'_>, memory: &RawMemory, bytes: usize) -> Vec<usize> {
    let mut words = vec![0; bytes / size_of::<usize>()];
    let [_, start] = interpreter_states(py);
    // Once it has met memory that is not mapped, a copy ends.
    let count = memory.copy(start, &mut words).unwrap_or(0);
    words.truncate(count);
    words
}
