//! The state of the garbage collector, which is restored after each call.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyModule};
use rustc_hash::FxHashSet;

use crate::heap;

/// Saves whether the collector is enabled, its debug flags and its thresholds, and restores them
/// when dropped.
pub(crate) struct SavedState<'py> {
    gc: Bound<'py, PyModule>,
    was_enabled: bool,
    debug: Bound<'py, PyAny>,
    thresholds: Bound<'py, PyAny>,
}

impl<'py> SavedState<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        let gc = heap::collector_module(py)?;
        Ok(Self {
            was_enabled: gc.call_method0(intern!(py, "isenabled"))?.is_truthy()?,
            debug: gc.call_method0(intern!(py, "get_debug"))?,
            thresholds: gc.call_method0(intern!(py, "get_threshold"))?,
            gc,
        })
    }

    fn restore(&self) -> PyResult<()> {
        let py = self.gc.py();
        self.gc
            .call_method1(intern!(py, "set_debug"), (&self.debug,))?;
        self.gc
            .getattr(intern!(py, "set_threshold"))?
            .call1(self.thresholds.cast()?)?;
        let switch = if self.was_enabled {
            "enable"
        } else {
            "disable"
        };
        self.gc.call_method0(switch)?;
        Ok(())
    }
}

impl Drop for SavedState<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.restore() {
            error.write_unraisable(self.gc.py(), None);
        }
    }
}

/// While this is alive, the collector moves garbage to `gc.garbage`. Afterwards, this garbage is
/// removed from the list again, and earlier items remain.
pub(crate) struct SavedGarbage<'py> {
    garbage: Bound<'py, PyList>,
    /// Held, so that no address is reused.
    before: Vec<Bound<'py, PyAny>>,
    /// Restored after the garbage has been removed: fields are dropped after `drop` has run.
    state: SavedState<'py>,
}

impl<'py> SavedGarbage<'py> {
    /// Starts to save garbage, with the collector disabled. With `fresh`, existing garbage is
    /// collected first.
    pub(crate) fn new(py: Python<'py>, fresh: bool) -> PyResult<Self> {
        let state = SavedState::new(py)?;
        let gc = state.gc.clone();
        gc.call_method0(intern!(py, "disable"))?;
        if fresh {
            let flags: u32 = state.debug.extract()?;
            let save_all: u32 = gc.getattr(intern!(py, "DEBUG_SAVEALL"))?.extract()?;
            gc.call_method1(intern!(py, "set_debug"), (flags & !save_all,))?;
            gc.call_method0(intern!(py, "collect"))?;
        }
        gc.call_method1(
            intern!(py, "set_debug"),
            (gc.getattr(intern!(py, "DEBUG_SAVEALL"))?,),
        )?;
        let garbage = gc.getattr(intern!(py, "garbage"))?.cast_into::<PyList>()?;
        Ok(Self {
            before: garbage.iter().collect(),
            garbage,
            state,
        })
    }

    /// Runs a collection, and returns the garbage that it saved.
    pub(crate) fn collect(self) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.state
            .gc
            .call_method0(intern!(self.garbage.py(), "collect"))?;
        Ok(self.split().0)
    }

    /// The items of `gc.garbage` now: the new ones, and those that were there before.
    fn split(&self) -> (Vec<Bound<'py, PyAny>>, Vec<Bound<'py, PyAny>>) {
        let before: FxHashSet<_> = self.before.iter().map(|object| object.as_ptr()).collect();
        let now = self.garbage.iter();
        now.partition(|object| !before.contains(&object.as_ptr()))
    }
}

impl Drop for SavedGarbage<'_> {
    fn drop(&mut self) {
        let (py, end) = (self.garbage.py(), self.garbage.len());
        let kept = PyList::new(py, self.split().1);
        let restored = kept.and_then(|kept| self.garbage.set_slice(0, end, kept.as_any()));
        if let Err(error) = restored {
            error.write_unraisable(py, None);
        }
    }
}
