//! The stacks of threads.

use std::fs;
use std::ops::Range;

use pyo3::prelude::*;

use crate::heap::{CallerStack, Mapping, mapping_of, stack_of_the_caller};
use crate::roots::names_by_native_id;

/// The stack of a thread.
pub(super) struct Stack {
    /// The memory in which it is.
    mapping: Range<usize>,
    /// The part that is in use.
    used: Range<usize>,
    /// Parts of that which hold nothing.
    loops: Vec<Range<usize>>,
    /// The name of the thread.
    thread: String,
}

impl Stack {
    /// Whether an address is in the memory of the stack.
    pub(super) fn contains(&self, address: usize) -> bool {
        // What is above the end of the stack may be other memory.
        self.mapping.contains(&address)
    }

    /// Whether it is in the part that is in use, and what is there may hold objects.
    pub(super) fn is_used(&self, address: usize) -> bool {
        self.used.contains(&address) && !self.loops.iter().any(|part| part.contains(&address))
    }

    pub(super) fn name(&self) -> String {
        format!("stack of thread {}", self.thread)
    }
}

/// The stacks of all threads that wait in a call of the system, as they do for the GIL, and that of
/// the current thread above this call.
pub(super) fn stacks(py: Python<'_>, maps: &[Mapping]) -> PyResult<Vec<Stack>> {
    let names = names_by_native_id(py)?;
    let own = fs::read_link("/proc/thread-self").ok();
    let own = own
        .as_deref()
        .and_then(|path| path.file_name()?.to_str()?.parse().ok());
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let threads = tasks.filter_map(|task| {
        let number: u64 = task.file_name().to_str()?.parse().ok()?;
        let CallerStack { top, loops } = match Some(number) == own {
            true => stack_of_the_caller(maps)?,
            false => CallerStack {
                top: stack_pointer(&fs::read_to_string(task.path().join("syscall")).ok()?)?,
                loops: Vec::new(),
            },
        };
        let mapping = mapping_of(maps, top)?.range.clone();
        let thread = names.get(&number).cloned().or_else(|| {
            let name = fs::read_to_string(task.path().join("comm")).ok()?;
            Some(format!("{number} ({})", name.trim_end()))
        });
        Some(Stack {
            used: top..mapping.end,
            mapping,
            loops,
            thread: thread.unwrap_or_else(|| number.to_string()),
        })
    });
    Ok(threads.collect())
}

/// From the number of the call and its arguments, and the two pointers at the end: the first of
/// them. A thread that runs has the word "running" instead.
fn stack_pointer(line: &str) -> Option<usize> {
    let mut words = line.split_ascii_whitespace().rev();
    words.next()?;
    usize::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()
}
