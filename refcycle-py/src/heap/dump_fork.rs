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
//!   handler, trace function, monitoring tool, audit hook, import function or frame evaluator.
//!   [`DumpFork::here`] checks this. A snapshot makes no use of it if functions of `register_size` could run. Refcycle itself changes
//!   no object of the program.
//! - Refcycle's own code, which runs, releases what its frames and its C code refer to. So does the
//!   interpreter with what it keeps in caches. [`anchor`](super::anchors::anchor) takes a
//!   reference, for ever, to each object to which a frame refers, and to each that has a reference
//!   that no object shows.
//! - All other objects are held by these, directly or not, through objects that nobody changes.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use super::frames::is_fork;
use super::interpreter::has_one_thread;
use crate::progress;

/// The process that was forked for a dump; 0 if there is none.
static FORKED: AtomicU32 = AtomicU32::new(0);

/// Whether the objects of a graph with everything are lent.
static ALL_ARE_LENT: AtomicBool = AtomicBool::new(false);

/// Records that this process was forked for a dump and does nothing else until it ends.
///
/// SIGALRM and SIGTERM end it from now on, without a change of the handlers that Python knows:
/// these are objects of the program, and in the dump. A snapshot for a dump then does not hold its
/// objects, unless code of the program may run: nothing releases them, and their pages of memory
/// stay shared.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_is_a_fork_for_a_dump", signature = ())]
pub(crate) fn is_a_fork_for_a_dump() {
    FORKED.store(std::process::id(), Ordering::Relaxed);
    progress::forget();
    #[cfg(unix)]
    for number in [libc::SIGALRM, libc::SIGTERM] {
        // SAFETY: the default action runs no code.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
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
            && imports_are_builtin(py)
            && frames_are_evaluated_by_python()
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

/// Whether `builtins.__import__` is not a function of the program.
fn imports_are_builtin(_py: Python<'_>) -> bool {
    // SAFETY: the thread is attached, and the dict of builtins, or of the running frame, is alive.
    // A look-up of a string runs no code.
    unsafe {
        let builtins = ffi::PyEval_GetBuiltins();
        let found = ffi::PyDict_GetItemString(builtins, c"__import__".as_ptr());
        !found.is_null() && ffi::PyCFunction_Check(found) != 0
    }
}

/// Whether no library has replaced the function that runs frames (PEP 523).
#[cfg(unix)]
fn frames_are_evaluated_by_python() -> bool {
    type Evaluator = unsafe extern "C" fn(*mut ffi::PyInterpreterState) -> *const c_void;

    // SAFETY: the names end with a null. Not all versions have to export these two.
    let [evaluator, default] = [
        c"_PyInterpreterState_GetEvalFrameFunc",
        c"_PyEval_EvalFrameDefault",
    ]
    .map(|name| unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) });
    if evaluator.is_null() || default.is_null() {
        return false;
    }
    // SAFETY: this is the type of the function since 3.9, and the interpreter is alive.
    let current = unsafe {
        let evaluator = std::mem::transmute::<*mut c_void, Evaluator>(evaluator);
        evaluator(ffi::PyInterpreterState_Get())
    };
    std::ptr::eq(current, default)
}

#[cfg(not(unix))]
fn frames_are_evaluated_by_python() -> bool {
    false
}

/// Whether a trace or profile function or a monitoring tool would be called. C functions without an
/// object, which Python does not show, are not called any more.
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
    // SAFETY: the thread is attached. There is no object that this releases.
    unsafe {
        ffi::PyEval_SetProfile(None, std::ptr::null_mut());
        ffi::PyEval_SetTrace(None, std::ptr::null_mut());
    }
    Ok(false)
}

/// Whether an audit hook would be called. None is called here.
fn has_audit_hooks(py: Python<'_>) -> bool {
    of_python! {
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
