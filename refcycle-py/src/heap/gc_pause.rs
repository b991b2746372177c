//! Switches the collector off and on.

use pyo3::ffi;
use pyo3::prelude::*;

/// The collector does not start while this is alive.
pub(crate) struct GcPause {
    was_enabled: bool,
}

impl GcPause {
    pub(crate) fn new(_py: Python<'_>) -> Self {
        Self {
            // SAFETY: the GIL is held.
            was_enabled: unsafe { ffi::PyGC_Disable() } != 0,
        }
    }
}

impl Drop for GcPause {
    fn drop(&mut self) {
        if self.was_enabled {
            // SAFETY: the GIL is held, as it was at creation: the value is not `Send`.
            unsafe { ffi::PyGC_Enable() };
        }
    }
}
