//! Frames in a forked process.
//!
//! Only the thread that forked is there. The frames of the others never end: their objects
//! may be alive, and refer to memory that is gone or serves something else. What tells them
//! from frames that run is that no thread is in them when a snapshot is taken. The frames of
//! suspended greenlets are in memory of their own, which remains.

use std::process;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// The process that loaded the library.
static HOME: AtomicU32 = AtomicU32::new(0);

/// In a fork, the addresses of the frames that ran or were suspended at its last snapshot,
/// ascending.
static RUNNING: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Records the current process.
pub(crate) fn remember_process() {
    HOME.store(process::id(), Ordering::Relaxed);
}

/// Whether this process is a fork of the one that loaded the library.
pub(crate) fn is_fork() -> bool {
    HOME.load(Ordering::Relaxed) != process::id()
}

/// Which frame objects are those of frames that run, or of suspended greenlets: their addresses,
/// ascending.
pub(in super::super) fn remember_standing(addresses: &[usize]) {
    if is_fork()
        && let Ok(mut running) = RUNNING.lock()
    {
        addresses.clone_into(&mut running);
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
