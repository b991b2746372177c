//! A process that was forked only to write a dump.
//!
//! A reference that a graph takes is written to the object, so that the kernel copies the page of
//! the object: in a fork, a snapshot that holds its objects copies most of the heap. In a process
//! that does nothing but write a dump and then ends without cleaning up, objects need no such
//! reference. This module says which processes these are, and why their objects do not die.
//!
//! # Why objects stay alive
//! An object dies if its last reference is released. The references are those that the snapshot has
//! seen and others, which come from C code and from the interpreter.
//!
//! - The collector is off, no other thread exists, and no code of the program runs: no signal
//!   handler, trace function, monitoring tool or audit hook. [`DumpFork::here`] checks this. A
//!   snapshot makes no use of it if functions of `register_size` could run. Refcycle itself changes
//!   no object of the program.
//! - Refcycle's own code, which runs, releases what its frames and its C code refer to. So does the
//!   interpreter with what it keeps in caches. [`anchor`](super::anchors::anchor) takes a
//!   reference, for ever, to each object to which a frame refers, and to each that has a reference
//!   that no object shows.
//! - All other objects are held by these, directly or not, through objects that nobody changes.

use std::ffi::{c_char, c_int};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use super::frames::is_fork;
use super::interpreter::has_one_thread;

/// The process that was forked for a dump; 0 if there is none.
static FORKED: AtomicU32 = AtomicU32::new(0);

/// Whether the objects of a graph with everything are lent.
static ALL_ARE_LENT: AtomicBool = AtomicBool::new(false);

/// Records that this process was forked for a dump and does nothing else until it ends.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_is_a_fork_for_a_dump", signature = ())]
pub(crate) fn is_a_fork_for_a_dump() {
    FORKED.store(std::process::id(), Ordering::Relaxed);
}

/// Proof that this process is a fork that only writes a dump: see [the module](self).
#[derive(Clone, Copy)]
pub(crate) struct DumpFork {
    _private: (),
}

impl DumpFork {
    /// `None` if it is another process, or if code of the program may run in it.
    pub(crate) fn here(py: Python<'_>) -> Option<Self> {
        let is_child = FORKED.load(Ordering::Relaxed) == std::process::id() && is_fork();
        // SAFETY: the thread is attached.
        let is_collected = || unsafe { ffi::PyGC_IsEnabled() } != 0;
        (is_child
            && !is_collected()
            && has_one_thread(py)
            && !has_audit_hooks(py)
            && !is_watched(py).unwrap_or(true))
        .then_some(Self { _private: () })
    }

    /// Records that the objects of a graph with all reachable objects are lent.
    pub(super) fn lends_all(self) {
        ALL_ARE_LENT.store(true, Ordering::Relaxed);
    }
}

/// Whether something besides a graph holds an object only once. A graph that lends all of its
/// objects has this one too.
#[cfg(all(Py_3_11, not(Py_3_15)))]
pub(super) fn is_held_once(object: super::Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    let count = unsafe { ffi::Py_REFCNT(object.as_ptr()) };
    count == 1 && !ALL_ARE_LENT.load(Ordering::Relaxed)
}

/// Whether a trace or profile function or a monitoring tool would be called.
fn is_watched(py: Python<'_>) -> PyResult<bool> {
    /// The tools of `sys.monitoring`.
    const TOOLS: i32 = 6;

    let sys = py.import("sys")?;
    for name in ["gettrace", "getprofile"] {
        if !sys.call_method0(name)?.is_none() {
            return Ok(true);
        }
    }
    if let Some(monitoring) = sys.getattr_opt("monitoring")? {
        for tool in 0..TOOLS {
            if !monitoring.call_method1("get_tool", (tool,))?.is_none() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether an audit hook would be called. None is called here.
fn has_audit_hooks(py: Python<'_>) -> bool {
    unsafe extern "C" {
        /// Not declared by pyo3-ffi.
        fn PySys_Audit(event: *const c_char, format: *const c_char, ...) -> c_int;
    }

    // SAFETY: the thread is attached, and both strings end with a null. Without a hook, the call
    // returns 0 at once. With one, it first creates the arguments of the event, which fails,
    // because the format is not one: it returns with a SystemError before it calls a hook.
    let failed = unsafe { PySys_Audit(c"refcycle".as_ptr(), c".".as_ptr()) != 0 };
    if failed {
        drop(PyErr::take(py));
    }
    failed
}
