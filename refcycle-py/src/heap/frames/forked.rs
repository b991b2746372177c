//! Frames in a forked process.
//!
//! Only the thread that called `fork` exists in the child. The frames of the other threads never
//! end: their frame objects may be alive, and refer to memory that is freed or reused. Such a frame
//! differs from a running one in that no thread is in it when a snapshot is taken.

use std::process;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// The process that loaded the library.
static HOME: AtomicU32 = AtomicU32::new(0);

/// In a forked process, the addresses of the frames that were running at its last snapshot,
/// ascending.
static RUNNING: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Records the current process.
pub(crate) fn remember_process() {
    HOME.store(process::id(), Ordering::Relaxed);
}

fn is_fork() -> bool {
    HOME.load(Ordering::Relaxed) != process::id()
}

/// Records which frame objects belong to running frames.
pub(super) fn remember_running(addresses: impl Iterator<Item = usize>) {
    if is_fork()
        && let Ok(mut running) = RUNNING.lock()
    {
        *running = addresses.collect();
        running.sort_unstable();
    }
}

/// Whether the memory behind a frame object may belong to a thread that does not exist in this
/// process. Before the first snapshot, this is not known, and all frames are assumed to belong to
/// existing threads.
#[cfg(Py_3_11)]
pub(super) fn may_be_gone(address: usize) -> bool {
    if !is_fork() {
        return false;
    }
    let running = RUNNING.lock();
    running.is_ok_and(|running| !running.is_empty() && running.binary_search(&address).is_err())
}
