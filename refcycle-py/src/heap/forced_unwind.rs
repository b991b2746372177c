//! Threads that CPython ends while they are in our code.
//!
//! When a program ends, CPython up to 3.13 calls `pthread_exit` in each other thread that requests
//! the GIL again: where Rust has released it, and anywhere in Python code that Rust has called. In
//! the GNU C library, this unwinds the stack. Our destructors would then release objects without
//! the GIL, and a `catch_unwind` would stop an unwinding that must not be stopped, which kills the
//! process.
//!
//! CPython 3.14 lets such threads wait forever instead. We do the same for every stack that has a
//! frame of ours: before the unwinder touches a frame, it calls the frame's personality routine,
//! and the linker puts the one below in front of Rust's (`build.rs`). So no call needs a guard
//! against this, and a thread without our frames ends as usual.
//!
//! On other systems, `pthread_exit` does not unwind.

use std::ffi::{c_int, c_void};
use std::thread;
use std::time::Duration;

/// `_UA_FORCE_UNWIND`: the unwinding must not be stopped, so it is not a panic.
const FORCED: c_int = 8;

unsafe extern "C" {
    fn __real_rust_eh_personality(
        version: c_int,
        actions: c_int,
        class: u64,
        exception: *mut c_void,
        context: *mut c_void,
    ) -> c_int;
}

/// The unwinder calls this for each frame of this library that has a destructor or a handler.
#[unsafe(no_mangle)]
extern "C" fn __wrap_rust_eh_personality(
    version: c_int,
    actions: c_int,
    class: u64,
    exception: *mut c_void,
    context: *mut c_void,
) -> c_int {
    if actions & FORCED != 0 {
        loop {
            thread::sleep(Duration::MAX);
        }
    }
    // SAFETY: the arguments come from the unwinder.
    unsafe { __real_rust_eh_personality(version, actions, class, exception, context) }
}
