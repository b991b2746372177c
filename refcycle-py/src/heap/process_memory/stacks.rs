//! The stacks of the threads.

use std::ops::Range;

use pyo3::ffi;
use pyo3::prelude::*;

use super::mappings::{Mapping, MappingKind};
use crate::heap::layout::thread_ident;

/// A longer range is no stack, but memory in which a library switches stacks, unless it has the form
/// that the C library gives to the stack of a thread.
const LONGEST: usize = 64 << 20;

/// The stacks that are in memory without a name: those of all threads except the main one, by
/// address. No memory at these addresses is read.
///
/// A stack is where the stack pointer of a blocked thread is. The C library describes a thread at
/// the top of its stack, and this address is Python's `ident` of the thread: it ends the stack if
/// other memory follows in the same mapping. A thread that is running is found by its `ident`, if a
/// guard precedes the mapping.
pub(super) fn thread_stacks(py: Python<'_>, mappings: &[Mapping]) -> Vec<Range<usize>> {
    let mut idents = idents(py);
    idents.sort_unstable();
    let here = std::ptr::from_ref(&idents) as usize;
    let mut inside: Vec<_> = stack_pointers().into_iter().chain([here]).collect();
    inside.extend(
        idents
            .iter()
            .filter(|&&ident| follows_guard(mappings, ident)),
    );
    inside.sort_unstable();
    let mut found: Vec<Range<usize>> = Vec::new();
    for address in inside {
        let is_known = found.last().is_some_and(|last| last.contains(&address));
        if let Some(mapping) = mapping_at(mappings, address)
            && !is_known
            && mapping.kind == MappingKind::Anonymous
            && mapping.name != "[heap]"
        {
            let stack = mapping.range.start..end_of_stack(mapping, address, &idents);
            let is_stack = stack.len() <= LONGEST || is_of_thread(mappings, &stack, &idents);
            found.extend(is_stack.then_some(stack));
        }
    }
    found
}

/// The description of a thread, and what is above it.
const DESCRIPTION: usize = 4096;

fn end_of_stack(mapping: &Mapping, address: usize, idents: &[usize]) -> usize {
    let top = idents.partition_point(|&ident| ident < address);
    match idents.get(top) {
        Some(top) if mapping.range.contains(top) => {
            let end = (top + DESCRIPTION).next_multiple_of(DESCRIPTION);
            end.min(mapping.range.end)
        }
        _ => mapping.range.end,
    }
}

/// Whether a range begins after a guard and ends with the description of a thread, as every stack does
/// that the C library allocates.
fn is_of_thread(mappings: &[Mapping], stack: &Range<usize>, idents: &[usize]) -> bool {
    let top = stack.end.saturating_sub(2 * DESCRIPTION)..stack.end;
    follows_guard(mappings, stack.start) && idents.iter().any(|ident| top.contains(ident))
}

fn follows_guard(mappings: &[Mapping], address: usize) -> bool {
    let at = mappings.partition_point(|mapping| mapping.range.end <= address);
    let before = at.checked_sub(1).map(|before| &mappings[before]);
    before.is_some_and(|before| {
        before.is_guard && Some(before.range.end) == mappings.get(at).map(|at| at.range.start)
    })
}

/// The mapping that contains an address.
pub(crate) fn mapping_at(mappings: &[Mapping], address: usize) -> Option<&Mapping> {
    let after = mappings.partition_point(|mapping| mapping.range.end <= address);
    mappings
        .get(after)
        .filter(|mapping| mapping.range.contains(&address))
}

/// The identifications of the threads of this interpreter.
fn idents(_py: Python<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    // SAFETY: the GIL is held, so that no thread of the interpreter ends.
    unsafe {
        let mut thread = ffi::PyInterpreterState_ThreadHead(ffi::PyInterpreterState_Get());
        while !thread.is_null() {
            found.push(thread_ident(thread));
            thread = ffi::PyThreadState_Next(thread);
        }
    }
    found
}

/// The stack pointers of the threads that are blocked in a system call.
fn stack_pointers() -> Vec<usize> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    let pointer = |thread: std::fs::DirEntry| {
        // "number arguments... stack-pointer program-counter", or "running".
        let call = std::fs::read_to_string(thread.path().join("syscall")).ok()?;
        let mut words = call.split_ascii_whitespace().rev();
        let pointer = words.nth(1)?.strip_prefix("0x")?;
        usize::from_str_radix(pointer, 16).ok()
    };
    threads.flatten().filter_map(pointer).collect()
}
