//! Switches the collector off and on.

use std::cell::Cell;

use pyo3::ffi;
use pyo3::prelude::*;

thread_local! {
    static OUTERMOST: Cell<Outermost> = const { Cell::new(Outermost { depth: 0, was_enabled: false }) };
}

/// The pauses of a thread.
#[derive(Clone, Copy)]
struct Outermost {
    /// How many pauses are alive.
    depth: usize,
    /// Whether the collector was on before the first of them.
    was_enabled: bool,
}

/// The collector does not start while this is alive. Pauses may be nested.
pub(crate) struct GcPause {
    /// The GIL is held, as it was at creation.
    _not_send: std::marker::PhantomData<*const ()>,
}

impl GcPause {
    pub(crate) fn new(_py: Python<'_>) -> Self {
        let mut outermost = OUTERMOST.get();
        if outermost.depth == 0 {
            // SAFETY: the GIL is held.
            outermost.was_enabled = unsafe { ffi::PyGC_Disable() } != 0;
        }
        outermost.depth += 1;
        OUTERMOST.set(outermost);
        Self {
            _not_send: std::marker::PhantomData,
        }
    }
}

impl Drop for GcPause {
    fn drop(&mut self) {
        let mut outermost = OUTERMOST.get();
        outermost.depth -= 1;
        OUTERMOST.set(outermost);
        if outermost.depth == 0 && outermost.was_enabled {
            // SAFETY: the GIL is held, as it was at creation: the value is not `Send`.
            unsafe { ffi::PyGC_Enable() };
        }
    }
}

/// Runs code of the program during pauses, with the collector as the program left it. If the code
/// switches the collector on or off, this holds after the pauses.
pub(super) fn lifted<T>(_py: Python<'_>, code: impl FnOnce() -> T) -> T {
    let mut outermost = OUTERMOST.get();
    if outermost.depth == 0 {
        return code();
    }
    OUTERMOST.set(Outermost {
        depth: 0,
        was_enabled: false,
    });
    // SAFETY: the GIL is held.
    unsafe {
        if outermost.was_enabled {
            ffi::PyGC_Enable();
        }
        let done = code();
        outermost.was_enabled = ffi::PyGC_Disable() != 0;
        OUTERMOST.set(outermost);
        done
    }
}
