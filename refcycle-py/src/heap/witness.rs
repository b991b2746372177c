//! For the tests: verifies that no Python object is created or released while the heap is paused.
//!
//! A hook in CPython's object allocator counts the calls of the thread during a pause. It does not
//! detect objects that come from free lists.

use std::cell::Cell;
use std::ffi::c_void;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyMemAllocatorDomain, PyMemAllocatorEx};
use pyo3::prelude::*;

thread_local! {
    /// The number of calls since the pause began; `None` outside a pause.
    static CALLS: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The allocator behind the hook.
struct Hooked(PyMemAllocatorEx);

// SAFETY: CPython calls an allocator from any attached thread.
unsafe impl Send for Hooked {}

// SAFETY: as above; it is never changed.
unsafe impl Sync for Hooked {}

static HOOKED: OnceLock<Hooked> = OnceLock::new();

/// Called when the library is imported.
pub(crate) fn hook_allocator(_py: Python<'_>) {
    let domain = PyMemAllocatorDomain::PYMEM_DOMAIN_OBJ;
    let mut inner = NO_ALLOCATOR;
    // SAFETY: the GIL is held.
    unsafe { ffi::PyMem_GetAllocator(domain, &raw mut inner) };
    if HOOKED.set(Hooked(inner)).is_err() {
        return;
    }
    let mut hook = PyMemAllocatorEx {
        ctx: std::ptr::null_mut(),
        malloc: Some(malloc),
        calloc: Some(calloc),
        realloc: Some(realloc),
        free: Some(free),
    };
    // SAFETY: the GIL is held, and the hook passes every call to the previous allocator.
    unsafe { ffi::PyMem_SetAllocator(domain, &raw mut hook) };
}

const NO_ALLOCATOR: PyMemAllocatorEx = PyMemAllocatorEx {
    ctx: std::ptr::null_mut(),
    malloc: None,
    calloc: None,
    realloc: None,
    free: None,
};

/// Counts a call, and passes it on.
fn pass<T>(call: impl FnOnce(&PyMemAllocatorEx) -> Option<T>) -> Option<T> {
    let _ = CALLS.try_with(|calls| calls.set(calls.get().map(|count| count + 1)));
    call(&HOOKED.get()?.0)
}

extern "C" fn malloc(_: *mut c_void, size: usize) -> *mut c_void {
    let memory = pass(|inner| Some(inner.malloc?(inner.ctx, size)));
    memory.unwrap_or(std::ptr::null_mut())
}

extern "C" fn calloc(_: *mut c_void, items: usize, size: usize) -> *mut c_void {
    let memory = pass(|inner| Some(inner.calloc?(inner.ctx, items, size)));
    memory.unwrap_or(std::ptr::null_mut())
}

extern "C" fn realloc(_: *mut c_void, memory: *mut c_void, size: usize) -> *mut c_void {
    let memory = pass(|inner| Some(inner.realloc?(inner.ctx, memory, size)));
    memory.unwrap_or(std::ptr::null_mut())
}

extern "C" fn free(_: *mut c_void, memory: *mut c_void) {
    pass(|inner| {
        inner.free?(inner.ctx, memory);
        Some(())
    });
}

/// Exists while the heap is paused.
pub(super) struct Witness {
    /// Whether the heap was already paused. The outer pause then reports the calls.
    is_nested: bool,
}

impl Witness {
    pub(super) fn new() -> Self {
        let calls = CALLS.get();
        CALLS.set(Some(calls.unwrap_or(0)));
        Self {
            is_nested: calls.is_some(),
        }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        if self.is_nested {
            return;
        }
        let calls = CALLS.take().unwrap_or_default();
        if calls > 0 && !std::thread::panicking() {
            panic!("objects were created or released while the heap was paused: {calls} calls");
        }
    }
}

/// Panics if the heap is paused. Called at the start of code that could run Python code.
pub(super) fn assert_not_paused() {
    assert!(
        CALLS.get().is_none(),
        "the interpreter was attached while the heap was paused"
    );
}
