//! A thread that CPython ends while it is in our code.
//!
//! When a program ends, CPython up to 3.13 calls `pthread_exit` in each other thread that
//! wants the GIL again: where Rust has given it away, and anywhere in Python code that
//! Rust has called. In the GNU C library that unwinds the stack. Our destructors would then
//! release objects without the GIL, and a `catch_unwind` would stop what must not be stopped:
//! the process would be killed.
//!
//! CPython 3.14 lets such threads wait forever instead. So do we where a stack has frames of
//! ours: the unwinder asks the personality routine of a frame before it touches the frame,
//! and the linker puts the one below before that of Rust (`build.rs`). No call needs a
//! guard for this, and a thread without our frames ends as usual.
//!
//! Elsewhere `pthread_exit` does not unwind.

use std::ffi::{c_int, c_void};
use std::thread;
use std::time::Duration;

/// `_UA_FORCE_UNWIND`: nobody may stop it, and so it is no panic.
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
    // SAFETY: the arguments are those of the unwinder.
    unsafe { __real_rust_eh_personality(version, actions, class, exception, context) }
}
